/** Which events wake which KafkaCluster, and what its passes are made of. */
import { signatureOf } from '../decide/health';
import type { ConnectAdmin } from '../clients/kafka/connect-admin';
import type { ConnectKafka } from '../clients/kafka/connection';
import { connectCruiseControl, type ConnectCruiseControl } from '../clients/cruise-control/client';
import { readNodeFigures, type NodeFigures } from '../clients/node-metrics';
import { KAFKA_CLUSTER, kindKey, NODE, OPERATION, OPTIONAL, OWNED } from '../kinds';
import { credentialsFrom } from '../observe/cruise-control-credentials';
import { CertificateSight } from '../observe/certificate-sight';
import { CruiseControlSight } from '../observe/cruise-control-sight';
import { KafkaSight } from '../observe/kafka-sight';
import { ProcessSight } from '../observe/process-sight';
import type { NamedSecrets } from '../observe/named-secrets';
import { publicFacts } from '../observe/secret-transform';
import { ofThisControlPlane } from '../observe/control-plane';
import { ofClusters, ownerKey, type KubeStores } from '../observe/kube';
import type { Handler, Kind, KubeApi, KubeObject, Queue, Store, StoreEvent } from '../runtime/kube-types';
import { withoutBookkeeping, type Transform } from '../runtime/transform';
import type { AlertDesk } from '../alerts/alert-desk';
import { alertsOver, clusterEssence, type AlertReception } from './alert-wiring';
import type { ClusterMetrics } from './cluster-metrics';
import { KafkaPlaces, type Places } from './kafka-places';
import { KafkaClusterController, type ControllerParts } from './kafka-cluster-controller';
import type { StatusBoard } from '../status-page/board';
import type { ActionLog } from './pass-log';

/** What is needed of the runtime. */
export interface Runtime {
  watchKind(
    kind: Kind,
    options: {
      readonly namespaces?: readonly string[] | undefined;
      readonly labelSelector?: string;
      readonly indexBy?: (object: KubeObject) => string | undefined;
      readonly transform?: Transform;
      readonly optional?: boolean;
    },
  ): Store & { onEvent(handler: (event: StoreEvent) => void): void; onPresence(handler: () => void): void };
  controller(name: string, handler: Handler, options: { readonly workers?: number }): Queue;
}

export interface KafkaClustersOptions {
  readonly kube: KubeApi;
  readonly connect: ConnectKafka;
  readonly log: ActionLog;
  readonly now: () => number;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  readonly workers: number;
  /** Where what is done and held is counted; nowhere by default. */
  readonly metrics?: ClusterMetrics;
  /** What the status page shows; nobody by default. */
  readonly board?: StatusBoard;
  /** Who watches Secrets that specs name; without it they are not seen. */
  readonly watchSecrets?: (onChange: (key: string) => void) => NamedSecrets;
  /** How users are told to Kafka; nobody tells them by default. */
  readonly connectAdmin?: ConnectAdmin;
  /** Alerts are received; undefined: nobody does. */
  readonly alerts?: AlertReception | undefined;
  /** How a node's process is asked; by default over HTTP, its exporter. */
  readonly figures?: (address: string) => Promise<NodeFigures>;
  /** How Cruise Control is dialled; by default over HTTP. */
  readonly connectCruiseControl?: ConnectCruiseControl;
  /** As what the operator shows itself to Cruise Control, for example `kafka-operator/1.0.0`. */
  readonly userAgent?: string;
  /** Milliseconds between two looks at Kafka; decision 18. */
  readonly looks?: { readonly converged: number; readonly moving: number };
}

const LOOKS = { converged: 30_000, moving: 1_000 };

type Watched = ReturnType<Runtime['watchKind']>;

/** What else is made of the same stores, and what ends the looks at Kafka and Cruise Control. */
export interface RunningClusters {
  readonly places: Places;
  readonly clusters: Watched;
  readonly owned: ReadonlyMap<string, Watched>;
  /** Undefined where nobody receives alerts. */
  readonly alerts: AlertDesk | undefined;
  stop(): void;
}

