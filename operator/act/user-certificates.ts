/**
 * What is written for KafkaUsers whose certificates others sign. Keys and passwords are drawn here, written into the Secret of the user
 * and seen nowhere else; every write of a Secret is conditional on what was read, so two operators never mix two keys.
 */
import { createPublicKey, X509Certificate } from 'node:crypto';
import { APPROVAL, requestName, REQUEST_ANNOTATION, WAITING_KEY, type SigningUser } from '../../lib/constructs/signing-request';
import type { Manifest } from '../../lib/constructs/manifest';
import { OPTIONAL_FIELDS, ownerOf, PASSWORD_KEY, type UserCertificate } from '../../lib/constructs/user-certificate';
import { CERTIFICATE, SECRET, SIGNING_REQUEST } from '../kinds';
import { signedBy } from '../pki/chain';
import { signingRequest as drawRequest } from '../pki/issue';
import { clientStores, drawPassword } from '../pki/keystore-secret';
import { certificateOf, fingerprintOf, splitChain } from '../pki/pem';
import { isAlreadyExists, isNotFound } from '../runtime/kube-error';
import type { KubeApi, KubeObject } from '../runtime/kube-types';
import { ForeignSecret } from './secret-write';

type Kube = Pick<KubeApi, 'get' | 'create' | 'mergePatch'>;
/** Base64 by key. */
type Data = Readonly<Record<string, string>>;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const textIn = (data: Data, key: string): string => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
export const dataOf = (secret: KubeObject | undefined): Data => (secret?.['data'] ?? {}) as Data;

