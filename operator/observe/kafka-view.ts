/**
 * One consistent look at Kafka: three round trips on one connection, sent together.
 *
 * Brokers answer who is registered and where partitions are from what they last heard of the controllers. While no controller
 * leads, that is stale (a broker that died since is still shown as alive and leading), and the only sign of it is that the
 * question for the quorum stays unanswered. So the look fails as a whole then: half of it would look like health.
 */
import type { DescribedBroker, DescribedPartition, DescribedQuorum, KafkaReader } from '../clients/kafka/connection';
import type { KafkaView, PartitionView, QuorumView, RegisteredBroker } from '../decide/world';
import { KafkaError } from '../clients/kafka/kafka-error';

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

const isHealthy = ({ leader, replicas, isr }: DescribedPartition): boolean => leader >= 0 && replicas.every((id) => isr.includes(id));

const partitionView = ({ topic, partition, leader, replicas, isr }: DescribedPartition): PartitionView => ({
  topic,
  partition,
  leader,
  replicas,
  isr,
});

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};

const byPlace = (a: PartitionView, b: PartitionView): number => compareText(a.topic, b.topic) || a.partition - b.partition;

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
 * Throws KafkaError when any part is unknown. `now` is the time of the look in milliseconds since the epoch. A broker of
 * software that does not tell about fencing (3.9) and is listed counts as not fenced: such software lists only those.
 */
export const describeView = async (reader: KafkaReader, now: number): Promise<KafkaView> => {
  const [cluster, partitions, quorum] = await Promise.all([reader.describeCluster(), reader.describePartitions(), askQuorum(reader)]);
  return {
    at: now,
    clusterId: cluster.clusterId,
    quorum: quorumView(quorum),
    brokers: cluster.brokers.map(brokerView).sort((a, b) => a.id - b.id),
    topicCount: new Set(partitions.map(({ topic }) => topic)).size,
    partitionCount: partitions.length,
    unhealthy: partitions
      .filter((partition) => !isHealthy(partition))
      .map(partitionView)
      .sort(byPlace),
  };
};
