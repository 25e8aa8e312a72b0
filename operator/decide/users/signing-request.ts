/**
 * A KafkaUser whose certificate is signed by a request to Kubernetes (`k8s-csr`, contract 6).
 *
 *     key drawn ──> request made ──> approved ──> issued ──> Secret written ──(two thirds of its time)──> key drawn …
 *
 * The Secret remembers everything: a key that is to be signed lies beside the one in use (`request.key`) until its certificate is there, and
 * the annotation `banzaicloud.io/csr` names the request, which is named by the user and the key. So an operator that is killed anywhere
 * goes on, no second request is made for one key, and clients never see a key without its certificate.
 *
 * Only requests for issuers of cert-manager are approved here: those were chosen by whoever may make them. Anything else (a client
 * certificate of Kubernetes itself would open its API) is approved by a person.
 */
import { mayApprove, REQUEST_ANNOTATION, WAITING, type SigningUser } from '../../../lib/constructs/signing-request';
import type { SecretObject } from '../certificate-view';
import type { LiveObject } from '../world';

export type SigningStep =
  /** Draw a key into the Secret, beside the one in use. */
  | { readonly step: 'drawKey'; readonly why: string }
  /** Make the request of this name for the key that waits. */
  | { readonly step: 'request'; readonly name: string }
  | { readonly step: 'approve'; readonly request: LiveObject }
  /** Put the certificate into the Secret, and the key that waited in its place. */
  | { readonly step: 'take'; readonly request: LiveObject }
  | { readonly step: 'wait'; readonly why: string }
  /** Nobody goes on with this request; another key is drawn when its time has come. */
  | { readonly step: 'refused'; readonly why: string; readonly until: number }
  | { readonly step: 'done'; /** Milliseconds since the epoch: when it is renewed. */ readonly until: number };

interface Seen {
  readonly secret: SecretObject | undefined;
  /** The request that the Secret names, if it is there. */
  readonly request: LiveObject | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is done next for a user. */
export function signingStep(wish: SigningUser, { secret, request, now }: Seen): SigningStep {
  const { keys = [], certificate, problem } = secret?.tls ?? {};
  if (keys.includes(WAITING.key)) return stepOfRequest(wish, secret, { request, now });
  if (certificate === undefined) return { step: 'drawKey', why: problem ?? 'it has no certificate' };
  const due = renewalOf(certificate);
  if (now >= due) return { step: 'drawKey', why: 'its certificate ends soon' };
  return { step: 'done', until: due };
}

/** After two thirds of its time. */
const renewalOf = ({ notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number }): number =>
  notBefore + Math.round(((notAfter - notBefore) * 2) / 3);

/** How long a denied or failed request is left as it is. */
const PAUSE_MS = 600_000;

function stepOfRequest(wish: SigningUser, secret: SecretObject | undefined, { request, now }: Pick<Seen, 'request' | 'now'>): SigningStep {
  const name = secret?.metadata.annotations?.[REQUEST_ANNOTATION];
  if (name === undefined) return { step: 'drawKey', why: 'its Secret does not say which request it waits for' };
  if (request === undefined) return { step: 'request', name };
  if (signerOf(request) !== wish.signerName) return { step: 'drawKey', why: `another signer is wanted: ${wish.signerName}` };
  return stepOfLive(request, wish, now);
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
