/** Worlds for tests: an empty one, and a few fluent changes. What a converged world looks like is played by the simulator. */
import { LABEL } from '../../lib/constructs/naming';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Context } from '../../operator/decide/context';
import { contextFor, decide } from '../../operator/decide/decide';
import { planText } from '../../operator/decide/explain';
import { identityIn } from '../../operator/decide/identity';
import { nodeIdOf } from '../../operator/decide/node-view';
import { report } from '../../operator/decide/report';
import { settle, simulate, withObject, withStatus, without } from '../../operator/decide/simulate';
import { withCruiseControl } from '../../operator/decide/simulate-cruise-control';
import type { DynamicSetting, KafkaView, LiveObject, PartitionView, World } from '../../operator/decide/world';

const ZONES = ['zone-a', 'zone-b', 'zone-c'];

export function emptyWorld(cluster: ResolvedCluster): World {
  const { name, namespace, uid, generation } = cluster;
  const kubeNodes = ZONES.map((zone, at) => ({
    name: zone.replace('zone', 'node'),
    labels: { 'topology.kubernetes.io/zone': zone },
    ready: true,
    unschedulable: false,
    outOfService: false,
    addresses: [{ type: 'InternalIP', address: `192.0.2.${String(at + 1)}` }],
  }));
  const view = { name, namespace, uid, resourceVersion: '1', generation, deleting: false, finalizers: [], annotations: {}, status: {} };
  return withCruiseControl({ cluster: view, objects: [], kubeNodes, kafka: { state: 'notAsked' } }, cluster);
}

/** 2026-01-01T00:00:00Z */
export const NOW = 1_767_225_600_000;

/** What the rules would see of this world. */
export function contextOf(cluster: ResolvedCluster, world: World, now = NOW): Context {
  const identity = identityIn(world, cluster);
  if (identity.kind !== 'known') throw new Error(`the cluster of this world is not known: ${identity.kind}`);
  return contextFor(cluster, world, identity, { now });
}

/** One pass and what it leads to: the plan is carried out, time passes, the status is written. */
export function pass(cluster: ResolvedCluster, world: World, broken: readonly number[] = []): World {
  const plan = decide(cluster, world, NOW);
  const acted = plan.actions.reduce(simulate, world);
  const settled = settle(acted, { broken });
  const outcomes = plan.actions.map((action) => ({ action, result: 'done' as const }));
  return withStatus(settled, report(cluster, { world: settled, plan: decide(cluster, settled, NOW), outcomes, now: NOW }));
}

/** Passes until nothing is planned; fails the test when it does not get there. */
export function converged(cluster: ResolvedCluster, world: World = emptyWorld(cluster), most = 60): World {
  let current = world;
  for (let at = 0; at < most; at += 1) {
    const next = pass(cluster, current);
    const still = decide(cluster, next, NOW).actions.length === 0 && !movesReplicas(next);
    if (still && JSON.stringify(next.cluster.status) === JSON.stringify(current.cluster.status)) return next;
    current = next;
  }
  throw new Error(`does not converge: ${JSON.stringify(decide(cluster, current, NOW).actions.map((a) => [a.kind, a.node, a.reasons]))}`);
}

/**
 * Passes until the plan says this.
 * @param clusterIn the wish, as it is resolved with what the status remembers
 */
export function playedUntil(said: string, world: World, clusterIn: (world: World) => ResolvedCluster, most = 60): World {
  let current = world;
  for (let at = 0; at < most; at += 1) {
    const cluster = clusterIn(current);
    if (planText(current.cluster, decide(cluster, current, NOW)).includes(said)) return current;
    current = pass(cluster, withCruiseControl(current, cluster));
  }
  throw new Error(`the plan never says "${said}", in the end: ${planText(current.cluster, decide(clusterIn(current), current, NOW))}`);
}

/** Cruise Control is at work. */
const movesReplicas = ({ cruiseControl }: World): boolean => cruiseControl?.state === 'known' && !cruiseControl.value.execution.idle;

export const podOf = (world: World, node: number): LiveObject | undefined =>
  world.objects.find((o) => o.kind === 'Pod' && nodeIdOf(o) === node);

export const claimsOf = (world: World, node: number): readonly LiveObject[] =>
  world.objects.filter((o) => o.kind === 'PersistentVolumeClaim' && nodeIdOf(o) === node);

export function withoutPod(world: World, node: number): World {
  const pod = podOf(world, node);
  return pod === undefined ? world : without(world, 'Pod', pod.metadata.name);
}

export const withoutClaims = (world: World, node: number): World =>
  claimsOf(world, node).reduce((w, c) => without(w, c.kind, c.metadata.name), world);

