/**
 * A broker that left the spec goes by these stages, each read off from what is there, so that an operator that was killed
 * anywhere goes on:
 *
 *     stays ·· draining ··> drained ··> stopping ··> stopped ··> fenced ··> forgotten ··> (nothing)
 *                 ^             │           │            │          │
 *                 └── holds replicas again: its Pod is made again ──┘
 *
 * Nothing that holds a replica is ever deleted, and Kafka itself guards none of it (UnregisterBroker of a broker with replicas
 * succeeds). So Kafka is asked three times: before its Pod goes, for what is assigned, moving and lying in its log directories; when
 * it is stopped and fenced, because a topic may have been made in between; and before its claims go. What an operation of Cruise
 * Control says is no answer to any of these. A broker that dies before it was seen empty is brought back to be asked.
 */
import { isAtLeast } from '../../lib/kafka/version';
import { namedOperation, openOperation, operationAt, operationsMade, progressOf } from './broker-operation';
import { changeableQuorum, isController } from './changeable-quorum';
import type { Context } from './context';
import { assignedTo, whyAssigned, whyNotEmpty } from './holdings';
import { leftovers, whyControllerStays } from './leaving-controller';
import type { NodeView } from './node-view';
import { taskOf } from './operation-status';
import type { OperationView } from './operation-view';
import { isLeavingBroker, isStranger, wasDrained } from './put-down';
import { reason, type Reason } from './reason';
import { millisecondsOf } from './rfc3339';
import { whyNotSpared } from './spare-broker';
import type { KafkaView } from './world';

export type Leaving =
  /** Nothing is begun. */
  | { readonly stage: 'stays'; readonly why: Reason }
  /** Nothing is concluded. */
  | { readonly stage: 'unseen'; readonly why: Reason }
  /** It holds replicas, or is not known to hold none. `operation`: what moves them; `next`: one is to be made. */
  | { readonly stage: 'draining'; readonly why: Reason; readonly operation: OperationView | undefined; readonly next: boolean }
  /** What was tried did not empty it. */
  | { readonly stage: 'failed'; readonly why: Reason }
  /** It was asked, and holds nothing. */
  | { readonly stage: 'drained' }
  | { readonly stage: 'stopping'; readonly why: Reason }
  /** Kafka has not fenced it. */
  | { readonly stage: 'stopped'; readonly why: Reason }
  /** Kafka was seen to have fenced it, and it holds nothing. */
  | { readonly stage: 'fenced' }
  /** Kafka does not know it any more: what was made for it goes. */
  | { readonly stage: 'forgotten' };

type Seen = Pick<Context, 'cluster' | 'world' | 'views'>;

/** Brokers hear of a move this long after it, at the latest. */
const TOLD_AFTER_MS = 2000;

/** After so many operations that completed and left replicas a person has to look. */
const MOST_OPERATIONS = 5;

export function leavingOf(view: NodeView, seen: Seen): Leaving {
  const { kafka } = seen.world;
  if (kafka.state !== 'known') return unseen('KafkaUnknown', 'it left the spec; Kafka cannot be asked what lies on it');
  if (kafka.value.quorum.leaderId < 0) return unseen('NoQuorumLeader', 'it left the spec; no controller leads, so what brokers say is old');
  const bound = isController(view) && changeableQuorum(seen) === undefined ? whyControllerStays(seen) : undefined;
  if (bound !== undefined) return { stage: 'stays', why: bound };
  const why = whyAssigned(view.node.id, kafka.value);
  if (why !== undefined) return draining(view, why, { ...seen, kafka: kafka.value });
  const operation = operationAt(seen.world, view.node.id);
  if (operation !== undefined) return { stage: 'draining', why: stillAtWork(operation), operation, next: false };
  return view.pod === undefined ? withoutPod(view, kafka.value, seen) : withPod(view, kafka.value, seen);
}

const stillAtWork = ({ name }: OperationView): Reason => reason('OperationInFlight', `it holds nothing, and ${name} is not over yet`);

const unseen = (code: 'KafkaUnknown' | 'NoQuorumLeader', message: string): Leaving => ({ stage: 'unseen', why: reason(code, message) });

function draining(view: NodeView, why: Reason, seen: Seen & { readonly kafka: KafkaView }): Leaving {
  const { cluster, world, kafka } = seen;
  const operation = openOperation(world, 'remove_broker', view.node.id);
  if (operation !== undefined) return { stage: 'draining', why: whileMoved(operation), operation, next: false };
  if (assignedTo(view.node.id, kafka) === 0 || isJustOver(view, seen)) return { stage: 'draining', why, operation, next: false };
  const failed = whyFailed(view, why, seen);
  if (failed !== undefined) return { stage: 'failed', why: failed };
  const stays = cluster.cruiseControl === undefined ? without(why) : whyNotSpared(seen.views, kafka);
  return stays === undefined ? { stage: 'draining', why, operation, next: true } : { stage: 'stays', why: stays };
}

