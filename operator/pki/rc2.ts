/**
 * RC2 in CBC mode, decryption only (RFC 2268): PKCS #12 files of Java 8 and 11 and of old OpenSSL hide their certificates with 40 bits
 * of it, and today's OpenSSL no longer knows it. It keeps nothing secret and is not meant to.
 */

/** 0 to 255, shuffled by the digits of pi. */
const PI = Buffer.from(
  [
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82',
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7',
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731',
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  ].join(''),
  'hex',
);

const BLOCK = 8;
const ROTATIONS = [1, 2, 3, 5] as const;

/** `key` also says how many bits of it count. Throws RangeError when the length or the padding is wrong. */
export function decryptRc2(key: Buffer, iv: Buffer, data: Buffer): Buffer {
  if (data.length === 0 || data.length % BLOCK !== 0) throw new RangeError('not a whole number of blocks');
  const words = expanded(key);
  const out: Buffer[] = [];
  for (let offset = 0, before = iv; offset < data.length; offset += BLOCK) {
    const block = data.subarray(offset, offset + BLOCK);
    out.push(exclusiveOr(decryptedBlock(words, block), before));
    before = block;
  }
  return withoutPadding(Buffer.concat(out));
}

const byteAt = (bytes: Buffer, index: number): number => bytes[index] ?? 0;

const exclusiveOr = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((byte, index) => byte ^ byteAt(other, index)));

function withoutPadding(bytes: Buffer): Buffer {
  const length = byteAt(bytes, bytes.length - 1);
  const padding = bytes.subarray(bytes.length - length);
  if (length === 0 || length > BLOCK || padding.some((byte) => byte !== length)) throw new RangeError('bad padding');
  return bytes.subarray(0, -length);
}

function expanded(key: Buffer): Uint16Array {
  const bytes = Buffer.alloc(128);
  const length = key.copy(bytes);
  const shuffled = (index: number): number => byteAt(PI, index & 0xff);
  for (let index = length; index < 128; index++) bytes[index] = shuffled(byteAt(bytes, index - 1) + byteAt(bytes, index - length));
  bytes[128 - length] = shuffled(byteAt(bytes, 128 - length));
  for (let index = 127 - length; index >= 0; index--) bytes[index] = shuffled(byteAt(bytes, index + 1) ^ byteAt(bytes, index + length));
  return Uint16Array.from({ length: 64 }, (_, index) => bytes.readUInt16LE(index * 2));
}

function decryptedBlock(key: Uint16Array, block: Buffer): Buffer {
  const words = Uint16Array.from({ length: 4 }, (_, index) => block.readUInt16LE(index * 2));
  const at = (index: number): number => words[index & 3] ?? 0;
  for (let round = 15; round >= 0; round--) {
    for (let index = 3; index >= 0; index--) {
      const turn = ROTATIONS[index] ?? 1;
      const turned = (at(index) >> turn) | (at(index) << (16 - turn));
      const mixed = (at(index + 3) & at(index + 2)) + (~at(index + 3) & at(index + 1)) + (key[round * 4 + index] ?? 0);
      words[index] = (turned & 0xffff) - mixed;
    }
    if (round !== 11 && round !== 5) continue;
    for (let index = 3; index >= 0; index--) words[index] = at(index) - (key[at(index + 3) & 63] ?? 0);
  }
  const out = Buffer.alloc(BLOCK);
  words.forEach((value, index) => out.writeUInt16LE(value, index * 2));
  return out;
}
