/**
 * PKCS #12 (RFC 7292), written the modern way (PBES2 with AES-256 and HMAC-SHA256, a MAC with SHA-256) and read in all the ways that
 * keytool and openssl write. Java takes a certificate for a trusted one only when it bears Java's own attribute; files of openssl have none,
 * so in a file without a key every certificate is trusted: that is what such a file is for.
 */
import { createHmac, createPrivateKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { chainOf } from './chain';
import {
  childAt,
  childrenOf,
  der,
  integer,
  integerOf,
  nothing,
  octetsOf,
  octetString,
  oid,
  oidOf,
  readDer,
  sequence,
  set,
  TAG,
  tagged,
} from './der';
import type { Der } from './der';
import { damaged, severalKeys, trustedAlias, wrongPassword } from './key-store';
import type { KeyStoreContents, KeyStoreEntries } from './key-store';
import { budget, decrypted, encrypted, HMACS, pbkdf2Key, pkcs12Bytes, PURPOSE, spend, UnsupportedError } from './password-encryption';
import type { Budget } from './password-encryption';
import { certificateOf, certificatePem, pkcs8Of, privateKeyOf } from './pem';

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const BAG = '1.2.840.113549.1.12.10.1';
const KEY_BAG = `${BAG}.1`;
const SHROUDED_KEY_BAG = `${BAG}.2`;
const CERTIFICATE_BAG = `${BAG}.3`;
const NESTED_BAG = `${BAG}.6`;
const X509_CERTIFICATE = '1.2.840.113549.1.9.22.1';
const FRIENDLY_NAME = '1.2.840.113549.1.9.20';
const LOCAL_KEY_ID = '1.2.840.113549.1.9.21';
const TRUSTED_KEY_USAGE = '2.16.840.1.113894.746875.1.1';
const ANY_USAGE = '2.5.29.37.0';
const SHA256 = '2.16.840.1.101.3.4.2.1';
const PBMAC1 = '1.2.840.113549.1.5.14';

const DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.4': 'sha224',
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** As openssl has it. Passwords are drawn, not thought of: more rounds would protect nothing, and a thousand users pay for them. */
const ROUNDS = 2048;

/** A sequence: what every PKCS #12 begins with, and no JKS does. */
export const isPkcs12 = (bytes: Buffer): boolean => bytes[0] === TAG.sequence && [0x80, 0x81, 0x82, 0x83, 0x84].includes(bytes[1] ?? 0);

// ---- writing -----------------------------------------------------------------------------------------------------------

/** Differs at each call: there are salts in it. */
export function writePkcs12({ key, chain, trusted, alias, password }: KeyStoreEntries): Buffer {
  const identity = attribute(LOCAL_KEY_ID, octetString(Buffer.from(alias)));
  const certificates = [
    ...chain.map((pem, index) => certificateBag(pem, index === 0 ? [friendlyName(alias), identity] : [])),
    ...trusted.map((pem, index) => certificateBag(pem, [friendlyName(trustedAlias(index)), attribute(TRUSTED_KEY_USAGE, oid(ANY_USAGE))])),
  ];
  const keys = key === undefined ? [] : [plainContent(sequence(keyBag(key, password, [friendlyName(alias), identity])))];
  const safe = sequence(...keys, encryptedContent(sequence(...certificates), password));
  return sequence(integer(3), plainContent(safe), mac(safe, password));
}

const attribute = (type: string, value: Buffer): Buffer => sequence(oid(type), set(value));
const friendlyName = (name: string): Buffer => attribute(FRIENDLY_NAME, der(TAG.bmpString, Buffer.from(name, 'utf16le').swap16()));

const certificateBag = (pem: string, attributes: readonly Buffer[]): Buffer =>
  sequence(
    oid(CERTIFICATE_BAG),
    tagged(0, sequence(oid(X509_CERTIFICATE), tagged(0, octetString(certificateOf(pem).raw)))),
    ...(attributes.length === 0 ? [] : [set(...inDerOrder(attributes))]),
  );

function keyBag(pem: string, password: string, attributes: readonly Buffer[]): Buffer {
  const { algorithm, data } = encrypted(createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' }), password, ROUNDS);
  return sequence(oid(SHROUDED_KEY_BAG), tagged(0, sequence(algorithm, octetString(data))), set(...inDerOrder(attributes)));
}

const inDerOrder = (parts: readonly Buffer[]): readonly Buffer[] => [...parts].sort((a, b) => Buffer.compare(a, b));

const plainContent = (content: Buffer): Buffer => sequence(oid(DATA), tagged(0, octetString(content)));

function encryptedContent(content: Buffer, password: string): Buffer {
  const { algorithm, data } = encrypted(content, password, ROUNDS);
  return sequence(oid(ENCRYPTED_DATA), tagged(0, sequence(integer(0), sequence(oid(DATA), algorithm, der(0x80, data)))));
}

function mac(safe: Buffer, password: string): Buffer {
  const salt = randomBytes(16);
  const key = pkcs12Bytes({ password, salt, rounds: ROUNDS, hash: 'sha256' }, PURPOSE.mac, 32);
  const digest = createHmac('sha256', key).update(safe).digest();
  return sequence(sequence(sequence(oid(SHA256), nothing()), octetString(digest)), octetString(salt), integer(ROUNDS));
}

// ---- reading -----------------------------------------------------------------------------------------------------------

interface Bag {
  /** PKCS #8. */
  readonly key?: Buffer;
  readonly certificate?: string;
  readonly trusted: boolean;
}

interface Source {
  readonly password: string;
  readonly left: Budget;
  readonly what: string;
}

/** Throws a sentence about `what` when it is damaged, the password does not fit, or there is more than one key. */
export function readPkcs12(bytes: Buffer, password: string, what = 'the key store'): KeyStoreContents {
  const bags = allBags(bytes, { password, left: budget(), what });
  const keys = bags.flatMap(({ key }) => key ?? []);
  if (keys.length > 1) throw severalKeys(what, keys.length);
  const certificates = bags.flatMap(({ certificate }) => certificate ?? []);
  const [found] = keys;
  if (found === undefined) return { chain: [], trusted: certificates };
  const key = privateKeyOf(found, 'pkcs8', what);
  return {
    key: pkcs8Of(key),
    chain: chainOf(certificates, key, what),
    trusted: bags.flatMap(({ certificate, trusted }) => (trusted ? (certificate ?? []) : [])),
  };
}

function allBags(bytes: Buffer, source: Source): readonly Bag[] {
  const safe = understood(source.what, () => {
    const store = readDer(bytes);
    const content = childAt(store, 1, TAG.sequence);
    if (oidOf(childAt(content, 0)) !== DATA)
      throw new UnsupportedError('it is signed instead of protected by a password; write it anew with one');
    return { data: octetsOf(childAt(childAt(content, 1), 0)), mac: childrenOf(store)[2] };
  });
  if (safe.mac !== undefined && !understood(source.what, () => macFits(safe.mac, safe.data, source))) throw wrongPassword(source.what);
  return understood(source.what, () => childrenOf(readDer(safe.data)).flatMap((content) => bagsIn(content, source)));
}

/** Errors of the format become one sentence; what went wrong inside says nothing to whoever stored the file. */
function understood<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error: unknown) {
    if (error instanceof UnsupportedError) throw new Error(`cannot read ${what}: ${error.message}`);
    if (error instanceof Error && error.message.includes(what)) throw error;
    throw damaged(what, 'PKCS #12');
  }
}

