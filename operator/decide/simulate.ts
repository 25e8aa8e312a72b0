/**
 * A toy Kubernetes and a toy Kafka: what the world looks like after an action, and after it was left alone for a while.
 * An approximation, used by the property tests and to play a plan to its end; it knows the rules that matter for safety
 * (names are unique, a Pod keeps its volumes, a stopped broker leaves the ISR) and none of the timing.
 */
import { ANNOTATION, LABEL } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import type { Action } from './action';
import { annotationOf, nodeIdOf } from './node-view';
import { recorded } from './recorded';
import { simulateAtKafka } from './simulate-kafka';
import { leads, quorumOf } from './simulate-quorum';
import type { ClusterStatus, KafkaView, LiveObject, RegisteredBroker, World } from './world';

/** The world right after an action was carried out. */
export function simulate(world: World, action: Action): World {
  switch (action.kind) {
    case 'record':
      return withStatus(world, recorded(world.cluster.status, action.status));
    case 'apply':
    case 'createPod':
      return withObject(world, madeFrom(world, action.manifest));
    case 'delete':
    case 'restartNode':
      return without(world, action.target.kind, action.target.name);
    case 'mint':
      return withStatus(world, {
        clusterID: action.clusterId ?? 'simulatedClusterIdAAAAA',
        quorum: action.quorum,
        initialControllers: action.initialControllers,
      });
    case 'annotate':
      return annotated(world, action.target.kind, action.target.name, action.annotations);
    case 'setFinalizer':
      return {
        ...world,
        cluster: { ...world.cluster, finalizers: action.present ? ['finalizer.kafkaclusters.kafka.banzaicloud.io'] : [] },
      };
    default:
      return simulateAtKafka(world, action);
  }
}

export const withStatus = (world: World, status: Partial<ClusterStatus>): World => ({
  ...world,
  cluster: { ...world.cluster, status: { ...world.cluster.status, ...status } },
});

export const without = (world: World, kind: string, name: string): World => ({
  ...world,
  objects: world.objects.filter((o) => o.kind !== kind || o.metadata.name !== name),
});

export function withObject(world: World, object: LiveObject): World {
  const others = world.objects.filter((o) => o.kind !== object.kind || o.metadata.name !== object.metadata.name);
  return { ...world, objects: [...others, object] };
}

function madeFrom(world: World, manifest: Manifest): LiveObject {
  const before = world.objects.find((o) => o.kind === manifest.kind && o.metadata.name === manifest.metadata.name);
  const stamp = String(1 + Math.max(0, ...world.objects.map((o) => Number(o.metadata.resourceVersion))));
  const metadata = {
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...before?.metadata,
    ...manifest.metadata,
    uid: before?.metadata.uid ?? `uid-${manifest.kind}-${manifest.metadata.name}-${stamp}`,
    resourceVersion: stamp,
    generation: (before?.metadata.generation ?? 0) + 1,
    annotations: { ...before?.metadata.annotations, ...manifest.metadata.annotations },
  };
  return { ...before, ...manifest, metadata };
}

function annotated(world: World, kind: string, name: string, annotations: Readonly<Record<string, string>>): World {
  const object = world.objects.find((o) => o.kind === kind && o.metadata.name === name);
  if (object === undefined) return world;
  const metadata = { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } };
  return withObject(world, { ...object, metadata });
}

/** A node with this key in its configuration starts, runs and never serves. */
export const HANGS = 'simulation.hangs';

/** Time passes: Pods are bound and start, claims are bound, Kafka notices who is there. Processes of `broken` nodes end again and again. */
export function settle(world: World, broken: readonly number[] = []): World {
  const isBroken = (pod: LiveObject): boolean => broken.includes(nodeIdOf(pod) ?? -1);
  const alive = world.objects.filter((o) => o.kind === 'Pod' && !isBroken(o) && !hangs(world, o));
  const led = leads(world, alive);
  const serves = (pod: LiveObject): boolean => alive.includes(pod) && (led || !isController(pod));
  const objects = world.objects.map((object) => {
    if (object.kind === 'PersistentVolumeClaim') return { ...object, status: { phase: 'Bound' } };
    if (object.kind === 'PodDisruptionBudget') return { ...object, status: budgetStatus(object, alive.filter(serves)) };
    return object.kind === 'Pod' ? started(world, object, { broken: isBroken(object), serves: serves(object) }) : object;
  });
  return { ...world, objects, kafka: kafkaOf(world, alive) };
}

