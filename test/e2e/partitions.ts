/**
 * Every partition as Kafka itself tells it, many times a second and beside the operator: what it says of its care is held
 * against this. Each broker is asked on a connection of its own, so that one that stops does not blind the others.
 */
import { connectKafka } from '../../operator/clients/kafka/connect';
import type { DescribedPartition, KafkaConnection } from '../../operator/clients/kafka/connection';
import { NAMESPACE, pause } from './kubernetes';

/** One answer of one broker. */
export interface Look {
  /** Milliseconds since the epoch: when the answer came. */
  readonly at: number;
  /** Who answered. */
  readonly broker: number;
  /** Partitions with fewer replicas in sync than their `min.insync.replicas`, for example `rolled-1 has 102, minimum is 2`. */
  readonly below: readonly string[];
  /** Every partition has a leader and all its replicas in sync. */
  readonly complete: boolean;
}

export interface PartitionWatch {
  /** In order of time. */
  readonly looks: readonly Look[];
  stop(): Promise<void>;
}

/** At least ten looks a second come from the brokers together while one of them answers. */
const EVERY_MS = 60;

export const addressOf = (cluster: string, id: number): string =>
  `${cluster}-${id}.${cluster}-headless.${NAMESPACE}.svc.cluster.local:29092`;

/** To one broker, or to any of several. */
export const connectTo = (cluster: string, brokers: readonly number[]): KafkaConnection =>
  connectKafka({ clientId: 'journeys', connectTimeoutMs: 1_000, requestTimeoutMs: 2_000 })({
    key: `${NAMESPACE}/${cluster}`,
    bootstrap: brokers.map((id) => addressOf(cluster, id)),
  });

export function watchPartitions(cluster: string, brokers: readonly number[]): PartitionWatch {
  const looks: Look[] = [];
  const state = { going: true };
  const minimum = new Map<string, number>();
  const watch = async (id: number): Promise<void> => {
    const connection = connectTo(cluster, [id]);
    while (state.going) {
      await lookOnce(connection, minimum).then(
        (look) => looks.push({ ...look, broker: id }),
        () => undefined,
      );
      await pause(EVERY_MS);
    }
    await connection.close();
  };
  const ended = Promise.all(brokers.map(watch));
  return {
    looks,
    stop: async () => {
      state.going = false;
      await ended;
    },
  };
}

async function lookOnce(connection: KafkaConnection, minimum: Map<string, number>): Promise<Omit<Look, 'broker'>> {
  const partitions = await connection.describePartitions();
  const at = Date.now();
  const unknown = [...new Set(partitions.map((p) => p.topic))].filter((topic) => !minimum.has(topic));
  if (unknown.length > 0) for (const [topic, min] of await connection.describeTopicMinInSync(unknown)) minimum.set(topic, min);
  const below = partitions.filter((p) => p.isr.length < (minimum.get(p.topic) ?? 1));
  return {
    at,
    below: below.map((p) => `${p.topic}-${p.partition} has ${p.isr.join(' and ')}, minimum is ${minimum.get(p.topic) ?? 1}`),
    complete: partitions.length > 0 && partitions.every((p) => p.leader >= 0 && p.isr.length === p.replicas.length),
  };
}

/** Partitions that somebody else than their first replica leads. */
export async function notLedAsPreferred(cluster: string, brokers: readonly number[]): Promise<readonly string[]> {
  const connection = connectTo(cluster, brokers);
  try {
    const wrong = (p: DescribedPartition): boolean => p.leader !== p.replicas[0];
    return (await connection.describePartitions()).filter(wrong).map((p) => `${p.topic}-${p.partition}`);
  } finally {
    await connection.close();
  }
}

/** The longest time without any answer; milliseconds. What happened in it was not seen. */
export function longestBlindness(looks: readonly Look[]): number {
  const times = looks.map((l) => l.at);
  return Math.max(0, ...times.slice(1).map((at, i) => at - (times[i] ?? at)));
}
