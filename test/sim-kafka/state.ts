/** What a simulated Kafka cluster knows of itself, and makers of it. */
import type {
  ConfigEntry,
  DescribedFeatures,
  DescribedPartition,
  DescribedQuorum,
  LogDir,
  Reassignment,
} from '../../operator/clients/kafka/connection';
import type { AclBinding, Quotas, ScramMechanism } from '../../operator/clients/kafka/user-admin';

export interface SimBroker {
  readonly id: number;
  /** As it is advertised; the client's `resolve` finds the loopback port behind it. */
  readonly host: string;
  readonly port: number;
  readonly rack: string | undefined;
  readonly fenced: boolean;
}

export interface SimState {
  readonly clusterId: string;
  readonly brokers: readonly SimBroker[];
  readonly quorum: DescribedQuorum;
  readonly partitions: readonly DescribedPartition[];
  /** By resource name: a broker's id, empty for the cluster-wide default, a topic's name. */
  readonly configs: Readonly<Record<string, readonly ConfigEntry[]>>;
  readonly logDirs: readonly LogDir[];
  /** How often a topic of each name was made; by it ids differ. */
  readonly births?: Readonly<Record<string, number>>;
  /** False: delete.topic.enable=false. */
  readonly deletesTopics?: boolean;
  /** Topics that were made, and that no broker shows yet; none by default. */
  readonly hides?: (topic: string) => boolean;
  /** None by default. */
  readonly reassigning?: readonly Reassignment[];
  /** Message number to [lowest, highest] version. */
  readonly versions: Readonly<Record<number, readonly [number, number]>>;
  /** Undefined: the brokers have not learned them yet. */
  readonly features?: DescribedFeatures;
  /** Keys that cannot be altered at a broker or for all of them; READ_ONLY_KEYS by default. */
  readonly readOnlyKeys?: readonly string[];
  /** Undefined: there is no authorizer. */
  readonly acls?: readonly AclBinding[];
  /** Mechanisms and iterations by user. */
  readonly scram?: Readonly<Record<string, readonly { readonly mechanism: ScramMechanism; readonly iterations: number }[]>>;
  /** By user. */
  readonly quotas?: Readonly<Record<string, Quotas>>;
}

/** The ranges of Kafka 4.3, of the messages that the simulation answers. */
export const KAFKA_4_3: SimState['versions'] = {
  ...{
    3: [12, 13],
    18: [0, 4],
    19: [2, 7],
    20: [1, 6],
    32: [1, 4],
    34: [1, 2],
    35: [1, 5],
    37: [0, 3],
    43: [0, 2],
    44: [0, 1],
    45: [0, 1],
    46: [0, 0],
    55: [0, 2],
  },
  ...{ 29: [1, 3], 30: [1, 3], 31: [1, 3], 48: [0, 1], 49: [0, 1], 50: [0, 0], 51: [0, 0] },
  ...{ 57: [0, 2], 60: [0, 2], 64: [0, 0], 75: [0, 0], 80: [0, 1], 81: [0, 0] },
};

/** Kafka 3.9: no fencing in DescribeCluster. */
export const KAFKA_3_9: SimState['versions'] = {
  ...KAFKA_4_3,
  ...{ 3: [0, 12], 32: [0, 4], 35: [0, 4], 57: [0, 1], 60: [0, 1], 80: [0, 0] },
};

/** Software before DescribeTopicPartitions. */
export const WITHOUT_PAGES: SimState['versions'] = { 3: [0, 12], 18: [0, 3], 55: [0, 1], 60: [0, 0] };

export interface SimShape {
  /** Makes cluster id and advertised names. */
  readonly name?: string;
  /** Default 3, with ids from 1. */
  readonly brokers?: number;
  /** Default 6, of the topic `orders`; three replicas at most. */
  readonly partitions?: number;
  readonly versions?: SimState['versions'];
  /** Those of a new cluster of 4.3, or of 3.9 with KAFKA_3_9. */
  readonly features?: DescribedFeatures;
}

