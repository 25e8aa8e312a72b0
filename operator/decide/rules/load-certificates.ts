/**
 * Brokers load new certificates while they run (served-certificates.ts says when which step is due). Replacing the files alone does
 * nothing: Kafka reads a key store anew when its location is altered, to the same path too, and says "no error" whether or not it
 * took what it read. So nothing is believed but a handshake, and a broker that goes on with another certificate is restarted by the
 * rule for restarts, through the gate.
 */
import type { ResolvedListener } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { keystoreFile } from '../../../lib/kafka/listener-security';
import { targetOf, type Context, type Rule } from '../context';
import { textOf } from '../keystores';
import type { NodeView } from '../node-view';
import type { Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import { isoSeconds } from '../rfc3339';
import { answerOf, attemptsOf, dueAt, MOST_ATTEMPTS, notTaken, unservedIn, type Answer, type Unserved } from '../served-certificates';

export const loadCertificates: Rule = (context) => unservedIn(context).flatMap((unserved) => nextStep(unserved, context));

function nextStep(unserved: Unserved, context: Context): readonly Proposal[] {
  const having = (answer: Answer): readonly ResolvedListener[] =>
    unserved.listeners.filter((listener) => answerOf(unserved, listener, context.world) === answer);
  // All that a broker is asked is answered within a second, so its Pod is written once.
  if (having('unasked').length > 0) return [];
  const loaded = having('new');
  if (loaded.length > 0) return [noted(unserved, loaded)];
  return told(unserved, [...having('old'), ...having('silent')], context);
}

/** What it serves now stands on its Pod. */
function noted(unserved: Unserved, loaded: readonly ResolvedListener[]): Proposal {
  const { wanted, confirmed } = unserved;
  const served = new Map(
    [...wanted.keys()].flatMap((name) => {
      const now = loaded.some((listener) => listener.name === name) ? wanted.get(name) : confirmed.get(name);
      return now === undefined ? [] : [[name, now] as const];
    }),
  );
  return annotate(
    unserved,
    { [ANNOTATION.servedCertificates]: textOf(served) },
    reason('CertificateLoaded', `it serves its new certificate on ${namesOf(loaded)}`),
  );
}

function told(unserved: Unserved, listeners: readonly ResolvedListener[], { now }: Context): readonly Proposal[] {
  const attempts = attemptsOf(unserved);
  if (attempts === undefined) return [remembered(unserved, { at: now, count: 0 })];
  if (dueAt(attempts) > now || attempts.count >= MOST_ATTEMPTS) return [];
  // The kubelet is told once more with each attempt: files that it fetched too early are those from before.
  return [load(unserved, listeners), remembered(unserved, { at: now, count: attempts.count + 1 })];
}

/** Rounded up: nobody is taken to have been told earlier than it was. */
const remembered = (unserved: Unserved, { at, count }: { readonly at: number; readonly count: number }): Proposal =>
  annotate(
    unserved,
    { [ANNOTATION.keystoreFiles]: `${unserved.hash} ${isoSeconds(Math.ceil(at / 1000) * 1000)} ${String(count)}` },
    reason('CertificateToLoad', 'its kubelet is to fetch the new certificates at once'),
  );

function annotate({ pod }: Unserved, annotations: Readonly<Record<string, string>>, why: Reason): Proposal {
  return { kind: 'annotate', risk: 'safe', target: targetOf(pod.object), annotations, reasons: [why] };
}

/** About the whole cluster, as other settings are: what Kafka refuses must not keep back the restart that may be the cure. */
const load = ({ view }: Unserved, listeners: readonly ResolvedListener[]): Proposal => ({
  kind: 'alterConfigs',
  risk: 'safe',
  resource: { kind: 'broker', id: view.node.id },
  changes: listeners.map(({ name }) => ({
    key: `listener.name.${name}.ssl.keystore.location`,
    value: keystoreFile(name),
    sensitive: false,
  })),
  reasons: [reason('CertificateToLoad', `it is told to load the new certificate of ${namesOf(listeners)}, while it runs`)],
});

const namesOf = (listeners: readonly ResolvedListener[]): string => {
  const names = listeners.map(({ name }) => name).join(', ');
  return listeners.length === 1 ? `listener ${names}` : `listeners ${names}`;
};

/** Why a broker is restarted that does not load its certificate; none: it does, or is still being told. */
export function whyNotTaken(view: NodeView, context: Pick<Context, 'cluster' | 'world' | 'now'>): readonly Reason[] {
  const listeners = unservedIn({ ...context, views: [view] }).flatMap((unserved) => notTaken(unserved, context));
  if (listeners.length === 0) return [];
  return [reason('CertificateToLoad', `it did not load the new certificate of ${namesOf(listeners)} while it runs`)];
}
