/**
 * KafkaUsers whose certificates others sign: all steps until somebody else is to do something, since our own writes wake nobody.
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
  completeSecret,
  drawKey,
  issuedIn,
  nameOfRequest,
  prepareSecret,
  requestSignature,
  takeCertificate,
  type Trust,
  waitingKey,
  writeCertificate,
} from '../act/user-certificates';
import { ForeignSecret } from '../act/secret-write';
import { certManagerStep, type CertManagerSight } from '../decide/users/cert-manager';
import { annotationsOf, isOwnedBy, labelsOf, secretTaken, storesOf, USER_ANNOTATION } from '../decide/users/credential';
import type { UserStep } from '../decide/users/decide-users';
import { signingHash, signingStep, type SigningStep, type Waiting } from '../decide/users/signing-request';
import type { UserObject } from '../decide/users/user-object';
import type { SecretObject } from '../decide/certificate-view';
import { SIGNING_REQUEST } from '../kinds';
import { ANNOTATION } from '../../lib/constructs/naming';
import { certificateOf, fingerprintOf, splitChain } from '../pki/pem';
import { sameRequest, signingRequest as requestOf } from '../pki/issue';
import { KubeError, isNotFound } from '../runtime/kube-error';
import type { KubeApi, KubeObject, Store } from '../runtime/kube-types';
import { UserProblem } from './user-credentials';
import { userSecretEssence } from './user-secrets';

/** How it stands with a certificate that somebody else makes. */
export type Progress =
  | { readonly state: 'done'; /** Milliseconds from now: when to look again; undefined: when something changes. */ readonly again?: number }
  | { readonly state: 'pending'; readonly why: string; readonly again?: number }
  /** Somebody has to change something. */
  | { readonly state: 'blocked'; readonly why: string };

export interface CertificateHands {
  readonly kube: Pick<KubeApi, 'get' | 'create' | 'mergePatch'>;
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
  try {
    const progress = await advance(step, sight, hands);
    return progress?.state === 'blocked' ? { state: 'pending', why: progress.why, again: BLOCKED_MS } : progress;
  } catch (error) {
    const { user } = step;
    if (error instanceof ForeignSecret) throw new UserProblem('SecretTaken', secretTaken(user, user.spec?.secretName ?? ''));
    throw error;
  }
}

async function advance(step: UserStep, sight: ElsewhereSight, hands: CertificateHands): Promise<Progress | undefined> {
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

/** Steps of one pass: what we write ourselves wakes nobody, so what follows from it is done at once. */
const STEPS = 6;
const SOON_MS = 1_000;
/** Whoever is waited for has a watch that wakes the pass; this is for what it does not see. */
const WAIT_MS = 5_000;
/** Somebody has to do something. */
const LATER_MS = 10_000;
/** Rights, and objects without our label, are told by nobody. */
const BLOCKED_MS = 30_000;

/** What became of a step; `next`: something was written, and another one follows. */
type Taken<Sight> = { readonly next: Sight } | { readonly end: Progress };

async function stepByStep<Sight>(first: Sight, take: (sight: Sight) => Promise<Taken<Sight>>): Promise<Progress> {
  let sight = first;
  for (let at = 0; at < STEPS; at += 1) {
    const taken = await take(sight);
    if ('end' in taken) return taken.end;
    sight = taken.next;
  }
  return { state: 'pending', why: 'others write what belongs to it as well', again: LATER_MS };
}

const secretIn = (object: KubeObject): SecretObject => userSecretEssence(object);

export async function advanceCertManager(
  wish: CertManagerUser,
  cluster: UserCluster,
  first: CertManagerSight,
  { kube, wrote }: CertificateHands,
): Promise<Progress> {
  return stepByStep(first, async (seen) => {
    const next = certManagerStep(wish, cluster, seen);
    switch (next.step) {
      case 'prepare': {
        const secret = await prepareSecret(kube, wish);
        wrote(secret);
        return { next: { ...seen, secret: secretIn(secret) } };
      }
      case 'apply': {
        const certificate = await writeCertificate(kube, next.manifest, next.live);
        if (isOwnedBy(certificate, wish.user)) wrote(certificate);
        return { next: { ...seen, certificate } };
      }
      case 'wait':
        return { end: { state: 'pending', why: next.why, again: WAIT_MS } };
      case 'blocked':
        return { end: { state: 'blocked', why: next.why } };
      case 'done':
        return { end: { state: 'done' } };
    }
  });
}

export interface SigningSight {
  readonly secret: SecretObject | undefined;
  /** CAs of the brokers, PEM; empty while they are not known. */
  readonly trust: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export async function advanceSigning(wish: SigningUser, first: SigningSight, hands: CertificateHands): Promise<Progress> {
  try {
    return await stepByStep(first, async (seen) => {
      const waiting = await waitingIn(wish, seen.secret, hands);
      return take(wish, signingStep(wish, { ...seen, waiting, trusted: printsOf(seen.trust) }), seen, hands);
    });
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

async function take(wish: SigningUser, next: SigningStep, seen: SigningSight, hands: CertificateHands): Promise<Taken<SigningSight>> {
  const { kube } = hands;
  switch (next.step) {
    case 'drawKey':
      return written(seen, await drawKey(kube, wish), hands);
    case 'request':
      await requestSignature(kube, next.wanted);
      return { next: seen };
    case 'approve':
      await approveRequest(kube, next.request);
      return { end: { state: 'pending', why: `request ${next.request.metadata.name} was approved`, again: SOON_MS } };
    case 'take':
      return written(
        seen,
        await takeCertificate(kube, wish, { certificate: issuedIn(next.request), ...trustFor(wish, seen, true) }),
        hands,
      );
    case 'complete':
      return written(seen, await completeSecret(kube, wish, trustFor(wish, seen, false)), hands);
    default:
      return { end: restOf(wish, next, seen) };
  }
}

/** @param issued what the certificate says is marked when it is taken */
const trustFor = (wish: SigningUser, { trust }: SigningSight, issued: boolean): Trust => ({
  trust,
  marks: (certificate, trusted) => ({
    ...(issued ? { [ANNOTATION.profileHash]: signingHash(wish) } : {}),
    ...(wish.includeJks ? { [USER_ANNOTATION.storesOf]: storesOf(certificate, trusted) } : {}),
  }),
});

const printsOf = (trust: string): readonly string[] | undefined =>
  trust === '' ? undefined : splitChain(trust, 'the CAs of the cluster').map((pem) => fingerprintOf(certificateOf(pem)));

function written(seen: SigningSight, secret: KubeObject, { wrote }: CertificateHands): Taken<SigningSight> {
  wrote(secret);
  return { next: { ...seen, secret: secretIn(secret) } };
}

function restOf(
  wish: SigningUser,
  next: Extract<SigningStep, { readonly step: 'wait' | 'refused' | 'done' }>,
  { now }: SigningSight,
): Progress {
  if (next.step === 'wait') return { state: 'pending', why: next.why, again: mayApprove(wish.signerName) ? SOON_MS : LATER_MS };
  const again = Math.max(SOON_MS, next.until - now);
  return next.step === 'done' ? { state: 'done', again } : { state: 'pending', why: next.why, again };
}
