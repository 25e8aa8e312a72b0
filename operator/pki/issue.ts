/**
 * Keys and certificates. Keys are made and signatures are computed by WebCrypto, so on Node's thread pool: a thousand certificates do
 * not hold up the passes. What is issued never outlives its signer: a certificate that is longer valid than its CA fails at clients
 * before anybody thinks of renewing it.
 */
import 'reflect-metadata';
import { createHash, createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyType } from '../../lib/api/resolved-cluster';
import type { CertificateProfile } from '../../lib/constructs/certificate-profiles';
import { childAt, readDer } from './der';
import { recall } from './memory';
import { certificateOf, pemBlocks, readPrivateKey, splitChain, toPem } from './pem';

export interface KeyPair {
  /** PEM; the leaf first, the chain after it; without a root, which is what others trust already. */
  readonly certificate: string;
  /** PKCS #8 in PEM. */
  readonly key: string;
}

type Algorithm = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;

const rsa = (modulusLength: number): Algorithm => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength,
  publicExponent: Uint8Array.of(1, 0, 1),
});

const ALGORITHMS: Readonly<Record<KeyType, Algorithm>> = {
  'ECDSA-P256': { name: 'ECDSA', namedCurve: 'P-256' },
  'ECDSA-P384': { name: 'ECDSA', namedCurve: 'P-384' },
  'RSA-2048': rsa(2048),
  'RSA-4096': rsa(4096),
};

/** Clocks differ; whoever is a little behind takes it as well. */
const BACKDATED_MS = 5 * 60_000;

x509.cryptoProvider.set(webcrypto);

// ---- what is issued ----------------------------------------------------------------------------------------------------

/** A root that may sign leaves and nothing else. `now` in milliseconds since the epoch. */
export async function issueAuthority(profile: CertificateProfile, now: number): Promise<KeyPair> {
  const keys = await newKeys(profile.keyType);
  const name = subjectOf(profile);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(profile, now, Infinity),
    serialNumber: serialNumber(),
    subject: name,
    issuer: name,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: signatureOf(keys.privateKey),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pemOf(certificate), key: await keyPem(keys) };
}

/** A certificate for clients and servers. Throws when `signer` may not sign, has ended, or its key is another's. */
export async function issueLeaf(profile: CertificateProfile, signer: KeyPair, now: number): Promise<KeyPair> {
  const { authority, signingKey, identifier, above } = await signerOf(signer);
  const latest = authority.notAfter.getTime();
  if (latest <= now) throw new Error(`cannot sign with the certificate of the CA: it ended ${authority.notAfter.toISOString()}; renew it`);
  const keys = await newKeys(profile.keyType);
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(profile, now, latest),
    serialNumber: serialNumber(),
    subject: subjectOf(profile),
    // Byte for byte: some clients compare the names of issuer and CA as they are written.
    issuer: new x509.Name(authority.subjectName.toArrayBuffer()),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: signatureOf(signingKey),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...requested(profile),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      identifier,
    ],
  });
  return { certificate: [pemOf(certificate), ...above].join(''), key: await keyPem(keys) };
}

/** A request for whoever signs elsewhere: PKCS #10 in PEM, and its key as PKCS #8. Throws when `key` is none of the kind that is wanted. */
export async function signingRequest(profile: CertificateProfile, key?: string): Promise<{ readonly csr: string; readonly key: string }> {
  const keys = key === undefined ? await newKeys(profile.keyType) : await keysOf(profile.keyType, key);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subjectOf(profile),
    keys,
    signingAlgorithm: signatureOf(keys.privateKey),
    extensions: [...requested(profile)],
  });
  return { csr: toPem(REQUEST, Buffer.from(request.rawData)), key: await keyPem(keys) };
}

const REQUEST = 'CERTIFICATE REQUEST';

/** They ask for the same, for the same key, word by word; signatures of EC keys differ each time. */
export function sameRequest(one: string, other: string): boolean {
  try {
    return contentOf(one).equals(contentOf(other));
  } catch {
    return false;
  }
}

/** What is signed of a request in PEM; nothing may stand before, inside or behind it that another reader would take for the request. */
function contentOf(pem: string): Buffer {
  const [block] = pemBlocks(pem);
  const whole = readDer(block?.bytes ?? Buffer.alloc(0));
  if (toPem(REQUEST, whole.raw) !== pem) throw new Error('cannot read the request: something stands beside it');
  return childAt(whole, 0).raw;
}

// ---- parts of a certificate --------------------------------------------------------------------------------------------

/** UTF-8 whatever the letters, so that a name that begins with # or has a quote is only a name. */
const subjectOf = ({ commonName }: CertificateProfile): x509.Name => new x509.Name([{ CN: [{ utf8String: commonName }] }]);

function validity({ durationMs }: CertificateProfile, now: number, latest: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const second = (time: number): Date => new Date(Math.floor(time / 1000) * 1000);
  return { notBefore: second(now - BACKDATED_MS), notAfter: second(Math.min(now + durationMs, latest)) };
}

/** 18 random bytes, positive (RFC 5280 allows 20). */
function serialNumber(): string {
  const bytes = randomBytes(18);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes.toString('hex');
}

/** Only RSA keys can take a secret that the other side made up. */
function keyUsages(type: KeyType): x509.Extension {
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  return type.startsWith('RSA')
    ? new x509.KeyUsagesExtension(digitalSignature | keyEncipherment, true)
    : new x509.KeyUsagesExtension(digitalSignature, true);
}

