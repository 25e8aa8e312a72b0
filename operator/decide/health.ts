/** What the world looks like, in the few judgements that the gate, the budgets and the status share. */
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import { isOut } from './put-down';
import type { KafkaView, Observed, PartitionView, World } from './world';

/** A partition with what it shares with the others of its topic. */
export interface TopicPartition extends PartitionView {
  readonly topic: string;
  /** `min.insync.replicas` in force; undefined: not known. */
  readonly minInSync: number | undefined;
}

/** A view does not change: its partitions are listed once however many questions a pass asks of them. */
const listed = new WeakMap<KafkaView, PartitionLists>();

interface PartitionLists {
  readonly all: readonly TopicPartition[];
  readonly unhealthy: readonly TopicPartition[];
  readonly byBroker: ReadonlyMap<number, readonly TopicPartition[]>;
}

function partitionLists(kafka: KafkaView): PartitionLists {
  const known = listed.get(kafka);
  if (known !== undefined) return known;
  const all = kafka.topics.flatMap(({ name, minInSync, partitions }) => partitions.map((p) => ({ ...p, topic: name, minInSync })));
  const byBroker = new Map<number, TopicPartition[]>();
  for (const partition of all) for (const id of partition.replicas) append(byBroker, id, partition);
  const lists = { all, byBroker, unhealthy: all.filter((p) => p.leader < 0 || p.isr.length < p.replicas.length) };
  listed.set(kafka, lists);
  return lists;
}

