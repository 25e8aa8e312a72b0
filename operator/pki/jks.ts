/**
 * Java's own key store format, written for clients that were set up for it and read from Secrets of users. SHA-1 and the cipher made
 * of it are the format's: what protects a store in a Secret is the Secret. Format: sun.security.provider.JavaKeyStore and KeyProtector.
 */
import { createHash, createPrivateKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { childAt, nothing, octetsOf, octetString, oid, oidOf, readDer, sequence } from './der';
import { damaged, severalKeys, trustedAlias, wrongPassword } from './key-store';
import type { KeyStoreContents, KeyStoreEntries } from './key-store';
import { certificateOf, certificatePem, pkcs8Of, privateKeyOf } from './pem';

const MAGIC = 0xfeed_feed;
const JCEKS = 0xcece_cece;
const VERSION = 2;
const KEY_ENTRY = 1;
const TRUSTED_ENTRY = 2;
const KEY_PROTECTION = '1.3.6.1.4.1.42.2.17.1.1';
const WHITENER = 'Mighty Aphrodite';
const HASH_BYTES = 20;

export const isJks = (bytes: Buffer): boolean => bytes.length >= 4 && [MAGIC, JCEKS].includes(bytes.readUInt32BE(0));

const sha1 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Two bytes a letter, the high one first. */
const passwordBytes = (password: string): Buffer => Buffer.from(password, 'utf16le').swap16();

const integrity = (password: string, content: Buffer): Buffer => sha1(passwordBytes(password), Buffer.from(WHITENER), content);

// ---- writing -----------------------------------------------------------------------------------------------------------

/** Differs at each call: there is a salt and the time `now` (milliseconds since the epoch) in it. */
export function writeJks({ key, chain, trusted, alias, password }: KeyStoreEntries, now = Date.now()): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(now));
  const head = (kind: number, name: string): readonly Buffer[] => [word(kind), text(name), time];
  const keyEntry =
    key === undefined ? [] : [...head(KEY_ENTRY, alias), sized(protectedKey(key, password)), word(chain.length), ...chain.map(certificate)];
  const trustedEntries = trusted.flatMap((pem, index) => [...head(TRUSTED_ENTRY, trustedAlias(index)), certificate(pem)]);
  const count = trusted.length + (key === undefined ? 0 : 1);
  const content = Buffer.concat([word(MAGIC), word(VERSION), word(count), ...keyEntry, ...trustedEntries]);
  return Buffer.concat([content, integrity(password, content)]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Names in lower case, as Java looks them up. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value.toLowerCase());
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}

const sized = (bytes: Buffer): Buffer => Buffer.concat([word(bytes.length), bytes]);
const certificate = (pem: string): Buffer => Buffer.concat([Buffer.from('\0\u0005X.509', 'latin1'), sized(certificateOf(pem).raw)]);

function protectedKey(pem: string, password: string): Buffer {
  const plain = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  const salt = randomBytes(HASH_BYTES);
  const hidden = Buffer.concat([salt, keyStream(plain, salt, password), sha1(passwordBytes(password), plain)]);
  return sequence(sequence(oid(KEY_PROTECTION), nothing()), octetString(hidden));
}

/** `data` and a stream of hashes, each made of the password and the one before. */
function keyStream(data: Buffer, salt: Buffer, password: string): Buffer {
  const out = Buffer.from(data);
  const secret = passwordBytes(password);
  let hash = salt;
  for (let index = 0; index < out.length; index++) {
    if (index % HASH_BYTES === 0) hash = sha1(secret, hash);
    out[index] = (out[index] ?? 0) ^ (hash[index % HASH_BYTES] ?? 0);
  }
  return out;
}

// ---- reading -----------------------------------------------------------------------------------------------------------

type Entry = { readonly key: Buffer; readonly chain: readonly Buffer[] } | { readonly trusted: Buffer };

