/**
 * No partition falls below its min.insync.replicas because of us. Asked of all partitions of one view of Kafka, so that the
 * answer costs the same for one broker and for a batch.
 *
 * Availability and durability are two questions (KIP-966). Available for acks=all is a partition while its ISR has at least
 * min.insync.replicas members; safe are its records while a member of ISR or ELR is left. A partition that cannot be
 * protected at all (its replicas without one are fewer than its minimum: decision 19) is named and, by default, let go, but
 * only while every other replica of it is in sync.
 */
import { partitionName, partitionsOn, type TopicPartition } from './health';
import { reason, type Reason } from './reason';
import type { KafkaView } from './world';

export interface PartitionVerdict {
  /** Why the brokers may not be stopped together; empty: they may. */
  readonly reasons: readonly Reason[];
  /** Partitions that are not available meanwhile, whatever is done. */
  readonly unprotected: readonly TopicPartition[];
}

type Harm = 'none' | 'unprotected' | 'falls' | 'alreadyBelow' | 'lastHolder';

/** @param leaving ids of brokers that would be stopped at the same time */
export function judgePartitions(kafka: KafkaView, leaving: ReadonlySet<number>): PartitionVerdict {
  const found = new Map<Harm, TopicPartition[]>();
  for (const partition of partitionsOn(kafka, leaving)) {
    const harm = harmTo(partition, leaving);
    if (harm !== 'none') found.set(harm, [...(found.get(harm) ?? []), partition]);
  }
  const reasons = (['lastHolder', 'alreadyBelow', 'falls'] as const).flatMap((harm) => said(harm, found.get(harm) ?? [], leaving));
  return { reasons, unprotected: found.get('unprotected') ?? [] };
}

const without = (ids: readonly number[], leaving: ReadonlySet<number>): readonly number[] => ids.filter((id) => !leaving.has(id));

function harmTo(p: TopicPartition, leaving: ReadonlySet<number>): Harm {
  if (losesLastHolder(p, leaving)) return 'lastHolder';
  const stay = without(p.isr, leaving);
  if (stay.length === p.isr.length) return 'none';
  const minimum = p.minInSync ?? Math.max(1, p.replicas.length - 1);
  if (stay.length >= minimum) return 'none';
  const most = p.replicas.length - 1;
  if (most < minimum && stay.length === most) return 'unprotected';
  return p.isr.length < minimum ? 'alreadyBelow' : 'falls';
}

/** Nobody would be left who has all acknowledged records. Of a partition with one replica that is the user's wish. */
function losesLastHolder(p: TopicPartition, leaving: ReadonlySet<number>): boolean {
  const holders = [...p.isr, ...(p.elr ?? [])];
  return p.replicas.length > 1 && holders.some((id) => leaving.has(id)) && without(holders, leaving).length === 0;
}

const SENTENCES: Readonly<Record<'lastHolder' | 'alreadyBelow' | 'falls', (p: TopicPartition, left: number) => string>> = {
  lastHolder: (p) => `${partitionName(p)} would lose its last replica in sync`,
  alreadyBelow: (p, left) =>
    `${partitionName(p)} is below its minimum of ${String(p.minInSync)} in-sync replicas already and would fall to ${String(left)}`,
  falls: (p, left) => `${partitionName(p)} would fall to ${String(left)} in-sync replicas, minimum is ${minimumOf(p)}`,
};

const minimumOf = (p: TopicPartition): string => (p.minInSync === undefined ? 'not known yet' : String(p.minInSync));

function said(harm: keyof typeof SENTENCES, partitions: readonly TopicPartition[], leaving: ReadonlySet<number>): readonly Reason[] {
  const first = partitions[0];
  if (first === undefined) return [];
  return [reason('MinInSync', `${SENTENCES[harm](first, without(first.isr, leaving).length)}${andMore(partitions)}`)];
}

/** Those that cannot be protected, in words; undefined when there are none. */
export function unprotectedSentence(partitions: readonly TopicPartition[]): string | undefined {
  const first = partitions[0];
  if (first === undefined) return undefined;
  const shape = `${String(first.replicas.length)} ${first.replicas.length === 1 ? 'replica' : 'replicas'}, minimum ${minimumOf(first)}`;
  return `${partitionName(first)} (${shape}) cannot be protected and is not available for acks=all meanwhile${andMore(partitions)}`;
}

const andMore = (partitions: readonly TopicPartition[]): string =>
  partitions.length === 1 ? '' : `, and ${String(partitions.length - 1)} more partitions`;
