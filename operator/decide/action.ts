/**
 * The closed union of everything the operator can do to the outside. If an effect has no Action, it cannot happen; a new
 * effect costs a member here, an executor in act/, a sentence in explain.ts and a test.
 */
import type { Manifest } from '../../lib/constructs/manifest';
import type { ClusterStatus, LiveObject } from './world';
import type { Reason } from './reason';

/** How much an action can hurt. Everything but `safe` passes the gate. */
export type Risk = 'safe' | 'disruptive' | 'destructive';

/** A live object that an action refers to: what it was when the decision was made. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Preconditions: the write is refused when the object is another one by now. */
  readonly uid: string;
  readonly resourceVersion: string;
}

interface ActionBase {
  readonly risk: Risk;
  readonly reasons: readonly Reason[];
  /** The Kafka node that the action is about; undefined for the cluster as a whole. */
  readonly node?: number;
}

/** Server-side apply of one object (create or change). */
export interface Apply extends ActionBase {
  readonly kind: 'apply';
  readonly manifest: Manifest;
  readonly creates: boolean;
}

/** Delete of one object, with uid and resourceVersion as preconditions. */
export interface Delete extends ActionBase {
  readonly kind: 'delete';
  readonly target: Target;
  /** Without grace: only for a Pod whose Kubernetes node is gone for good, where nobody is left to stop it. */
  readonly force?: boolean;
}

/** Creates a node's Pod. */
export interface CreatePod extends ActionBase {
  readonly kind: 'createPod';
  readonly node: number;
  readonly manifest: Manifest;
}

/** Deletes a node's Pod so that the next pass makes it anew. `running` says whether its process serves now. */
export interface RestartNode extends ActionBase {
  readonly kind: 'restartNode';
  readonly node: number;
  readonly target: Target;
  readonly running: boolean;
  /** Volumes that it comes back without: seen empty once more before the stop, and marked so. Left out: none. */
  readonly without?: readonly EmptiedVolume[];
}

/** A volume whose log directory is to be empty when its node is stopped. */
export interface EmptiedVolume {
  readonly mountPath: string;
  /** Its claim. */
  readonly target: Target;
}

/** Mints the cluster id (when there is none) and records the birth of the quorum, before anything else is made. */
export interface Mint extends ActionBase {
  readonly kind: 'mint';
  /** An id that was found; undefined: a new one. */
  readonly clusterId: string | undefined;
  readonly quorum: 'Forming' | 'Formed';
  readonly initialControllers: readonly number[];
}

/** Marks claims (quorum formed, volume ran) by a merge of annotations. */
export interface Annotate extends ActionBase {
  readonly kind: 'annotate';
  readonly target: Target;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Sets or releases our finalizer: of the KafkaCluster, or of an object of it. */
export interface SetFinalizer extends ActionBase {
  readonly kind: 'setFinalizer';
  readonly present: boolean;
  /** Undefined: of the KafkaCluster. `finalizers` are all that it has afterwards. */
  readonly of?: { readonly target: Target; readonly finalizers: readonly string[] };
}

/** Changes dynamic settings of one broker or of the cluster default (IncrementalAlterConfigs), validated by Kafka first. */
export interface AlterConfigs extends ActionBase {
  readonly kind: 'alterConfigs';
  readonly resource: { readonly kind: 'clusterDefault' } | { readonly kind: 'broker'; readonly id: number };
  readonly changes: readonly SettingChange[];
}

/** `value: undefined` sets it back to its default. Sensitive values are never printed. */
export interface SettingChange {
  readonly key: string;
  readonly value: string | undefined;
  readonly sensitive: boolean;
}

/** Gives partitions back to their preferred leaders after restarts (ElectLeaders). */
export interface ElectLeaders extends ActionBase {
  readonly kind: 'electLeaders';
}

/** Makes a caught-up observer a voter (KIP-853). */
export interface AddVoter extends ActionBase {
  readonly kind: 'addVoter';
  readonly node: number;
  readonly directoryId: string;
  readonly listener: string;
  readonly host: string;
  readonly port: number;
}

/** Takes a voter out of the quorum (KIP-853). */
export interface RemoveVoter extends ActionBase {
  readonly kind: 'removeVoter';
  readonly node: number;
  readonly directoryId: string;
}

/** Raises one feature to a level (UpdateFeatures); there is no way back for most. */
export interface UpdateFeature extends ActionBase {
  readonly kind: 'updateFeature';
  readonly feature: string;
  readonly level: number;
  /** The level in the words of people, for example `4.3-IV0`. */
  readonly called: string;
}

/** Changes resources of a running Pod's container through the subresource `resize`. */
export interface ResizePod extends ActionBase {
  readonly kind: 'resizePod';
  readonly node: number;
  readonly target: Target;
  /** `resources` of the container `kafka`. */
  readonly resources: Readonly<Record<string, unknown>>;
}

/** Creates a topic at Kafka; one that is there already is fine. */
export interface CreateTopic extends ActionBase {
  readonly kind: 'createTopic';
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

/** Takes a broker that is stopped, fenced and without replicas out of Kafka's metadata. Kafka does not guard this. */
export interface UnregisterBroker extends ActionBase {
  readonly kind: 'unregisterBroker';
  readonly node: number;
}

/**
 * Sends one request to Cruise Control and does not wait for the answer, which is seen later (`CruiseControlView.requests`).
 * The marker stands in the request's `reason`, so that it is found again among Cruise Control's tasks after a restart.
 */
export interface AskCruiseControl extends ActionBase {
  readonly kind: 'askCruiseControl';
  /** The CruiseControlOperation it is for. */
  readonly operation: string;
  readonly marker: string;
  /** For example `remove_broker`. */
  readonly endpoint: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Writes the status of a CruiseControlOperation, as it was seen (conditional). */
export interface RecordOperation extends ActionBase {
  readonly kind: 'recordOperation';
  readonly target: Target;
  /** The whole status. */
  readonly status: Readonly<Record<string, unknown>>;
}

/**
 * Writes into the status what must be known before the next step (names of our dynamic keys, an approval); the step itself
 * comes when it is seen there. A plan holds at most one: decide merges what several rules wish to record.
 */
export interface RecordStatus extends ActionBase {
  readonly kind: 'record';
  /** Laid over the status; `brokersState` broker by broker. */
  readonly status: Partial<ClusterStatus>;
}

export type Action =
  | Apply
  | Delete
  | CreatePod
  | RestartNode
  | Mint
  | Annotate
  | SetFinalizer
  | AlterConfigs
  | ElectLeaders
  | AddVoter
  | RemoveVoter
  | UpdateFeature
  | ResizePod
  | CreateTopic
  | UnregisterBroker
  | AskCruiseControl
  | RecordOperation
  | RecordStatus;

export type ActionKind = Action['kind'];

/** How an action went. */
export interface Outcome {
  readonly action: Action;
  readonly result: 'done' | 'refused' | 'retry' | 'failed';
  /** Why it was refused or failed, in a sentence. */
  readonly message?: string;
  /** The object as it is after the write. */
  readonly object?: LiveObject;
  /** The status after a `mint`. */
  readonly status?: ClusterStatus;
}
