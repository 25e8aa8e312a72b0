/** One Kafka node as seen: what the spec wants of it, its Pod, its claims, what Kafka says of it. */
import { ANNOTATION, LABEL, MANAGED_BY } from '../../lib/constructs/naming';
import type { ResolvedCluster, ResolvedNode } from '../../lib/api/resolved-cluster';
import type { Manifest } from '../../lib/constructs/manifest';
import { millisecondsOf } from './rfc3339';
import type { BrokerStatus, LiveObject, RegisteredBroker, World } from './world';

export interface NodeView {
  readonly node: ResolvedNode;
  readonly pod: PodView | undefined;
  /** Our claims of this node, by mount path order of the spec first; claims of paths that left the spec follow. */
  readonly claims: readonly LiveObject[];
  readonly status: BrokerStatus;
  /** What Kafka registered; undefined when Kafka does not list it or was not seen. */
  readonly registered: RegisteredBroker | undefined;
  /** Kafka was seen in this pass; otherwise nothing is known of its brokers. */
  readonly kafkaSeen: boolean;
  /** It served at least once with the volumes that it has or had (decision 5). */
  readonly hasRun: boolean;
}

export interface PodView {
  readonly object: LiveObject;
  readonly phase: string;
  /** The Pod's Ready condition. */
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Empty while it is not bound. */
  readonly kubeNode: string;
  /** Its address; empty while it has none. */
  readonly ip: string;
  readonly revision: string;
  /** The process of the container `kafka` runs. */
  readonly running: boolean;
  /** When that process began, in milliseconds since the epoch; undefined while none runs. */
  readonly startedAt: number | undefined;
  readonly restarts: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Since when it is ready, in milliseconds since the epoch; undefined while it is not. */
  readonly readySince: number | undefined;
  /** Why the container waits, for example `CrashLoopBackOff`; empty when it does not. */
  readonly waiting: string;
  /** What the container last said before it ended, and its exit code. */
  readonly lastWords: { readonly exitCode: number; readonly message: string } | undefined;
  /** Why the scheduler cannot place it; empty when it can. */
  readonly unschedulable: string;
}

interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly conditions?: readonly PodCondition[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

interface Terminated {
  readonly exitCode: number;
  readonly message?: string;
  readonly reason?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
  readonly state?: {
    readonly running?: { readonly startedAt?: string };
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly terminated?: Terminated;
  };
  readonly lastState?: { readonly terminated?: Terminated };
}

/** It belongs to an earlier KafkaCluster of this name and goes with it: garbage collection is at work. */
export const isOfEarlierLife = (object: LiveObject, uid: string): boolean =>
  object.metadata.ownerReferences?.some((r) => r.kind === 'KafkaCluster' && r.uid !== uid) ?? false;

export const isOurs = (object: LiveObject): boolean => object.metadata.labels?.[LABEL.managedBy] === MANAGED_BY;

export const nodeIdOf = (object: Pick<LiveObject | Manifest, 'metadata'>): number | undefined => {
  const text = object.metadata.labels?.[LABEL.nodeId];
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
};

export const annotationOf = (object: LiveObject, key: string): string | undefined => object.metadata.annotations?.[key];

export const objectsOf = (world: World, kind: string): readonly LiveObject[] => world.objects.filter((o) => o.kind === kind);

/** Every node of the cluster, in the order of ids. */
export function nodeViews(cluster: ResolvedCluster, world: World): readonly NodeView[] {
  const pods = byNode(objectsOf(world, 'Pod'));
  const claims = byNode(objectsOf(world, 'PersistentVolumeClaim'));
  const registered = new Map(world.kafka.state === 'known' ? world.kafka.value.brokers.map((b) => [b.id, b] as const) : []);
  return cluster.nodes.map((node) => {
    const status = world.cluster.status.brokersState?.[String(node.id)] ?? {};
    const own = claims.get(node.id) ?? [];
    const pod = (pods.get(node.id) ?? [])[0];
    return {
      node,
      pod: pod === undefined ? undefined : podView(pod, cluster.uid),
      claims: inSpecOrder(node, own),
      status,
      registered: registered.get(node.id),
      kafkaSeen: world.kafka.state === 'known',
      hasRun: status.hasRun === true || own.some((c) => annotationOf(c, ANNOTATION.volumeState) === 'ran'),
    };
  });
}

export const mountPathOf = (claim: LiveObject): string => annotationOf(claim, ANNOTATION.mountPath) ?? '';

function inSpecOrder(node: ResolvedNode, claims: readonly LiveObject[]): readonly LiveObject[] {
  const rank = (claim: LiveObject): number => {
    const at = node.storage.findIndex((s) => s.mountPath === mountPathOf(claim));
    return at < 0 ? node.storage.length : at;
  };
  return [...claims].sort((a, b) => rank(a) - rank(b) || compareText(a.metadata.name, b.metadata.name));
}

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function byNode(objects: readonly LiveObject[]): Map<number, LiveObject[]> {
  const found = new Map<number, LiveObject[]>();
  for (const object of objects) {
    const id = nodeIdOf(object);
    if (id === undefined || !isOurs(object)) continue;
    found.set(id, [...(found.get(id) ?? []), object]);
  }
  return found;
}

export function podView(object: LiveObject, uid: string): PodView {
  const status = (object.status ?? {}) as PodStatus;
  const kafka = status.containerStatuses?.find((c) => c.name === 'kafka');
  const ready = conditionOf(status, 'Ready');
  return {
    object,
    phase: status.phase ?? 'Pending',
    ready: ready?.status === 'True',
    readySince: ready?.status === 'True' ? millisecondsOf(ready.lastTransitionTime) : undefined,
    createdAt: millisecondsOf(object.metadata.creationTimestamp) ?? 0,
    terminating: object.metadata.deletionTimestamp !== undefined || isOfEarlierLife(object, uid),
    ...placeOf(object, status),
    revision: annotationOf(object, ANNOTATION.revision) ?? '',
    unschedulable: unschedulableOf(status),
    ...processOf(kafka),
  };
}

const placeOf = (object: LiveObject, status: PodStatus): Pick<PodView, 'kubeNode' | 'ip'> => ({
  kubeNode: (object.spec as { nodeName?: string } | undefined)?.nodeName ?? '',
  ip: status.podIP ?? '',
});

const conditionOf = (status: PodStatus, type: string) => status.conditions?.find((c) => c.type === type);

function processOf(kafka: ContainerStatus | undefined): Pick<PodView, 'running' | 'startedAt' | 'restarts' | 'waiting' | 'lastWords'> {
  const { running, waiting } = kafka?.state ?? {};
  return {
    running: running !== undefined,
    startedAt: millisecondsOf(running?.startedAt),
    restarts: kafka?.restartCount ?? 0,
    waiting: waiting?.reason ?? '',
    lastWords: lastWordsOf(kafka),
  };
}

function unschedulableOf(status: PodStatus): string {
  const scheduled = conditionOf(status, 'PodScheduled');
  return scheduled?.status === 'False' ? (scheduled.message ?? scheduled.reason ?? '') : '';
}

function lastWordsOf(container: ContainerStatus | undefined): PodView['lastWords'] {
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  return ended === undefined ? undefined : { exitCode: ended.exitCode, message: (ended.message ?? ended.reason ?? '').trim() };
}

/** It serves: its Pod is ready and Kafka, if it was seen, has it as a live broker. Blindness is judged elsewhere. */
export function serves(view: NodeView): boolean {
  if (view.pod === undefined || view.pod.terminating || !view.pod.ready) return false;
  return !view.node.roles.includes('broker') || !view.kafkaSeen || view.registered?.fenced === false;
}
