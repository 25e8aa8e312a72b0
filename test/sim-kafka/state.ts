/** What a simulated Kafka cluster knows of itself, and makers of it. */
import type { ConfigEntry, DescribedPartition, DescribedQuorum, LogDir } from '../../operator/clients/kafka/connection';

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
  /** Message number to [lowest, highest] version. */
  readonly versions: Readonly<Record<number, readonly [number, number]>>;
}

/** The ranges of Kafka 4.3, of the messages that the simulation answers. */
export const KAFKA_4_3: SimState['versions'] = { 3: [12, 13], 18: [0, 4], 32: [1, 4], 35: [1, 5], 55: [0, 2], 60: [0, 2], 75: [0, 0] };

/** Kafka 3.9: no fencing in DescribeCluster. */
export const KAFKA_3_9: SimState['versions'] = { ...KAFKA_4_3, 3: [0, 12], 32: [0, 4], 35: [0, 4], 60: [0, 1] };

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
}

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
export const healthyState = ({ name = 'sim', brokers = 3, partitions = 6, versions = KAFKA_4_3 }: SimShape = {}): SimState => {
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