/** Without numbers, which change all the while; the operation has them. */
function whileMoved(operation: OperationView): Reason {
  const said = {
    Scheduled: 'waits',
    Running: 'moves them',
    Succeeded: 'is over',
    CompletedWithError: 'is tried again',
    Paused: 'is paused',
  };
  return reason('HoldsReplicas', `replicas are on it; ${operation.name} ${said[progressOf(operation)]}`);
}

/** What Kafka tells is as old as the look at it: an operation that ended since may have moved everything. */
function isJustOver(view: NodeView, { world, kafka }: Seen & { readonly kafka: KafkaView }): boolean {
  const last = namedOperation(view, world);
  const finished = last?.state === 'Completed' ? millisecondsOf(taskOf(last).finished) : undefined;
  return finished !== undefined && kafka.at < finished + TOLD_AFTER_MS;
}

const without = ({ message }: Reason): Reason =>
  reason('CruiseControlMissing', `${message}; nothing moves them: add cruiseControlConfig to the spec, or put the broker back`);

/** An operation that vanished is made again; one that failed for good, or was of no use time and again, is not. */
function whyFailed(view: NodeView, { message }: Reason, { world }: Seen): Reason | undefined {
  const last = namedOperation(view, world);
  if (last?.operation === 'remove_broker' && last.state === 'CompletedWithError')
    return reason('OperationFailed', `${message}; ${last.name} failed: ${last.error}. Delete it to have the replicas moved by another one`);
  if (operationsMade(view, 'remove_broker') < MOST_OPERATIONS) return undefined;
  const remedy = 'move them by an operation of your own, or put the broker back and leave it out again';
  return reason('OperationFailed', `${message} after ${String(MOST_OPERATIONS)} operations; ${remedy}`);
}

function withPod(view: NodeView, kafka: KafkaView, { world }: Seen): Leaving {
  if (view.pod?.terminating === true) return { stage: 'stopping', why: reason('StillInUse', 'its Pod is being stopped') };
  const why = isStranger(view) ? undefined : whyNotEmpty(view, kafka, world);
  return why === undefined ? { stage: 'drained' } : { stage: 'draining', why, operation: undefined, next: false };
}

function withoutPod(view: NodeView, kafka: KafkaView, { cluster, world }: Seen): Leaving {
  if (isStranger(view)) return { stage: 'forgotten' };
  if (!wasDrained(view)) {
    const why = whyNotEmpty(view, kafka, world);
    return why === undefined ? { stage: 'drained' } : { stage: 'draining', why, operation: undefined, next: false };
  }
  if (view.registered?.fenced === false)
    return { stage: 'stopped', why: reason('NotFenced', 'its Pod is gone, and Kafka has not noticed yet that it is stopped') };
  const gone = view.registered === undefined && (tellsFenced(cluster.kafkaVersion) || view.status.unregistered === true);
  return { stage: gone ? 'forgotten' : 'fenced' };
}

/** Older brokers list those alone that live (KIP-1073): one that is not listed may still be registered. */
export const tellsFenced = (version: string | undefined): boolean => isAtLeast(version, '4.0');

/** Its removal is under way: what disrupts is wished for, in its turn. */
export function isBegun(view: NodeView, seen: Seen): boolean {
  if (!isLeavingBroker(view)) return false;
  const { stage } = leavingOf(view, seen);
  return stage !== 'stays' && stage !== 'unseen' && stage !== 'failed';
}

/** Its vote is wished away: it is drained, or somebody has to approve of it beforehand. */
export const isVoteDue = (view: NodeView, seen: Seen): boolean =>
  isBegun(view, seen) && (leavingOf(view, seen).stage !== 'draining' || seen.cluster.changePolicy.approval === 'Required');

/** It goes on by itself: what is seen of it changes in a moment. An offline directory, or a broker that is to be drained first, does not. */
export function isUnderWay(view: NodeView, seen: Seen): boolean {
  if (!isBegun(view, seen)) return false;
  const leaving = leavingOf(view, seen);
  const { kafka } = seen.world;
  const dirs = kafka.state === 'known' ? (kafka.value.logDirs?.[String(view.node.id)] ?? []) : [];
  return leaving.stage !== 'draining' || (leaving.operation === undefined && !dirs.some((dir) => dir.offline));
}

/** Nothing is left of it: the status forgets it. */
export const isGoneBroker = (view: NodeView, seen: Seen): boolean =>
  isLeavingBroker(view) && leavingOf(view, seen).stage === 'forgotten' && leftovers(view, seen).length === 0;
