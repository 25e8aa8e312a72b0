/**
 * The conditions of a KafkaTopic: few, stable, without relative times. Types and reasons are closed lists; docs/topics.md explains
 * each, and a test holds the two together.
 */

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
