/**
 * A KafkaUser whose certificate is signed by a request to Kubernetes (`k8s-csr`, contract 6).
 *
 *     key drawn ──> request made ──> approved ──> issued ──> Secret written ──(two thirds of its time)──> key drawn …
 *
 * The Secret remembers everything: a key that is to be signed lies beside the one in use (`request.key`) until its certificate is there, and
 * its request is named by the user and the key. So an operator that is killed anywhere goes on, no second request is made for one key,
 * and clients never see a key without its certificate.
 *
 * Who may write the Secret of a user, or signing requests, must not get a certificate of somebody else by it: what is requested is always
 * made anew from the KafkaUser and the key that waits, and a request that was not made so, word by word, is neither approved nor taken.
 *
 * Only requests for issuers of cert-manager are approved here: those were chosen by whoever may make them. Anything else (a client
 * certificate of Kubernetes itself would open its API) is approved by a person.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION, shortHash } from '../../../lib/constructs/naming';
import { mayApprove, signerAnnotationsIn, type SigningUser } from '../../../lib/constructs/signing-request';
import type { CertificateView, SecretObject, SecretTls } from '../certificate-view';
import { driftOf } from '../drift';
import type { LiveObject } from '../world';
import { profileHash, STORE_KEYS, storesOf, USER_ANNOTATION } from './credential';

export type SigningStep =
  /** Draw a key into the Secret, beside the one in use. */
  | { readonly step: 'drawKey'; readonly why: string }
  /** Have the key signed that waits. */
  | { readonly step: 'request'; readonly wanted: Manifest }
  | { readonly step: 'approve'; readonly request: LiveObject }
  /** Other CAs are trusted, or key stores are wanted: key and certificate stay. */
  | { readonly step: 'complete'; readonly why: string }
  /** Put the certificate into the Secret, and the key that waited in its place. */
  | { readonly step: 'take'; readonly request: LiveObject }
  | { readonly step: 'wait'; readonly why: string }
  /** Nobody goes on with this request; another key is drawn when its time has come. */
  | { readonly step: 'refused'; readonly why: string; readonly until: number }
  | { readonly step: 'done'; /** Milliseconds since the epoch: when it is renewed. */ readonly until: number };

/** A key that waits to be signed. */
export type Waiting =
  /** It, or what was requested for it, is none that this user may have signed. */
  | { readonly unfit: string }
  | { readonly wanted: Manifest; /** The request of its name, if it is there. */ readonly live: LiveObject | undefined };