/** Changes the status of a node's Pod; `ready: false` also changes its Ready condition. */
export function withPodStatus(world: World, node: number, status: Readonly<Record<string, unknown>>, ready = false): World {
  const pod = podOf(world, node);
  if (pod === undefined) return world;
  const before = pod.status as { conditions?: readonly { type: string }[] };
  const conditions = [...(before.conditions ?? []).filter((c) => c.type !== 'Ready'), { type: 'Ready', status: ready ? 'True' : 'False' }];
  return withObject(world, { ...pod, status: { ...before, conditions, ...status } });
}

export function withKafka(world: World, change: Partial<KafkaView>): World {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known in this world');
  return { ...world, kafka: { state: 'known', value: { ...world.kafka.value, ...change } } };
}

export interface NamedPartition extends PartitionView {
  readonly topic: string;
  /** Of the topic; 2 when not given and the topic is new. */
  readonly minInSync?: number | undefined;
}

/** Kafka has these partitions as they are said; others stay. */
export function withPartitions(world: World, partitions: readonly NamedPartition[]): World {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known in this world');
  const topics = new Map(world.kafka.value.topics.map((t) => [t.name, t] as const));
  for (const named of partitions) {
    const { topic: name, minInSync, ...view } = named;
    const before = topics.get(name) ?? { name, minInSync: 2, partitions: [] };
    const others = before.partitions.filter((p) => p.partition !== view.partition);
    const all = [...others, view].sort((a, b) => a.partition - b.partition);
    topics.set(name, { name, minInSync: 'minInSync' in named ? minInSync : before.minInSync, partitions: all });
  }
  return withKafka(world, { topics: [...topics.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) });
}

/** Kafka tells these dynamic settings of a broker or of the cluster besides those that it told; null: sensitive. */
export function withSettings(world: World, of: number | 'cluster', are: Readonly<Record<string, string | null>>): World {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known in this world');
  const { clusterDefault = [], brokers } = world.kafka.value.configs ?? { brokers: {} };
  const laidOver = (before: readonly DynamicSetting[]): readonly DynamicSetting[] =>
    Object.entries({ ...Object.fromEntries(before.map(({ key, value }) => [key, value])), ...are })
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  if (of === 'cluster') return withKafka(world, { configs: { brokers, clusterDefault: laidOver(clusterDefault) } });
  const id = String(of);
  return withKafka(world, { configs: { clusterDefault, brokers: { ...brokers, [id]: laidOver(brokers[id] ?? []) } } });
}

/** Kafka has fenced this broker and its replicas are out of sync. */
export function withFenced(world: World, node: number): World {
  if (world.kafka.state !== 'known') return world;
  return withKafka(world, { brokers: world.kafka.value.brokers.map((b) => (b.id === node ? { ...b, fenced: true } : b)) });
}

export const withAnnotation = (world: World, key: string, value: string): World => ({
  ...world,
  cluster: { ...world.cluster, annotations: { ...world.cluster.annotations, [key]: value } },
});

/** A Pod with this cluster's labels that somebody else made. */
export function foreignPod(cluster: ResolvedCluster, name: string): LiveObject {
  const labels = { [LABEL.app]: 'kafka', [LABEL.cluster]: cluster.name, [LABEL.nodeId]: '0' };
  const metadata = {
    name,
    namespace: cluster.namespace,
    uid: `uid-${name}`,
    resourceVersion: '7',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels,
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] }, status: {} };
}

/** The first claim of a node, changed. */
export function withFirstClaim(world: World, node: number, change: (claim: LiveObject) => LiveObject): World {
  const claim = claimsOf(world, node)[0];
  return claim === undefined ? world : withObject(world, change(claim));
}

/**
 * Every Kubernetes node was asked for the images that nodes there are to restart with (operator/decide/image-check.ts).
 * @param why they cannot be pulled; undefined: they are there
 */
export function withImagesPulled(cluster: ResolvedCluster, world: World, why?: string): World {
  const { actions } = decide(cluster, { ...world, cluster: { ...world.cluster, annotations: {} } }, NOW);
  const checks = actions.flatMap((a) => (a.kind === 'apply' && a.manifest.kind === 'Pod' ? [a] : []));
  const made = checks.reduce(simulate, world);
  const state = why === undefined ? { terminated: { exitCode: 0 } } : { waiting: { reason: 'ErrImagePull', message: why } };
  const status = { phase: why === undefined ? 'Succeeded' : 'Pending', containerStatuses: [{ name: 'image', restartCount: 0, state }] };
  const names = new Set(checks.map((a) => a.manifest.metadata.name));
  return { ...made, objects: made.objects.map((o) => (o.kind === 'Pod' && names.has(o.metadata.name) ? { ...o, status } : o)) };
}
