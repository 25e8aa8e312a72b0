/** Writes Kafka's wire format; the counterpart of reader.ts, with the same choice between classic and compact encoding. */
import type { TaggedField } from './reader';

const FIRST_SIZE = 256;
const UINT32 = 2 ** 32;
const UUID_BYTES = 16;

/** Grows as needed; each call returns the writer, so that a message reads as a list of its fields. */
export class WireWriter {
  private buffer = Buffer.allocUnsafe(FIRST_SIZE);
  private offset = 0;

  constructor(readonly flexible: boolean) {}

  /** What was written so far. */
  bytes(): Buffer {
    return this.buffer.subarray(0, this.offset);
  }

  int8(value: number): this {
    const at = this.grow(1);
    this.buffer.writeInt8(value, at);
    return this;
  }

  bool(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }

  int16(value: number): this {
    const at = this.grow(2);
    this.buffer.writeInt16BE(value, at);
    return this;
  }

  uint16(value: number): this {
    const at = this.grow(2);
    this.buffer.writeUInt16BE(value, at);
    return this;
  }

  int32(value: number): this {
    const at = this.grow(4);
    this.buffer.writeInt32BE(value, at);
    return this;
  }

  /** Whole numbers up to 2^53 in either direction. */
  int64(value: number): this {
    const high = Math.floor(value / UINT32);
    const at = this.grow(8);
    this.buffer.writeInt32BE(high, at);
    this.buffer.writeUInt32BE(value - high * UINT32, at + 4);
    return this;
  }

  float64(value: number): this {
    const at = this.grow(8);
    this.buffer.writeDoubleBE(value, at);
    return this;
  }

  uvarint(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.byte(rest);
  }

  varint(value: number): this {
    return this.uvarint(value >= 0 ? value * 2 : -value * 2 - 1);
  }

  /** Takes unpadded base64url; empty writes the zero UUID. */
  uuid(value: string): this {
    const bytes = value === '' ? Buffer.alloc(UUID_BYTES) : Buffer.from(value, 'base64url');
    if (bytes.length !== UUID_BYTES)
      throw new Error(`cannot write "${value}" as a Kafka UUID: it must be 16 bytes in unpadded base64url (22 characters)`);
    return this.raw(bytes);
  }

  string(value: string): this {
    return this.nullableString(value);
  }

  nullableString(value: string | null | undefined): this {
    const text = value ?? undefined;
    const length = text === undefined ? -1 : Buffer.byteLength(text);
    if (this.flexible) this.uvarint(length + 1);
    else this.int16(length);
    if (text === undefined) return this;
    const at = this.grow(length);
    this.buffer.write(text, at);
    return this;
  }

  /** Bytes with their length before them. */
  blob(value: Buffer): this {
    if (this.flexible) this.uvarint(value.length + 1);
    else this.int32(value.length);
    return this.raw(value);
  }

  array<T>(items: readonly T[] | undefined, item: (value: T, writer: this) => void): this {
    const length = items === undefined ? -1 : items.length;
    if (this.flexible) this.uvarint(length + 1);
    else this.int32(length);
    items?.forEach((value) => {
      item(value, this);
    });
    return this;
  }

  int32s(values: readonly number[]): this {
    return this.array(values, (value) => this.int32(value));
  }

  nullableStruct<T>(value: T | undefined, item: (value: T, writer: this) => void): this {
    this.int8(value === undefined ? -1 : 1);
    if (value !== undefined) item(value, this);
    return this;
  }

  /** Ends a struct of a flexible message; writes nothing in the classic encoding. */
  tags(fields: readonly TaggedField[] = []): this {
    if (!this.flexible) return this;
    this.uvarint(fields.length);
    fields.forEach((field) => this.uvarint(field.tag).uvarint(field.bytes.length).raw(field.bytes));
    return this;
  }

  raw(bytes: Buffer): this {
    const at = this.grow(bytes.length);
    bytes.copy(this.buffer, at);
    return this;
  }

  private byte(value: number): this {
    const at = this.grow(1);
    this.buffer.writeUInt8(value, at);
    return this;
  }

  /** Makes room, which may replace the buffer: to be called before the buffer is touched. Gives where to write. */
  private grow(bytes: number): number {
    const at = this.offset;
    if (at + bytes > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, at + bytes));
      this.buffer.copy(larger, 0, 0, at);
      this.buffer = larger;
    }
    this.offset = at + bytes;
    return at;
  }
}
