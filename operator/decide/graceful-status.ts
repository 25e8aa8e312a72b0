/**
 * `gracefulActionState` (contract 1.5): how far a broker is on its way in or out. Mirrored from the operation that moves its replicas;
 * but that it holds nothing is Kafka's word alone, and an operation that vanished or failed is no success.
 */
import { namedOperation, progressOf } from './broker-operation';
import type { Context } from './context';
import { fillingOf, isJoining, stateAtFirstSight, TO_UPSCALE, UPSCALED } from './joining-broker';
import { leavingOf, type Leaving } from './leaving-broker';
import type { NodeView } from './node-view';
import type { OperationView } from './operation-view';
import { isLeavingBroker, wasDrained } from './put-down';
import type { BrokerStatus, World } from './world';

type Graceful = NonNullable<BrokerStatus['gracefulActionState']>;

type Seen = Pick<Context, 'cluster' | 'world' | 'views'>;

export function gracefulStateOf(view: NodeView, seen: Seen): Graceful {
  const before = view.status.gracefulActionState;
  if (before?.cruiseControlState === undefined) return { ...before, cruiseControlState: stateAtFirstSight(view, seen.views, seen.world) };
  if (isLeavingBroker(view)) return leavingState(view, before, seen);
  if (isDownscale(before.cruiseControlState)) return settled(before, TO_UPSCALE);
  return isJoining(view) ? joiningState(view, before, seen.world) : before;
}

const isDownscale = (state = ''): boolean => state.startsWith('GracefulDownscale');

/** Another phase, or the end of one: what was counted is over. */
function settled({ volumeStates }: Graceful, cruiseControlState: string): Graceful {
  return { cruiseControlState, ...(volumeStates === undefined ? {} : { volumeStates }) };
}

function joiningState(view: NodeView, before: Graceful, world: World): Graceful {
  const operation = fillingOf(view, world);
  if (operation === undefined) return { ...before, cruiseControlState: TO_UPSCALE };
  const state = `GracefulUpscale${progressOf(operation)}`;
  return state === UPSCALED
    ? { ...settled(before, state), ...referenceTo(operation) }
    : { ...before, cruiseControlState: state, ...made(before, operation) };
}

function leavingState(view: NodeView, before: Graceful, seen: Seen): Graceful {
  const leaving = leavingOf(view, seen);
  switch (leaving.stage) {
    case 'stays':
    case 'unseen':
      return before;
    case 'draining':
      return drainingState(view, leaving, before, seen.world);
    case 'failed':
      return { ...inDownscale(before), cruiseControlState: `GracefulDownscale${failure(view, seen.world)}` };
    default:
      return wasDrained(view) ? before : inDownscale(before);
  }
}

function drainingState(view: NodeView, { operation }: Extract<Leaving, { stage: 'draining' }>, before: Graceful, world: World): Graceful {
  const since = inDownscale(before);
  if (operation?.operation === 'remove_broker')
    return { ...since, cruiseControlState: `GracefulDownscale${progressOf(operation)}`, ...made(since, operation) };
  return wasDrained(view) && !hasSpoken(view, world) ? before : { ...since, cruiseControlState: 'GracefulDownscaleRequired' };
}

/** A broker that does not answer this once takes back nothing of what it said. */
const hasSpoken = ({ node: { id } }: NodeView, { kafka }: World): boolean =>
  kafka.state === 'known' &&
  (kafka.value.logDirs?.[String(id)] !== undefined || kafka.value.topics.some((t) => t.partitions.some((p) => p.replicas.includes(id))));

const failure = (view: NodeView, world: World): string =>
  namedOperation(view, world)?.state === 'CompletedWithError' ? 'CompletedWithError' : 'Required';

const inDownscale = (before: Graceful): Graceful =>
  isDownscale(before.cruiseControlState) ? before : settled(before, 'GracefulDownscaleRequired');

const referenceTo = ({ name }: OperationView): Pick<Graceful, 'cruiseControlOperationReference'> => ({
  cruiseControlOperationReference: { name },
});

/** Another operation than the one before is one more. */
function made(before: Graceful, operation: OperationView): Pick<Graceful, 'cruiseControlOperationReference' | 'operations'> {
  const same = before.cruiseControlOperationReference?.name === operation.name;
  return { ...referenceTo(operation), operations: (before.operations ?? 0) + (same ? 0 : 1) };
}