const levels = (max: number): { readonly min: number; readonly max: number } => ({ min: 0, max });

/** Of a new cluster of 4.3.1 with a dynamic quorum; `metadata.version` 30 is 4.3-IV0. */
export const FEATURES_4_3: DescribedFeatures = {
  finalized: {
    ...{ 'metadata.version': 30, 'kraft.version': 1, 'group.version': 1, 'transaction.version': 2 },
    ...{ 'eligible.leader.replicas.version': 1, 'share.version': 1, 'streams.version': 1 },
  },
  supported: {
    ...{
      'metadata.version': { min: 7, max: 30 },
      'kraft.version': levels(1),
      'group.version': levels(1),
      'transaction.version': levels(2),
    },
    ...{ 'eligible.leader.replicas.version': levels(1), 'share.version': levels(1), 'streams.version': levels(1) },
  },
};

/** Of a new cluster of 3.9.2 with a dynamic quorum; `metadata.version` 21 is 3.9-IV0. */
export const FEATURES_3_9: DescribedFeatures = {
  finalized: { 'metadata.version': 21, 'kraft.version': 1 },
  supported: { 'metadata.version': { min: 1, max: 21 }, 'kraft.version': levels(1) },
};

/** Some of those that Kafka reads at its start only. */
export const READ_ONLY_KEYS = ['broker.id', 'node.id', 'process.roles', 'log.dirs', 'auto.create.topics.enable', 'broker.rack'] as const;

const CONTROLLER_IDS = [1, 2, 3];

const replica = (id: number): DescribedQuorum['voters'][number] => ({
  id,
  directoryId: Buffer.alloc(16, id * 17).toString('base64url'),
  logEndOffset: 100,
  lastFetchAt: 1_700_000_000_000,
  lastCaughtUpAt: 1_700_000_000_000,
});

const partitionOf = (ids: readonly number[], partition: number): DescribedPartition => {
  const replicas = ids.map((_id, i) => ids[(partition + i) % ids.length]!).slice(0, 3);
  return { topic: 'orders', partition, leader: replicas[0]!, replicas, isr: replicas, offline: [], elr: [] };
};

/** A healthy cluster of combined nodes. */
export const healthyState = ({ name = 'sim', brokers = 3, partitions = 6, versions = KAFKA_4_3, ...shape }: SimShape = {}): SimState => {
  const ids = Array.from({ length: brokers }, (_, i) => i + 1);
  return {
    clusterId: Buffer.from(name.padEnd(16, '-').slice(0, 16)).toString('base64url'),
    brokers: ids.map((id) => ({ id, host: `${name}-${id}.kafka.svc`, port: 9092, rack: `zone-${((id - 1) % 3) + 1}`, fenced: false })),
    quorum: {
      leaderId: 1,
      leaderEpoch: 5,
      highWatermark: 100,
      voters: CONTROLLER_IDS.filter((id) => id <= brokers).map(replica),
      observers: [],
    },
    partitions: Array.from({ length: partitions }, (_, partition) => partitionOf(ids, partition)),
    configs: { '': [{ key: 'min.insync.replicas', value: '2', sensitive: false, readOnly: false, source: 3 }] },
    logDirs: [
      {
        path: '/var/lib/kafka',
        error: 0,
        totalBytes: 1000,
        usableBytes: 400,
        replicas: [{ topic: 'orders', partition: 0, bytes: 7, future: false }],
      },
    ],
    versions,
    features: shape.features ?? (versions === KAFKA_3_9 ? FEATURES_3_9 : FEATURES_4_3),
  };
};

/** The state after these brokers died and Kafka noticed. */
export const without = (state: SimState, dead: readonly number[]): SimState => ({
  ...state,
  brokers: state.brokers.map((broker) => (dead.includes(broker.id) ? { ...broker, fenced: true } : broker)),
  partitions: state.partitions.map((partition) => {
    const isr = partition.isr.filter((id) => !dead.includes(id));
    return { ...partition, isr, leader: isr[0] ?? -1, offline: partition.replicas.filter((id) => dead.includes(id)) };
  }),
});
