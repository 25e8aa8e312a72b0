/**
 * Draws keys and has them signed. Keys are seen here and nowhere else: they are read from Secrets and written to Secrets, one Secret
 * for each action and all of it in one request, so that a kill leaves what was or what is to be.
 */
import { ANNOTATION } from '../../lib/constructs/naming';
import type { IssueCertificate, PassOnTrust, ReplaceAuthority, Target, WriteKeystores } from '../decide/action';
import { SECRET } from '../kinds';
import { issueAuthority, issueLeaf, type KeyPair } from '../pki/issue';
import { clientStores, drawPassword } from '../pki/keystore-secret';
import { certificateOf, fingerprintOf, splitChain } from '../pki/pem';
import { readCertificateSecret } from '../pki/secret-contents';
import type { KubeApi, KubeObject } from '../runtime/kube-types';
import { asData, dataOf, patchSecret, readSeen, requiredOf, valueOf, writeSecret, type SecretData } from './secret-write';

/** @returns the Secret as it is after the write */
export async function issueCertificate(action: IssueCertificate, kube: KubeApi): Promise<KubeObject> {
  const live = action.replaces === undefined ? undefined : await readSeen(kube, action.replaces);
  const data =
    action.signer === undefined ? await authorityData(action, kube, live) : await leafData(action, { kube, live, signer: action.signer });
  return writeSecret(kube, { manifest: action.manifest, live }, data);
}

async function authorityData(
  { certificate, profile, own, alsoTrusted = [], at }: IssueCertificate,
  kube: KubeApi,
  live: KubeObject | undefined,
): Promise<SecretData> {
  const made = own === undefined ? await issueAuthority(profile, at) : await certificateIn(await readSeen(kube, own));
  if (certificate !== 'nextAuthority' || live === undefined)
    return { 'ca.crt': joined([rootOf(made), ...alsoTrusted]), 'tls.crt': made.certificate, 'tls.key': made.key };
  const [signing, key] = [requiredOf(live, 'tls.crt'), requiredOf(live, 'tls.key')];
  const trusted = joined([rootOf(made), ...splitChain(requiredOf(live, 'ca.crt'))]);
  return { 'ca.crt': trusted, 'tls.crt': signing, 'tls.key': key, 'next.crt': made.certificate, 'next.key': made.key };
}

interface Scene {
  readonly kube: KubeApi;
  readonly live: KubeObject | undefined;
  readonly signer: Target;
}

async function leafData({ profile, at, javaStores }: IssueCertificate, { kube, live, signer }: Scene): Promise<SecretData> {
  const authority = await readSeen(kube, signer);
  const pair = { certificate: requiredOf(authority, 'tls.crt'), key: requiredOf(authority, 'tls.key') };
  const leaf = await issueLeaf(profile, pair, at);
  const trusted = requiredOf(authority, 'ca.crt');
  const pem = { 'ca.crt': trusted, 'tls.crt': leaf.certificate, 'tls.key': leaf.key };
  return javaStores ? { ...pem, ...storesOf(leaf, trusted, passwordIn(live)) } : pem;
}

/** The password stays when the certificate changes: whoever mounted it goes on. */
const passwordIn = (live: KubeObject | undefined): string => (live === undefined ? undefined : valueOf(live, 'password')) ?? drawPassword();

function storesOf(pair: KeyPair, trusted: string, password: string): SecretData {
  const stores = clientStores(pair, splitChain(trusted), password);
  const decoded = (key: 'keystore.jks' | 'truststore.jks'): Buffer => Buffer.from(stores[key], 'base64');
  return { 'keystore.jks': decoded('keystore.jks'), 'truststore.jks': decoded('truststore.jks'), password };
}

/** The certificate that others are to trust: the CA's own, not what vouches for it. */
const rootOf = ({ certificate }: KeyPair): string => splitChain(certificate)[0] ?? certificate;

/** Each certificate once, in order. */
function joined(certificates: readonly string[]): string {
  const known = new Map(certificates.map((pem) => [fingerprintOf(certificateOf(pem)), pem] as const));
  return [...known.values()].map((pem) => `${pem.trim()}\n`).join('');
}

/** Of the user's own, in whatever form. */
async function certificateIn(secret: KubeObject): Promise<KeyPair> {
  const { certificate } = await readCertificateSecret(dataOf(secret));
  if (certificate === undefined) throw new Error(`the Secret ${secret.metadata.name} holds no certificate by now`);
  return certificate;
}

export async function passOnTrust({ target, authority, javaStores }: PassOnTrust, kube: KubeApi): Promise<KubeObject> {
  const [live, signer] = [await readSeen(kube, target), await readSeen(kube, authority)];
  const trusted = requiredOf(signer, 'ca.crt');
  const pair = { certificate: requiredOf(live, 'tls.crt'), key: requiredOf(live, 'tls.key') };
  return patchSecret(kube, live, { data: asData({ 'ca.crt': trusted, ...(javaStores ? trustStoreOf(pair, trusted, live) : {}) }) });
}

/** The key store is the same as long as its certificate is. */
function trustStoreOf(pair: KeyPair, trusted: string, live: KubeObject): SecretData {
  const { 'keystore.jks': keys, ...others } = storesOf(pair, trusted, passwordIn(live)) as Readonly<Record<string, string | Buffer>>;
  return valueOf(live, 'keystore.jks') === undefined && keys !== undefined ? { ...others, 'keystore.jks': keys } : others;
}

export async function replaceAuthority({ step, target, at }: ReplaceAuthority, kube: KubeApi): Promise<KubeObject> {
  const live = await readSeen(kube, target);
  return step === 'switch' ? switchTo(kube, live, at) : dropFormer(kube, live);
}

async function switchTo(kube: KubeApi, live: KubeObject, at: number): Promise<KubeObject> {
  const data = asData({ 'tls.crt': requiredOf(live, 'next.crt'), 'tls.key': requiredOf(live, 'next.key') });
  const annotations = { [ANNOTATION.switchedAt]: new Date(at).toISOString().replace(/\.\d+Z$/, 'Z') };
  return patchSecret(kube, live, { annotations, data: { ...data, 'next.crt': null, 'next.key': null } });
}

async function dropFormer(kube: KubeApi, live: KubeObject): Promise<KubeObject> {
  const trusted = rootOf({ certificate: requiredOf(live, 'tls.crt'), key: '' });
  return patchSecret(kube, live, { annotations: { [ANNOTATION.switchedAt]: null }, data: asData({ 'ca.crt': joined([trusted]) }) });
}

/** What cannot be read leaves all of it as it is. */
export async function writeKeystores({ manifest, replaces, sources, drop }: WriteKeystores, kube: KubeApi): Promise<KubeObject> {
  const live = replaces === undefined ? undefined : await readSeen(kube, replaces);
  const written: Record<string, string> = {};
  for (const { entry, secret: name, fingerprint } of sources) {
    const secret = await kube.get({ kind: SECRET, namespace: manifest.metadata.namespace ?? '', name });
    const pair = await certificateIn(secret);
    if (fingerprintOf(certificateOf(rootOf(pair))) !== fingerprint) throw new Error(`the Secret ${name} holds another certificate by now`);
    written[`${entry}.pem`] = `${pair.key.trim()}\n${pair.certificate.trim()}\n`;
  }
  if (live === undefined) return writeSecret(kube, { manifest, live }, written);
  const gone = Object.fromEntries(drop.map((entry) => [`${entry}.pem`, null] as const));
  return patchSecret(kube, live, { annotations: manifest.metadata.annotations ?? {}, data: { ...gone, ...asData(written) } });
}
