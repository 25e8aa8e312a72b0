/** The stand-in's way to Kafka: one look for a proposal, and moves by Kafka's own means. */
import { connectKafka } from '../../operator/clients/kafka/connect';
import type { ConnectOptions } from '../../operator/clients/kafka/connect';
import type { DescribedCluster, DescribedPartition, KafkaConnection, LogDir, Reassignment } from '../../operator/clients/kafka/connection';
import { connectReplicaMover } from '../../operator/clients/kafka/replica-mover';
import type { DirMove, Model, ModelDir, ModelPartition, Move } from './model';

/** Every call ends in time, or throws. */
export interface Kafka {
  look(): Promise<Model>;
  /** What anybody is moving. */
  reassigning(): Promise<readonly Reassignment[]>;
  begin(moves: readonly Pick<Move, 'topic' | 'partition' | 'to'>[]): Promise<void>;
  callOff(moves: readonly Pick<Move, 'topic' | 'partition'>[]): Promise<void>;
  /** Of one broker. */
  beginDirs(broker: number, moves: readonly DirMove[]): Promise<void>;
  dirsOf(broker: number): Promise<readonly ModelDir[]>;
  close(): Promise<void>;
}

/** Kafka's KAFKA_STORAGE_ERROR. */
const STORAGE_ERROR = 56;

export function connect(bootstrap: readonly string[], options: ConnectOptions = {}): Kafka {
  const target = { key: 'cruise-control', bootstrap };
  const named = { clientId: 'cruise-control-stand-in', ...options };
  const reader = connectKafka(named)(target);
  const mover = connectReplicaMover(target, named);
  return {
    look: () => look(reader),
    reassigning: () => reader.listReassignments(),
    begin: (moves) => mover.alterReassignments(moves.map(({ topic, partition, to }) => ({ topic, partition, replicas: to }))),
    callOff: (moves) => mover.alterReassignments(moves.map(({ topic, partition }) => ({ topic, partition, replicas: undefined }))),
    beginDirs: (broker, moves) =>
      mover.alterReplicaLogDirs(
        broker,
        moves.map(({ topic, partition, to }) => ({ topic, partition, path: to })),
      ),
    dirsOf: async (broker) => (await reader.describeLogDirs(broker)).map(modelDir),
    close: async () => {
      await Promise.all([reader.close(), mover.close()]);
    },
  };
}

async function look(reader: KafkaConnection): Promise<Model> {
  const [cluster, partitions] = await Promise.all([reader.describeCluster(), reader.describePartitions()]);
  const alive = cluster.brokers.filter(({ fenced }) => fenced !== true);
  const dirs = await Promise.all(alive.map(async ({ id }) => [id, (await reader.describeLogDirs(id)).map(modelDir)] as const));
  return modelOf(cluster, partitions, new Map(dirs));
}

const modelDir = ({ path, error, replicas }: LogDir): ModelDir => ({ path, offline: error === STORAGE_ERROR, replicas });

/** Of answers of Kafka. */
export function modelOf(
  cluster: DescribedCluster,
  described: readonly DescribedPartition[],
  dirs: ReadonlyMap<number, readonly ModelDir[]>,
): Model {
  const sizes = new Map<string, number>();
  for (const { topic, partition, bytes } of [...dirs.values()].flat().flatMap(({ replicas }) => replicas)) {
    const key = `${topic}-${String(partition)}`;
    sizes.set(key, Math.max(sizes.get(key) ?? 0, bytes));
  }
  const partitions = described.map(({ topic, partition, leader, replicas, isr }): ModelPartition => ({
    ...{ topic, partition, leader, replicas, isr },
    bytes: sizes.get(`${topic}-${String(partition)}`) ?? 0,
  }));
  const alive = cluster.brokers.filter(({ fenced }) => fenced !== true).sort((a, b) => a.id - b.id);
  const known = [...new Set([...cluster.brokers.map(({ id }) => id), ...partitions.flatMap(({ replicas }) => replicas)])];
  return {
    brokers: alive.map(({ id, host, rack }) => ({ id, host, rack: rack ?? `broker-${String(id)}` })),
    known: known.sort((a, b) => a - b),
    partitions,
    dirs,
  };
}
