/**
 * KafkaUsers whose certificates others sign: one step for each call, since every step is seen in the stores and leads to the next pass.
 * Requests to Kubernetes are no part of the stores (they are in no namespace, and most operators may not read them): they are asked for
 * one by one, and only while one is under way.
 */
import type { KafkaUserSpec } from '../../lib/api/kafka-user';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { CERT_MANAGER } from '../../lib/constructs/cert-manager';
import type { CertificateProfile } from '../../lib/constructs/certificate-profiles';
import { mayApprove, signingRequest, WAITING_KEY, type SigningUser } from '../../lib/constructs/signing-request';
import type { CertManagerUser, UserCertificate, UserCluster } from '../../lib/constructs/user-certificate';
import {
  approveRequest,
  drawKey,
  issuedIn,
  nameOfRequest,
  prepareSecret,
  requestSignature,
  takeCertificate,
  waitingKey,
} from '../act/user-certificates';
import { certManagerStep, type CertManagerSight } from '../decide/users/cert-manager';
import { annotationsOf, labelsOf } from '../decide/users/credential';
import type { UserStep } from '../decide/users/decide-users';
import { signingStep, type SigningStep, type Waiting } from '../decide/users/signing-request';
import type { UserObject } from '../decide/users/user-object';
import type { SecretObject } from '../decide/certificate-view';
import { CERTIFICATE, SIGNING_REQUEST } from '../kinds';
import { sameRequest, signingRequest as requestOf } from '../pki/issue';
import { KubeError, isNotFound } from '../runtime/kube-error';
import type { KubeApi, KubeObject, Store } from '../runtime/kube-types';

/** How it stands with a certificate that somebody else makes. */
export type Progress =
  | { readonly state: 'done'; /** Milliseconds from now: when to look again; undefined: when something changes. */ readonly again?: number }
  | { readonly state: 'pending'; readonly why: string; readonly again?: number }
  /** Somebody has to change something. */
  | { readonly state: 'blocked'; readonly why: string };

export interface CertificateHands {
  readonly kube: Pick<KubeApi, 'get' | 'create' | 'mergePatch' | 'apply'>;
  /** Told of every write, so that the stores know it at once. */
  readonly wrote: (object: KubeObject) => void;
}

export interface ElsewhereSight {
  readonly cluster: ResolvedCluster;
  /** CAs of the brokers, PEM; empty while they are not known. */
  readonly trust: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Certificates of cert-manager. */
  readonly certificates: Pick<Store, 'get' | 'absent'> | undefined;
}

/** The next step of a user whose certificate is made elsewhere; undefined: it is not. */
export async function signElsewhere(step: UserStep, sight: ElsewhereSight, hands: CertificateHands): Promise<Progress | undefined> {
  const { user, credential, secret } = step;
  const { spec } = user;
  if (credential.kind !== 'elsewhere' || spec === undefined) return undefined;
  const wish = wishOf(user, spec, { profile: credential.profile, cluster: sight.cluster });
  if (wish === undefined) return { state: 'blocked', why: 'it names no Secret: write secretName' };
  if (credential.source === 'k8s-csr') return bySigner(wish, { ...sight, spec, secret }, hands);
  const certificate = sight.certificates?.get(user.namespace, user.name);
  const seen = { secret, certificate, absent: isAbsent(sight) };
  return advanceCertManager({ ...wish, issuer: issuerIn(spec) }, sight.cluster, seen, hands);
}

const isAbsent = ({ certificates }: ElsewhereSight): boolean => certificates === undefined || certificates.absent;

async function bySigner(
  wish: UserCertificate,
  { spec, ...seen }: SigningSight & { readonly spec: KafkaUserSpec },
  hands: CertificateHands,
): Promise<Progress> {
  const { signerName = '' } = spec.pkiBackendSpec ?? {};
  if (signerName === '') return { state: 'blocked', why: 'k8s-csr needs pkiBackendSpec.signerName: say who signs' };
  return advanceSigning({ ...wish, signerName }, seen, hands);
}

interface ForWhom {
  readonly profile: CertificateProfile;
  readonly cluster: ResolvedCluster;
}

function wishOf(user: UserObject, spec: KafkaUserSpec, { profile, cluster }: ForWhom): UserCertificate | undefined {
  const { secretName = '', includeJKS = false } = spec;
  const [labels, annotations] = [labelsOf(user, cluster), annotationsOf(spec, cluster)];
  return secretName === '' ? undefined : { user, secretName, profile, includeJks: includeJKS, labels, annotations };
}

