/** What the operator asks of one Kafka cluster. Implemented on kafkajs and our own messages on its connections. */

/** Where a Kafka cluster is and how to speak to it. */
export interface KafkaTarget {
  /** `host:port` of the brokers' admin listener, ordered. */
  readonly bootstrap: readonly string[];
  /** Stable key of the cluster, `namespace/name`, for logs and metrics. */
  readonly key: string;
  /** How to speak there; left out: in clear text, without authentication. */
  readonly security?: TargetSecurity;
}

/** With what the operator shows who it is; Secrets by name, read when it dials. */
export interface TargetSecurity {
  /** Of the Secrets. */
  readonly namespace: string;
  /** TLS: who is trusted (PEM), and the Secret of the certificate that is shown; undefined: plain TCP. */
  readonly tls: { readonly trust: string; readonly clientSecret: string | undefined } | undefined;
  /** SASL; undefined: none. */
  readonly scram: { readonly secret: string; readonly username: string; readonly mechanism: 'SCRAM-SHA-512' | 'SCRAM-SHA-256' } | undefined;
  /** Another one means: dial anew, for what the Secrets hold has changed. */
  readonly revision: string;
}

export interface DescribedBroker {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | undefined;
  /** Undefined when the software cannot tell (DescribeCluster below v2). */
  readonly fenced: boolean | undefined;
}

export interface DescribedCluster {
  readonly clusterId: string;
  readonly brokers: readonly DescribedBroker[];
}

export interface DescribedReplica {
  readonly id: number;
  /** Unpadded base64url; empty when there is none (kraft.version 0). */
  readonly directoryId: string;
  readonly logEndOffset: number;
  /** Milliseconds since the epoch; −1: unknown. */
  readonly lastFetchAt: number;
  readonly lastCaughtUpAt: number;
}

export interface DescribedQuorum {
  /** −1: nobody leads. */
  readonly leaderId: number;
  readonly leaderEpoch: number;
  readonly highWatermark: number;
  readonly voters: readonly DescribedReplica[];
  readonly observers: readonly DescribedReplica[];
}

export interface DescribedPartition {
  readonly topic: string;
  readonly partition: number;
  /** −1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offline: readonly number[];
  /** Eligible leader replicas (KIP-966); undefined when the software cannot tell. */
  readonly elr?: readonly number[];
}

export interface LogDir {
  readonly path: string;
  /** Kafka's error code of the directory; 0: fine. */
  readonly error: number;
  readonly totalBytes: number | undefined;
  readonly usableBytes: number | undefined;
  readonly replicas: readonly { readonly topic: string; readonly partition: number; readonly bytes: number; readonly future: boolean }[];
}

export type ConfigResource =
  | { readonly kind: 'broker'; readonly id: number }
  | { readonly kind: 'clusterDefault' }
  | { readonly kind: 'topic'; readonly name: string };

/** A change of one dynamic setting; `value: undefined` sets it back to its default. */
export interface ConfigChange {
  readonly key: string;
  readonly value: string | undefined;
}

export interface ConfigEntry {
  readonly key: string;
  /** Null for sensitive ones. */
  readonly value: string | null;
  readonly sensitive: boolean;
  readonly readOnly: boolean;
  /** Kafka's ConfigSource number; 2 dynamic broker, 3 dynamic default broker, 4 static, 5 default, 1 topic. */
  readonly source: number;
}

/** Feature levels (KIP-584), by name, for example `metadata.version` and `kraft.version`. */
export interface DescribedFeatures {
  /** What is at level 0 is not in it, such as `kraft.version` of a static quorum. */
  readonly finalized: Readonly<Record<string, number>>;
  /** Of the broker that answered. Without those whose lowest level is 0 when it speaks ApiVersions 3 and not 4. */
  readonly supported: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
}

/** A partition that is being reassigned by anybody (KIP-455). */
export interface Reassignment {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

export interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}

/** The reading half. Every call has a time-out (default 5 s) and throws KafkaError; nothing is retried for ever. */
export interface KafkaReader {
  describeCluster(): Promise<DescribedCluster>;
  describeQuorum(): Promise<DescribedQuorum>;
  /** Every partition of every topic. Works while some have no leader. */
  describePartitions(): Promise<readonly DescribedPartition[]>;
  describeLogDirs(broker: number): Promise<readonly LogDir[]>;
  describeConfigs(resource: ConfigResource): Promise<readonly ConfigEntry[]>;
  /** Empty when nothing is being reassigned. */
  listReassignments(): Promise<readonly Reassignment[]>;
  /**
   * The `min.insync.replicas` in force of each topic, in one request: its own, else what the broker that answers has for all
   * topics (dynamic, static, Kafka's default). Topics that are not there are left out.
   */
  describeTopicMinInSync(topics: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Undefined when the software does not tell (before ApiVersions 3), or has not learned it yet. */
  describeFeatures(): Promise<DescribedFeatures | undefined>;
}

/** The writing half. */
export interface KafkaWriter {
  incrementalAlterConfigs(resource: ConfigResource, changes: readonly ConfigChange[], validateOnly: boolean): Promise<void>;
  /** Preferred leaders of all partitions. */
  electPreferredLeaders(): Promise<void>;
  /** Kafka does not guard this call: the caller has seen the broker stopped, fenced and without replicas. */
  unregisterBroker(id: number): Promise<void>;
  /** One that is there already is fine. */
  createTopic(topic: NewTopic): Promise<void>;
  addRaftVoter(voter: { id: number; directoryId: string; listener: string; host: string; port: number }): Promise<void>;
  removeRaftVoter(voter: { id: number; directoryId: string }): Promise<void>;
  /** Raises the finalised level, never lowers it. `validateOnly`: Kafka checks and does nothing. */
  updateFeature(feature: string, level: number, options?: { readonly validateOnly?: boolean }): Promise<void>;
}

export interface KafkaConnection extends KafkaReader, KafkaWriter {
  /** Idempotent; ends sockets at once. */
  close(): Promise<void>;
}

/** Opens connections lazily: the first call dials; a connection that failed is dialled again by the next call. */
export type ConnectKafka = (target: KafkaTarget) => KafkaConnection;
