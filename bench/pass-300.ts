/**
 * One pass over a converged cluster of 300 brokers when nothing changed: the controller's own code from its stores to the
 * comparison of the status, with real stores and a Kafka view, and no API server: a request ends the benchmark.
 */
import { stringify } from 'yaml';
import { KafkaPlaces } from '../operator/controllers/kafka-places';
import { KafkaClusterController } from '../operator/controllers/kafka-cluster-controller';
import type { KafkaConnection } from '../operator/clients/kafka/connection';
import { decide } from '../operator/decide/decide';
import { signatureOf } from '../operator/decide/health';
import { bootstrapAddresses } from '../operator/decide/kafka-target';
import { nodeViews } from '../operator/decide/node-view';
import type { World } from '../operator/decide/world';
import { kindKey, KAFKA_CLUSTER, NODE, OWNED } from '../operator/kinds';
import { CruiseControlSight } from '../operator/observe/cruise-control-sight';
import { KafkaSight } from '../operator/observe/kafka-sight';
import { ProcessSight } from '../operator/observe/process-sight';
import { ownerKey } from '../operator/observe/kube';
import type { Kind, KubeApi, KubeObject } from '../operator/runtime/kube-types';
import { KindStore } from '../operator/runtime/store';
import { clusterFrom } from '../test/world/cluster-file';
import { converged, NOW } from '../test/world/makers';
import { kafkaCluster } from './cluster-specs';
import { pause, until } from './kubernetes';
import { parameter, rounded, spread, type Figure, type Findings } from './result';

const KEY = 'kafka/large';
const LOOKS = { converged: 30_000, moving: 1_000 };
const CONTROLLERS = [0, 1, 2];

export async function pass300(): Promise<Findings> {
  const passes = parameter('PASSES', 50);
  const count = parameter('BROKERS', 300);
  const brokers = Array.from({ length: count }, (_, at) => 100 + at);
  const draft = kafkaCluster({ name: 'large', controllers: CONTROLLERS, brokers });
  const yaml = (spec: unknown): string => stringify({ ...draft, metadata: { name: 'large', namespace: 'kafka' }, spec });
  const cluster = clusterFrom(yaml(draft.spec));
  const world = converged(cluster);
  const object = {
    ...draft,
    metadata: { ...world.cluster, finalizers: world.cluster.finalizers, creationTimestamp: '2026-01-01T00:00:00Z' },
  };
  const { controller, stores, sight } = parts(world, { ...object, status: world.cluster.status });
  sight.watch({ key: KEY, bootstrap: bootstrapAddresses(cluster, nodeViews(cluster, world), world) }, LOOKS.converged);
  await until('the look at Kafka is in', () => sight.look(KEY).state === 'known', 10);
  const first = await cost(() => controller.reconcile(KEY));
  const all: number[] = [];
  for (let at = 0; at < passes; at += 1) {
    all.push(await cost(() => controller.reconcile(KEY)));
    await pause(5); // As between events: the loop turns, garbage is collected.
  }
  sight.stop();
  const changed = clusterFrom(yaml(withSetting(draft.spec, brokers[7]!)), { generation: 2 });
  const before = process.cpuUsage();
  const plan = decide(changed, { ...world, cluster: { ...world.cluster, generation: 2 } }, NOW);
  const changedCost = milliseconds(process.cpuUsage(before));
  const own = plan.actions.filter((a) => a.node === brokers[7]);
  const figures: Figure[] = [
    { what: 'objects in the stores', value: stores, unit: 'objects' },
    {
      what: 'writes proposed for the change of one broker’s readOnlyConfig',
      value: plan.actions.length,
      unit: 'writes',
      note: plan.actions.map((a) => `${a.kind} ${'manifest' in a ? a.manifest.kind : ''} ${a.node ?? ''}`.trim()).join(', '),
    },
    { what: 'of these, for other nodes or shared', value: plan.actions.length - own.length, unit: 'writes', wanted: 0 },
    { what: 'requests in all passes', value: 0, unit: 'requests', note: 'each would have ended the benchmark with an error' },
    { what: 'CPU of a pass when nothing changed', value: spread(all), unit: 'ms', wanted: 100 },
    { what: 'CPU of the first pass, which builds every manifest', value: rounded(first), unit: 'ms' },
    { what: 'CPU of the decision on the changed spec, which builds every manifest anew', value: rounded(changedCost), unit: 'ms' },
  ];
  return {
    title: `one pass over ${CONTROLLERS.length} controllers and ${count} brokers`,
    standIns: ['no API server and no Kafka: stores filled from a world that the simulator converged, a Kafka view made from it'],
    parameters: { PASSES: passes, BROKERS: count },
    figures,
  };
}