function issuerIn({ pkiBackendSpec }: KafkaUserSpec): CertManagerUser['issuer'] {
  const { name = '', kind = 'Issuer', group = CERT_MANAGER } = pkiBackendSpec?.issuerRef ?? {};
  return name === '' ? undefined : { name, kind, group };
}

export async function advanceCertManager(
  wish: CertManagerUser,
  cluster: UserCluster,
  seen: CertManagerSight,
  { kube, wrote }: CertificateHands,
): Promise<Progress> {
  const next = certManagerStep(wish, cluster, seen);
  switch (next.step) {
    case 'prepare':
      wrote(await prepareSecret(kube, wish));
      return { state: 'pending', why: 'its Secret is being made' };
    case 'apply':
      wrote(await kube.apply(CERTIFICATE, next.manifest, { force: true }));
      return { state: 'pending', why: 'cert-manager is being asked for its certificate' };
    case 'wait':
      return { state: 'pending', why: next.why };
    case 'blocked':
      return { state: 'blocked', why: next.why };
    case 'done':
      return { state: 'done' };
  }
}

export interface SigningSight {
  readonly secret: SecretObject | undefined;
  /** CAs of the brokers, PEM; empty while they are not known. */
  readonly trust: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const SOON_MS = 1_000;
/** Somebody has to do something. */
const LATER_MS = 10_000;

export async function advanceSigning(wish: SigningUser, seen: SigningSight, hands: CertificateHands): Promise<Progress> {
  try {
    const waiting = await waitingIn(wish, seen.secret, hands);
    return await take(wish, signingStep(wish, { ...seen, waiting }), seen, hands);
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return { state: 'blocked', why: FORBIDDEN };
    throw error;
  }
}

const FORBIDDEN =
  "Kubernetes does not let the operator make signing requests: set certSigning.enabled to true in the values of the operator's chart";

async function waitingIn(wish: SigningUser, secret: SecretObject | undefined, { kube }: CertificateHands): Promise<Waiting | undefined> {
  const key = secret?.tls?.keys.includes(WAITING_KEY) === true ? await waitingKey(kube, wish) : undefined;
  if (key === undefined) return undefined;
  const own = await ownRequest(wish, key);
  if (own === undefined) return { unfit: 'the key that waited in its Secret is none of ours' };
  const live = await kube.get({ kind: SIGNING_REQUEST, name: own.name }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (live !== undefined && !sameRequest(requestIn(live), own.csr)) return { unfit: `request ${own.name} asks for something else` };
  return { wanted: signingRequest(wish, own.name, own.csr), live };
}

/** What this user may have signed for a key; undefined: nothing, for it is no key, or of another kind. Nothing of the key is told. */
async function ownRequest(wish: SigningUser, key: string): Promise<{ readonly name: string; readonly csr: string } | undefined> {
  try {
    const { csr } = await requestOf(wish.profile, key);
    return { csr, name: nameOfRequest(wish, key) };
  } catch {
    return undefined;
  }
}

const requestIn = (live: KubeObject): string =>
  Buffer.from(((live['spec'] ?? {}) as { readonly request?: string }).request ?? '', 'base64').toString('utf8');

async function take(wish: SigningUser, next: SigningStep, seen: SigningSight, { kube, wrote }: CertificateHands): Promise<Progress> {
  switch (next.step) {
    case 'drawKey':
      wrote(await drawKey(kube, wish));
      return { state: 'pending', why: next.why };
    case 'request':
      await requestSignature(kube, next.wanted);
      return { state: 'pending', why: `request ${next.wanted.metadata.name} was made`, again: mayApprove(wish.signerName) ? 0 : SOON_MS };
    case 'approve':
      await approveRequest(kube, next.request);
      return { state: 'pending', why: `request ${next.request.metadata.name} was approved`, again: SOON_MS };
    case 'take':
      wrote(await takeCertificate(kube, wish, { certificate: issuedIn(next.request), trust: seen.trust }));
      return { state: 'done' };
    case 'wait':
      return { state: 'pending', why: next.why, again: mayApprove(wish.signerName) ? SOON_MS : LATER_MS };
    case 'refused':
      return { state: 'pending', why: next.why, again: Math.max(SOON_MS, next.until - seen.now) };
    case 'done':
      return { state: 'done', again: Math.max(SOON_MS, next.until - seen.now) };
  }
}