function requested({ keyType, names, clientOnly = false }: CertificateProfile): readonly x509.Extension[] {
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  return [
    keyUsages(keyType),
    new x509.ExtendedKeyUsageExtension(clientOnly ? [clientAuth] : [clientAuth, serverAuth]),
    ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names.map(generalName))]),
  ];
}

const NAME_TYPES: Readonly<Record<string, 'dns' | 'ip' | 'url'>> = { DNS: 'dns', IP: 'ip', URI: 'url' };

function generalName(name: string): { readonly type: 'dns' | 'ip' | 'url'; readonly value: string } {
  const colon = name.indexOf(':');
  const type = NAME_TYPES[name.slice(0, colon)];
  if (type === undefined) throw new Error(`cannot issue a certificate for the name "${name}": it is none of DNS:…, IP:…, URI:…`);
  return { type, value: name.slice(colon + 1) };
}

// ---- who signs ---------------------------------------------------------------------------------------------------------

interface Signer {
  readonly authority: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
  /** The name of its key, for who is signed. */
  readonly identifier: x509.Extension;
  /** What is sent along with a leaf: the CA and those above it, without a root. */
  readonly above: readonly string[];
}

/** By a hash of both parts: a thousand users have one CA, and reading it takes longer than signing. */
const signers = new Map<string, Promise<Signer>>();
const MOST_SIGNERS = 16;

function signerOf(pair: KeyPair): Promise<Signer> {
  const name = createHash('sha256').update(`${pair.certificate}\0${pair.key}`).digest('hex');
  return recall(signers, { name, most: MOST_SIGNERS }, () => readSigner(pair));
}

async function readSigner({ certificate, key: pem }: KeyPair): Promise<Signer> {
  const chain = splitChain(certificate, 'the certificate of the CA').map((one) => ({ pem: one, parsed: certificateOf(one) }));
  const key = readPrivateKey(pem, 'the key of the CA');
  const [first] = chain;
  if (first?.parsed.ca !== true) {
    throw new Error('cannot sign with the certificate of the CA: it says that it is none; store one with basic constraints CA:TRUE');
  }
  if (!first.parsed.checkPrivateKey(key)) {
    throw new Error('cannot sign with the key of the CA: it belongs to another certificate; store the two that belong together');
  }
  const authority = new x509.X509Certificate(first.pem);
  return {
    authority,
    signingKey: await signingKeyOf(key),
    identifier: await authorityIdentifier(authority),
    above: chain.filter(({ parsed }) => !parsed.checkIssued(parsed)).map((one) => one.pem),
  };
}

/** As the CA says it in its own certificate; else made from its key. */
async function authorityIdentifier(authority: x509.X509Certificate): Promise<x509.Extension> {
  const own = authority.getExtension(x509.SubjectKeyIdentifierExtension);
  return own === null
    ? x509.AuthorityKeyIdentifierExtension.create(authority.publicKey)
    : new x509.AuthorityKeyIdentifierExtension(own.keyId);
}

// ---- keys --------------------------------------------------------------------------------------------------------------

const newKeys = async (type: KeyType): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHMS[type], true, ['sign', 'verify']);

/** The pair of a private key in PEM. */
async function keysOf(type: KeyType, pem: string): Promise<webcrypto.CryptoKeyPair> {
  const key = readPrivateKey(pem, 'the key that is to be signed');
  const algorithm = ALGORITHMS[type];
  const [own, open] = [key.export({ type: 'pkcs8', format: 'der' }), createPublicKey(key).export({ type: 'spki', format: 'der' })];
  const privateKey = await webcrypto.subtle.importKey('pkcs8', own, algorithm, true, ['sign']);
  const publicKey = await webcrypto.subtle.importKey('spki', open, algorithm, true, ['verify']);
  const { modulusLength } = privateKey.algorithm as { readonly modulusLength?: number };
  if ('modulusLength' in algorithm && modulusLength !== algorithm.modulusLength)
    throw new Error(`cannot use the key that is to be signed: it is no ${type}`);
  return { privateKey, publicKey };
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };

async function signingKeyOf(key: KeyObject): Promise<webcrypto.CryptoKey> {
  const namedCurve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  const isRsa = key.asymmetricKeyType === 'rsa';
  if (!isRsa && namedCurve === undefined) {
    throw new Error('cannot sign with the key of the CA: it is neither RSA nor EC on P-256, P-384 or P-521; use a CA with such a key');
  }
  const algorithm = isRsa ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } : { name: 'ECDSA', namedCurve: namedCurve ?? '' };
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign']);
}

const HASHES: Readonly<Record<string, string>> = { 'P-384': 'SHA-384', 'P-521': 'SHA-512' };

function signatureOf({ algorithm }: webcrypto.CryptoKey): { readonly name: string; readonly hash: string } {
  const { namedCurve = '' } = algorithm as { readonly namedCurve?: string };
  return { name: algorithm.name, hash: HASHES[namedCurve] ?? 'SHA-256' };
}

const keyPem = async ({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> =>
  toPem('PRIVATE KEY', Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)));

const pemOf = ({ rawData }: x509.X509Certificate): string => toPem('CERTIFICATE', Buffer.from(rawData));