/** Throws a sentence about `what` when it is damaged, the password does not fit, or there is more than one key. */
export function readJks(bytes: Buffer, password: string, what = 'the key store'): KeyStoreContents {
  const entries = entriesOf(checkedContent(bytes, password, what), what);
  const keys = entries.flatMap((entry) => ('key' in entry ? [entry] : []));
  const trusted = entries.flatMap((entry) => ('trusted' in entry ? [certificatePem(entry.trusted, what)] : []));
  const [found] = keys;
  if (found === undefined) return { chain: [], trusted };
  if (keys.length > 1) throw severalKeys(what, keys.length);
  return {
    key: pkcs8Of(privateKeyOf(plainKey(found.key, password, what), 'pkcs8', what)),
    chain: found.chain.map((raw) => certificatePem(raw, what)),
    trusted,
  };
}

function checkedContent(bytes: Buffer, password: string, what: string): Buffer {
  if (!isJks(bytes) || bytes.length < HASH_BYTES + 12) throw damaged(what, 'JKS');
  if (bytes.readUInt32BE(0) === JCEKS) {
    throw new Error(`cannot read ${what}: it is JCEKS; convert it (keytool -importkeystore -deststoretype PKCS12)`);
  }
  const content = bytes.subarray(0, bytes.length - HASH_BYTES);
  if (!timingSafeEqual(bytes.subarray(content.length), integrity(password, content))) throw wrongPassword(what);
  return content;
}

function entriesOf(content: Buffer, what: string): readonly Entry[] {
  try {
    const input = reader(content);
    input.word();
    const version = input.word();
    const count = input.word();
    const entries: Entry[] = [];
    while (entries.length < count) entries.push(entryOf(input, version));
    return entries;
  } catch {
    throw damaged(what, 'JKS');
  }
}

function entryOf(input: Reader, version: number): Entry {
  const kind = input.word();
  input.text();
  input.bytes(8);
  const next = (): Buffer => {
    if (version === VERSION) input.text();
    return input.bytes(input.word());
  };
  if (kind === TRUSTED_ENTRY) return { trusted: next() };
  if (kind !== KEY_ENTRY) throw new RangeError('unknown entry');
  const key = input.bytes(input.word());
  const chain: Buffer[] = [];
  for (let left = input.word(); left > 0; left--) chain.push(next());
  return { key, chain };
}

interface Reader {
  readonly word: () => number;
  readonly bytes: (length: number) => Buffer;
  readonly text: () => void;
}

/** Reads on and on; throws RangeError at the end. */
function reader(content: Buffer): Reader {
  let offset = 0;
  const bytes = (length: number): Buffer => {
    if (offset + length > content.length) throw new RangeError('it ends early');
    offset += length;
    return content.subarray(offset - length, offset);
  };
  return { bytes, word: () => bytes(4).readUInt32BE(0), text: () => void bytes(bytes(2).readUInt16BE(0)) };
}

/** The key has a password of its own, which by convention is the store's. */
function plainKey(info: Buffer, password: string, what: string): Buffer {
  const { algorithm, hidden } = encryptedKey(info, what);
  if (algorithm !== KEY_PROTECTION || hidden.length < 2 * HASH_BYTES) throw damaged(what, 'JKS');
  const salt = hidden.subarray(0, HASH_BYTES);
  const plain = keyStream(hidden.subarray(HASH_BYTES, hidden.length - HASH_BYTES), salt, password);
  if (timingSafeEqual(sha1(passwordBytes(password), plain), hidden.subarray(hidden.length - HASH_BYTES))) return plain;
  throw new Error(`cannot open the key in ${what}: its password is not the one of the store; give it the same (keytool -keypasswd)`);
}

function encryptedKey(info: Buffer, what: string): { readonly algorithm: string; readonly hidden: Buffer } {
  try {
    const node = readDer(info);
    return { algorithm: oidOf(childAt(childAt(node, 0), 0)), hidden: octetsOf(childAt(node, 1)) };
  } catch {
    throw damaged(what, 'JKS');
  }
}