interface Seen {
  readonly secret: SecretObject | undefined;
  /** Undefined: no key waits. */
  readonly waiting: Waiting | undefined;
  /** Fingerprints of the CAs of the brokers; undefined: not known. */
  readonly trusted: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is done next for a user. Whom it trusts is put right first: a request may wait for a person for long. */
export function signingStep(wish: SigningUser, { secret, waiting, trusted, now }: Seen): SigningStep {
  const usable = secret === undefined ? undefined : usableIn(secret);
  const why = usable === undefined ? undefined : whyIncomplete(wish, usable, trusted);
  if (why !== undefined) return { step: 'complete', why };
  if (waiting !== undefined) return stepOfWaiting(wish, waiting, now);
  return usable === undefined ? { step: 'drawKey', why: secret?.tls?.problem ?? 'it has no certificate' } : stepOfTaken(wish, usable, now);
}

function stepOfTaken(wish: SigningUser, { certificate, annotations }: Usable, now: number): SigningStep {
  if (annotations[ANNOTATION.profileHash] !== signingHash(wish))
    return { step: 'drawKey', why: 'it is to say something else, or to be signed by somebody else' };
  const due = renewalOf(certificate);
  return now >= due ? { step: 'drawKey', why: 'its certificate ends soon' } : { step: 'done', until: due };
}

/** A Secret whose key and certificate clients can use. */
interface Usable extends SecretTls {
  readonly certificate: CertificateView;
  readonly annotations: Readonly<Record<string, string>>;
}

function usableIn({ tls, metadata: { annotations = {} } }: SecretObject): Usable | undefined {
  const { certificate, problem } = tls ?? {};
  return tls === undefined || certificate === undefined || problem !== undefined ? undefined : { ...tls, certificate, annotations };
}

/** Of what a certificate was asked to be, and by whom. */
export const signingHash = ({ profile, signerName }: SigningUser): string => shortHash(`${profileHash(profile)} ${signerName}`);

function whyIncomplete({ includeJks }: SigningUser, usable: Usable, trusted: Seen['trusted']): string | undefined {
  const { certificate, annotations, keys } = usable;
  const theirs = usable.authorities.map(({ fingerprint }) => fingerprint);
  if (trusted !== undefined && theirs.join() !== trusted.join()) return 'other CAs are trusted';
  const made = annotations[USER_ANNOTATION.storesOf] === storesOf(certificate.fingerprint, trusted ?? theirs);
  return !includeJks || (made && STORE_KEYS.every((key) => keys.includes(key))) ? undefined : 'key stores are wanted';
}

/** After two thirds of its time. */
const renewalOf = ({ notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number }): number =>
  notBefore + Math.round(((notAfter - notBefore) * 2) / 3);

/** How long a denied or failed request is left as it is. */
const PAUSE_MS = 600_000;

function stepOfWaiting(wish: SigningUser, waiting: Waiting, now: number): SigningStep {
  if ('unfit' in waiting) return { step: 'drawKey', why: waiting.unfit };
  const { wanted, live } = waiting;
  if (live === undefined) return { step: 'request', wanted };
  const other = whyAnother(wish, wanted, live);
  return other === undefined ? stepOfLive(live, wish, now) : { step: 'drawKey', why: other };
}

/** Besides what is to be signed, which whoever looks compares. */
function whyAnother({ signerName }: SigningUser, wanted: Manifest, live: LiveObject): string | undefined {
  if (signerOf(live) !== signerName) return `another signer is wanted: ${signerName}`;
  const told = signerAnnotationsIn(live.metadata.annotations);
  const differs = [...driftOf(withoutRequest(wanted), live).filter((path) => path.startsWith('spec.')), ...told];
  return differs.length === 0 ? undefined : `request ${live.metadata.name} is another one than is wanted: ${differs.join(', ')}`;
}

/** Its signature is another one each time. */
function withoutRequest(wanted: Manifest): Manifest {
  const { request: _, ...spec } = (wanted['spec'] ?? {}) as { readonly request?: string };
  return { ...wanted, spec };
}

function stepOfLive(request: LiveObject, { signerName }: SigningUser, now: number): SigningStep {
  const { name } = request.metadata;
  const { certificate = '', conditions = [] } = (request['status'] ?? {}) as RequestStatus;
  const against = conditions.find(({ type }) => type === 'Denied' || type === 'Failed');
  if (against !== undefined) return refused(name, against, now);
  if (certificate !== '') return { step: 'take', request };
  if (conditions.some(({ type }) => type === 'Approved')) return { step: 'wait', why: `${signerName} has not signed request ${name} yet` };
  return mayApprove(signerName) ? { step: 'approve', request } : { step: 'wait', why: whoApproves(name) };
}

interface RequestStatus {
  /** Base64 of PEM. */
  readonly certificate?: string;
  readonly conditions?: readonly RequestCondition[];
}

interface RequestCondition {
  readonly type: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastUpdateTime?: string;
}

const signerOf = (request: LiveObject): string => ((request['spec'] ?? {}) as { signerName?: string }).signerName ?? '';

/** Another one is asked for after a while, since what stood against it may have changed. */
function refused(name: string, { type, reason, message, lastUpdateTime }: RequestCondition, now: number): SigningStep {
  const said = message ?? reason ?? '';
  const why = `request ${name} was ${type === 'Denied' ? 'denied' : 'refused by its signer'}${said === '' ? '' : `: ${said}`}`;
  const since = Date.parse(lastUpdateTime ?? '');
  const until = (Number.isNaN(since) ? now : since) + PAUSE_MS;
  return now >= until ? { step: 'drawKey', why } : { step: 'refused', why, until };
}

const whoApproves = (name: string): string =>
  `somebody has to approve request ${name}: kubectl certificate approve ${name} (only requests for issuers of cert-manager are approved by the operator)`;
