/**
 * Whether a cluster is calm enough for an alert to change it: it runs, the action before is carried to its end, and nobody moves
 * replicas. A broker that starts, a volume that is filled or a roll that goes on makes figures that alerts fire on; acting on those
 * would answer the operator's own work.
 */
import { alertChange, type AlertChange } from '../../../lib/alerts/alert-action';
import { parseQuantity } from '../../../lib/api/quantity';
import { unhealthyPartitions } from '../health';
import { isJoining } from '../joining-broker';
import { serves, type NodeView } from '../node-view';
import { approvalOfOperation } from '../operation-conditions';
import { statusOf } from '../operation-status';
import { inFlight, operationsIn, type OperationView } from '../operation-view';
import type { ClusterStatus, World } from '../world';
import { capacityOf, type Seen } from './action-view';
import type { AlertDecision, AlertReason } from './alerts-view';
import { lastAct, timeOf } from './trail';

export interface Wait {
  readonly reason: AlertReason;
  readonly message: string;
  /** Milliseconds since the epoch: when it ends by itself. */
  readonly until?: number;
}

/** Why it waits; undefined: it does not. */
export function whyNotCalm(action: string, decisions: readonly AlertDecision[], seen: Seen): Wait | undefined {
  const state = whyNotRunning(action, seen);
  if (state !== undefined) return { reason: 'ClusterNotRunning', message: state };
  const last = lastAct(decisions);
  const unfinished = last === undefined ? undefined : whyUnfinished(last, seen);
  if (unfinished !== undefined) return { reason: 'ActionUnfinished', message: unfinished };
  const operation = operationsIn(seen.world).find(isUnfinished);
  if (operation !== undefined) return { reason: 'OperationUnfinished', message: `${operation.name} is not finished` };
  return undefined;
}

/** One that a person has to let on moves nothing, perhaps for days. */
const isUnfinished = (view: OperationView): boolean => !view.final && !view.paused && !view.deleting && !awaitsApproval(view);

const awaitsApproval = (view: OperationView): boolean =>
  approvalOfOperation(view) === 'Required' && statusOf(view).proposal !== undefined && !inFlight(view);

function whyNotRunning(action: string, { world, cluster, views }: Seen): string | undefined {
  const { state, observedGeneration } = world.cluster.status;
  if (observedGeneration !== cluster.generation) return 'the spec has just changed';
  const leaving = views.find(({ node }) => node.departing);
  if (leaving !== undefined) return `node ${String(leaving.node.id)} is leaving`;
  const sick = whySick(action, world, views);
  if (sick !== undefined || state === 'ClusterRunning') return sick;
  if (action === 'upScale' && cannotKeepUp(world.cluster.status, views)) return undefined;
  return `the cluster is ${state ?? 'not known yet'}`;
}

/** The status says what the last pass saw; this pass may see worse. */
function whySick(action: string, { kafka }: World, views: readonly NodeView[]): string | undefined {
  const down = views.find((view) => !serves(view));
  if (down !== undefined) return `node ${String(down.node.id)} does not serve`;
  if (kafka.state !== 'known') return 'Kafka cannot be seen';
  return action === 'upScale' || unhealthyPartitions(kafka.value).length === 0 ? undefined : 'replicas are out of sync';
}

/** Brokers that serve and cannot keep up are what one more broker is for. */
const cannotKeepUp = ({ state, conditions = [] }: ClusterStatus, views: readonly NodeView[]): boolean =>
  state === 'ClusterReconciling' &&
  conditions.some(({ type, reason }) => type === 'Ready' && reason === 'PartitionsNotInSync') &&
  views.every(serves);

/** A claim that cannot grow must not keep a cluster from getting another volume for ever. */
const GROWS_WITHIN_MS = 1_800_000;

function whyUnfinished(act: AlertDecision, seen: Seen): string | undefined {
  if (act.outcome !== 'Done') return undefined;
  for (const change of changesOf(act)) {
    const why = whyChangeUnfinished(change, seen, timeOf(act));
    if (why !== undefined) return `${act.action} of ${act.time}: ${why}`;
  }
  return undefined;
}

function whyChangeUnfinished(change: AlertChange, { cluster, views, now }: Seen, at: number): string | undefined {
  const has = cluster.cruiseControl !== undefined;
  const viewOf = (id: number): NodeView | undefined => views.find(({ node }) => node.id === id);
  switch (change.kind) {
    case 'addBroker':
      return whyNotJoined(viewOf(change.broker.id), has);
    case 'removeBroker':
      return undefined;
    case 'addStorage':
      return has ? whyNotFilled(viewOf(change.broker), change.storage.mountPath) : undefined;
    case 'growClaim':
      return now - at > GROWS_WITHIN_MS ? undefined : whyNotGrown(views, change.claim, change.size);
  }
}

/** Without Cruise Control it stays empty; more cannot be waited for. */
function whyNotJoined(view: NodeView | undefined, isFilled: boolean): string | undefined {
  if (view === undefined) return undefined;
  if (!serves(view) || view.registered?.fenced !== false) return `broker ${String(view.node.id)} does not serve yet`;
  return isFilled && isJoining(view) ? `broker ${String(view.node.id)} has not got its share yet` : undefined;
}

function whyNotFilled(view: NodeView | undefined, mountPath: string): string | undefined {
  if (view === undefined || view.node.storage.every((s) => s.mountPath !== mountPath)) return undefined;
  const state = view.status.gracefulActionState?.volumeStates?.[mountPath]?.cruiseControlVolumeState;
  return state === 'GracefulDiskRebalanceSucceeded'
    ? undefined
    : `volume ${mountPath} of broker ${String(view.node.id)} has not got its share yet`;
}

function whyNotGrown(views: readonly NodeView[], name: string, size: string): string | undefined {
  const claim = views.flatMap(({ claims }) => claims).find(({ metadata }) => metadata.name === name);
  const capacity = claim === undefined ? undefined : capacityOf(claim);
  if (capacity === undefined || (parseQuantity(capacity) ?? 0) >= (parseQuantity(size) ?? 0)) return undefined;
  return `volume ${name} has ${capacity} of ${size}`;
}

/** What a decision changes; nothing when it cannot be read. */
export function changesOf({ changes }: Pick<AlertDecision, 'changes'>): readonly AlertChange[] {
  try {
    const parsed = alertChange.array().safeParse(JSON.parse(changes ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
