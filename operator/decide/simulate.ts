/**
 * A toy Kubernetes and a toy Kafka: what the world looks like after an action, and after it was left alone for a while.
 * An approximation, used by the property tests and to play a plan to its end; it knows the rules that matter for safety
 * (names are unique, a Pod keeps its volumes, a stopped broker leaves the ISR) and none of the timing.
 */
import { ANNOTATION, LABEL } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import type { Action, GrowClaim, RestartNode, SecurityAction, SetFinalizer } from './action';
import type { SecretObject } from './certificate-view';
import { annotationOf, nodeIdOf } from './node-view';
import { recorded } from './recorded';
import { isoSeconds } from './rfc3339';
import { simulateAtKafka, toldBy } from './simulate-kafka';
import { simulatedSecret } from './simulate-certificates';
import { simulateCruiseControl } from './simulate-cruise-control';
import { isProxyPod, withProxies } from './simulate-envoy';
import { afterMoment, type CruiseControlFault } from './simulate-execution';
import { logDirsAfter } from './simulate-log-dirs';
import { fateOf, rackFor, reported, type Fate } from './simulate-pods';
import { leads, quorumOf } from './simulate-quorum';
import { withServed } from './simulate-served';
import { withAddresses } from './simulate-services';
import { topicsAfter } from './simulate-topics';
import type { ClusterStatus, KafkaView, LiveObject, RegisteredBroker, World } from './world';

/** The world right after an action was carried out. */
export function simulate(world: World, action: Action): World {
  switch (action.kind) {
    case 'record':
      return withStatus(world, recorded(world.cluster.status, action.status));
    case 'apply':
    case 'createPod':
      return withObject(world, madeFrom(world, action.manifest));
    case 'restartNode':
      return without(emptied(world, action), 'Pod', action.target.name);
    case 'delete':
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
      return withFinalizer(world, action);
    case 'changeSpec':
      return world;
    case 'growClaim':
      return grown(world, action);
    case 'askCruiseControl':
    case 'recordOperation':
      return simulateCruiseControl(world, action);
    case 'issueCertificate':
    case 'passOnTrust':
    case 'replaceAuthority':
    case 'writeKeystores':
    case 'makeCredentials':
    case 'knowCredentials':
      return withSecret(world, action);
    default:
      return simulateAtKafka(world, action);
  }
}

function withSecret(world: World, action: SecurityAction): World {
  const secret = simulatedSecret(world, action);
  return secret === undefined ? world : withObject(world, madeFrom(world, secret as Manifest & SecretObject));
}

/** At once, as a storage driver without anything to do would. */
function grown(world: World, { target, size }: GrowClaim): World {
  const claim = world.objects.find((o) => o.kind === target.kind && o.metadata.name === target.name);
  if (claim === undefined) return world;
  const resources = { requests: { storage: size } };
  const changed = {
    spec: { ...(claim.spec as object), resources },
    status: { ...(claim.status as object | undefined), capacity: { storage: size } },
  };
  return withObject(world, { ...claim, ...changed });
}

