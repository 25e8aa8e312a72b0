/** KafkaTopics of the journeys, and what Kafka itself says of their topics. */
import type { KafkaTopicSpec, KafkaTopicStatus } from '../../lib/api/kafka-topic';
import { connectAdmin, type KafkaAdmin } from '../../operator/clients/kafka/connect-admin';
import type { TopicMetadata } from '../../operator/clients/kafka/topic-admin';
import { TOPIC } from '../../operator/kinds';
import { isNotFound } from '../../operator/runtime/kube-error';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { kube, kubectl, NAMESPACE, until } from './kubernetes';
import { bootstrapOf } from './records';

export interface Written {
  readonly spec?: Partial<KafkaTopicSpec>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

/** Applies a KafkaTopic as somebody with kubectl would; what is left out of the spec goes. */
export async function applyTopic(
  cluster: string,
  name: string,
  { spec = {}, annotations = {}, namespace = NAMESPACE }: Written = {},
): Promise<void> {
  const whole = { name, partitions: 3, replicationFactor: 3, clusterRef: { name: cluster, namespace: NAMESPACE }, ...spec };
  const object = { apiVersion: TOPIC.apiVersion, kind: TOPIC.kind, metadata: { name, namespace, annotations }, spec: whole };
  const said = await kubectl(['apply', '-f', '-'], JSON.stringify(object));
  if (said.code !== 0) throw new Error(`cannot apply the KafkaTopic ${name}: ${said.stderr}`);
}

export async function topicObject(name: string, namespace = NAMESPACE): Promise<KubeObject | undefined> {
  try {
    return await kube.get({ kind: TOPIC, namespace, name });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export const statusIn = (object: KubeObject | undefined): KafkaTopicStatus => object?.status ?? {};

/** `True TopicReady`. */
const conditionIn = (object: KubeObject | undefined, type: string): string => {
  const found = statusIn(object).conditions?.find((condition) => condition.type === type);
  return found === undefined ? 'none' : `${found.status} ${found.reason}`;
};

export function topicBecomes(name: string, type: string, wanted: string, namespace = NAMESPACE): Promise<KafkaTopicStatus> {
  return until(
    `${type} of the KafkaTopic ${name} is ${wanted}`,
    async () => {
      const object = await topicObject(name, namespace);
      const seen = statusIn(object).observedGeneration === object?.metadata.generation;
      return seen && conditionIn(object, type) === wanted ? statusIn(object) : undefined;
    },
    { seconds: 60 },
  );
}

export const topicReady = (name: string, namespace?: string): Promise<KafkaTopicStatus> =>
  topicBecomes(name, 'Ready', 'True TopicReady', namespace);

export async function deleteTopicObject(name: string, namespace = NAMESPACE): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'kafkatopic', name, '--wait=true', '--timeout=60s']);
}

/** Asks Kafka itself. */
export async function inKafka<T>(cluster: string, ask: (topics: KafkaAdmin['topics']) => Promise<T>): Promise<T> {
  const admin = connectAdmin()({ key: cluster, bootstrap: [bootstrapOf(cluster)] });
  try {
    return await ask(admin.topics);
  } finally {
    await admin.close();
  }
}

export const topicIn = (cluster: string, name: string): Promise<TopicMetadata | undefined> =>
  inKafka(cluster, async (topics) => (await topics.listTopics()).find((topic) => topic.name === name));

/** The settings of its own. */
export const settingsIn = (cluster: string, name: string): Promise<Readonly<Record<string, string | null>>> =>
  inKafka(cluster, async (topics) => {
    const entries = (await topics.describeTopicConfigs([name])).get(name) ?? [];
    return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
  });