function append<T>(lists: Map<number, T[]>, key: number, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** The partitions that have a replica on one of these brokers. */
export function partitionsOn(kafka: KafkaView, brokers: ReadonlySet<number>): readonly TopicPartition[] {
  const { byBroker } = partitionLists(kafka);
  const lists = [...brokers].map((id) => byBroker.get(id) ?? []);
  return lists.length === 1 ? (lists[0] ?? []) : [...new Set(lists.flat())];
}

/** Every partition, by topic, then number. */
export const partitionsOf = (kafka: KafkaView): readonly TopicPartition[] => partitionLists(kafka).all;

/** Partitions that miss a replica in the ISR or have no leader. */
export const unhealthyPartitions = (kafka: KafkaView): readonly TopicPartition[] => partitionLists(kafka).unhealthy;

export const partitionName = ({ topic, partition }: Pick<TopicPartition, 'topic' | 'partition'>): string => `${topic}-${String(partition)}`;

/** Brokers that could lead partitions of which they are the preferred leader, and do not. */
export function passedOver(kafka: KafkaView): readonly number[] {
  const led = partitionsOf(kafka).flatMap((p) => {
    const preferred = p.replicas[0];
    return preferred === undefined || p.leader === preferred || !p.isr.includes(preferred) ? [] : [preferred];
  });
  return [...new Set(led)].sort((a, b) => a - b);
}

/** Every node serves, somebody leads the quorum, every partition has all its replicas in sync. Unknown is not healthy. */
export function healthy(context: Pick<Context, 'views' | 'world'>): boolean {
  const { kafka } = context.world;
  if (kafka.state !== 'known' || kafka.value.quorum.leaderId < 0) return false;
  return context.views.every((view) => serves(view) || isOut(view, context)) && unhealthyPartitions(kafka.value).length === 0;
}

/** A controller further behind than this (or not seen for so long) does not count for a majority. */
export const CAUGHT_UP_WITHIN_MS = 10_000;

/** Voters fetch twice a second at least. */
const JUST_NOW_MS = 2000;

/** Voters, other than those given, that are caught up with the leader. */
export function caughtUpVoters(kafka: KafkaView, without: readonly number[]): readonly number[] {
  const { leaderId, voters } = kafka.quorum;
  return voters
    .filter((v) => !without.includes(v.id))
    .filter((v) => v.id === leaderId || (v.lastCaughtUpAt >= 0 && kafka.at - v.lastCaughtUpAt <= CAUGHT_UP_WITHIN_MS))
    .map((v) => v.id);
}

/**
 * Of these, the voters that nothing else speaks against. Kafka tells when a voter was caught up last: one whose process ended a
 * moment ago still looks as if it were, and so does one that has just begun again and has not caught up since.
 */
export function standingVoters(kafka: KafkaView, views: readonly NodeView[], without: readonly number[]): readonly number[] {
  const fallen = views.filter((v) => !stands(v, kafka)).map((v) => v.node.id);
  return caughtUpVoters(kafka, [...without, ...fallen, ...silentStrangers(kafka, views)]);
}

/** Voters of which nothing is known but what Kafka says, after the status was lost: it must have heard of them just now. */
function silentStrangers({ at, quorum: { voters, leaderId } }: KafkaView, views: readonly NodeView[]): readonly number[] {
  const strangers = voters.filter(({ id }) => id !== leaderId && !views.some((v) => v.node.id === id));
  return strangers.filter(({ lastCaughtUpAt }) => at - lastCaughtUpAt > JUST_NOW_MS).map(({ id }) => id);
}

function stands({ pod, node }: NodeView, { quorum }: KafkaView): boolean {
  if (pod === undefined || pod.terminating || !pod.running) return false;
  const voter = quorum.voters.find((v) => v.id === node.id);
  return voter === undefined || voter.id === quorum.leaderId || voter.lastCaughtUpAt >= Math.max(pod.createdAt, pod.startedAt ?? 0);
}

/** Brokers to blame for a partition that is not healthy: whose replica is out of sync, or who should lead and does not. */
export function missingFrom(p: PartitionView): readonly number[] {
  const out = p.replicas.filter((r) => !p.isr.includes(r));
  return out.length > 0 ? out : p.isr;
}

/**
 * The process of a node runs and, by all evidence, serves nobody: its Pod is not ready, and Kafka, if it was seen, counts on
 * it neither as a broker nor as a voter. Without sight of Kafka the kubelet's word is needed, and it is worth something only
 * while the kubelet speaks: of a Kubernetes node that is cut off, every Pod is called not ready, whatever it does.
 */
export function servesNobody(view: NodeView, { kafka, kubeNodes }: World): boolean {
  const { pod, node } = view;
  if (pod === undefined || pod.ready) return false;
  if (kafka.state !== 'known') return kubeNodes.some((k) => k.name === pod.kubeNode && k.ready);
  return view.registered?.fenced !== false && !caughtUpVoters(kafka.value, []).includes(node.id);
}

/** Nodes that have a Pod which does not serve, or none at all. */
export const notServing = (views: readonly NodeView[]): readonly NodeView[] => views.filter((v) => !serves(v));

/** What a decision depends on, without offsets and clocks. */
export function signatureOf(seen: Observed<KafkaView>): string {
  if (seen.state !== 'known') return seen.state === 'unknown' ? `unknown ${seen.why}` : seen.state;
  const { value } = seen;
  // The shorter time tells when a voter that was away for a moment is back: it counted as caught up all the while.
  const caughtUp = (at: number): readonly boolean[] =>
    [CAUGHT_UP_WITHIN_MS, JUST_NOW_MS].map((within) => at >= 0 && value.at - at <= within);
  const { leaderId, voters, observers } = value.quorum;
  return JSON.stringify([
    value.clusterId,
    leaderId,
    voters.map((v) => [v.id, v.directoryId, v.id === leaderId ? 'leads' : caughtUp(v.lastCaughtUpAt)]),
    observers.map((o) => [o.id, o.directoryId, caughtUp(o.lastCaughtUpAt)]),
    value.brokers.map((b) => [b.id, b.fenced, b.rack]),
    unhealthyPartitions(value).map((p) => [p.topic, p.partition, p.leader, p.isr, p.elr]),
    passedOver(value),
    value.features,
    value.configs,
    dirsSignature(value),
    value.reassigning,
  ]);
}

/** Without bytes, which change all the time. */
const dirsSignature = ({ logDirs }: KafkaView): unknown =>
  logDirs === undefined
    ? undefined
    : Object.entries(logDirs).map(([id, dirs]) => [id, dirs.map(({ path, offline, replicas }) => [path, offline, replicas])]);