/** The Secret of a user with everything in it; undefined: there is none. */
export async function readSecret(kube: Kube, { user, secretName }: UserCertificate): Promise<KubeObject | undefined> {
  return kube.get({ kind: SECRET, namespace: user.namespace, name: secretName }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/** Makes the Secret of a user that cert-manager is to fill in, and draws the password of its key stores; one that is there stays. */
export async function prepareSecret(kube: Kube, wish: UserCertificate): Promise<KubeObject> {
  const before = await readSecret(kube, wish);
  const missing = wish.includeJks && textIn(dataOf(before), PASSWORD_KEY) === '';
  return writeSecret(kube, wish, before, { data: missing ? { [PASSWORD_KEY]: base64(drawPassword()) } : {} });
}

/** As much of a live object as a conditional write needs. */
interface Seen {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
}

/** @param live the Certificate as it was seen; undefined: none was. What somebody else made under the name comes back as it is. */
export async function writeCertificate(kube: Kube, wanted: Manifest, live: Seen | undefined): Promise<KubeObject> {
  const { namespace = '', name } = wanted.metadata;
  const ref = { kind: CERTIFICATE, namespace, name };
  if (live !== undefined) {
    const { uid, resourceVersion } = live.metadata;
    const { labels, annotations } = wanted.metadata;
    const gone = Object.fromEntries(OPTIONAL_FIELDS.map((field) => [field, null]));
    const spec = { ...gone, ...(wanted['spec'] as object) };
    return kube.mergePatch(ref, { metadata: { uid, resourceVersion, labels, annotations }, spec });
  }
  return kube.create(CERTIFICATE, wanted).catch((error: unknown) => {
    if (isAlreadyExists(error)) return kube.get(ref);
    throw error;
  });
}

/** Draws a key that is to be signed, beside the one that is in use. */
export async function drawKey(kube: Kube, wish: SigningUser): Promise<KubeObject> {
  const { key } = await drawRequest(wish.profile);
  const annotations = { [REQUEST_ANNOTATION]: nameOfRequest(wish, key) };
  return writeSecret(kube, wish, await readSecret(kube, wish), { data: { [WAITING_KEY]: base64(key) }, annotations });
}

/** @param key private, in PEM */
export const nameOfRequest = ({ user }: UserCertificate, key: string): string =>
  requestName(user, createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString());

/** The key that waits in the Secret of a user; undefined: none does. */
export async function waitingKey(kube: Kube, wish: UserCertificate): Promise<string | undefined> {
  const key = textIn(dataOf(await readSecret(kube, wish)), WAITING_KEY);
  return key === '' ? undefined : key;
}

/** Asks Kubernetes to have a key signed. Asking twice is asking once. */
export async function requestSignature(kube: Kube, wanted: Manifest): Promise<KubeObject> {
  return kube.create(SIGNING_REQUEST, wanted).catch((error: unknown) => {
    if (isAlreadyExists(error)) return kube.get({ kind: SIGNING_REQUEST, name: wanted.metadata.name });
    throw error;
  });
}

/** As much of a signing request as is looked at. */
export interface LiveRequest {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly [field: string]: unknown;
}

interface RequestStatus {
  readonly conditions?: readonly { readonly type: string }[];
  readonly certificate?: string;
}

const statusOf = (request: LiveRequest): RequestStatus => request['status'] ?? {};

/** What its signer answered, base64 of PEM; empty: nothing yet. */
export const issuedIn = (request: LiveRequest): string => statusOf(request).certificate ?? '';

/** Only for signers that the operator may approve for (`mayApprove`). */
export async function approveRequest(kube: Kube, request: LiveRequest): Promise<KubeObject> {
  const { name, resourceVersion } = request.metadata;
  const patch = { metadata: { resourceVersion }, status: { conditions: [...(statusOf(request).conditions ?? []), APPROVAL] } };
  return kube.mergePatch({ kind: SIGNING_REQUEST, name }, patch, 'approval');
}

export interface Trust {
  /** CAs of the brokers, PEM; empty while they are not known. */
  readonly trust: string;
  /** Annotations of the Secret, by what comes to lie in it: fingerprints of the certificate and of who is trusted. */
  readonly marks: (certificate: string, trusted: readonly string[]) => Readonly<Record<string, string>>;
}

/** What was issued, and who is to be trusted. */
export interface Issued extends Trust {
  /** Base64 of PEM, as the request has it: the certificate first, then its chain. */
  readonly certificate: string;
}

/** Puts what was issued into the Secret together with its key. Throws when it is for another key. */
export async function takeCertificate(kube: Kube, wish: SigningUser, issued: Issued): Promise<KubeObject> {
  const before = await readSecret(kube, wish);
  const key = textIn(dataOf(before), WAITING_KEY);
  const [leaf = '', ...above] = splitChain(Buffer.from(issued.certificate, 'base64').toString('utf8'), 'the certificate that was issued');
  if (!new X509Certificate(leaf).publicKey.equals(createPublicKey(key)))
    throw new Error(
      `cannot use the certificate that was issued for KafkaUser ${wish.user.name}: it is for another key; the signer is at fault`,
    );
  return fill(kube, wish, before, { ...issued, key, leaf, above, known: above });
}

/** Puts those who are trusted, and key stores, beside the key and the certificate that are there. */
export async function completeSecret(kube: Kube, wish: SigningUser, trust: Trust): Promise<KubeObject> {
  const before = await readSecret(kube, wish);
  const data = dataOf(before);
  const [leaf = '', ...behind] = splitChain(textIn(data, 'tls.crt'), 'tls.crt of the Secret');
  const chain = textIn(data, 'chain.pem');
  const above = [...behind, ...(chain === '' ? [] : splitChain(chain, 'chain.pem of the Secret'))].filter((pem) => !isRoot(pem));
  const ca = textIn(data, 'ca.crt');
  return fill(kube, wish, before, { ...trust, key: textIn(data, 'tls.key'), leaf, above, known: ca === '' ? [] : splitChain(ca) });
}

const isRoot = (pem: string): boolean => {
  const certificate = certificateOf(pem);
  return signedBy(certificate, certificate);
};

interface Filling extends Trust {
  readonly key: string;
  readonly leaf: string;
  readonly above: readonly string[];
  /** Who is trusted while nothing is known of the brokers. */
  readonly known: readonly string[];
}

async function fill(kube: Kube, wish: SigningUser, before: KubeObject | undefined, filling: Filling): Promise<KubeObject> {
  const { key, leaf, above, known, trust, marks } = filling;
  const data = dataOf(before);
  const trusted = trust === '' ? known : splitChain(trust, 'the CAs of the cluster');
  const chain = (above.length > 0 ? above : trusted).join('');
  const stores = wish.includeJks ? clientStores({ key, certificate: [leaf, ...above].join('') }, trusted, passwordIn(data)) : {};
  const prints = trusted.map((pem) => fingerprintOf(certificateOf(pem)));
  return writeSecret(kube, wish, before, {
    annotations: marks(fingerprintOf(certificateOf(leaf)), prints),
    data: {
      'tls.key': base64(key),
      'tls.crt': base64(leaf),
      ...(chain === '' ? {} : { 'chain.pem': base64(chain) }),
      ...(trusted.length === 0 ? {} : { 'ca.crt': base64(trusted.join('')) }),
      ...stores,
      ...(key === textIn(data, WAITING_KEY) ? { [WAITING_KEY]: null } : {}),
    },
  });
}

const passwordIn = (data: Data): string => textIn(data, PASSWORD_KEY) || drawPassword();

/** One that lacks our label is in no store, so that it is somebody else's is seen only here. */
function refuseForeign({ user }: UserCertificate, { metadata: { namespace = '', name, ownerReferences = [] } }: KubeObject): void {
  if (ownerReferences.some(({ uid }) => uid === user.uid)) return;
  throw new ForeignSecret(`the Secret ${namespace}/${name} does not belong to KafkaUser ${user.name}; name another one, or delete it`);
}

interface Change {
  /** Null takes a key out. */
  readonly data: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

async function writeSecret(kube: Kube, wish: UserCertificate, before: KubeObject | undefined, change: Change): Promise<KubeObject> {
  const { user, secretName: name, labels } = wish;
  const annotations = { ...wish.annotations, ...change.annotations };
  if (before !== undefined) {
    refuseForeign(wish, before);
    const metadata = { resourceVersion: before.metadata.resourceVersion, labels, annotations };
    return kube.mergePatch({ kind: SECRET, namespace: user.namespace, name }, { metadata, data: change.data });
  }
  const metadata = { name, namespace: user.namespace, labels, annotations, ownerReferences: [ownerOf(user)] };
  const data = Object.fromEntries(Object.entries(change.data).filter(([, value]) => value !== null));
  return kube.create(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data });
}
