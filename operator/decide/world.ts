/**
 * Everything seen about one cluster in one pass: read-only, plain data, without secret values. `decide` and `report`
 * see the outside through this and nothing else, and a World written to a file is a test case.
 */
import type { NodeRole } from '../../lib/kafka/node-role';
import type { AlertsStatus, AlertsView } from './alerts/alerts-view';
import type { SecretObject, ServedCertificate } from './certificate-view';

/** Something that may not have been seen. Unknown is a value, never an exception and never an absence. */
export type Observed<T> =
  { readonly state: 'known'; readonly value: T } | { readonly state: 'unknown'; readonly why: string } | { readonly state: 'notAsked' };

export interface World {
  readonly cluster: ClusterView;
  /** Live objects that carry this cluster's labels, or that bear one of our names in its namespace; ordered by kind, then name. */
  readonly objects: readonly LiveObject[];
  /** The Kubernetes nodes, by name. */
  readonly kubeNodes: readonly KubeNodeView[];
  readonly kafka: Observed<KafkaView>;
  /** What the processes of nodes that are not ready say of themselves, by node id; only of those that could be asked. */
  readonly processes?: Readonly<Record<string, ProcessView>>;
  /** Kinds that the API server does not know (`kindKey`, for example `VirtualService.networking.istio.io`): their CRDs are not installed. */
  readonly absentKinds?: readonly string[];
  /** Secrets of the user's own that the spec names, by name; `undefined`: it is not there. */
  readonly namedSecrets?: Readonly<Record<string, Observed<SecretObject | undefined>>>;
  /** Certificates that brokers were seen to serve, by node id and listener; only of those that were asked. */
  readonly served?: Readonly<Record<string, Readonly<Record<string, ServedCertificate>>>>;
  /** Cruise Control, when the cluster has one. */
  readonly cruiseControl?: Observed<CruiseControlView>;
  /** Alerts about the cluster that fire; left out: they are not looked at (`kafka-operator plan`), and the status says which do. */
  readonly alerts?: AlertsView;
}

/** One look at Cruise Control. What Kafka itself can tell is never taken from it. */
export interface CruiseControlView {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** It has seen enough of the cluster to propose and execute moves: the monitor runs, a proposal and every goal are ready. */
  readonly ready: boolean;
  /** What is missing while it is not ready; empty when it is. */
  readonly why: string;
  /** What its executor does, of anybody's. */
  readonly execution: ExecutionView;
  /** User tasks that it still knows of, newest first. */
  readonly tasks: readonly CruiseControlTask[];
  /** What became of requests that this process sent, by marker; those under way are `sent`. */
  readonly requests: Readonly<Record<string, RequestView>>;
  /** What its anomaly detector found and did last; undefined when self-healing is off. */
  readonly anomalies?: readonly AnomalyView[];
}

export interface ExecutionView {
  /** As Cruise Control names it, for example `NO_TASK_IN_PROGRESS`. */
  readonly state: string;
  readonly idle: boolean;
  /** The user task that it carries out; empty when unknown or nobody's (self-healing). */
  readonly taskId: string;
  readonly finishedMoves: number;
  readonly totalMoves: number;
  /** Megabytes. */
  readonly finishedMb: number;
  readonly totalMb: number;
}

export interface CruiseControlTask {
  readonly id: string;
  readonly status: 'Active' | 'InExecution' | 'Completed' | 'CompletedWithError';
  /** Method, path and query, for example `POST /kafkacruisecontrol/rebalance?json=true&reason=…`, decoded. */
  readonly request: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** `sent`: no answer yet. `answered`: Cruise Control took it. `refused`: it said no, or nobody answered. */
export interface RequestView {
  readonly state: 'sent' | 'answered' | 'refused';
  readonly taskId?: string;
  readonly httpCode?: number;
  /** The parts of the answer's `summary` that are worth keeping, as text (contract 4). */
  readonly summary?: Readonly<Record<string, string>>;
  readonly error?: string;
  /** What kind of refusal it is, for whether and when to ask again. */
  readonly errorKind?: 'notReady' | 'busy' | 'invalid' | 'impossible' | 'unreachable' | 'other';
}

export interface AnomalyView {
  /** For example `BROKER_FAILURE`. */
  readonly type: string;
  readonly id: string;
  /** For example `FIX_STARTED`. */
  readonly status: string;
  /** Milliseconds since the epoch. */
  readonly detectedAt: number;
  readonly description: string;
}

/** One node's process, by its exporter and its log. */
export interface ProcessView {
  /** Kafka's BrokerState: 0 not running, 1 starting, 2 recovering its log, 3 running, 6 and 7 stopping; undefined: it does not say. */
  readonly brokerState?: number;
  /** Logs that are still to be recovered, over all log directories. */
  readonly logsToRecover?: number;
  /** The last lines of its log, oldest first; without secret values. */
  readonly lastLines?: readonly string[];
}

/** Metadata and status of the KafkaCluster itself. */
export interface ClusterView {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: ClusterStatus;
  /** Entries of `brokers` that alerts added and nobody else owns a part of; left out: none. */
  readonly brokersOfAlerts?: readonly number[];
}

/** A live Kubernetes object as the API server gave it. Of Secrets only metadata and a hash of the data are kept. */
export interface LiveObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly uid: string; readonly kind: string; readonly name: string }[];
  };
  readonly [field: string]: unknown;
}

