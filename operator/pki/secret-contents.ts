/**
 * Whatever form a Secret has its certificates in, what comes out is PEM with PKCS #8: `tls.crt` and `tls.key` (cert-manager, Kubernetes),
 * `caCert` and `caKey` (a CA of one's own), key stores with a password (JKS or PKCS #12, whatever the file is called). Secrets are written by
 * people, so every error names the key in the Secret and what to do, and never a value; a certificate that has ended is no error here.
 */
import { createPrivateKey } from 'node:crypto';
import { chainOf } from './chain';
import type { KeyPair } from './issue';
import { isJks, readJks } from './jks';
import type { KeyStoreContents } from './key-store';
import { certificateOf, pkcs8Of, readPrivateKey, splitChain } from './pem';
import { isPkcs12, readPkcs12 } from './pkcs12';

export interface SecretContents {
  readonly certificate?: KeyPair;
  /** CAs in PEM, one each, in order. */
  readonly trusted: readonly string[];
  /** The CA that signs next. */
  readonly next?: KeyPair;
}

/** Base64, as in a Secret. */
export type SecretData = Readonly<Record<string, string>>;

/** Kubernetes takes 1 MiB for a whole Secret; in base64 that is a third more. */
const LONGEST = 1_400_000;

const PAIRS = [
  ['tls.crt', 'tls.key'],
  ['caCert', 'caKey'],
] as const;
const NEXT = ['next.crt', 'next.key'] as const;
const TRUSTED = ['ca.crt', 'caCert'] as const;
const KEY_STORES = [
  ['keystore.jks', 'password'],
  ['keystore.p12', 'password'],
  ['user.p12', 'user.password'],
] as const;
const TRUST_STORES = [
  ['truststore.jks', 'password'],
  ['truststore.p12', 'password'],
] as const;

/** Keys that make a Secret one with certificates; without them it is not looked into. */
export const CERTIFICATE_KEYS: ReadonlySet<string> = new Set([
  ...[...PAIRS, NEXT, ...KEY_STORES, ...TRUST_STORES].map(([name]) => name),
  ...TRUSTED,
]);

/** The same, and the keys and passwords that belong to them. */
export const READ_KEYS: ReadonlySet<string> = new Set([...CERTIFICATE_KEYS, ...[...PAIRS, NEXT, ...KEY_STORES].map(([, other]) => other)]);

/** Throws a sentence that begins with "cannot" when something in it cannot be used. Nothing of ours in it: an empty answer. */
export function secretContents(data: SecretData): SecretContents {
  const [certificate, next] = [identityIn(data), pairIn(data, NEXT)];
  return { ...(certificate === undefined ? {} : { certificate }), trusted: trustedIn(data), ...(next === undefined ? {} : { next }) };
}

/** `secretContents` for who waits anyway; what it throws rejects. */
export const readCertificateSecret = (data: SecretData): Promise<SecretContents> => Promise.resolve().then(() => secretContents(data));

/** What is shown: PEM when it is there, else the entry of a key store. Undefined when there is neither. */
export function identityIn(data: SecretData): KeyPair | undefined {
  for (const names of PAIRS) {
    const pair = pairIn(data, names);
    if (pair !== undefined) return pair;
  }
  const named = KEY_STORES.find(([name]) => has(data, name));
  if (named === undefined) return undefined;
  const { key, chain } = storeIn(data, named);
  if (key === undefined) throw new Error(`cannot use ${named[0]} of the Secret: it holds no private key; store one with a key entry`);
  return { key, certificate: chainOf(chain, createPrivateKey(key), `${named[0]} of the Secret`).join('') };
}

/** `next.crt` and `next.key`. */
export const nextIn = (data: SecretData): KeyPair | undefined => pairIn(data, NEXT);

/** Who is trusted: PEM when it is there, else the trust store, else the certificate entries of the key store. */
export function trustedIn(data: SecretData): readonly string[] {
  const pem = TRUSTED.find((name) => has(data, name));
  if (pem !== undefined) return splitChain(textIn(data, pem), `${pem} of the Secret`);
  const trust = TRUST_STORES.find(([name]) => has(data, name));
  if (trust !== undefined) return entriesOf(storeIn(data, trust));
  const keys = has(data, 'tls.crt') ? undefined : KEY_STORES.find(([name]) => has(data, name));
  return keys === undefined ? [] : storeIn(data, keys).trusted;
}

/** Koperator writes the chain of a user behind its key into the trust store as well. */
const entriesOf = ({ trusted, chain }: KeyStoreContents): readonly string[] => (trusted.length > 0 ? trusted : chain.slice(1));

function pairIn(data: SecretData, [crt, key]: readonly [string, string]): KeyPair | undefined {
  if (!has(data, crt)) return undefined;
  if (!has(data, key)) throw new Error(`cannot use ${crt} of the Secret: ${key}, its private key, is missing; add it`);
  const chain = splitChain(textIn(data, crt), `${crt} of the Secret`);
  const privateKey = readPrivateKey(textIn(data, key), `${key} of the Secret`);
  const ordered = chainOf(chain, privateKey, `${crt} and ${key} of the Secret`);
  if (crt !== 'tls.crt' && !certificateOf(ordered[0] ?? '').ca) {
    throw new Error(`cannot use ${crt} of the Secret: it is not the certificate of a CA; store one with basic constraints CA:TRUE`);
  }
  return { certificate: ordered.join(''), key: pkcs8Of(privateKey) };
}

function storeIn(data: SecretData, [name, passwordKey]: readonly [string, string]): KeyStoreContents {
  const what = `${name} of the Secret`;
  if (!has(data, passwordKey)) throw new Error(`cannot open ${what}: ${passwordKey}, its password, is missing; add it`);
  // What editors and echo add is no part of it: a properties file, where it was read until now, would end there too.
  const password = textIn(data, passwordKey).replace(/\r?\n$/u, '');
  const bytes = bytesIn(data, name);
  // keytool has written PKCS #12 into files of any name since Java 9.
  if (isJks(bytes)) return readJks(bytes, password, what);
  if (isPkcs12(bytes)) return readPkcs12(bytes, password, what);
  throw new Error(`cannot read ${what}: it is neither JKS nor PKCS #12; store what keytool or openssl pkcs12 -export writes`);
}

const has = (data: SecretData, name: string): boolean => typeof data[name] === 'string' && data[name] !== '';

function bytesIn(data: SecretData, name: string): Buffer {
  const value = data[name] ?? '';
  if (value.length > LONGEST) throw new Error(`cannot read ${name} of the Secret: it is larger than 1 MiB; store only what is needed`);
  return Buffer.from(value, 'base64');
}

const textIn = (data: SecretData, name: string): string => bytesIn(data, name).toString('utf8');
