/**
 * PEM: certificates one by one, private keys of every common form as PKCS #8 (the only one that Kafka reads), and what a certificate says.
 * Errors name what was read (`what`), never a value of it.
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CertificateView } from '../decide/certificate-view';
import { alternativeNames } from './alternative-names';
import { childAt, childrenOf, readDer } from './der';
import type { Der } from './der';
import { distinguishedName } from './distinguished-name';
import { recall } from './memory';

export interface PemBlock {
  /** For example `CERTIFICATE`. */
  readonly label: string;
  /** With `Proc-Type: 4,ENCRYPTED`. */
  readonly encrypted: boolean;
  readonly bytes: Buffer;
}

/** More would be no chain and no list of authorities that anybody keeps. */
const MOST_CERTIFICATES = 1000;

export function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/gu) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Every block of a text; what stands between them is left. */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let from = text.indexOf('-----BEGIN '); from >= 0;) {
    const open = text.indexOf('-----', from + 11);
    const label = open < 0 ? '' : text.slice(from + 11, open);
    const end = label.length > 40 ? -1 : text.indexOf(`-----END ${label}-----`, open);
    if (open < 0 || end < 0) break;
    blocks.push(blockOf(label, text.slice(open + 5, end)));
    from = text.indexOf('-----BEGIN ', end);
  }
  return blocks;
}

function blockOf(label: string, body: string): PemBlock {
  const headers = body.includes(':') ? body.slice(0, body.lastIndexOf(':')) : '';
  const afterHeaders = headers === '' ? body : body.slice(body.indexOf('\n', headers.length));
  return {
    label,
    encrypted: label === 'ENCRYPTED PRIVATE KEY' || (headers.includes('Proc-Type') && body.includes('ENCRYPTED')),
    bytes: Buffer.from(afterHeaders, 'base64'),
  };
}

/** Certificates of a text, in order, each normalised. Throws when there is none, or one that is none. */
export function splitChain(text: string, what = 'the certificate'): readonly string[] {
  const found = pemBlocks(text).filter(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE');
  if (found.length === 0) {
    throw new Error(`cannot read ${what}: it holds no certificate in PEM; store one that begins with -----BEGIN CERTIFICATE-----`);
  }
  if (found.length > MOST_CERTIFICATES) throw new Error(`cannot read ${what}: it holds more than ${MOST_CERTIFICATES} certificates`);
  return found.map(({ bytes }) => certificatePem(bytes, what));
}

/** PEM of the DER of one certificate. Throws when it is none. */
export const certificatePem = (bytes: Buffer, what = 'the certificate'): string => toPem('CERTIFICATE', parsed(bytes, what).raw);

/** PKCS #8 in PEM of the one private key in a text: PKCS #1, SEC 1 or PKCS #8. */
export const privateKeyPem = (text: string, what = 'the private key'): string => pkcs8Of(readPrivateKey(text, what));

export const pkcs8Of = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The one private key in a text. */
export function readPrivateKey(text: string, what: string): KeyObject {
  const keys = pemBlocks(text).filter(({ label }) => label.endsWith('PRIVATE KEY'));
  const [key] = keys;
  if (key === undefined) {
    throw new Error(`cannot read ${what}: it holds no private key in PEM; store one that begins with -----BEGIN PRIVATE KEY-----`);
  }
  if (keys.length > 1) throw new Error(`cannot read ${what}: it holds ${keys.length} private keys; leave the one of the certificate`);
  if (key.encrypted) {
    throw new Error(`cannot read ${what}: it is encrypted; store it without a passphrase, as openssl pkcs8 -topk8 -nocrypt writes it`);
  }
  const type = KEY_FORMS[key.label];
  if (type === undefined) {
    throw new Error(`cannot read ${what}: "${key.label}" is no form that is known; store PKCS #8, as openssl pkcs8 -topk8 -nocrypt does`);
  }
  return privateKeyOf(key.bytes, type, what);
}

const KEY_FORMS: Readonly<Record<string, 'pkcs1' | 'sec1' | 'pkcs8'>> = {
  'RSA PRIVATE KEY': 'pkcs1',
  'EC PRIVATE KEY': 'sec1',
  'PRIVATE KEY': 'pkcs8',
};

/** A key in DER. Throws when it is none. */
export function privateKeyOf(bytes: Buffer, type: 'pkcs1' | 'sec1' | 'pkcs8', what: string): KeyObject {
  try {
    return createPrivateKey({ key: bytes, format: 'der', type });
  } catch {
    throw new Error(`cannot read ${what}: it is damaged, or of a kind that is not known; store the key anew, EC or RSA`);
  }
}

/** A certificate that is known to be one. */
export const certificateOf = (pem: string): X509Certificate => parsed(pem, 'the certificate');

export const fingerprintOf = ({ raw }: X509Certificate): string => createHash('sha256').update(raw).digest('hex');

/** OpenSSL takes its time with each certificate, and one CA is in the Secrets of a thousand users. */
const seen = new Map<string, X509Certificate>();
const MOST_SEEN = 512;

function parsed(pem: string | Buffer, what: string): X509Certificate {
  try {
    return recall(seen, { name: createHash('sha256').update(pem).digest('base64'), most: MOST_SEEN }, () => new X509Certificate(pem));
  } catch {
    throw new Error(`cannot read ${what}: a certificate in it is damaged; store it anew`);
  }
}

/** What the first certificate of a text says; `signedBy` and `pem` are for who knows more. */
export function certificateView(pem: string, what = 'the certificate'): CertificateView {
  const certificate = parsed(pem, what);
  try {
    return viewOf(certificate);
  } catch {
    throw new Error(`cannot read ${what}: a certificate in it says nothing that makes sense; have it issued anew`);
  }
}

function viewOf(certificate: X509Certificate): CertificateView {
  const { issuer, subject, extensions } = toBeSigned(readDer(certificate.raw));
  const [notBefore, notAfter] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) throw new Error('cannot read a time');
  return {
    fingerprint: fingerprintOf(certificate),
    subject: distinguishedName(subject),
    issuer: distinguishedName(issuer),
    notBefore,
    notAfter,
    names: alternativeNames(extensions),
    keyType: keyTypeOf(certificate),
  };
}

function toBeSigned(certificate: Der): { readonly issuer: Der; readonly subject: Der; readonly extensions: Der | undefined } {
  const fields = childrenOf(childAt(certificate, 0));
  // A version that is written comes first, as [0].
  const [, , issuer, , subject, , ...rest] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  if (issuer === undefined || subject === undefined) throw new Error('cannot read a certificate: it ends early');
  return { issuer, subject, extensions: rest.find(({ tag }) => tag === 0xa3) };
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P256', secp384r1: 'P384', secp521r1: 'P521' };

function keyTypeOf(certificate: X509Certificate): string {
  const key = publicKeyOf(certificate);
  const { namedCurve = '', modulusLength = 0 } = key?.asymmetricKeyDetails ?? {};
  switch (key?.asymmetricKeyType) {
    case undefined:
      return 'unknown';
    case 'ec':
      return `ECDSA-${CURVES[namedCurve] ?? namedCurve}`;
    case 'rsa':
    case 'rsa-pss':
      return `RSA-${modulusLength}`;
    default:
      return key?.asymmetricKeyType ?? 'unknown';
  }
}

function publicKeyOf(certificate: X509Certificate): KeyObject | undefined {
  try {
    return certificate.publicKey;
  } catch {
    return undefined;
  }
}
