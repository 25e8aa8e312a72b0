/**
 * Reads Kafka's wire format. One cursor over one message; `flexible` chooses between the classic encoding and the compact
 * one of KIP-482, so that a message is described once for both. Every length is checked against what is left: a broken or
 * hostile answer throws an Error and never loops, over-reads or allocates what was not sent.
 */
const MALFORMED = 'cannot read the message:';
const UINT32 = 2 ** 32;
const UUID_BYTES = 16;

export interface TaggedField {
  readonly tag: number;
  readonly bytes: Buffer;
}

const NO_TAGS: readonly TaggedField[] = [];

/** A cursor; not shared, not reused. */
export class WireReader {
  private offset = 0;

  constructor(
    private readonly buffer: Buffer,
    readonly flexible: boolean,
  ) {}

  get remaining(): number {
    return this.buffer.length - this.offset;
  }

  int8(): number {
    return this.buffer.readInt8(this.skip(1));
  }

  bool(): boolean {
    return this.int8() !== 0;
  }

  int16(): number {
    return this.buffer.readInt16BE(this.skip(2));
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.skip(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.skip(4));
  }

  /** Exact up to 2^53, which offsets, bytes and milliseconds stay below. */
  int64(): number {
    const at = this.skip(8);
    return this.buffer.readInt32BE(at) * UINT32 + this.buffer.readUInt32BE(at + 4);
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.skip(8));
  }

  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer.readUInt8(this.skip(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (value >= UINT32) break;
        return value;
      }
    }
    throw new Error(`${MALFORMED} a varint has more than 32 bits`);
  }

  varint(): number {
    const raw = this.uvarint();
    return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
  }

  /** Unpadded base64url; empty for the zero UUID, which Kafka sends for "none". */
  uuid(): string {
    const at = this.skip(UUID_BYTES);
    const bytes = this.buffer.subarray(at, at + UUID_BYTES);
    return bytes.every((byte) => byte === 0) ? '' : bytes.toString('base64url');
  }

  string(): string {
    const value = this.nullableString();
    if (value === undefined) throw new Error(`${MALFORMED} a text is null that may not be`);
    return value;
  }

  nullableString(): string | undefined {
    const length = this.flexible ? this.uvarint() - 1 : this.int16();
    if (length < 0) return undefined;
    const at = this.skip(length);
    return this.buffer.toString('utf8', at, at + length);
  }

  /** Bytes with their length before them; null reads as empty. */
  blob(): Buffer {
    const length = Math.max(this.length(), 0);
    const at = this.skip(length);
    return Buffer.from(this.buffer.subarray(at, at + length));
  }

  /** Null reads as empty. */
  array<T>(item: (reader: this) => T): T[] {
    return this.nullableArray(item) ?? [];
  }

  nullableArray<T>(item: (reader: this) => T): T[] | undefined {
    const length = this.length();
    if (length < 0) return undefined;
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(item(this));
    return items;
  }

  /** Null reads as empty. Most of what a cluster of many partitions sends is these. */
  int32s(): number[] {
    const length = this.length();
    const items: number[] = [];
    for (let i = 0; i < length; i++) items.push(this.int32());
    return items;
  }

  /** A nullable struct of a flexible message: one byte, −1 for null. */
  nullableStruct<T>(item: (reader: this) => T): T | undefined {
    return this.int8() < 0 ? undefined : item(this);
  }

  /** The tagged fields that end every struct of a flexible message; nothing in the classic encoding. */
  tags(): readonly TaggedField[] {
    if (!this.flexible) return NO_TAGS;
    const count = this.uvarint();
    if (count === 0) return NO_TAGS;
    const fields: TaggedField[] = [];
    for (let i = 0; i < count; i++) {
      const tag = this.uvarint();
      const length = this.uvarint();
      const at = this.skip(length);
      fields.push({ tag, bytes: this.buffer.subarray(at, at + length) });
    }
    return fields;
  }

  /** Of a list; −1 for null. */
  private length(): number {
    const length = this.flexible ? this.uvarint() - 1 : this.int32();
    // Every element takes a byte at least: a greater count is a lie that would only cost memory.
    if (length > this.remaining) throw new Error(`${MALFORMED} a list of ${String(length)} entries in ${String(this.remaining)} bytes`);
    return length;
  }

  /** Moves on and gives the offset from which to read. */
  private skip(bytes: number): number {
    const at = this.offset;
    if (at + bytes > this.buffer.length) throw new Error(`${MALFORMED} it ends after ${String(this.buffer.length)} bytes, too early`);
    this.offset = at + bytes;
    return at;
  }
}
