/** The identity of an alert: FNV-1a of 64 bits over its sorted labels, as Prometheus and Alertmanager have it, so that theirs can be compared. */
const SEPARATOR = 0xff;
const PRIME_LOW = 0x1b3;

/** 16 hexadecimal digits. */
export function fingerprintOf(labels: Readonly<Record<string, string>>): string {
  const hash = { high: 0xcbf29ce4, low: 0x84222325 };
  const names = Object.keys(labels).map((name) => ({ name, bytes: Buffer.from(name) }));
  for (const { name, bytes } of names.sort((a, b) => Buffer.compare(a.bytes, b.bytes))) {
    addAll(hash, bytes);
    addByte(hash, SEPARATOR);
    addAll(hash, Buffer.from(labels[name] ?? ''));
    addByte(hash, SEPARATOR);
  }
  return [hash.high, hash.low].map((half) => half.toString(16).padStart(8, '0')).join('');
}

interface Hash {
  high: number;
  low: number;
}

function addAll(hash: Hash, bytes: Uint8Array): void {
  for (const byte of bytes) addByte(hash, byte);
}

/** Times 2^40 + 0x1b3, in two halves: BigInt would take a hundred times as long. */
function addByte(hash: Hash, byte: number): void {
  const low = (hash.low ^ byte) >>> 0;
  const product = low * PRIME_LOW;
  const carry = Math.floor(product / 2 ** 32);
  hash.high = (Math.imul(hash.high, PRIME_LOW) + carry + (low << 8)) >>> 0;
  hash.low = product >>> 0;
}
