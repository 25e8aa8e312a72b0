/** What is next for one object, and what is said of it meanwhile. */
import type { KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import type { SettingChange } from './differences';
import type { TopicJudgement, TopicConditionReason } from './topic-conditions';
import { keysOf, type TopicObject, type TopicOrigin } from './topic-object';
import { restingIn, type SeenTopic, type TopicsView } from './topic-view';

export interface TopicCreation {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

export interface PartitionMove {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

/** What is set before replicas move; empty: nothing. */
export interface MoveThrottle {
  /** Of the topic. */
  readonly lists: readonly SettingChange[];
  /** Of all brokers. */
  readonly rates: readonly SettingChange[];
}

/** Keys that are taken away, of the topic and of all brokers. */
export interface ThrottleEnd {
  readonly lists: readonly string[];
  readonly rates: readonly string[];
}

export interface TopicEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** One thing at a time for each object; all objects of a cluster go together. */
export type TopicDeed =
  | { readonly kind: 'none' }
  /** The finalizer is put on, before anything is made that only we would take away. */
  | { readonly kind: 'claim'; readonly origin: TopicOrigin }
  | { readonly kind: 'release' }
  /** More has to be known first. */
  | { readonly kind: 'askSettings'; readonly keys: readonly string[] }
  | { readonly kind: 'askPlacement' }
  /** The status must say so before Kafka is changed, so that a death in between forgets nothing (decision 14). */
  | { readonly kind: 'record'; readonly status: KafkaTopicStatus }
  | { readonly kind: 'create'; readonly topic: TopicCreation }
  | { readonly kind: 'change'; readonly grow: number | undefined; readonly settings: readonly SettingChange[] }
  | { readonly kind: 'move'; readonly moves: readonly PartitionMove[]; readonly throttle: MoveThrottle }
  | { readonly kind: 'unthrottle'; readonly end: ThrottleEnd }
  | { readonly kind: 'delete' };

export interface TopicStep {
  readonly object: TopicObject;
  readonly deed: TopicDeed;
  readonly judgements: readonly TopicJudgement[];
  /** Besides conditions and generation; fields that are undefined leave the status. */
  readonly status: Omit<KafkaTopicStatus, 'conditions' | 'observedGeneration'>;
  readonly event?: TopicEvent;
  /** Milliseconds after which it is worth another look; undefined: when something changes. */
  readonly wakeAfter?: number;
}

export const NONE: TopicDeed = { kind: 'none' };
/** Kafka takes a moment until all brokers know; and so long a look at moves stays true. */
export const SOON = 1_000;
/** What was refused is asked again. */
export const RETRY_REFUSED = 60_000;

export const accepted: TopicJudgement = {
  type: 'SpecAccepted',
  status: 'True',
  reason: 'Accepted',
  message: 'the topic can be had as the spec says',
};

export const refusedSpec = (reason: TopicConditionReason, message: string): readonly TopicJudgement[] => [
  { type: 'SpecAccepted', status: 'False', reason, message },
  { type: 'Ready', status: 'False', reason: 'NotAccepted', message: 'see the condition SpecAccepted' },
  notSeen,
];

export const notSeen: TopicJudgement = { type: 'Drifted', status: 'Unknown', reason: 'NotSeen', message: 'the topic was not compared' };

export const waits = (reason: TopicConditionReason, message: string): readonly TopicJudgement[] => [
  accepted,
  { type: 'Ready', status: 'False', reason, message },
  notSeen,
];

type SeenFacts = Pick<KafkaTopicStatus, 'topicId' | 'partitions' | 'replicationFactor' | 'underReplicated'>;

/** What Kafka says of the topic. While all of its partitions are reassigned the replicas are those that were known. */
export function seenFacts(seen: SeenTopic, { placement }: TopicsView, known: KafkaTopicStatus): SeenFacts {
  const { partitions } = seen;
  const resting = restingIn(seen, placement);
  const still = new Set(resting);
  const counts = (resting.length === 0 ? partitions : resting).map(({ replicas }) => replicas.length);
  const least = counts.length === 0 ? 0 : Math.min(...counts);
  const replicationFactor = resting.length === 0 ? (known.replicationFactor ?? least) : least;
  const wanted = (partition: (typeof partitions)[number]): number =>
    still.has(partition) ? partition.replicas.length : Math.min(replicationFactor, partition.replicas.length);
  return {
    ...(seen.id === '' ? {} : { topicId: seen.id }),
    partitions: partitions.length,
    replicationFactor,
    underReplicated: partitions.filter((partition) => partition.isr.length < wanted(partition)).length,
  };
}

/** Than are wanted: it is not taken over, nor was it made for the object. */
export const hasMorePartitions = ({ partitions }: SeenTopic, object: TopicObject): boolean =>
  object.partitions > 0 && object.partitions < partitions.length;

/** What was known stays, while nothing new is. */
export function keptFacts({ status, managedBy }: TopicObject): TopicStep['status'] {
  const { conditions: _, observedGeneration: __, ...facts } = status;
  return { ...facts, managedBy };
}

/** The keys that the object sets, when it is created as a whole. */
export const settingsOf = (object: TopicObject): { readonly settings?: string[] } => {
  const keys = keysOf(object);
  return keys.length === 0 ? {} : { settings: [...keys] };
};
