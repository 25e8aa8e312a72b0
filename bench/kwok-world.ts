/**
 * Many clusters on fake nodes (KWOK): the API server, its controllers and the scheduler are real, the Pods become Ready
 * without running anything, and Kafka is simulated. For what grows with the number of clusters.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KAFKA_CLUSTER } from '../operator/kinds';
import { kafkaCluster } from './cluster-specs';
import { isRunning, kube, kubectl, NAMESPACE, until, watching, type Seen, type Watching } from './kubernetes';
import { startProcesses, type KwokProcesses } from './kwok-processes';
import { clusterName, NODE_IDS, STORAGE_CLASS } from './kwok-specs';
import { ROOT } from './result';

const ZONE = 'topology.kubernetes.io/zone';
const ZONES = ['zone-a', 'zone-b', 'zone-c'];

export const STAND_INS = [
  'KWOK 0.7 for the nodes (Pods become Ready without running)',
  'a simulated Kafka endpoint (one process; its brokers always serve)',
  'volumes made beforehand for a provisioner',
  'the operator as a process on the machine with the options of the chart, not as a Pod',
];

export interface KwokWorld {
  readonly processes: KwokProcesses;
  readonly clusters: Watching;
  /** Milliseconds since the epoch of each cluster's first ClusterRunning. */
  readonly runningAt: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** CRDs, namespace, volumes, the two processes; no KafkaCluster yet. */
export async function kwokWorld(clusters: number): Promise<KwokWorld> {
  const crds = join(ROOT, 'charts/kafka-operator/files/crds');
  for (const file of readdirSync(crds)) await kubectl(['apply', '--server-side', '-f', '-'], crdText(join(crds, file)));
  await kubectl(['create', 'namespace', NAMESPACE]);
  const api = await kube();
  const served = (): Promise<boolean> =>
    api.list(KAFKA_CLUSTER, { namespace: NAMESPACE }).then(
      () => true,
      () => false,
    );
  await until('the API server serves KafkaClusters', served, 60);
  await kubectl(['apply', '--server-side', '-f', '-'], volumes(clusters * NODE_IDS.length));
  const processes = await startProcesses(clusters);
  const runningAt = new Map<string, number>();
  const watch = await watching(KAFKA_CLUSTER, ({ at, object }: Seen) => {
    if (isRunning(object) && !runningAt.has(object.metadata.name)) runningAt.set(object.metadata.name, at);
  });
  const stop = async (): Promise<void> => {
    watch.stop();
    await processes.stop();
  };
  return { processes, clusters: watch, runningAt, stop };
}

/** The files are templates of the chart only in name: they are plain YAML. */
const crdText = (file: string): string => readFileSync(file, 'utf8');

function volumes(count: number): string {
  const storageClass = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: STORAGE_CLASS },
    provisioner: 'kubernetes.io/no-provisioner',
    volumeBindingMode: 'Immediate',
  };
  const volume = (at: number) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `volume-${at}` },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: STORAGE_CLASS,
      persistentVolumeReclaimPolicy: 'Retain',
      hostPath: { path: `/bench/${at}` },
      // As volumes of a real zone are: a Pod that comes back comes back to its zone.
      nodeAffinity: {
        required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: 'In', values: [ZONES[at % ZONES.length]] }] }] },
      },
    },
  });
  return [storageClass, ...Array.from({ length: count }, (_, at) => volume(at))].map((o) => JSON.stringify(o)).join('\n---\n');
}

/** Applies that many clusters, several at a time, and waits until all are ClusterRunning. Returns when the first was sent. */
export async function applyClusters(world: KwokWorld, count: number): Promise<number> {
  const api = await kube();
  const began = Date.now();
  const waiting = Array.from({ length: count }, (_, at) => clusterName(at));
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift())
      await api.apply(KAFKA_CLUSTER, kafkaCluster({ name, combined: NODE_IDS, storageClass: STORAGE_CLASS }));
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await until(`${count} clusters are ClusterRunning`, () => world.runningAt.size >= count, 900);
  return began;
}
