/** The CustomResourceDefinition of KafkaTopic, made from the schemas. */
import type { Manifest } from '../constructs/manifest';
import { GROUP } from '../constructs/naming';
import { kafkaTopicSpec, kafkaTopicStatus } from './kafka-topic';
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
  { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date', priority: 0 },
];

const schema = () => ({
  type: 'object',
  description:
    'One topic of a KafkaCluster. Deleting it deletes the topic; the annotation kafka.banzaicloud.io/keep-topic: "true" keeps it.',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(kafkaTopicSpec),
    status: structuralSchema(kafkaTopicStatus),
  },
  'x-kubernetes-validations': topicRootRules,
});

/** The CRD `kafkatopics.kafka.banzaicloud.io`, version v1alpha1. Helm keeps it when a release is removed. */
export function topicCrd(): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `kafkatopics.${GROUP}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: GROUP,
      names: {
        kind: 'KafkaTopic',
        listKind: 'KafkaTopicList',
        plural: 'kafkatopics',
        singular: 'kafkatopic',
        shortNames: ['kt'],
        categories: ['kafka-operator'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema() },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}
