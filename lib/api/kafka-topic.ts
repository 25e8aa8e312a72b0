/**
 * A KafkaTopic: one topic of a KafkaCluster, as Koperator had it. Nothing in its admission needs Kafka: what only Kafka knows is
 * judged by the operator and told in conditions, so that a cluster in trouble never stands in the way of `kubectl apply`.
 */
import { z } from 'zod';
import { condition } from './condition-field';
import { flag, integer, keyedList, list, text, textMap, withRules } from './field';
import { topicSpecRules } from './topic-rules';

/** Kafka's own limits of a topic's name. */
const NAME_LENGTH = 249;
/** Of names of Kubernetes objects and of namespaces. */
const OBJECT_NAME = 253;
const NAMESPACE = 63;
/** In a request replicas are counted in 16 bits. */
const MOST_REPLICAS = 32_767;

export const DRIFT_POLICIES = ['Correct', 'Report'] as const;
export type DriftPolicy = (typeof DRIFT_POLICIES)[number];

export const clusterRef = z
  .object({
    name: text('Name of the KafkaCluster.', OBJECT_NAME),
    namespace: text('Its namespace; left out: that of this object.', NAMESPACE).optional(),
  })
  .describe('The KafkaCluster that the topic is in; cannot change. One in another namespace must list this namespace in topicNamespaces.');

export const kafkaTopicSpec = withRules(
  z.object({
    name: z
      .string()
      .min(1)
      .max(NAME_LENGTH)
      .regex(/^[a-zA-Z0-9._-]+$/)
      .describe('Name of the topic in Kafka; cannot change.'),
    partitions: integer("How many partitions; −1: the broker's default. Can grow, never shrink.", -1).default(-1),
    replicationFactor: integer("How many replicas each partition has; −1: the broker's default.", -1, MOST_REPLICAS).default(-1),
    config: textMap(
      'Settings of the topic, as Kafka names them. A key that is taken out goes back to its default; keys that others set are left alone.',
    ).optional(),
    clusterRef,
    driftPolicy: z
      .enum(DRIFT_POLICIES)
      .describe('What happens when somebody changed the topic in Kafka: it is set back, or only reported in the condition Drifted.')
      .default('Correct'),
  }),
  topicSpecRules,
).describe('What the topic is to be like.');

export const kafkaTopicStatus = z
  .object({
    state: text('`created` once the topic is looked after: made, or taken over as it was.').optional(),
    managedBy: text('Who looks after the topic, from the annotation managedBy.').optional(),
    observedGeneration: z.int().describe('The generation of the spec that was last judged.').optional(),
    appliedGeneration: z
      .int()
      .describe('The generation of the spec that Kafka was brought to; what differs from it later is drift.')
      .optional(),
    topicId: text("Kafka's id of the topic.").optional(),
    partitions: z.int().describe('How many it has.').optional(),
    replicationFactor: z.int().describe('How many replicas its partitions have; the lowest, while they differ.').optional(),
    underReplicated: z.int().describe('Partitions with a replica that is not in sync.').optional(),
    settings: list(z.string(), 'Keys that are set for this object; one that leaves the spec goes back to its default.').optional(),
    drift: list(z.string(), 'What in Kafka differs from the spec, a line each.').optional(),
    moving: flag('Replicas are being moved because replicationFactor changed.').optional(),
    throttle: z
      .object({ rate: z.int().describe('Bytes each second that brokers were told; left out: they were told by somebody else.').optional() })
      .describe('That the replicas that move are throttled by the operator, which takes it away when they are there.')
      .optional(),
    conditions: keyedList(
      condition,
      ['type'],
      'Whether the spec can be had, whether the topic is as it says, and whether it differs.',
    ).optional(),
  })
  .describe('What became of it.');

/** As somebody writes it. */
export type KafkaTopicSpec = z.input<typeof kafkaTopicSpec>;
export type KafkaTopicStatus = z.infer<typeof kafkaTopicStatus>;
