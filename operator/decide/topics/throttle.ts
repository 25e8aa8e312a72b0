/**
 * Replicas that are copied because a replication factor changes leave room for clients (KIP-73). Kafka throttles a replica that is not
 * in sync when two things say so: a list of replicas on its topic, and a rate of the brokers. The lists name just the replicas that
 * move. The rate is the cluster-wide default, not a setting of each broker: it throttles nothing that no list names, and where
 * Cruise Control or a person gave a broker a rate of its own, that one counts and is never touched. Before anything is set
 * the status says what will be ours, and only that is taken away again; lists and rates that were there before are used as they are.
 */
import type { KafkaTopicStatus } from '../../../lib/api/kafka-topic';
import { GROUP } from '../../../lib/constructs/naming';
import type { SettingChange } from './differences';
import type { TopicObject } from './topic-object';
import type { PartitionMove, ThrottleEnd } from './topic-step';
import type { SeenPlacement, SeenTopic, TopicCluster, TopicsView } from './topic-view';

/** On a KafkaCluster: bytes each second and broker, or `none`. */
export const REPLICATION_THROTTLE = `${GROUP}/replication-throttle`;
/** Bytes each second, of what a broker sends and again of what it takes in. */
export const DEFAULT_RATE = 50_000_000;

const LEADERS = 'leader.replication.throttled.replicas';
const FOLLOWERS = 'follower.replication.throttled.replicas';
/** On a topic. */
export const LIST_KEYS: readonly string[] = [LEADERS, FOLLOWERS];
/** Of brokers. */
export const RATE_KEYS: readonly string[] = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'];

type Throttle = NonNullable<KafkaTopicStatus['throttle']>;

/** Undefined: as fast as it goes. What cannot be read is the default: too slow is put right more easily than too fast. */
export function rateOf(annotation: string | undefined): number | undefined {
  const written = (annotation ?? '').trim();
  if (written === 'none') return undefined;
  const rate = /^\d{1,15}$/.test(written) ? Number(written) : 0;
  return rate > 0 ? rate : DEFAULT_RATE;
}

/** Of a cluster: who else is throttled. */
export interface ThrottleShare {
  /** That objects recorded. */
  readonly rate: number | undefined;
  /** By uid: objects with that rate whose replicas still move. */
  readonly needing: ReadonlySet<string>;
}

export function throttleShare(objects: readonly TopicObject[], view: TopicsView): ThrottleShare {
  const throttled = objects.filter(({ status }) => status.throttle?.rate !== undefined);
  const rate = throttled[0]?.status.throttle?.rate;
  return { rate, needing: new Set(throttled.filter((object) => isUnfinished(object, view)).map(({ uid }) => uid)) };
}

function isUnfinished({ topic, replicationFactor, deleting }: TopicObject, { topics, placement }: TopicsView): boolean {
  const partitions = deleting ? [] : (topics.get(topic)?.partitions ?? []);
  return partitions.some(
    ({ partition, replicas }) =>
      (replicationFactor > 0 && replicas.length !== replicationFactor) || placement?.reassigning.has(nameOf(topic, partition)) === true,
  );
}

const nameOf = (topic: string, partition: number): string => `${topic}-${String(partition)}`;

interface Wanted {
  readonly object: TopicObject;
  readonly seen: SeenTopic;
  readonly cluster: TopicCluster;
}

/** What will be ours when these replicas move; undefined: nothing. */
export function throttleFor(
  { object, seen, cluster }: Wanted,
  { rates, throttled }: SeenPlacement,
  { rate: shared }: ThrottleShare,
): Throttle | undefined {
  const copies = seen.partitions.some(({ replicas }) => replicas.length < object.replicationFactor);
  const isTaken = (throttled.get(object.topic)?.size ?? 0) > 0 || LIST_KEYS.some((key) => Object.hasOwn(object.config, key));
  if (!copies || isTaken || cluster.throttle === undefined) return undefined;
  const isOurs = [...rates.values()].every((value) => value === String(shared));
  return isOurs ? { rate: shared ?? cluster.throttle } : {};
}

/** The lists while these partitions begin to move, beside what still moves; the rates that are not there yet. */
export function throttleChanges(
  { topic, status }: TopicObject,
  moves: readonly PartitionMove[],
  seen: SeenTopic,
  { throttled, rates, reassigning }: SeenPlacement,
): { readonly lists: readonly SettingChange[]; readonly rates: readonly SettingChange[] } {
  const { throttle } = status;
  if (throttle === undefined) return { lists: [], rates: [] };
  const before = throttled.get(topic);
  const still = (key: string): readonly string[] =>
    (before?.get(key) ?? '').split(',').filter((entry) => reassigning.has(`${topic}-${entry.split(':')[0] ?? ''}`));
  const copied = moves.flatMap(({ partition, replicas }) => {
    const have = seen.partitions.find((p) => p.partition === partition)?.replicas ?? [];
    const joining = replicas.filter((id) => !have.includes(id));
    return joining.length === 0 ? [] : [{ partition, have, joining }];
  });
  const entries = (pick: (copy: (typeof copied)[number]) => readonly number[]): readonly string[] =>
    copied.flatMap((copy) => pick(copy).map((id) => `${String(copy.partition)}:${String(id)}`));
  const leaders = [...still(LEADERS), ...entries(({ have }) => have)];
  const followers = [...still(FOLLOWERS), ...entries(({ joining }) => joining)];
  const lists = [
    { key: LEADERS, value: leaders.join(',') },
    { key: FOLLOWERS, value: followers.join(',') },
  ];
  const missing = throttle.rate === undefined ? [] : RATE_KEYS.filter((key) => !rates.has(key));
  return {
    lists: copied.length === 0 ? [] : lists,
    rates: missing.map((key) => ({ key, value: String(throttle.rate) })),
  };
}

/** What of ours is to be taken away now that nothing of this topic moves; undefined: nothing any more. */
export function throttleEnd({ topic, uid, status }: TopicObject, placement: SeenPlacement, share: ThrottleShare): ThrottleEnd | undefined {
  const { throttle } = status;
  if (throttle === undefined) return undefined;
  const lists = [...(placement.throttled.get(topic)?.keys() ?? [])];
  const isLast = [...share.needing].every((other) => other === uid);
  const ours = RATE_KEYS.filter((key) => throttle.rate !== undefined && placement.rates.get(key) === String(throttle.rate));
  const rates = isLast ? ours : [];
  return lists.length + rates.length === 0 ? undefined : { lists, rates };
}