export interface KubeNodeView {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ready: boolean;
  readonly unschedulable: boolean;
  /** Taint `node.kubernetes.io/out-of-service`. */
  readonly outOfService: boolean;
  /** `status.addresses`; left out: none. */
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
}

/** One consistent look at Kafka. */
export interface KafkaView {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly clusterId: string;
  readonly quorum: QuorumView;
  /** Registered brokers, by id. */
  readonly brokers: readonly RegisteredBroker[];
  /** Every topic, by name. */
  readonly topics: readonly TopicView[];
  /** Undefined when the software does not tell (before ApiVersions v3). */
  readonly features?: FeaturesView;
  /** Dynamic settings of the resources that were asked for. */
  readonly configs?: ConfigsView;
  /** Log directories of the brokers that were asked for, by broker id; a broker that is missing was not asked, or did not answer. */
  readonly logDirs?: Readonly<Record<string, readonly LogDirView[]>>;
  /** Partitions that are being reassigned by anybody; undefined: not asked. */
  readonly reassigning?: readonly ReassigningPartition[];
}

export interface LogDirView {
  /** As Kafka names it: an absolute path, never a prefix of one. */
  readonly path: string;
  /** Kafka says that it is broken. */
  readonly offline: boolean;
  /** How many replicas lie in it, those on their way in included. */
  readonly replicas: number;
  /** Topics of which they are, by name; the first ten. */
  readonly topics: readonly string[];
  /** Bytes of the replicas. */
  readonly bytes: number;
}

