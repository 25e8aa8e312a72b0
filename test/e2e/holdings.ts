/**
 * What brokers hold, by Kafka's own word, many times a second and beside the operator: assignments, and what is being moved. A Pod
 * or a claim that goes while its broker holds something is what must never be.
 */
import type { Seen } from './kubernetes';
import { connectTo } from './partitions';
import { pause } from './kubernetes';

export interface Holding {
  /** Milliseconds since the epoch: when the answer came. */
  readonly at: number;
  /** Replicas by broker id, those that are on their way in or out included. */
  readonly replicas: ReadonlyMap<number, number>;
}

export interface HoldingsWatch {
  readonly looks: readonly Holding[];
  stop(): Promise<void>;
}

const EVERY_MS = 80;

/** @param ask brokers that stay: they are asked for all */
export function watchHoldings(cluster: string, ask: readonly number[]): HoldingsWatch {
  const looks: Holding[] = [];
  const state = { going: true };
  const connection = connectTo(cluster, ask);
  const look = async (): Promise<void> => {
    const partitions = await connection.describePartitions();
    const replicas = new Map<number, number>();
    for (const id of partitions.flatMap((p) => p.replicas)) replicas.set(id, (replicas.get(id) ?? 0) + 1);
    looks.push({ at: Date.now(), replicas });
  };
  const ended = (async (): Promise<void> => {
    while (state.going) {
      await look().catch(() => undefined);
      await pause(EVERY_MS);
    }
    await connection.close();
  })();
  return {
    looks,
    stop: async () => {
      state.going = false;
      await ended;
    },
  };
}

/** Pods and claims of brokers that were asked to go while the last look before it, or any after it, counted replicas on their broker. */
export function deletedWithReplicas(brokers: readonly number[], seen: readonly Seen[], looks: readonly Holding[]): readonly string[] {
  return brokers.flatMap((id) => {
    const gone = seen.find(
      ({ object }) => object.metadata.labels?.brokerId === String(id) && object.metadata.deletionTimestamp !== undefined,
    );
    if (gone === undefined) return [];
    const before = looks.filter((l) => l.at <= gone.at).at(-1);
    const wrong = [...(before === undefined ? [] : [before]), ...looks.filter((l) => l.at > gone.at)].filter(
      (l) => (l.replicas.get(id) ?? 0) > 0,
    );
    return wrong.length === 0 ? [] : [`${gone.object.kind} ${gone.object.metadata.name}: ${String(wrong[0]?.replicas.get(id))} replicas`];
  });
}
