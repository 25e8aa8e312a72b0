/**
 * KafkaTopics on real Kafka, three brokers, three replicas, one partition each: many applied at once, many changes in flight, and the
 * whole life of 250 of them.
 */
import { TOPIC } from '../operator/kinds';
import type { KubeDraft, KubeObject } from '../operator/runtime/kube-types';
import { kafkaCluster } from './cluster-specs';
import { kube, NAMESPACE, until, watching, type Watching } from './kubernetes';
import { each, figuresOf, floor, isReady, removedCluster, runningCluster, timed } from './many-objects';
import { parameter, rounded, type Findings } from './result';

const NAME = 'topics';

const names = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, i) => `${prefix}-${String(i)}`);

const topic = (name: string, config: Readonly<Record<string, string>> = {}, cluster = NAME): KubeDraft => ({
  apiVersion: TOPIC.apiVersion,
  kind: TOPIC.kind,
  metadata: { name, namespace: NAMESPACE },
  spec: { name, partitions: 1, replicationFactor: 3, config, clusterRef: { name: cluster } },
});

/** As its spec says now. */
const isSettled = (object: KubeObject | undefined): boolean =>
  isReady(object) && (object?.status as { readonly appliedGeneration?: number }).appliedGeneration === object?.metadata.generation;

/** What is said of a topic that is there. */
const STATUS = {
  ...{ appliedGeneration: 1, observedGeneration: 1, managedBy: 'kafka-operator', partitions: 1, replicationFactor: 3, state: 'created' },
  ...{ topicId: 'g-QPONOQTwezsTFeW77ICw', underReplicated: 0 },
  conditions: ['SpecAccepted', 'Ready', 'Drifted'].map((type) => ({
    ...{ type, status: 'True', reason: 'TopicReady', message: 'the topic is as the spec says' },
    ...{ observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' },
  })),
};

async function remove(objects: Watching, all: readonly string[]): Promise<void> {
  const api = await kube();
  await each(all, (name) => api.delete({ kind: TOPIC, namespace: NAMESPACE, name }, {}));
  await until('all topics are gone', () => all.every((name) => !objects.now.has(name)));
}

export async function topics(): Promise<Findings> {
  const many = parameter('TOPICS', 500);
  const changes = parameter('TOPIC_CHANGES', 1000);
  const lives = parameter('TOPIC_LIVES', 250);
  const api = await kube();
  const alone = await floor({ kind: TOPIC, draft: (name) => topic(name, {}, 'nobody'), status: STATUS }, many);
  await runningCluster(kafkaCluster({ name: NAME, combined: [0, 1, 2] }));
  const objects = await watching(TOPIC);
  const first = names('many', many);
  const settled = (all: readonly string[]) => () => all.every((name) => isSettled(objects.now.get(name)));
  const applied = await timed('all topics are Ready', () => each(first, (name) => api.apply(TOPIC, topic(name))), settled(first));
  const changed = await timed(
    'all changes are in Kafka',
    async () => {
      const rounds = Math.ceil(changes / many);
      for (let round = 0; round < rounds; round += 1)
        await each(first.slice(0, changes - round * many), (name) =>
          api.apply(TOPIC, topic(name, { 'retention.ms': String(1000 + round) })),
        );
    },
    settled(first),
  );
  await remove(objects, first);
  const second = names('life', lives);
  const life = await timed(
    'all of them lived',
    async () => {
      await each(second, (name) => api.apply(TOPIC, topic(name)));
      await until('all are made', settled(second));
      await each(second, (name) => api.apply(TOPIC, topic(name, { 'retention.ms': '1000' })));
      await until('all are changed', settled(second));
      await each(second, (name) => api.delete({ kind: TOPIC, namespace: NAMESPACE, name }, {}));
    },
    () => second.every((name) => !objects.now.has(name)),
  );
  objects.stop();
  await removedCluster(NAME);
  return {
    title: 'KafkaTopics, one partition and three replicas each',
    standIns: [],
    parameters: { TOPICS: many, TOPIC_CHANGES: changes, TOPIC_LIVES: lives },
    figures: [
      ...figuresOf(`${String(many)} topics applied to Ready`, applied, 5),
      {
        what: 'the API server alone, for the same three writes of each, without any operator',
        value: rounded(alone),
        unit: 's',
      },
      { what: 'applied to Ready, for one second of the API server alone', value: rounded(applied.seconds / alone), unit: 'ratio' },
      ...figuresOf(`${String(changes)} changes of settings in flight`, changed),
      ...figuresOf(`${String(lives)} topics made, changed and deleted (${String(3 * lives)} events)`, life, 24.7),
    ],
  };
}
