/**
 * Which operation is next, and why another one waits (contract 3.7). One moves at a time in a cluster, since two would undo each
 * other's work; it begins only when Cruise Control is ready and does nothing else, every node serves, and nobody else reassigns
 * partitions: moving replicas beside a restart would leave partitions with fewer in sync than either alone.
 */
import type { Context } from './context';
import { approvalOfOperation } from './operation-conditions';
import { isMove, isReserved, movesNow, MOVES } from './operation-request';
import { statusOf, taskOf } from './operation-status';
import { operationsIn, type OperationView } from './operation-view';
import { isOfEarlierLife, serves } from './node-view';
import { isPutDown } from './put-down';
import { reason, type Reason } from './reason';
import { millisecondsOf } from './rfc3339';
import { whyNotMoved } from './self-healing';
import type { World } from './world';

export type QueueContext = Pick<Context, 'cluster' | 'world' | 'views' | 'now'>;

export interface Queue {
  /** Begun and not over, of those that move replicas. */
  readonly current: OperationView | undefined;
  /** To be begun now. */
  readonly next: OperationView | undefined;
  /** What is not begun now, each with all the reasons; in order of their turns. */
  readonly waiting: readonly { readonly view: OperationView; readonly why: readonly Reason[] }[];
}

export function queueOf(context: QueueContext): Queue {
  const all = operationsIn(context.world).filter((view) => isMove(view) && !isOfEarlierLife(view.object, context.world.cluster.uid));
  // Also one that is being deleted: it runs until Cruise Control has stopped it.
  const current = all.find(movesNow);
  const pending = inTurn(all.filter((view) => !view.deleting && !view.final && !movesNow(view)));
  const judged = pending.map((view) => ({ view, why: whyNotBegin(view, current, context) }));
  const next = judged.find(({ why }) => why.length === 0)?.view;
  const waiting = judged.filter(({ view }) => view !== next);
  return {
    current,
    next,
    waiting: waiting.map(({ view, why }) => ({ view, why: why.length > 0 || next === undefined ? why : [after(next)] })),
  };
}

const after = (next: OperationView): Reason => reason('OneAtATime', `one operation at a time; ${next.name} goes first`);

/** New ones before retries; then by what they do; then the older one. */
const inTurn = (views: readonly OperationView[]): readonly OperationView[] =>
  [...views].sort((a, b) => Number(isRetry(a)) - Number(isRetry(b)) || urgency(a) - urgency(b));

const isRetry = (view: OperationView): boolean => view.state === 'CompletedWithError';
const urgency = ({ operation }: OperationView): number => (operation === undefined ? MOVES.length : MOVES.indexOf(operation));

/** All the reasons why it does not begin now. */
export function whyNotBegin(view: OperationView, current: OperationView | undefined, context: QueueContext): readonly Reason[] {
  return [...whyOfItself(view, context.now), ...whyInFlight(view, current), ...whyNowhere(view, context, current)];
}

/** What only this operation waits for. */
function whyOfItself(view: OperationView, now: number): readonly Reason[] {
  const paused = view.paused ? [reason('OperationPaused', 'paused; take the label pause off')] : [];
  const unapproved = approvalOfOperation(view) === 'Required' && statusOf(view).proposal !== undefined;
  const approval = unapproved ? [reason('ProposalNeedsApproval', 'look at status.proposal and set spec.approval to Approved')] : [];
  return [...paused, ...approval, ...whyUnreadable(view), ...whyBackingOff(view, now)];
}

/** The API server refuses the usual spellings; Cruise Control takes any, and a move must not pass for a dry run. */
function whyUnreadable({ object, parameters }: OperationView): readonly Reason[] {
  const { parameters: written } = (object.spec ?? {}) as { readonly parameters?: unknown };
  const name = written === undefined ? undefined : Object.keys(parameters).find(isReserved);
  return name === undefined ? [] : [reason('OperationFailed', `parameter ${name} is set by the operator; make an operation without it`)];
}

const FIRST_BACK_OFF_MS = 30_000;
const LONGEST_BACK_OFF_MS = 1_800_000;

const backOff = (failures: number): number => Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.min(failures, 20));

/** Until when it is not tried again. */
export function whyBackingOff(view: OperationView, now: number): readonly Reason[] {
  const { waiting } = statusOf(view);
  if (waiting !== undefined && !isRetry(view)) {
    const until = (millisecondsOf(waiting.last) ?? 0) + backOff(waiting.refusals - 1);
    return until <= now ? [] : [reason('CruiseControlNotReady', `Cruise Control did not take it: ${waiting.message}`, until)];
  }
  if (!isRetry(view)) return [];
  const until = (millisecondsOf(taskOf(view).finished) ?? 0) + backOff(view.retries);
  return until <= now ? [] : [reason('OperationFailed', `it failed and is tried again: ${view.error}`, until)];
}

const whyInFlight = (view: OperationView, current: OperationView | undefined): readonly Reason[] =>
  current === undefined || current.name === view.name
    ? []
    : [reason('OperationInFlight', `${current.name} is under way; one moves at a time`)];

/** What no operation can do without. */
function whyNowhere(view: OperationView, context: QueueContext, current: OperationView | undefined): readonly Reason[] {
  return [
    ...whyCruiseControl(context, current !== undefined && current.name !== view.name),
    ...whyNodes(view, context),
    ...whyKafka(context.world, current),
  ];
}

function whyCruiseControl(context: QueueContext, others: boolean): readonly Reason[] {
  const { cluster, world } = context;
  if (cluster.cruiseControl === undefined) return [reason('CruiseControlMissing', 'the spec has no cruiseControlConfig; add it')];
  const seen = world.cruiseControl;
  if (seen?.state !== 'known')
    return [
      reason(
        'CruiseControlUnknown',
        seen?.state === 'unknown' ? `Cruise Control cannot be seen: ${seen.why}` : 'Cruise Control was not asked yet',
      ),
    ];
  const { ready, why, execution } = seen.value;
  const busy =
    execution.idle || others
      ? []
      : [whyNotMoved(context) ?? reason('OperationInFlight', 'Cruise Control carries out something that no operation asked for')];
  return [...(ready ? [] : [reason('CruiseControlNotReady', `Cruise Control is not ready: ${why}`)]), ...busy];
}

/** A broker that is being drained need not serve itself: getting its replicas off it may be all that is left to do. */
function whyNodes(view: OperationView, { views, world }: QueueContext): readonly Reason[] {
  const drained = view.operation === 'remove_broker' ? (view.parameters.brokerid ?? '').split(',') : [];
  const down = views
    .filter((v) => !serves(v) && !isPutDown(v, { world }) && !drained.includes(String(v.node.id)))
    .map((v) => String(v.node.id));
  return down.length === 0
    ? []
    : [reason('NodeNotReady', `node ${down.slice(0, 5).join(', ')}${down.length > 5 ? ' …' : ''} does not serve`)];
}

function whyKafka({ kafka }: World, current: OperationView | undefined): readonly Reason[] {
  if (kafka.state !== 'known')
    return [reason('KafkaUnknown', kafka.state === 'unknown' ? `Kafka cannot be seen: ${kafka.why}` : 'Kafka was not asked yet')];
  // Without names and numbers, which change all the while.
  const others = current === undefined && (kafka.value.reassigning ?? []).length > 0;
  return others ? [reason('Reassigning', 'partitions are being reassigned, and no operation does it')] : [];
}
