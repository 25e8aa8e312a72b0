/**
 * Where the replicas of a partition are to be when their number changes. Those that are there stay: every replica that moves is
 * copied over the network. The preferred leader stays first; what is added goes where racks and brokers have the fewest; what is
 * taken away is what adds least: not in sync, on a rack that has another one, on the broker with the most.
 */
import type { SeenBroker, SeenPartition, SeenTopic } from './topic-view';

/** Replicas by broker id; changed as targets are chosen. */
export type Load = Map<number, number>;

export function loadOf(topics: Iterable<SeenTopic>): Load {
  const load: Load = new Map();
  for (const { partitions } of topics) {
    for (const { replicas } of partitions) for (const id of replicas) load.set(id, (load.get(id) ?? 0) + 1);
  }
  return load;
}

/** Undefined: there are not enough brokers. */
export function targetReplicas(
  partition: SeenPartition,
  wanted: number,
  brokers: readonly SeenBroker[],
  load: Load,
): readonly number[] | undefined {
  const racks = new Map(brokers.map(({ id, rack }) => [id, rack ?? `broker ${String(id)}`] as const));
  const usable = brokers.filter(({ fenced }) => fenced !== true).map(({ id }) => id);
  const target = [...partition.replicas];
  while (target.length > wanted) {
    const leaving = leastUseful(target, partition, racks, load);
    target.splice(target.indexOf(leaving), 1);
    load.set(leaving, (load.get(leaving) ?? 0) - 1);
  }
  while (target.length < wanted) {
    const joining = bestOf(
      usable.filter((id) => !target.includes(id)),
      (id) => [target.filter((other) => racks.get(other) === racks.get(id)).length, load.get(id) ?? 0, id],
    );
    if (joining === undefined) return undefined;
    target.push(joining);
    load.set(joining, (load.get(joining) ?? 0) + 1);
  }
  return target;
}

function leastUseful(target: readonly number[], { isr }: SeenPartition, racks: ReadonlyMap<number, string>, load: Load): number {
  const shared = (id: number): boolean => target.some((other) => other !== id && racks.get(other) === racks.get(id));
  const [preferred = -1, ...others] = target;
  return bestOf(others, (id) => [isr.includes(id) ? 1 : 0, shared(id) ? 0 : 1, -(load.get(id) ?? 0), -id]) ?? preferred;
}

/** The one with the lowest ranks, compared in order. */
function bestOf(ids: readonly number[], rank: (id: number) => readonly number[]): number | undefined {
  const less = (a: readonly number[], b: readonly number[]): boolean => {
    const at = a.findIndex((value, i) => value !== b[i]);
    return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
  };
  return ids.reduce<number | undefined>((best, id) => (best === undefined || less(rank(id), rank(best)) ? id : best), undefined);
}
