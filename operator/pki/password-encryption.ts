/**
 * What PKCS #12 does with a password: keys from it (RFC 8018, and RFC 7292 appendix B for the older ways), and the ciphers. Rounds are
 * asked for by the file, so they are counted against a budget: a file that asks for a billion must not stop everything else.
 */
import { createCipheriv, createDecipheriv, hash as hashOf, pbkdf2Sync, randomBytes } from 'node:crypto';
import { childAt, childrenOf, integer, integerOf, nothing, octetsOf, octetString, oid, oidOf, sequence, TAG } from './der';
import type { Der } from './der';
import { decryptRc2 } from './rc2';

/** Rounds of key derivation that are left for one file. */
export interface Budget {
  rounds: number;
}

/** Far above what keytool (200,000 for a whole file in its older versions) and openssl write; about a second. */
export const budget = (): Budget => ({ rounds: 1_000_000 });

/** Not a matter of the password: says what to do. */
export class UnsupportedError extends Error {}

const REMEDY = 'write it anew (keytool -importkeystore, openssl pkcs12 -export)';

export function spend(left: Budget, rounds: number): void {
  if (rounds < 1 || rounds > left.rounds) throw new UnsupportedError(`it asks for too many rounds of key derivation; ${REMEDY}`);
  left.rounds -= rounds;
}

// ---- PBES2 -------------------------------------------------------------------------------------------------------------

const PBES2 = '1.2.840.113549.1.5.13';
export const PBKDF2 = '1.2.840.113549.1.5.12';
const HMAC_SHA256 = '1.2.840.113549.2.9';
const AES_256_CBC = '2.16.840.1.101.3.4.1.42';

export const HMACS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  [HMAC_SHA256]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

const CIPHERS: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  [AES_256_CBC]: { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};

/** The algorithm as it is written down, and `plain` under it: PBES2 with AES-256-CBC and HMAC-SHA256. */
export function encrypted(plain: Buffer, password: string, rounds: number): { readonly algorithm: Buffer; readonly data: Buffer } {
  const [salt, iv] = [randomBytes(16), randomBytes(16)];
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(password, salt, rounds, 32, 'sha256'), iv);
  const derivation = sequence(octetString(salt), integer(rounds), sequence(oid(HMAC_SHA256), nothing()));
  return {
    algorithm: sequence(oid(PBES2), sequence(sequence(oid(PBKDF2), derivation), sequence(oid(AES_256_CBC), octetString(iv)))),
    data: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

/** Key from the parameters of PBKDF2; `length` in bytes. */
export function pbkdf2Key(parameters: Der, password: string, left: Budget, length: number): Buffer {
  const [salt, rounds, ...rest] = childrenOf(parameters);
  if (salt === undefined || rounds === undefined) throw new Error('cannot read parameters: they end early');
  const prf = rest.find(({ tag }) => tag === TAG.sequence);
  const hash = prf === undefined ? 'sha1' : HMACS[oidOf(childAt(prf, 0))];
  if (hash === undefined) throw new UnsupportedError(`it derives keys in a way that is not known; ${REMEDY}`);
  spend(left, integerOf(rounds));
  return pbkdf2Sync(password, octetsOf(salt), integerOf(rounds), length, hash);
}

function decryptedPbes2(parameters: Der, data: Buffer, password: string, left: Budget): Buffer {
  const [derivation, scheme] = [childAt(parameters, 0), childAt(parameters, 1)];
  const cipher = CIPHERS[oidOf(childAt(scheme, 0))];
  if (cipher === undefined || oidOf(childAt(derivation, 0)) !== PBKDF2) {
    throw new UnsupportedError(`it is encrypted in a way that is not known; ${REMEDY}`);
  }
  const key = pbkdf2Key(childAt(derivation, 1), password, left, cipher.keyBytes);
  return decipher(cipher.name, key, octetsOf(childAt(scheme, 1)), data);
}

function decipher(name: string, key: Buffer, iv: Buffer, data: Buffer): Buffer {
  const cipher = createDecipheriv(name, key, iv);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

// ---- the older ways ----------------------------------------------------------------------------------------------------

/** Under 1.2.840.113549.1.12.1; what keytool up to Java 15 and openssl -legacy write. */
const OLDER: Readonly<Record<string, { readonly cipher: 'des-ede3-cbc' | 'rc2'; readonly keyBytes: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: 'des-ede3-cbc', keyBytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: 'des-ede3-cbc', keyBytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', keyBytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', keyBytes: 5 },
};

/** Purposes of bytes that RFC 7292 derives. */
export const PURPOSE = { key: 1, iv: 2, mac: 3 } as const;

const BLOCK_BYTES: Readonly<Record<string, number>> = { sha1: 64, sha224: 64, sha256: 64, sha384: 128, sha512: 128 };

export interface Derivation {
  readonly password: string;
  readonly salt: Buffer;
  readonly rounds: number;
  readonly hash: string;
}

/** RFC 7292, B.2. */
export function pkcs12Bytes({ password, salt, rounds, hash }: Derivation, purpose: number, length: number): Buffer {
  const block = BLOCK_BYTES[hash] ?? 64;
  const secret = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const seed = Buffer.concat([filled(salt, block), filled(secret, block)]);
  const out: Buffer[] = [];
  for (let made = 0; made < length; made += out.at(-1)?.length ?? length) {
    let digest = hashOf(hash, Buffer.concat([Buffer.alloc(block, purpose), seed]), 'buffer');
    for (let round = 1; round < rounds; round++) digest = hashOf(hash, digest, 'buffer');
    out.push(digest);
    const added = filled(digest, block).subarray(0, block);
    for (let offset = 0; offset < seed.length; offset += block) addOne(seed.subarray(offset, offset + block), added);
  }
  return Buffer.concat(out).subarray(0, length);
}

/** Repeated up to a whole number of blocks. */
const filled = (bytes: Buffer, block: number): Buffer =>
  bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);

