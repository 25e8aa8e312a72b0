/** KafkaClusters as small as they can be, and what the journeys wait for. */
import { KAFKA_CLUSTER, OPTIONAL, OWNED, POD } from '../../operator/kinds';
import type { ClusterStatus, Condition } from '../../operator/decide/world';
import { LABEL } from '../../lib/constructs/naming';
import { isNotFound } from '../../operator/runtime/kube-error';
import type { Kind, KubeDraft, KubeObject } from '../../operator/runtime/kube-types';
import { kube, kubectl, NAMESPACE, until, type Seen } from './kubernetes';

export interface ClusterOptions {
  readonly name: string;
  /** Default 4.3.1. */
  readonly kafkaVersion?: string;
  /** Ids of controllers, brokers, and nodes that are both. */
  readonly nodes: { readonly combined?: readonly number[]; readonly controllers?: readonly number[]; readonly brokers?: readonly number[] };
  /** Lines of spec.readOnlyConfig beside those that make Kafka small. */
  readonly config?: readonly string[];
  /** What else all nodes have, as in brokerConfigGroups. */
  readonly nodeConfig?: Readonly<Record<string, unknown>>;
  /** Of brokers; controllers have claims. */
  readonly storage?: 'claim' | 'emptyDir';
  /** What else stands in the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

const SMALL_HEAP = '-Xmx192m -Xms96m';
const FAST_START = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1';

/** Settings that make Kafka small and quick; with fewer brokers than three also those that say so. */
function smallConfig(brokers: number): readonly string[] {
  const copies = Math.min(3, brokers);
  const inSync = Math.max(1, copies - 1);
  return [
    'auto.create.topics.enable=false',
    `default.replication.factor=${copies}`,
    'group.initial.rebalance.delay.ms=0',
    'log.cleaner.dedupe.buffer.size=4194304',
    `min.insync.replicas=${inSync}`,
    'offsets.topic.num.partitions=1',
    `offsets.topic.replication.factor=${copies}`,
    `transaction.state.log.min.isr=${inSync}`,
    `transaction.state.log.replication.factor=${copies}`,
  ];
}

const volume = (storage: ClusterOptions['storage']) =>
  storage === 'emptyDir'
    ? { mountPath: '/kafka-logs', emptyDir: { sizeLimit: '1Gi' } }
    : { mountPath: '/kafka-logs', pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };

export function kafkaCluster(options: ClusterOptions): KubeDraft {
  const { name, kafkaVersion = '4.3.1', nodes, config = [], nodeConfig = {}, storage = 'claim', spec = {} } = options;
  const { combined = [], controllers = [], brokers = [] } = nodes;
  const group = (processRoles: readonly string[]) => ({
    processRoles,
    // Nodes that are all stopped at once wait for a quorum that is gone; one that is restarted needs a few seconds.
    terminationGracePeriodSeconds: 15,
    kafkaHeapOpts: SMALL_HEAP,
    kafkaJvmPerfOpts: FAST_START,
    resourceRequirements: { requests: { cpu: '50m', memory: '320Mi' } },
    storageConfigs: [volume(processRoles.includes('broker') ? storage : 'claim')],
    ...nodeConfig,
  });
  const of = (ids: readonly number[], brokerConfigGroup: string) => ids.map((id) => ({ id, brokerConfigGroup }));
  const groups = { combined: group(['controller', 'broker']), controllers: group(['controller']), brokers: group(['broker']) };
  return {
    apiVersion: KAFKA_CLUSTER.apiVersion,
    kind: KAFKA_CLUSTER.kind,
    metadata: { name, namespace: NAMESPACE },
    spec: {
      kafkaVersion,
      headlessServiceEnabled: true,
      rackAwareness: { labels: ['topology.kubernetes.io/zone'] },
      disruptionBudget: { create: true, budget: '1' },
      readOnlyConfig: [...smallConfig(combined.length + brokers.length), ...config].join('\n'),
      listenersConfig: {
        internalListeners: [
          { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
          { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
        ],
      },
      brokerConfigGroups: groups,
      brokers: [...of(combined, 'combined'), ...of(controllers, 'controllers'), ...of(brokers, 'brokers')],
      ...spec,
    },
  };
}

/** The cluster that most journeys share: three combined nodes. */
export const SHARED: ClusterOptions = { name: 'shared', nodes: { combined: [0, 1, 2] } };

export const applyCluster = (options: ClusterOptions): Promise<KubeObject> =>
  kube.apply(KAFKA_CLUSTER, kafkaCluster(options), { force: true });

export const clusterObject = (name: string): Promise<KubeObject> => kube.get({ kind: KAFKA_CLUSTER, namespace: NAMESPACE, name });

export const statusOf = (object: KubeObject): ClusterStatus => object.status ?? {};

/** Where clients find any broker, as the status says. */
export function bootstrapIn(object: KubeObject): string {
  const address = statusOf(object).listenerStatuses?.internalListeners?.['internal']?.[0]?.address;
  if (address === undefined) throw new Error(`cannot find the address of the listener internal of KafkaCluster ${object.metadata.name}`);
  return address;
}

export const conditionOf = (object: KubeObject, type: string): Condition | undefined =>
  statusOf(object).conditions?.find((c) => c.type === type);

/** ClusterRunning for the generation that the API server has now, with nothing held or in motion. */
export function running(name: string, limit = 240): Promise<KubeObject> {
  return until(
    `KafkaCluster ${name} is ClusterRunning`,
    async () => {
      const object = await clusterObject(name);
      const settled = conditionOf(object, 'Progressing')?.status === 'False';
      return isRunning(object) && settled ? object : undefined;
    },
    { seconds: limit },
  );
}

export function isRunning(object: KubeObject): boolean {
  const status = statusOf(object);
  return status.state === 'ClusterRunning' && status.observedGeneration === object.metadata.generation;
}

/** Makes sure that a cluster runs; one that exists is taken as it is, so that what a journey changed costs no second restart. */
export async function ensureRunning(options: ClusterOptions): Promise<KubeObject> {
  if (!(await exists(KAFKA_CLUSTER, options.name))) await applyCluster(options);
  return running(options.name);
}

export const podOf = (cluster: string, id: number): Promise<KubeObject> =>
  kube.get({ kind: POD, namespace: NAMESPACE, name: `${cluster}-${id}` });

export function isReady(pod: KubeObject): boolean {
  const conditions = (pod.status as { conditions?: readonly { type: string; status: string }[] } | undefined)?.conditions ?? [];
  return pod.metadata.deletionTimestamp === undefined && conditions.some((c) => c.type === 'Ready' && c.status === 'True');
}

/** The Pod of a node once it is ready and another one than `before`. */
export function replaced(cluster: string, before: KubeObject): Promise<KubeObject> {
  return until(`Pod ${before.metadata.name} of ${cluster} is back and ready`, async () => {
    const pod = await kube.get({ kind: POD, namespace: NAMESPACE, name: before.metadata.name });
    return pod.metadata.uid !== before.metadata.uid && isReady(pod) ? pod : undefined;
  });
}

export async function objectsOf(cluster: string, kind: Kind): Promise<readonly KubeObject[]> {
  return (await kube.list(kind, { namespace: NAMESPACE, labelSelector: `${LABEL.cluster}=${cluster}` })).items;
}

/** The Pods of its Kafka nodes; a Pod that only pulls an image is none. */
export async function podsOf(cluster: string): Promise<readonly KubeObject[]> {
  return (await objectsOf(cluster, POD)).filter((pod) => pod.metadata.labels?.[LABEL.nodeId] !== undefined);
}

/** Everything that belongs to a cluster, for example `ConfigMap/shared-scripts-1a2b3c4d`, sorted. */
export async function namesOf(cluster: string): Promise<readonly string[]> {
  const of = async (kind: Kind): Promise<readonly KubeObject[]> => {
    try {
      return await objectsOf(cluster, kind);
    } catch (error) {
      // There are none of a kind whose definition is not installed.
      if (OPTIONAL.includes(kind) && isNotFound(error)) return [];
      throw error;
    }
  };
  const objects = (await Promise.all(OWNED.map(of))).flat();
  return objects.map((o) => `${o.kind}/${o.metadata.name}`).sort();
}

/** Deletes a KafkaCluster and waits until its Pods are gone too. */
export async function deleteCluster(name: string): Promise<void> {
  await kubectl(['-n', NAMESPACE, 'delete', 'kafkacluster', name, '--ignore-not-found', '--wait=true', '--timeout=120s']);
  await until(`the Pods of ${name} are gone`, async () => (await objectsOf(name, POD)).length === 0);
}

/** Deletes a KafkaCluster, its Pods without waiting for Kafka to stop, and its claims. */
export async function wipeCluster(name: string): Promise<void> {
  const here = ['-n', NAMESPACE];
  await kubectl([...here, 'delete', 'kafkacluster', name, '--ignore-not-found', '--wait=true', '--timeout=120s']);
  await kubectl([...here, 'delete', 'pods', '-l', `${LABEL.cluster}=${name}`, '--force', '--grace-period=0', '--timeout=60s']);
  await kubectl([...here, 'delete', 'pvc', '-l', `${LABEL.cluster}=${name}`, '--wait=false']);
}

export async function exists(kind: Kind, name: string): Promise<boolean> {
  try {
    await kube.get({ kind, namespace: NAMESPACE, name });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

/** The most Pods of a cluster that were not ready at the same time, while events came in; `from` is how it began. */
export function mostNotReady(from: readonly KubeObject[], events: readonly Seen[]): number {
  const ready = new Map(from.map((pod) => [pod.metadata.name, isReady(pod)]));
  let most = 0;
  for (const { type, object } of events) {
    if (!ready.has(object.metadata.name)) continue;
    ready.set(object.metadata.name, type !== 'DELETED' && isReady(object));
    most = Math.max(most, [...ready.values()].filter((r) => !r).length);
  }
  return most;
}
