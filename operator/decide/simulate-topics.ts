/**
 * The toy's replicas: who is in sync, who leads, who could lead safely (KIP-966). A broker that is away leaves the ISR, one
 * that is back joins it once it has caught up, and leadership stays where it moved until somebody calls an election. The
 * last replica in sync does not leave: it stays in the ISR, or becomes eligible where ELR is on, and the partition has no
 * leader until it is back.
 */
import type { KafkaView, PartitionView, TopicView } from './world';

/** The feature with which Kafka keeps eligible leader replicas. */
export const ELR_FEATURE = 'eligible.leader.replicas.version';

export interface Brokers {
  /** Everyone that ever registered, in order of ids. */
  readonly registered: readonly number[];
  /** Those that live. */
  readonly alive: ReadonlySet<number>;
  /** Those that live and are behind. */
  readonly slow: ReadonlySet<number>;
}

/** The topics after this was noticed; without any, the toy makes `orders`. */
export function topicsAfter(before: KafkaView | undefined, brokers: Brokers): readonly TopicView[] {
  const elr = (before?.features?.finalized[ELR_FEATURE] ?? 0) > 0;
  const known = before?.topics ?? [];
  return withOrders(known, brokers.registered).map((topic) => ({
    ...topic,
    partitions: topic.partitions.map((p) => noticed(p, brokers, elr ? (topic.minInSync ?? 1) : undefined)),
  }));
}

const ORDERS = 'orders';

/** While there is no other topic every broker has a partition of its own neighbourhood: replicas on the next brokers by id. */
function withOrders(known: readonly TopicView[], registered: readonly number[]): readonly TopicView[] {
  if (known.some((t) => t.name !== ORDERS)) return known;
  const before = known[0] ?? { name: ORDERS, minInSync: Math.max(1, Math.min(3, registered.length) - 1), partitions: [] };
  const more = registered.slice(before.partitions.length).map((_, k): PartitionView => {
    const partition = before.partitions.length + k;
    const next = [0, 1, 2].map((step) => registered[(partition + step) % registered.length] ?? 0);
    const replicas = next.filter((id, at) => next.indexOf(id) === at);
    return { partition, leader: replicas[0] ?? -1, replicas, isr: replicas };
  });
  return [{ ...before, partitions: [...before.partitions, ...more] }];
}

/** @param minInSync the minimum below which replicas become eligible leaders; undefined: ELR is off */
function noticed(p: PartitionView, { alive, slow }: Brokers, minInSync: number | undefined): PartitionView {
  const { elr: eligible = [], ...rest } = p;
  const candidates = [...p.isr, ...eligible].filter((id) => alive.has(id));
  const leader = candidates.includes(p.leader) ? p.leader : (candidates[0] ?? -1);
  const isr = leader < 0 ? [] : p.replicas.filter((id) => alive.has(id) && (id === leader || !slow.has(id)));
  if (minInSync === undefined) return { ...rest, leader, isr: leader < 0 ? p.isr.slice(-1) : isr };
  const elr = isr.length >= Math.min(minInSync, p.replicas.length) ? [] : unique([...p.isr, ...eligible]).filter((id) => !isr.includes(id));
  return { ...rest, leader, isr, ...(elr.length === 0 ? {} : { elr }) };
}

const unique = (ids: readonly number[]): readonly number[] => ids.filter((id, at) => ids.indexOf(id) === at);