/** What the disruption controller works out. */
function budgetStatus(budget: LiveObject, healthy: readonly LiveObject[]): object {
  const spec = budget.spec as { minAvailable?: number; selector?: { matchLabels?: Readonly<Record<string, string>> } };
  const labels = Object.entries(spec.selector?.matchLabels ?? {});
  const matching = healthy.filter((p) => labels.every(([key, value]) => p.metadata.labels?.[key] === value));
  const disruptionsAllowed = Math.max(0, matching.length - (spec.minAvailable ?? 0));
  return { observedGeneration: budget.metadata.generation ?? 0, disruptionsAllowed };
}

const isController = (object: LiveObject): boolean => object.metadata.labels?.[LABEL.isController] === 'true';

function hangs(world: World, pod: LiveObject): boolean {
  const spec = pod.spec as { readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[] };
  const name = spec.volumes?.find((v) => v.name === 'broker-config')?.configMap?.name;
  const config = world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === name);
  return JSON.stringify(config?.data ?? {}).includes(HANGS);
}

function started(world: World, pod: LiveObject, { broken, serves }: { broken: boolean; serves: boolean }): LiveObject {
  const at = (nodeIdOf(pod) ?? 0) % Math.max(1, world.kubeNodes.length);
  const nodeName = (pod.spec as { nodeName?: string }).nodeName ?? world.kubeNodes[at]?.name ?? 'node-a';
  const state = broken ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: { startedAt: '2026-01-01T00:00:01Z' } };
  const ended = broken ? { lastState: { terminated: { exitCode: 1, message: 'simulated failure' } } } : {};
  const container = { name: 'kafka', restartCount: broken ? 5 : 0, state, ...ended };
  const conditions = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: broken || !serves ? 'False' : 'True' },
  ];
  return { ...pod, spec: { ...(pod.spec as object), nodeName }, status: { phase: 'Running', conditions, containerStatuses: [container] } };
}

/**
 * Every broker has one partition of its own neighbourhood: three replicas on the next brokers by id. While no controller
 * leads, or no broker runs, nothing is known: brokers do not answer then.
 */
function kafkaOf(world: World, alive: readonly LiveObject[]): World['kafka'] {
  const clusterId = world.cluster.status.clusterID;
  const has = (object: LiveObject, label: string): boolean => object.metadata.labels?.[label] === 'true';
  const ids = (objects: readonly LiveObject[]): number[] => objects.map((o) => nodeIdOf(o) ?? -1).sort((a, b) => a - b);
  const brokers = ids(alive.filter((p) => has(p, LABEL.isBroker)));
  if (clusterId === undefined || brokers.length === 0 || !leads(world, alive)) return { state: 'unknown', why: 'no broker answers' };
  const registered = [...new Set([...onceServed(world), ...brokers])].sort((a, b) => a - b);
  const before = world.kafka.state === 'known' ? world.kafka.value : undefined;
  const at = (before?.at ?? 0) + 1000;
  const view = viewOf({ at, clusterId, quorum: quorumOf(world, alive, at) }, registered, brokers);
  return { state: 'known', value: { ...view, ...(before?.features === undefined ? {} : { features: before.features }) } };
}

/** Brokers that Kafka knows from before: they wrote to their volume. */
function onceServed(world: World): readonly number[] {
  const known = world.kafka.state === 'known' ? world.kafka.value.brokers.map((b) => b.id) : [];
  const marked = world.objects.filter((o) => annotationOf(o, ANNOTATION.volumeState) === 'ran');
  const brokers = marked.filter((o) => (annotationOf(o, ANNOTATION.roles) ?? '').includes('broker'));
  return [...known, ...brokers.map((o) => nodeIdOf(o) ?? -1)];
}

type Led = Pick<KafkaView, 'at' | 'clusterId' | 'quorum'>;

function viewOf(led: Led, registered: readonly number[], alive: readonly number[]): KafkaView {
  const brokers: RegisteredBroker[] = registered.map((id) => ({ id, fenced: !alive.includes(id), host: '', port: 9092, rack: undefined }));
  const partitions = registered.map((_, at) => {
    const replicas = [0, 1, 2].map((k) => registered[(at + k) % registered.length] ?? 0).filter((r, i, all) => all.indexOf(r) === i);
    const isr = replicas.filter((r) => alive.includes(r));
    return { partition: at, leader: isr[0] ?? -1, replicas, isr };
  });
  return {
    ...led,
    brokers,
    topics: [{ name: 'orders', minInSync: Math.max(1, Math.min(3, registered.length) - 1), partitions }],
  };
}