function macFits(node: Der | undefined, data: Buffer, { password, left }: Source): boolean {
  if (node === undefined) return true;
  const [info, salt, iterations] = childrenOf(node);
  if (info === undefined || salt === undefined) throw new Error('cannot read a MAC: it ends early');
  const algorithm = childAt(info, 0);
  const digest = octetsOf(childAt(info, 1));
  const type = oidOf(childAt(algorithm, 0));
  const computed =
    type === PBMAC1
      ? pbmac1(childAt(algorithm, 1), data, password, left)
      : olderMac(DIGESTS[type], { password, left }, data, {
          salt: octetsOf(salt),
          rounds: iterations === undefined ? 1 : integerOf(iterations),
        });
  return digest.length === computed.length && timingSafeEqual(digest, computed);
}

function olderMac(
  hash: string | undefined,
  { password, left }: Pick<Source, 'password' | 'left'>,
  data: Buffer,
  { salt, rounds }: { readonly salt: Buffer; readonly rounds: number },
): Buffer {
  if (hash === undefined) throw new UnsupportedError('its MAC is of a kind that is not known; write it anew (keytool -importkeystore)');
  spend(left, rounds);
  const length = createHmac(hash, '').digest().length;
  return createHmac(hash, pkcs12Bytes({ password, salt, rounds, hash }, PURPOSE.mac, length))
    .update(data)
    .digest();
}

