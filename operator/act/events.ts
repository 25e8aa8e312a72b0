/**
 * Kubernetes Events: when something was done, or was held for long. They are told and forgotten: a lost Event changes
 * nothing, and none is waited for.
 */
import type { Action, IssueCertificate, Outcome, RecordOperation } from '../decide/action';
import { actionLine, because } from '../decide/explain';
import type { ClusterView } from '../decide/world';
import { KAFKA_CLUSTER } from '../kinds';
import type { KubeApi } from '../runtime/kube-types';
import { emitOf, type EventDraft } from './object-events';

export type { EventDraft };

/** One Event of one cluster. Errors are given to `lost`. */
export function emit(
  kube: KubeApi,
  cluster: ClusterView,
  draft: EventDraft,
  told: { readonly now: number; readonly lost: (error: unknown) => void },
): void {
  emitOf(kube, { ...cluster, kind: KAFKA_CLUSTER }, draft, told);
}

/**
 * What a pass is worth telling: nodes made or replaced (one Event for all of them), each restart, certificates (one for each kind of step),
 * each refusal of the server.
 */
export function eventsOf(outcomes: readonly Outcome[]): readonly EventDraft[] {
  const done = outcomes.filter((o) => o.result === 'done');
  const made = done.flatMap(({ action }) => (action.kind === 'createPod' ? [action] : []));
  const drafts: EventDraft[] = [];
  if (made.length > 0) {
    const why = [...new Set(made.map((a) => because(a.reasons)))].join('; ');
    drafts.push({
      type: 'Normal',
      reason: 'NodesStarted',
      message: `created the Pods of nodes ${made.map((a) => String(a.node)).join(', ')}: ${why}`,
    });
  }
  for (const { action } of done) {
    if (action.kind === 'restartNode')
      drafts.push({
        type: 'Normal',
        reason: action.running ? 'NodeRestarted' : 'PodReplaced',
        message: actionLine(action).replace(/ {2,}/g, ' '),
      });
  }
  drafts.push(...certificateEvents(done.map(({ action }) => action)));
  drafts.push(...done.flatMap(({ action }) => (action.kind === 'recordOperation' ? operationEvent(action) : [])));
  for (const { result, message } of outcomes) {
    if (result === 'failed' && message !== undefined) drafts.push({ type: 'Warning', reason: 'WriteRefused', message });
  }
  return drafts;
}

/** One for all certificates that were issued for the first time, one for all that were again, and one for each step of a CA. */
function certificateEvents(done: readonly Action[]): readonly EventDraft[] {
  const issued = done.flatMap((action) => (action.kind === 'issueCertificate' ? [action] : []));
  const leafs = issued.filter(({ certificate }) => certificate !== 'nextAuthority');
  const next = issued.filter(({ certificate }) => certificate === 'nextAuthority');
  const steps = done.flatMap((action) => (action.kind === 'replaceAuthority' ? [action] : []));
  return [
    ...issuedEvent(
      'CertificateIssued',
      leafs.filter(({ replaces }) => replaces === undefined),
    ),
    ...issuedEvent(
      'CertificateRenewed',
      leafs.filter(({ replaces }) => replaces !== undefined),
    ),
    ...next.map(({ reasons }) => normal('AuthorityPrepared', `the next CA is made: ${because(reasons)}`)),
    ...steps.map(({ step, reasons }) => normal(AUTHORITY_EVENTS[step], because(reasons))),
  ];
}

const AUTHORITY_EVENTS = { switch: 'AuthoritySwitched', drop: 'AuthorityDropped' } as const;

const normal = (reason: string, message: string): EventDraft => ({ type: 'Normal', reason, message });

function issuedEvent(reason: string, issued: readonly IssueCertificate[]): readonly EventDraft[] {
  if (issued.length === 0) return [];
  const why = [...new Set(issued.map(({ reasons }) => because(reasons)))].join('; ');
  return [normal(reason, `${issued.map(({ manifest }) => `Secret ${manifest.metadata.name}`).join(', ')}: ${why}`)];
}

/** An operation was begun, or is over; what lies between is in its status. */
function operationEvent({ target, status }: RecordOperation): readonly EventDraft[] {
  const { state, errorMessage = '', id } = (status.currentTask ?? {}) as { state?: string; errorMessage?: string; id?: string };
  if (state === 'Completed') return [{ type: 'Normal', reason: 'OperationCompleted', message: `${target.name} is completed` }];
  if (state === 'CompletedWithError')
    return [{ type: 'Warning', reason: 'OperationFailed', message: `${target.name} failed: ${errorMessage}` }];
  return state === 'Active' && id === undefined ? [{ type: 'Normal', reason: 'OperationBegun', message: `${target.name} is begun` }] : [];
}
