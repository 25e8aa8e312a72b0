/**
 * One consistent look at Kafka: three questions on one connection, sent together, and a fourth for `min.insync.replicas` of
 * the topics that were found, unless an earlier look knows it.
 *
 * Brokers answer who is registered and where partitions are from what they last heard of the controllers. While no controller
 * leads, that is stale (a broker that died since is still shown as alive and leading), and the only sign of it is that the
 * question for the quorum stays unanswered. So the look fails as a whole then: half of it would look like health.
 */
import type { DescribedBroker, DescribedPartition, DescribedQuorum, KafkaReader } from '../clients/kafka/connection';
import type { KafkaView, PartitionView, QuorumView, RegisteredBroker, TopicView } from '../decide/world';
import { KafkaError } from '../clients/kafka/kafka-error';
import { describePlacement } from './kafka-placement';
import { describeSettings } from './kafka-settings';
import type { ConfigsOf } from './kafka-settings';

/** By topic. */
export type MinInSync = ReadonlyMap<string, number>;

export interface ViewWants {
  /** Of an earlier look, when it may be reused: only topics that are not in it are asked for. */
  readonly minInSync?: MinInSync;
  /** Resources whose dynamic settings are to be in the view, which then has the features as well; undefined: neither is asked. */
  readonly configsOf?: readonly ConfigsOf[];
  /** Brokers whose log directories are to be in the view; none by default. */
  readonly logDirsOf?: readonly number[];
  /** Partitions that are being reassigned are to be in it; not by default. */
  readonly reassignments?: boolean;
}

const NOTHING_KNOWN: MinInSync = new Map();

const brokerView = ({ id, fenced, host, port, rack }: DescribedBroker): RegisteredBroker => ({
  id,
  fenced: fenced ?? false,
  host,
  port,
  rack,
});

const quorumView = ({ leaderId, leaderEpoch, highWatermark, voters, observers }: DescribedQuorum): QuorumView => {
  const members = (replicas: DescribedQuorum['voters']): QuorumView['voters'] =>
    replicas
      .map(({ id, directoryId, logEndOffset, lastCaughtUpAt }) => ({ id, directoryId, logEndOffset, lastCaughtUpAt }))
      .sort((a, b) => a.id - b.id);
  return { leaderId, leaderEpoch, highWatermark, voters: members(voters), observers: members(observers) };
};

/** An empty list of eligible leaders says no more than none. */
const partitionView = ({ partition, leader, replicas, isr, elr }: DescribedPartition): PartitionView => {
  const view = { partition, leader, replicas, isr };
  return elr === undefined || elr.length === 0 ? view : { ...view, elr };
};

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

const byName = ({ name: a }: TopicView, { name: b }: TopicView): number => compareText(a, b);

const partitionsByTopic = (described: readonly DescribedPartition[]): ReadonlyMap<string, PartitionView[]> => {
  const topics = new Map<string, PartitionView[]>();
  for (const partition of described) {
    const known = topics.get(partition.topic);
    if (known === undefined) topics.set(partition.topic, [partitionView(partition)]);
    else known.push(partitionView(partition));
  }
  return topics;
};

/** The partitions first, then `min.insync.replicas` of those topics of which it is not known. */
const describeTopics = async (reader: KafkaReader, known: MinInSync): Promise<readonly TopicView[]> => {
  const topics = partitionsByTopic(await reader.describePartitions());
  const strangers = [...topics.keys()].filter((name) => !known.has(name));
  const asked: MinInSync = strangers.length === 0 ? NOTHING_KNOWN : await reader.describeTopicMinInSync(strangers);
  const view = ([name, partitions]: readonly [string, PartitionView[]]): TopicView => ({
    name,
    minInSync: known.get(name) ?? asked.get(name),
    partitions: partitions.sort((a, b) => a.partition - b.partition),
  });
  return [...topics].map(view).sort(byName);
};

/** Asked last, as the answers of a connection come in order and this one may not come. */
const askQuorum = async (reader: KafkaReader): Promise<DescribedQuorum> => {
  try {
    return await reader.describeQuorum();
  } catch (error) {
    if (!(error instanceof KafkaError) || error.code !== 'timeout') throw error;
    throw new KafkaError('timeout', `${error.message}; brokers answer this only while a controller leads`, undefined, { cause: error });
  }
};

/**
 * Throws KafkaError when any part is unknown, but for what is asked beside it (settings, features, log directories,
 * reassignments), which is missing then. `now` is the time of the
 * look in milliseconds since the epoch. A broker of software that does not tell about fencing (3.9) and is listed counts as
 * not fenced: such software lists only those.
 */
export const describeView = async (reader: KafkaReader, now: number, wants: ViewWants = {}): Promise<KafkaView> => {
  const settings = wants.configsOf === undefined ? undefined : describeSettings(reader, wants.configsOf);
  const topics = describeTopics(reader, wants.minInSync ?? NOTHING_KNOWN);
  const [cluster, described, quorum] = await Promise.all([reader.describeCluster(), topics, askQuorum(reader)]);
  const placement = await describePlacement(reader, { logDirsOf: wants.logDirsOf ?? [], reassignments: wants.reassignments ?? false });
  return {
    at: now,
    clusterId: cluster.clusterId,
    quorum: quorumView(quorum),
    brokers: cluster.brokers.map(brokerView).sort((a, b) => a.id - b.id),
    topics: described,
    ...(await settings),
    ...placement,
  };
};

/** What a later look may reuse. */
export const minInSyncOf = ({ topics }: KafkaView): MinInSync =>
  new Map(topics.flatMap(({ name, minInSync }) => (minInSync === undefined ? [] : [[name, minInSync] as const])));