/** What is being deleted goes with its last finalizer. */
function withFinalizer(world: World, { present, of }: SetFinalizer): World {
  if (of === undefined)
    return { ...world, cluster: { ...world.cluster, finalizers: present ? ['finalizer.kafkaclusters.kafka.banzaicloud.io'] : [] } };
  const { kind, name } = of.target;
  const object = world.objects.find((o) => o.kind === kind && o.metadata.name === name);
  if (object === undefined) return world;
  if (of.finalizers.length === 0 && object.metadata.deletionTimestamp !== undefined) return without(world, kind, name);
  const resourceVersion = String(Number(object.metadata.resourceVersion) + 1);
  return withObject(world, { ...object, metadata: { ...object.metadata, resourceVersion, finalizers: of.finalizers } });
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

/** When everything begins that nobody gave a time: 2026-01-01T00:00:00Z. */
const BORN = 1_767_225_600_000;

function madeFrom(world: World, manifest: Manifest): LiveObject {
  const before = world.objects.find((o) => o.kind === manifest.kind && o.metadata.name === manifest.metadata.name);
  const stamp = String(1 + Math.max(0, ...world.objects.map((o) => Number(o.metadata.resourceVersion))));
  const metadata = {
    creationTimestamp: isoSeconds(BORN),
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

/** The claims of volumes that the node comes back without are marked before it is stopped. */
const emptied = (world: World, { without: volumes = [], target }: RestartNode): World =>
  volumes.reduce((w, volume) => annotated(w, volume.target.kind, volume.target.name, { [ANNOTATION.emptiedBefore]: target.uid }), world);

/** What befalls the world while it is left alone. */
export interface Circumstances {
  /** Nodes whose process ends again and again, whatever they were told. */
  readonly broken?: readonly number[];
  /** Nodes that live and are behind: their replicas are out of sync, their votes are not caught up. */
  readonly slow?: readonly number[];
  /** Nodes whose process runs and does not serve yet, for example because it recovers its log. */
  readonly starting?: readonly number[];
  /** Load balancers give no addresses. */
  readonly unaddressed?: boolean;
  /** Milliseconds since the epoch, for what begins now; undefined: everything happens at one moment. */
  readonly now?: number | undefined;
  /** What goes wrong with Cruise Control. */
  readonly cruiseControl?: CruiseControlFault | undefined;
}

/** Time passes: Pods are bound and start, claims are bound, Kafka notices who is there, Cruise Control moves what it was asked to. */
export function settle(world: World, circumstances: Circumstances = {}): World {
  const { broken = [], slow = [], starting = [], unaddressed = false, now } = circumstances;
  const fates = new Map(world.objects.filter(isNodePod).map((pod) => [pod, fateIn(world, pod, broken)] as const));
  const alive = [...fates].flatMap(([pod, fate]) => (fate === 'runs' && !starting.includes(nodeIdOf(pod) ?? -1) ? [pod] : []));
  const led = leads(world, alive);
  const serves = (pod: LiveObject): boolean => alive.includes(pod) && (led || !isController(pod)) && !isCutOff(world, pod);
  const objects = world.objects.map((object) => {
    if (object.kind === 'PersistentVolumeClaim') return told(object, { ...(object.status ?? {}), phase: 'Bound' });
    if (object.kind === 'PodDisruptionBudget') return told(object, budgetStatus(object, alive.filter(serves)));
    if (object.kind !== 'Pod' || isProxyPod(object)) return ledIn(object, unaddressed);
    const begins = starting.includes(nodeIdOf(object) ?? -1);
    return reported(world, object, { fate: fates.get(object) ?? fateOf(world, object), ready: serves(object), starting: begins, now });
  });
  const noticed = { ...world, objects: withProxies(objects, now ?? BORN), kafka: kafkaOf(world, alive, { slow, now }) };
  return withServed(withLogDirs(afterMoment(noticed, circumstances.cruiseControl), alive), now ?? BORN);
}

/** Of every broker that lives, as its replicas are now. */
function withLogDirs(world: World, alive: readonly LiveObject[]): World {
  if (world.kafka.state !== 'known') return world;
  const { value } = world.kafka;
  const brokers = alive.filter((pod) => has(pod, LABEL.isBroker));
  const logDirs = logDirsAfter(world, brokers, value.topics, value);
  return { ...world, kafka: { state: 'known', value: { ...value, logDirs } } };
}

/** The same value as long as it says the same. */
const told = (object: LiveObject, status: object): LiveObject =>
  JSON.stringify(object.status) === JSON.stringify(status) ? object : { ...object, status };

/** A Pod that runs Kafka; others may be made to try something. */
const isNodePod = (object: LiveObject): boolean => object.kind === 'Pod' && nodeIdOf(object) !== undefined;

/** Of a Kubernetes node whose kubelet is silent every Pod is called not ready, whatever it does. */
function isCutOff(world: World, pod: LiveObject): boolean {
  const { nodeName } = pod.spec as { readonly nodeName?: string };
  return world.kubeNodes.some((node) => node.name === nodeName && !node.ready);
}

function fateIn(world: World, pod: LiveObject, broken: readonly number[]): Fate {
  if (broken.includes(nodeIdOf(pod) ?? -1)) return 'crashes';
  const fate = fateOf(world, pod);
  return fate !== 'neverPulled' && rackFor(world, pod) === undefined ? 'waits' : fate;
}

/** Its Pod was made and serves. */
function rolledOut({ metadata, spec }: LiveObject): object {
  const { replicas = 1 } = (spec ?? {}) as { readonly replicas?: number };
  return { observedGeneration: metadata.generation ?? 0, updatedReplicas: replicas, readyReplicas: replicas };
}

/** What leads to Pods: Deployments roll out, Services get their addresses. */
function ledIn(object: LiveObject, silent: boolean): LiveObject {
  if (object.kind === 'Deployment') return told(object, rolledOut(object));
  return object.kind === 'Service' ? withAddresses(object, silent) : object;
}

/** What the disruption controller works out. */
function budgetStatus(budget: LiveObject, healthy: readonly LiveObject[]): object {
  const spec = budget.spec as { minAvailable?: number; selector?: { matchLabels?: Readonly<Record<string, string>> } };
  const labels = Object.entries(spec.selector?.matchLabels ?? {});
  const matching = healthy.filter((p) => labels.every(([key, value]) => p.metadata.labels?.[key] === value));
  const disruptionsAllowed = Math.max(0, matching.length - (spec.minAvailable ?? 0));
  return { observedGeneration: budget.metadata.generation ?? 0, disruptionsAllowed };
}

const has = (object: LiveObject, label: string): boolean => object.metadata.labels?.[label] === 'true';

const isController = (object: LiveObject): boolean => has(object, LABEL.isController);

/** While no controller leads, or no broker runs, nothing is known: brokers do not answer then. */
function kafkaOf(world: World, alive: readonly LiveObject[], moment: Pick<Circumstances, 'slow' | 'now'>): World['kafka'] {
  const clusterId = world.cluster.status.clusterID;
  const pods = alive.filter((p) => has(p, LABEL.isBroker));
  if (clusterId === undefined || pods.length === 0 || !leads(world, alive)) return { state: 'unknown', why: 'no broker answers' };
  return { state: 'known', value: { clusterId, ...viewAfter(world, alive, { ...moment, pods }) } };
}

type Moment = Pick<Circumstances, 'slow' | 'now'> & { /** Brokers that live. */ readonly pods: readonly LiveObject[] };

function viewAfter(world: World, alive: readonly LiveObject[], { slow = [], now, pods }: Moment): Omit<KafkaView, 'clusterId'> {
  const before = world.kafka.state === 'known' ? world.kafka.value : undefined;
  const ids = pods.map((p) => nodeIdOf(p) ?? -1).sort((a, b) => a - b);
  const brokers = registeredAfter(world, before, pods);
  const at = now ?? Math.max(BORN, before?.at ?? 0) + 1000;
  const registered = brokers.map((b) => b.id);
  return {
    at,
    quorum: quorumOf(world, alive, { at, slow }),
    brokers,
    topics: topicsAfter(before, { registered, alive: new Set(ids), slow: new Set(slow) }),
    configs: toldBy(ids, before?.configs),
    ...kept(before),
  };
}

/** What a moment does not change by itself. */
function kept(before: KafkaView | undefined): Partial<KafkaView> {
  if (before === undefined) return { reassigning: [] };
  const { features, logDirs, reassigning = [] } = before;
  return { reassigning, ...(features === undefined ? {} : { features }), ...(logDirs === undefined ? {} : { logDirs }) };
}

/** Those that live, with their racks, and those that Kafka knows from before: they wrote to their volume. */
function registeredAfter(world: World, before: KafkaView | undefined, pods: readonly LiveObject[]): readonly RegisteredBroker[] {
  const known = new Map((before?.brokers ?? []).map((b) => [b.id, b] as const));
  // Who was taken out of the metadata is not in it again because of a claim that was kept.
  const marked = (before === undefined ? world.objects : []).filter((o) => annotationOf(o, ANNOTATION.volumeState) === 'ran');
  const ran = marked.filter((o) => (annotationOf(o, ANNOTATION.roles) ?? '').includes('broker')).map((o) => nodeIdOf(o) ?? -1);
  const alive = new Map(pods.map((p) => [nodeIdOf(p) ?? -1, p] as const));
  return [...new Set([...known.keys(), ...ran, ...alive.keys()])]
    .sort((a, b) => a - b)
    .map((id) => {
      const pod = alive.get(id);
      const rack = pod === undefined ? known.get(id)?.rack : rackFor(world, pod) || undefined;
      return { id, fenced: pod === undefined, host: '', port: 9092, rack };
    });
}
