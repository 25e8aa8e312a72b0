/**
 * An operation that somebody deletes while it runs is stopped first: without its object nobody would know what Cruise Control
 * does, and the operator would restart brokers beside it. The finalizer is there for nothing else: it is set before the operation
 * begins and released when it is over, so an object that does not run goes at once.
 *
 * It never keeps an object for ever: when Cruise Control cannot be asked for a quarter of an hour, or is not wanted any more, or
 * the cluster itself is going, the object goes, and what Kafka has begun ends as it ends.
 */
import type { AskCruiseControl, SetFinalizer } from './action';
import { targetOf } from './context';
import type { QueueContext } from './operation-queue';
import { isMove, taskAt, wasAsked, requestAt } from './operation-request';
import { SETTLED_AFTER_MS } from './operation-step';
import { startedAt, taskOf } from './operation-status';
import { inFlight, OPERATION_KIND, type OperationView } from './operation-view';
import type { Held } from './plan';
import { reason, type Reason } from './reason';
import { millisecondsOf } from './rfc3339';
import type { CruiseControlView, LiveObject, World } from './world';

export const OPERATION_FINALIZER = 'finalizer.cruisecontroloperations.kafka.banzaicloud.io';

/** Milliseconds. */
const WAITED_LONG_ENOUGH = 900_000;
const ASKED_AGAIN_AFTER = 60_000;

export const isGuarded = (object: LiveObject): boolean => object.metadata.finalizers?.includes(OPERATION_FINALIZER) === true;

/** Sets the finalizer, or releases it. */
export function guardOperation(object: LiveObject, present: boolean, why: Reason): SetFinalizer {
  const others = (object.metadata.finalizers ?? []).filter((f) => f !== OPERATION_FINALIZER);
  return {
    kind: 'setFinalizer',
    risk: 'safe',
    present,
    of: { target: targetOf(object), finalizers: present ? [...others, OPERATION_FINALIZER] : others },
    reasons: [why],
  };
}

/** Of a cluster that goes, or is gone: nobody waits for anything any more. */
export const releasedOperations = (world: Pick<World, 'objects'>): readonly SetFinalizer[] =>
  world.objects
    .filter((o) => o.kind === OPERATION_KIND && isGuarded(o))
    .map((o) => guardOperation(o, false, reason('Deleting', 'its cluster is being deleted')));

/** The next step of an operation that is being deleted and has our finalizer. */
export function endOf(view: OperationView, context: QueueContext): readonly (SetFinalizer | AskCruiseControl)[] {
  const gone = whyNobodyWaits(view, context);
  if (gone !== undefined) return [guardOperation(view.object, false, reason('Deleting', gone))];
  const seen = context.world.cruiseControl;
  if (seen?.state !== 'known') return [];
  const over = whyOver(view, seen.value);
  if (over !== undefined) return [guardOperation(view.object, false, reason('Deleting', over))];
  // What is not being carried out yet cannot be stopped.
  return taskAt(seen.value, view)?.status === 'InExecution' ? stop(view, seen.value, context.now) : [];
}

function whyNobodyWaits(view: OperationView, { cluster, world, now }: QueueContext): string | undefined {
  if (!isMove(view) || !inFlight(view)) return 'it does not run';
  if (cluster.cruiseControl === undefined || world.cruiseControl === undefined) return 'the cluster has no Cruise Control any more';
  return deletedFor(view, now) >= WAITED_LONG_ENOUGH ? 'Cruise Control did not stop it in a quarter of an hour' : undefined;
}

function whyOver(view: OperationView, seen: CruiseControlView): string | undefined {
  const task = taskAt(seen, view);
  if (task === undefined) return mayStillBegin(view, seen) ? undefined : 'Cruise Control does not carry it out';
  const ended = task.status === 'Completed' || task.status === 'CompletedWithError';
  return ended && !isBusyWith(task.id, seen) ? 'it is over' : undefined;
}

const isBusyWith = (taskId: string, { execution }: CruiseControlView): boolean => !execution.idle && execution.taskId === taskId;

/** Its request is under way, or was answered and the task is not in what was seen. */
function mayStillBegin(view: OperationView, seen: CruiseControlView): boolean {
  const request = requestAt(seen, taskOf(view).marker);
  if (request === undefined) return taskOf(view).id !== undefined && !isSettled(view, seen);
  if (request.state === 'refused' && request.errorKind !== 'unreachable') return false;
  return request.state === 'sent' || !isSettled(view, seen);
}

const isSettled = (view: OperationView, seen: CruiseControlView): boolean => seen.at >= startedAt(view) + SETTLED_AFTER_MS;

const deletedFor = ({ object }: OperationView, now: number): number => now - (millisecondsOf(object.metadata.deletionTimestamp) ?? now);

/** Once a minute until it has stopped. */
function stop(view: OperationView, seen: CruiseControlView, now: number): readonly AskCruiseControl[] {
  const time = Math.floor(deletedFor(view, now) / ASKED_AGAIN_AFTER);
  const marker = `${taskOf(view).marker ?? view.name}.stop.${String(time)}`;
  if (wasAsked(seen, marker)) return [];
  const why = reason('Deleting', 'it is being deleted while it runs');
  return [
    {
      kind: 'askCruiseControl',
      risk: 'safe',
      operation: view.name,
      marker,
      endpoint: 'stop_proposal_execution',
      parameters: {},
      reasons: [why],
    },
  ];
}

/** What people are told while it takes. */
export function heldEnd(view: OperationView, context: QueueContext): Held {
  const seen = context.world.cruiseControl;
  const why =
    seen?.state === 'unknown'
      ? reason('CruiseControlUnknown', `Cruise Control is to stop it first, and cannot be seen: ${seen.why}`)
      : reason('OperationInFlight', 'Cruise Control stops it first');
  return { what: `delete   ${OPERATION_KIND.toLowerCase()}/${view.name}`, reasons: [why] };
}