/** `target` + `added` + 1, as numbers. */
function addOne(target: Buffer, added: Buffer): void {
  let carry = 1;
  for (let index = target.length - 1; index >= 0; index--) {
    carry += (target[index] ?? 0) + (added[index] ?? 0);
    target[index] = carry & 0xff;
    carry >>= 8;
  }
}

function decryptedOlder(type: string, parameters: Der, password: string, left: Budget): (data: Buffer) => Buffer {
  const way = OLDER[type];
  if (way === undefined) throw new UnsupportedError(`it is encrypted in a way that is not known; ${REMEDY}`);
  const [salt, rounds] = [octetsOf(childAt(parameters, 0)), integerOf(childAt(parameters, 1))];
  // Of a long key each block of 20 bytes costs all rounds again.
  spend(left, rounds * 3);
  const derivation = { password, salt, rounds, hash: 'sha1' };
  const key = pkcs12Bytes(derivation, PURPOSE.key, way.keyBytes);
  const iv = pkcs12Bytes(derivation, PURPOSE.iv, 8);
  if (way.cipher === 'rc2') return (data) => decryptRc2(key, iv, data);
  // Two keys are three of which the last is the first.
  return (data) => decipher('des-ede3-cbc', Buffer.concat([key, key]).subarray(0, 24), iv, data);
}

/** What `data` is under the algorithm of an EncryptedPrivateKeyInfo or an EncryptedContentInfo. Throws when the password is wrong. */
export function decrypted(algorithm: Der, data: Buffer, password: string, left: Budget): Buffer {
  const type = oidOf(childAt(algorithm, 0));
  const parameters = childAt(algorithm, 1);
  if (type === PBES2) return decryptedPbes2(parameters, data, password, left);
  return decryptedOlder(type, parameters, password, left)(data);
}