function withSetting(spec: unknown, broker: number): unknown {
  const { brokers, ...rest } = spec as { readonly brokers: readonly { readonly id: number }[] };
  return { ...rest, brokers: brokers.map((b) => (b.id === broker ? { ...b, readOnlyConfig: 'num.io.threads=5' } : b)) };
}

function parts(world: World, object: KubeObject) {
  const store = (kind: Kind, objects: readonly KubeObject[]): KindStore => {
    const made = new KindStore({ kind, indexBy: ownerKey });
    objects.forEach((o) => made.record(o));
    return made;
  };
  const objects = world.objects as unknown as readonly KubeObject[];
  const owned = new Map(
    OWNED.map(
      (kind) =>
        [
          kindKey(kind),
          store(
            kind,
            objects.filter((o) => o.kind === kind.kind),
          ),
        ] as const,
    ),
  );
  const kubeNodes = world.kubeNodes.map((node) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, uid: node.name, resourceVersion: '1', creationTimestamp: '', labels: node.labels },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  }));
  const now = (): number => NOW;
  const sight = new KafkaSight({ connect: () => answering(world), now, signature: signatureOf, onChange: () => undefined });
  const controller = new KafkaClusterController({
    places: new KafkaPlaces(),
    kube: refusing(),
    stores: { clusters: store(KAFKA_CLUSTER, [object]), nodes: store(NODE, kubeNodes), owned },
    sight,
    processes: new ProcessSight({
      figures: () => Promise.reject(new Error('nobody is to be asked')),
      lines: () => Promise.resolve(''),
      onChange: () => undefined,
    }),
    cruiseControl: new CruiseControlSight({
      connect: () => {
        throw new Error('nobody is to be asked');
      },
      credentials: () => Promise.resolve({}),
      userAgent: 'bench',
      onChange: () => undefined,
      now,
    }),
    now,
    log: { info: () => undefined, warn: (message, fields) => console.error(message, fields) },
    looks: LOOKS,
  });
  return { controller, sight, stores: objects.length + kubeNodes.length + 1 };
}

/** Any request is a failure of the benchmark. */
function refusing(): KubeApi {
  const refuse = (verb: string) => (): never => {
    throw new Error(`cannot go on: a pass over a converged cluster asked the API server to ${verb}`);
  };
  const verbs = ['get', 'list', 'apply', 'applyStatus', 'create', 'mergePatch', 'delete', 'podLogs'];
  return Object.fromEntries(verbs.map((verb) => [verb, refuse(verb)])) as unknown as KubeApi;
}

function answering(world: World): KafkaConnection {
  if (world.kafka.state !== 'known') throw new Error('cannot begin: Kafka is not known in the converged world');
  const { clusterId, brokers, quorum } = world.kafka.value;
  const seen = (member: (typeof quorum.voters)[number]) => ({ ...member, lastFetchAt: NOW, lastCaughtUpAt: NOW });
  const described = { ...quorum, voters: quorum.voters.map(seen), observers: quorum.observers.map(seen) };
  const ids = brokers.map((b) => b.id);
  const partitions = Array.from({ length: 10 * ids.length }, (_, partition) => {
    const replicas = [0, 1, 2].map((k) => ids[(partition + k) % ids.length]!);
    return { topic: `topic-${partition % 50}`, partition, leader: replicas[0]!, replicas, isr: replicas, offline: [] };
  });
  const reading = {
    describeCluster: () => Promise.resolve({ clusterId, brokers }),
    describeQuorum: () => Promise.resolve(described),
    describePartitions: () => Promise.resolve(partitions),
    describeTopicMinInSync: (topics: readonly string[]) => Promise.resolve(new Map(topics.map((topic) => [topic, 2]))),
    describeFeatures: () => Promise.resolve(undefined),
    describeConfigs: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  return reading as unknown as KafkaConnection;
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

async function cost(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  return milliseconds(process.cpuUsage(before));
}
