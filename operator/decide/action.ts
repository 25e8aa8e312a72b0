/**
 * The closed union of everything the operator can do to the outside. If an effect has no Action, it cannot happen; a new
 * effect costs a member here, an executor in act/, a sentence in explain.ts and a test.
 */
import type { AlertChange } from '../../lib/alerts/alert-action';
import type { CertificateProfile } from '../../lib/constructs/certificate-profiles';
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

/** What a certificate is for: `authority` signs the others, `nextAuthority` will. */
export type CertificateKind = 'authority' | 'nextAuthority' | 'server' | 'quorum' | 'client';

/** Draws a key, has it signed and writes the Secret. Nothing of the key is in the action, or anywhere but in the executor and the Secret. */
export interface IssueCertificate extends ActionBase {
  readonly kind: 'issueCertificate';
  readonly certificate: CertificateKind;
  readonly profile: CertificateProfile;
  /** The Secret without data. */
  readonly manifest: Manifest;
  /** The Secret as it was seen; undefined: there is none, and one that somebody else made is left alone. */
  readonly replaces: Target | undefined;
  /** Of a leaf: the Secret of the CA, as it was seen. */
  readonly signer?: Target;
  /** Of an authority: the Secret of the user's own that it is taken from; undefined: it is drawn. */
  readonly own?: Target;
  /** Of an authority that takes the place of a lost one: who stays trusted beside it, PEM. */
  readonly alsoTrusted?: readonly string[];
  /** With keystore.jks, truststore.jks and password beside the PEM. */
  readonly javaStores: boolean;
  /** Milliseconds since the epoch: from when it is valid. */
  readonly at: number;
}

/** Gives a Secret that was issued everybody who is trusted by now; its key and certificate stay. */
export interface PassOnTrust extends ActionBase {
  readonly kind: 'passOnTrust';
  readonly target: Target;
  readonly authority: Target;
  readonly javaStores: boolean;
}

/** `switch`: the next CA signs from now on. `drop`: nobody else is trusted any more. */
export interface ReplaceAuthority extends ActionBase {
  readonly kind: 'replaceAuthority';
  readonly step: 'switch' | 'drop';
  readonly target: Target;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Writes the key stores that Pods mount, from the Secrets that hold the certificates. */
export interface WriteKeystores extends ActionBase {
  readonly kind: 'writeKeystores';
  /** The Secret without data; its annotation says what it is to hold. */
  readonly manifest: Manifest;
  readonly replaces: Target | undefined;
  /** What is written, in order; what the Secret holds besides stays, unless it is in `drop`. */
  readonly sources: readonly KeystoreSource[];
  /** Entries of listeners that are gone. */
  readonly drop: readonly string[];
}

export interface KeystoreSource {
  /** Name of a listener, or `client`. */
  readonly entry: string;
  /** Name of the Secret. */
  readonly secret: string;
  /** Of the certificate that was decided on; another one by now is looked at again first. */
  readonly fingerprint: string;
}

/** Draws the passwords that are missing for the operator, the brokers and Cruise Control, and writes what is made of them. */
export interface MakeCredentials extends ActionBase {
  readonly kind: 'makeCredentials';
  readonly users: readonly string[];
  /** Properties of brokers, by key of the Secret; `PASSWORD_OF_BROKERS` (lib/kafka/scram.ts) stands where their password goes. */
  readonly properties: Readonly<Record<string, string>>;
  /** Key of the arguments with which the first controllers are formatted. */
  readonly formatKey: string;
  /** The Secret without data. */
  readonly manifest: Manifest;
  readonly replaces: Target | undefined;
  /** The Secret with the same passwords; what it holds is not drawn. */
  readonly from?: Target;
}

/** Tells Kafka the passwords that the Secret holds (AlterUserScramCredentials), and marks the Secret. */
export interface KnowCredentials extends ActionBase {
  readonly kind: 'knowCredentials';
  readonly target: Target;
  readonly clusterId: string;
  readonly users: readonly string[];
}

/** Writes what an alert asks for into the spec, as entries of their own field manager (decision 28). */
export interface ChangeSpec extends ActionBase {
  readonly kind: 'changeSpec';
  readonly changes: readonly AlertChange[];
  /** Entries of others may be taken out. */
  readonly allowSpecEdits: boolean;
}

/** Makes a claim larger than the spec has it, for an alert. */
export interface GrowClaim extends ActionBase {
  readonly kind: 'growClaim';
  readonly target: Target;
  /** A quantity. */
  readonly size: string;
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
  | IssueCertificate
  | PassOnTrust
  | ReplaceAuthority
  | WriteKeystores
  | MakeCredentials
  | KnowCredentials
  | ChangeSpec
  | GrowClaim
  | RecordStatus;

/** What is about certificates and passwords. */
export type SecurityAction = Extract<
  Action,
  { kind: 'issueCertificate' | 'passOnTrust' | 'replaceAuthority' | 'writeKeystores' | 'makeCredentials' | 'knowCredentials' }
>;

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