export function runKafkaClusters(runtime: Runtime, options: KafkaClustersOptions): RunningClusters {
  const namespaces = options.namespaces.length === 0 ? undefined : options.namespaces;
  const clusters = runtime.watchKind(KAFKA_CLUSTER, { namespaces, transform: clusterEssence });
  const nodes = runtime.watchKind(NODE, { transform: nodeEssence });
  const owned = new Map(OWNED.map((kind) => [kindKey(kind), watchOwned(runtime, kind, namespaces)] as const));
  const stores: KubeStores = { clusters, nodes, owned };
  const wake = { add: (_: string): void => undefined };
  const eyes = eyesOf(options, (key) => wake.add(key));
  const { kube, now, log, looks = LOOKS } = options;
  const places = new KafkaPlaces();
  const alerts = alertsOver(stores, options.alerts, { now, wake: (key) => wake.add(key) });
  const told = toldOf(options, alerts);
  const controller = new KafkaClusterController({ kube, stores, ...eyes, places, now, log, looks, ...told });
  const queue = runtime.controller('kafkacluster', (key) => controller.reconcile(key), { workers: options.workers });
  wake.add = (key) => queue.add(key);
  clusters.onEvent(({ object }) => queue.add(keyOf(object)));
  for (const store of owned.values()) {
    store.onEvent(({ object }) => addIfOwned(queue, object));
    store.onPresence(() => clusters.list().forEach((object) => queue.add(keyOf(object))));
  }
  nodes.onEvent((event) => wakeOfNode(event, stores, queue));
  return {
    places,
    clusters,
    owned,
    alerts: alerts?.desk,
    stop: () => {
      for (const eye of Object.values(eyes)) void eye.stop();
    },
  };
}

type Told = Pick<ControllerParts, 'alerts' | 'metrics' | 'board' | 'connectAdmin'>;

/** Whoever is told, as far as there is somebody. */
const toldOf = ({ metrics, board, connectAdmin }: KafkaClustersOptions, alerts: ReturnType<typeof alertsOver>): Told => ({
  ...(alerts && { alerts: alerts.watch }),
  ...(metrics && { metrics }),
  ...(board && { board }),
  ...(connectAdmin && { connectAdmin }),
});

type Eyes = Pick<ControllerParts, 'sight' | 'processes' | 'certificates' | 'cruiseControl' | 'namedSecrets'>;

/** What looks at something else than Kubernetes, or at what stores do not hold. */
function eyesOf(options: KafkaClustersOptions, onChange: (key: string) => void): Eyes {
  const { kube, now, connect, watchSecrets } = options;
  const lines = (namespace: string, pod: string, tailLines: number) => kube.podLogs(namespace, pod, { container: 'kafka', tailLines });
  return {
    sight: new KafkaSight({ connect, now, signature: signatureOf, onChange }),
    processes: new ProcessSight({ figures: options.figures ?? readNodeFigures, lines, onChange }),
    certificates: new CertificateSight({ onChange, now }),
    ...(watchSecrets && { namedSecrets: watchSecrets(onChange) }),
    cruiseControl: new CruiseControlSight({
      connect: options.connectCruiseControl ?? ((target) => connectCruiseControl(target)),
      credentials: credentialsFrom(kube),
      userAgent: options.userAgent ?? 'kafka-operator',
      onChange,
      now,
    }),
  };
}

const watchOwned = (runtime: Runtime, kind: Kind, namespaces: readonly string[] | undefined) =>
  runtime.watchKind(kind, {
    namespaces,
    labelSelector: ofClusters(),
    indexBy: kind === OPERATION ? ofThisControlPlane(ownerKey) : ownerKey,
    // A chart of before it had the kind, or one without CRDs: the clusters are looked after all the same.
    optional: kind === OPERATION || OPTIONAL.includes(kind),
    transform: kind.kind === 'Secret' ? publicFacts : withoutBookkeeping,
  });

const keyOf = (object: KubeObject): string => `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

function addIfOwned(queue: Queue, object: KubeObject): void {
  const key = ownerKey(object);
  if (key !== undefined) queue.add(key);
}

/** Of a Kubernetes node only what decisions depend on; its status changes every few minutes for nothing. */
export function nodeEssence(object: KubeObject): KubeObject {
  const { name, uid, resourceVersion, creationTimestamp, labels, generation } = object.metadata;
  const spec = object.spec as { unschedulable?: boolean; taints?: unknown } | undefined;
  const status = object.status as { conditions?: readonly { type: string; status: string }[]; addresses?: unknown } | undefined;
  const ready = status?.conditions?.find((c) => c.type === 'Ready');
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      name,
      uid,
      resourceVersion,
      creationTimestamp,
      ...(labels === undefined ? {} : { labels }),
      ...(generation === undefined ? {} : { generation }),
    },
    spec: { unschedulable: spec?.unschedulable, taints: spec?.taints },
    status: { conditions: ready === undefined ? [] : [{ type: 'Ready', status: ready.status }], addresses: status?.addresses },
  };
}

/** Clusters with a Pod on a node look again when its labels, readiness or taints change. */
function wakeOfNode(event: StoreEvent, stores: KubeStores, queue: Queue): void {
  const before = event.type === 'set' && event.previous !== undefined ? essence(event.previous) : '';
  if (event.type === 'set' && before === essence(event.object)) return;
  const pods = stores.owned.get('Pod')?.list() ?? [];
  for (const pod of pods) {
    if ((pod.spec as { nodeName?: string } | undefined)?.nodeName === event.object.metadata.name) addIfOwned(queue, pod);
  }
}

const essence = (node: KubeObject): string => JSON.stringify([node.metadata.labels, node.spec, node.status]);
