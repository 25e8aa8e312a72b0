/**
 * KafkaTopics on real Kafka, three brokers, three replicas, one partition each: many applied at once, many changes in flight, and the
 * whole life of 250 of them.
 */
import { KAFKA_CLUSTER, TOPIC } from '../operator/kinds';
import type { KubeDraft, KubeObject } from '../operator/runtime/kube-types';
import { mark, operatorRequests, requests, writes } from './audit';
import { kafkaCluster } from './cluster-specs';
import { isRunning, kube, kubectl, NAMESPACE, until, watching, type Watching } from './kubernetes';
import { parameter, rounded, type Figure, type Findings } from './result';

const NAME = 'topics';
/** Requests of the benchmark itself that are in flight at once. */
const AT_ONCE = 50;

const names = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, i) => `${prefix}-${String(i)}`);

const topic = (name: string, config: Readonly<Record<string, string>> = {}): KubeDraft => ({
  apiVersion: TOPIC.apiVersion,
  kind: TOPIC.kind,
  metadata: { name, namespace: NAMESPACE },
  spec: { name, partitions: 1, replicationFactor: 3, config, clusterRef: { name: NAME } },
});

async function each(items: readonly string[], run: (item: string) => Promise<unknown>): Promise<void> {
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

interface Conditioned {
  readonly appliedGeneration?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

/** As its spec says now. */
function isSettled(object: KubeObject | undefined): boolean {
  const { appliedGeneration, conditions = [] } = (object?.status ?? {}) as Conditioned;
  const ready = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  return object !== undefined && ready && appliedGeneration === object.metadata.generation;
}

interface Timed {
  readonly seconds: number;
  readonly requests: number;
  readonly writes: number;
}

/** From the first request of ours until all of them are as they should be; and what the operator asked of the API server. */
async function timed(what: string, begin: () => Promise<void>, isOver: () => boolean): Promise<Timed> {
  const [from, began] = [mark(), Date.now()];
  await begin();
  await until(what, isOver);
  const seconds = (Date.now() - began) / 1000;
  const own = operatorRequests(requests(from, mark()));
  return { seconds, requests: own.length, writes: writes(own).length };
}

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
  await api.apply(KAFKA_CLUSTER, kafkaCluster({ name: NAME, combined: [0, 1, 2] }));
  await until('the cluster is ClusterRunning', async () =>
    isRunning(await api.get({ kind: KAFKA_CLUSTER, namespace: NAMESPACE, name: NAME })),
  );
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
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', NAME, '--wait=true', '--timeout=180s']);
  await kubectl(['-n', NAMESPACE, 'delete', 'pods,pvc', '-l', `kafka_cr=${NAME}`, '--grace-period=1', '--ignore-not-found']);
  return {
    title: 'KafkaTopics, one partition and three replicas each',
    standIns: [],
    parameters: { TOPICS: many, TOPIC_CHANGES: changes, TOPIC_LIVES: lives },
    figures: [
      ...figuresOf(`${String(many)} topics applied to Ready`, applied, 5),
      ...figuresOf(`${String(changes)} changes of settings in flight`, changed),
      ...figuresOf(`${String(lives)} topics made, changed and deleted (${String(3 * lives)} events)`, life, 24.7),
    ],
  };
}

function figuresOf(what: string, { seconds, requests: all, writes: written }: Timed, wanted?: number): readonly Figure[] {
  return [
    { what: `${what}: requests to the API server`, value: all, unit: 'requests' },
    { what: `${what}: of these, writes`, value: written, unit: 'writes' },
    {
      what,
      value: rounded(seconds),
      unit: 's',
      ...(wanted === undefined ? {} : { wanted }),
      note: 'our own requests among them, 50 at once',
    },
  ];
}