/** RFC 9579. */
function pbmac1(parameters: Der, data: Buffer, password: string, left: Budget): Buffer {
  const [derivation, scheme] = [childAt(parameters, 0), childAt(parameters, 1)];
  const hash = HMACS[oidOf(childAt(scheme, 0))];
  if (hash === undefined) throw new UnsupportedError('its MAC is of a kind that is not known; write it anew (keytool -importkeystore)');
  const values = childAt(derivation, 1);
  const written = childrenOf(values)
    .slice(2)
    .find(({ tag }) => tag === TAG.integer);
  const length = written === undefined ? createHmac(hash, '').digest().length : Math.min(integerOf(written), 128);
  return createHmac(hash, pbkdf2Key(values, password, left, length))
    .update(data)
    .digest();
}

function bagsIn(content: Der, source: Source): readonly Bag[] {
  const type = oidOf(childAt(content, 0));
  const value = childAt(childAt(content, 1), 0);
  if (type === DATA) return bagList(readDer(octetsOf(value)), source, 0);
  if (type !== ENCRYPTED_DATA) throw new UnsupportedError('a part of it is encrypted for a certificate; write it anew with a password');
  const [, algorithm, data] = childrenOf(childAt(value, 1));
  if (algorithm === undefined || data === undefined) return [];
  return bagList(readDer(opened(algorithm, octetsOf(data), source)), source, 0);
}

function opened(algorithm: Der, data: Buffer, { password, left, what }: Source): Buffer {
  try {
    return decrypted(algorithm, data, password, left);
  } catch (error: unknown) {
    if (error instanceof UnsupportedError) throw error;
    throw wrongPassword(what);
  }
}

function bagList(list: Der, source: Source, depth: number): readonly Bag[] {
  if (depth > 8) throw new Error('cannot read bags: they nest too deep');
  return childrenOf(list).flatMap((bag) => {
    const type = oidOf(childAt(bag, 0));
    const value = childAt(childAt(bag, 1), 0);
    return type === NESTED_BAG ? bagList(value, source, depth + 1) : [bagOf(type, value, childrenOf(bag)[2], source)];
  });
}

function bagOf(type: string, value: Der, attributes: Der | undefined, source: Source): Bag {
  const trusted = attributes !== undefined && childrenOf(attributes).some((entry) => oidOf(childAt(entry, 0)) === TRUSTED_KEY_USAGE);
  switch (type) {
    case KEY_BAG:
      return { key: value.raw, trusted };
    case SHROUDED_KEY_BAG:
      return { key: opened(childAt(value, 0), octetsOf(childAt(value, 1)), source), trusted };
    case CERTIFICATE_BAG:
      return oidOf(childAt(value, 0)) === X509_CERTIFICATE
        ? { certificate: certificatePem(octetsOf(childAt(childAt(value, 1), 0)), source.what), trusted }
        : { trusted };
    default:
      return { trusted };
  }
}
