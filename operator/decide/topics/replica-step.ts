/**
 * The replication factor of a topic changes by reassigning its partitions, a few at a time, which copies their records between
 * brokers. Never beside what somebody else moves: Cruise Control would count on replicas that are on their way. Partitions that get
 * fewer replicas first have all of them in sync, so what is taken away is never the only copy.
 */
import type { KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { loadOf, targetReplicas, type Load } from './replicas';
import { throttleChanges, throttleEnd, throttleFor, throttleShare, type ThrottleShare } from './throttle';
import type { TopicConditionReason } from './topic-conditions';
import type { TopicObject } from './topic-object';
import type { PartitionMove, TopicDeed } from './topic-step';
import type { SeenPartition, SeenPlacement, SeenTopic, TopicCluster, TopicsView } from './topic-view';

/** Of all topics of a cluster. */
export const MOVES_AT_ONCE = 20;

export interface MoveShare {
  /** Chosen as targets are given out, over all topics of a pass. */
  readonly load: Load;
  /** How many partitions may still begin to move. */
  left: number;
  /** Partitions that somebody else moves. */
  readonly others: readonly string[];
  readonly throttle: ThrottleShare;
}

/** Undefined until the placement is known. Topics that we move are those whose status says so. */
export function shareOf(view: TopicsView, objects: readonly TopicObject[]): MoveShare | undefined {
  if (view.placement === undefined) return undefined;
  const moving = new Set(objects.filter(({ status }) => status.moving === true).map(({ topic }) => topic));
  const [ours, others]: [string[], string[]] = [[], []];
  for (const name of view.placement.reassigning) (moving.has(topicOf(name)) ? ours : others).push(name);
  return {
    load: loadOf(view.topics.values()),
    left: Math.max(MOVES_AT_ONCE - ours.length, 0),
    others,
    throttle: throttleShare(objects, view),
  };
}

const topicOf = (partition: string): string => partition.slice(0, partition.lastIndexOf('-'));

export interface MoveStep {
  readonly deed: TopicDeed;
  readonly reason: TopicConditionReason;
  readonly message: string;
}

const wait = (reason: TopicConditionReason, message: string): MoveStep => ({ deed: { kind: 'none' }, reason, message });

export interface MoveInput {
  readonly object: TopicObject;
  readonly seen: SeenTopic;
  readonly view: TopicsView;
  readonly cluster: TopicCluster;
  readonly share: MoveShare | undefined;
}

/** Asked for a topic of which some partition has another number of replicas, or is being reassigned by us. */
export function moveStep({ object, seen, view, cluster, share }: MoveInput): MoveStep {
  const { placement } = view;
  if (placement === undefined || share === undefined || !placement.throttled.has(object.topic))
    return { ...wait('ReplicasMoving', 'where its replicas may go is being looked at'), deed: { kind: 'askPlacement' } };
  const serving = placement.brokers.filter(({ fenced }) => fenced !== true).length;
  if (object.replicationFactor > serving) return wait('TooFewBrokers', tooFewBrokers(object.replicationFactor, serving));
  if (cluster.busy !== undefined) return wait('MoveWaits', `its replicas are moved after ${cluster.busy}`);
  if (share.others.length > 0)
    return wait(
      'MoveWaits',
      `its replicas are moved once the partitions that somebody else moves are done, for example ${share.others[0] ?? ''}`,
    );
  const left = seen.partitions.filter((p) => p.replicas.length !== object.replicationFactor).length;
  const message = `${String(left)} of ${String(seen.partitions.length)} partitions get or lose replicas, at most ${String(MOVES_AT_ONCE)} at once`;
  const deed = beginning({ object, seen, view, cluster, share }, placement, share);
  return { deed, reason: 'ReplicasMoving', message };
}

/** What is to be set is written down first. */
function beginning(input: MoveInput, placement: SeenPlacement, share: MoveShare): TopicDeed {
  const { object, seen } = input;
  if (object.status.moving !== true) return { kind: 'record', status: movingStatus(input, placement, share) };
  const moves = movesOf(object, seen, placement, share);
  return moves.length === 0 ? { kind: 'none' } : { kind: 'move', moves, throttle: throttleChanges(object, moves, seen, placement) };
}

function movingStatus(wanted: Parameters<typeof throttleFor>[0], placement: SeenPlacement, share: MoveShare): KafkaTopicStatus {
  const { throttle: _, ...status } = wanted.object.status;
  const throttle = throttleFor(wanted, placement, share.throttle);
  return { ...status, moving: true, ...(throttle === undefined ? {} : { throttle }) };
}

/** Undefined: nothing of ours throttles the topic, or the cluster on its account. */
export function unthrottleDeed(object: TopicObject, { placement }: TopicsView, share: MoveShare | undefined): TopicDeed | undefined {
  if (object.status.throttle === undefined) return undefined;
  if (placement?.throttled.has(object.topic) !== true || share === undefined) return { kind: 'askPlacement' };
  const end = throttleEnd(object, placement, share.throttle);
  return end === undefined ? undefined : { kind: 'unthrottle', end };
}

function movesOf(object: TopicObject, seen: SeenTopic, placement: SeenPlacement, share: MoveShare): readonly PartitionMove[] {
  const moves: PartitionMove[] = [];
  for (const partition of seen.partitions) {
    if (share.left <= 0) break;
    const name = `${object.topic}-${String(partition.partition)}`;
    if (!mayMove(partition, object.replicationFactor) || placement.reassigning.has(name)) continue;
    const replicas = targetReplicas(partition, object.replicationFactor, placement.brokers, share.load);
    if (replicas === undefined) continue;
    moves.push({ topic: object.topic, partition: partition.partition, replicas });
    share.left -= 1;
  }
  return moves;
}

/** One without a leader copies nothing; one that loses replicas must have them all in sync. */
function mayMove({ leader, replicas, isr }: SeenPartition, wanted: number): boolean {
  if (replicas.length === wanted || leader < 0) return false;
  return replicas.length < wanted || isr.length === replicas.length;
}

export const tooFewBrokers = (wanted: number, serving: number): string =>
  `${String(wanted)} replicas need as many brokers, and ${String(serving)} serve: write a lower replicationFactor, or add brokers`;
