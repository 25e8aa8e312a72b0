/**
 * The conditions of a KafkaTopic: few, stable, without relative times. Types and reasons are closed lists; docs/topics.md explains
 * each, and a test holds the two together.
 */
import type { KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { isoSeconds } from '../rfc3339';

export const TOPIC_CONDITION_TYPES = ['SpecAccepted', 'Ready', 'Drifted'] as const;
export type TopicConditionType = (typeof TOPIC_CONDITION_TYPES)[number];

export const TOPIC_CONDITION_REASONS = [
  ...(['Accepted', 'NamespaceNotAllowed', 'DuplicateTopic', 'InternalTopic', 'FewerPartitions', 'RefusedByKafka'] as const),
  ...(['TopicReady', 'NotAccepted', 'Pending', 'ReplicasMoving', 'MoveWaits', 'TooFewBrokers', 'TopicMissing', 'OnlyObserved'] as const),
  ...(['ClusterNotFound', 'ClusterDeleting', 'ClusterNotKnown', 'KafkaUnreachable', 'Deleting', 'DeletionDisabled'] as const),
  ...(['AsWanted', 'Differs', 'MorePartitions', 'NotSeen'] as const),
] as const;
export type TopicConditionReason = (typeof TOPIC_CONDITION_REASONS)[number];

export interface TopicJudgement {
  readonly type: TopicConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: TopicConditionReason;
  readonly message: string;
}

type Conditions = NonNullable<KafkaTopicStatus['conditions']>;

const MESSAGE_LIMIT = 1000;
const bounded = (message: string): string => (message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT - 2)} …`);

/** Keeps the time of the last transition while the status of a condition stays. */
export function topicConditions(
  judgements: readonly TopicJudgement[],
  before: KafkaTopicStatus['conditions'],
  generation: number,
  now: number,
): Conditions {
  return judgements.map((judgement) => {
    const old = Array.isArray(before) ? before.find(({ type }) => type === judgement.type) : undefined;
    const lastTransitionTime = old?.status === judgement.status ? old.lastTransitionTime : isoSeconds(now);
    return { ...judgement, message: bounded(judgement.message), observedGeneration: generation, lastTransitionTime };
  });
}
