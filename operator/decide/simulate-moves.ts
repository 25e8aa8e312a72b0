/**
 * The toy's replicas on the move: what is to be moved so that brokers are emptied or filled, and topics after a move. As with
 * Kafka's own reassignment a partition keeps its number of replicas, and none of them lies twice on a broker; one without a
 * leader has nobody to copy from.
 */
import type { PartitionView, ReassigningPartition, TopicView } from './world';

export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

interface Place extends PartitionView {
  readonly topic: string;
}

const placesOf = (topics: readonly TopicView[]): readonly Place[] =>
  topics.flatMap(({ name, partitions }) => partitions.map((p) => ({ ...p, topic: name })));

/** How many replicas each broker holds. */
export function replicasByBroker(topics: readonly TopicView[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { replicas } of placesOf(topics)) for (const id of replicas) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** The next move that takes a replica off one of these brokers; undefined: nothing is left there that could be moved to one of `alive`. */
export function nextOff(topics: readonly TopicView[], ids: readonly number[], alive: readonly number[]): Move | undefined {
  const counts = replicasByBroker(topics);
  for (const { topic, partition, replicas, leader } of placesOf(topics)) {
    const from = replicas.find((id) => ids.includes(id));
    const to = least(
      alive.filter((id) => !ids.includes(id) && !replicas.includes(id)),
      counts,
    );
    if (from !== undefined && to !== undefined && leader >= 0) return { topic, partition, from, to };
  }
  return undefined;
}

/** The next move that gives one of these brokers a replica until each holds about as many as the others. */
export function nextOnto(topics: readonly TopicView[], ids: readonly number[], alive: readonly number[]): Move | undefined {
  const counts = replicasByBroker(topics);
  const places = placesOf(topics).filter(({ leader }) => leader >= 0);
  const fair = Math.floor(places.reduce((sum, { replicas }) => sum + replicas.length, 0) / Math.max(1, alive.length));
  const fullest = [...alive].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a - b);
  for (const to of ids.filter((id) => alive.includes(id) && (counts.get(id) ?? 0) < fair))
    for (const from of fullest.filter((id) => (counts.get(id) ?? 0) > fair || !ids.includes(id))) {
      const place = places.find(({ replicas }) => replicas.includes(from) && !replicas.includes(to));
      if (place !== undefined && (counts.get(from) ?? 0) > (counts.get(to) ?? 0))
        return { topic: place.topic, partition: place.partition, from, to };
    }
  return undefined;
}

const least = (ids: readonly number[], counts: ReadonlyMap<number, number>): number | undefined =>
  [...ids].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || a - b)[0];

/** The topics after the move: the new replica is in sync, and leads when the one that it replaces did. */
export const moved = (topics: readonly TopicView[], move: Move): readonly TopicView[] =>
  topics.map((topic) =>
    topic.name !== move.topic
      ? topic
      : { ...topic, partitions: topic.partitions.map((p) => (p.partition === move.partition ? replaced(p, move) : p)) },
  );

function replaced({ elr, ...p }: PartitionView, { from, to }: Move): PartitionView {
  const swap = (id: number): number => (id === from ? to : id);
  const isr = p.isr.includes(from) ? p.isr.map(swap) : [...p.isr, to];
  const eligible = (elr ?? []).filter((id) => id !== from);
  return { ...p, replicas: p.replicas.map(swap), isr, leader: swap(p.leader), ...(eligible.length === 0 ? {} : { elr: eligible }) };
}

export const reassigningBy = ({ topic, partition, from, to }: Move): ReassigningPartition => ({
  topic,
  partition,
  adding: [to],
  removing: [from],
});
