/**
 * DER, read and written: certificates' names and PKCS #12 are made of it. What is read comes from Secrets that anybody may have
 * filled, so nothing is believed: lengths stay inside what is there, nesting has an end, and a list is only walked when it is asked for.
 * Lengths without an end mark (BER), which some tools write into PKCS #12, are read as well.
 */

export interface Der {
  /** The first byte: class, whether it is constructed, number. */
  readonly tag: number;
  /** What is inside. */
  readonly value: Buffer;
  /** With tag and length. */
  readonly raw: Buffer;
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  generalString: 0x1b,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONSTRUCTED = 0x20;
const DEEPEST = 24;

// ---- reading -----------------------------------------------------------------------------------------------------------

interface Header {
  readonly start: number;
  /** Undefined: until the end mark. */
  readonly length: number | undefined;
}

/** The one value that `bytes` begins with. Throws when there is none; what follows it is left. */
export const readDer = (bytes: Buffer): Der => nodeAt(bytes, 0, 0);

/** The values inside a constructed one, in order. */
export function childrenOf({ tag, value }: Der): readonly Der[] {
  if ((tag & CONSTRUCTED) === 0) throw new Error('cannot read DER: a single value where a list is expected');
  const children: Der[] = [];
  for (let offset = 0; offset < value.length;) {
    const child = nodeAt(value, offset, 0);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
}

/** The value at `index` inside a constructed one. Throws when there is none, or when it has another tag. */
export function childAt(parent: Der, index: number, tag?: number): Der {
  const child = childrenOf(parent)[index];
  if (child === undefined || (tag !== undefined && child.tag !== tag)) throw new Error('cannot read DER: another value is expected');
  return child;
}

/** The bytes of an octet string, or of one with an implicit tag; in pieces or in one. */
export function octetsOf(node: Der): Buffer {
  return (node.tag & CONSTRUCTED) === 0 ? node.value : Buffer.concat(childrenOf(node).map(octetsOf));
}

/** Dotted decimals. */
export function oidOf({ tag, value }: Der): string {
  if (tag !== TAG.oid) throw new Error('cannot read DER: an object identifier is expected');
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of value.subarray(0, 64)) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const top = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [top, first - top * 40n, ...rest].join('.');
}

/** Integers of up to six bytes. */
export function integerOf({ tag, value }: Der): number {
  if (tag !== TAG.integer || value.length === 0 || value.length > 6) throw new Error('cannot read DER: a small integer is expected');
  return value.readIntBE(0, value.length);
}

function nodeAt(bytes: Buffer, offset: number, depth: number): Der {
  const tag = bytes[offset];
  if (tag === undefined || (tag & 0x1f) === 0x1f || depth > DEEPEST) throw new Error('cannot read DER: it ends early or nests too deep');
  const { start, length } = headerAt(bytes, offset + 1);
  if (length !== undefined) {
    if (start + length > bytes.length) throw new Error('cannot read DER: it ends early');
    return { tag, value: bytes.subarray(start, start + length), raw: bytes.subarray(offset, start + length) };
  }
  const end = endOf(bytes, start, depth);
  return { tag, value: bytes.subarray(start, end), raw: bytes.subarray(offset, end + 2) };
}

function headerAt(bytes: Buffer, offset: number): Header {
  const first = bytes[offset];
  if (first === undefined) throw new Error('cannot read DER: it ends early');
  if (first < 0x80) return { start: offset + 1, length: first };
  const count = first & 0x7f;
  if (count === 0) return { start: offset + 1, length: undefined };
  if (count > 4 || offset + 1 + count > bytes.length) throw new Error('cannot read DER: a length is out of bounds');
  return { start: offset + 1 + count, length: bytes.readUIntBE(offset + 1, count) };
}

/** Where the end mark of a value without a length is. */
function endOf(bytes: Buffer, start: number, depth: number): number {
  let offset = start;
  while (bytes[offset] !== 0 || bytes[offset + 1] !== 0) offset += nodeAt(bytes, offset, depth + 1).raw.length;
  return offset;
}

// ---- writing -----------------------------------------------------------------------------------------------------------

export function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(value.length), value]);
}

export const sequence = (...parts: readonly Buffer[]): Buffer => der(TAG.sequence, ...parts);
export const set = (...parts: readonly Buffer[]): Buffer => der(TAG.set, ...parts);
export const octetString = (value: Buffer): Buffer => der(TAG.octetString, value);
export const nothing = (): Buffer => der(TAG.null);
/** Explicitly tagged [number]. */
export const tagged = (number: number, ...parts: readonly Buffer[]): Buffer => der(0xa0 | number, ...parts);

/** A whole number that is not negative. */
export function integer(value: number): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return der(TAG.integer, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]));
}

export function oid(dotted: string): Buffer {
  const [top = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(TAG.oid, Buffer.from([top * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): readonly number[] {
  const bytes = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) bytes.unshift((left % 128) | 0x80);
  return bytes;
}

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([0x80 | short.length]), short]);
}
