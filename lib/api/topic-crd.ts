/** The CustomResourceDefinition of KafkaTopic, made from the schemas. */
import type { Manifest } from '../constructs/manifest';
import { kafkaTopicSpec, kafkaTopicStatus } from './kafka-topic';
import { AGE_COLUMN, objectCrd } from './object-crd';
import { structuralSchema } from './structural-schema';
import { topicRootRules } from './topic-rules';

const column = (name: string, jsonPath: string, description: string, type = 'string') => ({
  name,
  jsonPath,
  type,
  priority: 0,
  description,
});

/** Shown with `-o wide`. */
const wide = (...of: Parameters<typeof column>) => ({ ...column(...of), priority: 1 });

const conditionOf = (type: string, field: string): string => `.status.conditions[?(@.type=="${type}")].${field}`;

const columns = [
  column('Cluster', '.spec.clusterRef.name', 'The KafkaCluster'),
  column('Topic', '.spec.name', 'Its name in Kafka'),
  column('Partitions', '.status.partitions', 'How many it has', 'integer'),
  column('Replicas', '.status.replicationFactor', 'How many replicas each partition has', 'integer'),
  column('Ready', conditionOf('Ready', 'status'), 'Whether it is as the spec says'),
  column('Reason', conditionOf('Ready', 'reason'), 'Why it is ready or not'),
  wide('Drifted', conditionOf('Drifted', 'status'), 'Whether somebody changed it in Kafka'),
  wide('Under-replicated', '.status.underReplicated', 'Partitions with a replica that is not in sync', 'integer'),
  wide('Managed by', '.status.managedBy', 'Who looks after it'),
  AGE_COLUMN,
];

/** The CRD `kafkatopics.kafka.banzaicloud.io`, version v1alpha1. */
export const topicCrd = (): Manifest =>
  objectCrd({
    kind: 'KafkaTopic',
    shortName: 'kt',
    description:
      'One topic of a KafkaCluster. Deleting it deletes the topic that was made for it; the annotation kafka.banzaicloud.io/keep-topic: "true" keeps it.',
    columns,
    spec: structuralSchema(kafkaTopicSpec),
    status: structuralSchema(kafkaTopicStatus),
    specRequired: true,
    rules: topicRootRules,
  });