export interface ReassigningPartition {
  readonly topic: string;
  readonly partition: number;
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

export interface TopicView {
  readonly name: string;
  /** The `min.insync.replicas` in force; undefined: not known, because the topic came or went during the look. */
  readonly minInSync: number | undefined;
  /** In order of numbers. */
  readonly partitions: readonly PartitionView[];
}

/** Feature levels (KIP-584), for example `metadata.version` and `kraft.version`. */
export interface FeaturesView {
  readonly finalized: Readonly<Record<string, number>>;
  /** Of the broker that was asked. */
  readonly supported: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
}

/** Settings of source "dynamic" only; what is static or a default is not in it. A resource that is missing was not asked, or did not answer. */
export interface ConfigsView {
  readonly clusterDefault?: readonly DynamicSetting[];
  /** By broker id. */
  readonly brokers: Readonly<Record<string, readonly DynamicSetting[]>>;
}

export interface DynamicSetting {
  readonly key: string;
  /** Null: sensitive, Kafka does not tell. */
  readonly value: string | null;
}

export interface QuorumView {
  /** −1: nobody leads. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly QuorumMember[];
  readonly observers: readonly QuorumMember[];
}

export interface QuorumMember {
  readonly id: number;
  /** Unpadded base64url UUID; empty when the quorum is static (kraft.version 0). */
  readonly directoryId: string;
  readonly logEndOffset: number;
  /** Milliseconds since the epoch; −1 unknown. */
  readonly lastCaughtUpAt: number;
}

export interface RegisteredBroker {
  readonly id: number;
  readonly fenced: boolean;
  readonly host: string;
  readonly port: number;
  readonly rack: string | undefined;
}

export interface PartitionView {
  readonly partition: number;
  /** −1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Eligible leader replicas (KIP-966); undefined when there are none or the software cannot tell. */
  readonly elr?: readonly number[];
}

/** The status of a KafkaCluster: Koperator's fields (contract 1.5) and ours. */
export interface ClusterStatus {
  readonly state?: 'ClusterReconciling' | 'ClusterRollingUpgrading' | 'ClusterRunning';
  readonly clusterID?: string;
  /** `Formed` for ever once a leader was seen (decision 8). */
  readonly quorum?: 'Forming' | 'Formed';
  /** The first voters, fixed when the cluster is born. */
  readonly initialControllers?: readonly number[];
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
  readonly brokersState?: Readonly<Record<string, BrokerStatus>>;
  readonly rollingUpgradeStatus?: { readonly lastSuccess: string; readonly errorCount: number };
  readonly listenerStatuses?: ListenerStatuses;
  readonly alertCount?: number;
  /** Alerts that fire, and what was done about them; bounded. */
  readonly alerts?: AlertsStatus;
  /** What the last pass meant to do and what it held, in words; bounded. */
  readonly plan?: {
    readonly actions: readonly string[];
    readonly held: readonly string[];
    /** Of the disruptive steps (decision 34); undefined when there are none. */
    readonly hash?: string;
    /** Node ids that would restart together, in order. */
    readonly waves?: readonly string[];
  };
  /** The disruptive steps that were approved, with the hash that was given (decision 34). */
  readonly approval?: { readonly hash: string; readonly steps: readonly string[] };
  /** `clusterWideConfig`: keys that are ours (decision 14). */
  readonly clusterWideConfig?: OwnedSettings;
  /** Finalised metadata version, for example `4.3-IV0`. */
  readonly metadataVersion?: string;
  /** Features that could be raised now that every node runs newer software, for example `metadata.version to 4.3-IV0`. */
  readonly couldRaise?: readonly string[];
  /** Which time of which `rebalanceSchedule` was served last. */
  readonly scheduledRebalance?: { readonly schedule: string; readonly last: string };
  readonly cruiseControlTopicStatus?: 'CruiseControlTopicNotReady' | 'CruiseControlTopicReady';
  /** Ready nodes and wanted nodes, for the print column, for example `3/3`. */
  readonly brokers?: string;
  readonly kafkaVersion?: string;
}

/** Dynamic settings that the operator set: names are recorded before the first change, so that a key that leaves the spec goes back to its default. */
export interface OwnedSettings {
  readonly keys: readonly string[];
  /** Keyed hashes of sensitive values as they were last sent, by key. */
  readonly fingerprints?: Readonly<Record<string, string>>;
}

export interface BrokerStatus {
  readonly rackAwarenessState?: string;
  readonly configurationState?: 'ConfigInSync' | 'ConfigOutOfSync';
  readonly perBrokerConfigurationState?: 'PerBrokerConfigInSync' | 'PerBrokerConfigOutOfSync' | 'PerBrokerConfigError';
  readonly gracefulActionState?: {
    readonly cruiseControlState?: string;
    readonly cruiseControlOperationReference?: { readonly name: string };
    /** How many operations were made for it, so that there is an end to it. */
    readonly operations?: number;
    readonly volumeStates?: Readonly<
      Record<
        string,
        {
          readonly cruiseControlVolumeState: string;
          readonly cruiseControlOperationReference?: { readonly name: string };
          /** How many operations were made for it, so that there is an end to it. */
          readonly operations?: number;
        }
      >
    >;
  };
  readonly externalListenerConfigNames?: readonly string[];
  readonly version?: string;
  readonly image?: string;
  /** The node served at least once: from then on an empty volume under it is an accident (decision 5). */
  readonly hasRun?: boolean;
  /** Mount paths of the claims that were made for it. */
  readonly volumes?: readonly string[];
  /** gzip + base64 of the broker's own entry in the spec, with which it can be rebuilt after it left the spec. */
  readonly configurationBackup?: string;
  /** Kafka was told to forget it; older software does not show whether it has. */
  readonly unregistered?: boolean;
  readonly processRoles?: readonly NodeRole[];
  /** The Pod revision with which the node served last: another one is on trial until it serves. */
  readonly servedRevision?: string;
  /** A revision with which the node did not come back and from which it was rolled back (`onFailure: Rollback`). */
  readonly rejectedRevision?: string | undefined;
  /** `brokerConfig.config`: keys that are ours (decision 14). */
  readonly dynamicConfig?: OwnedSettings;
}

export interface ListenerStatuses {
  readonly internalListeners?: Readonly<Record<string, readonly ListenerAddress[]>>;
  readonly externalListeners?: Readonly<Record<string, readonly ListenerAddress[]>>;
}

export interface ListenerAddress {
  readonly name: string;
  readonly address: string;
}

/** metav1.Condition. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly lastTransitionTime: string;
}
