/**
 * Metadata (3), for brokers without DescribeTopicPartitions. kafkajs' own reading of it throws for all topics as soon as one
 * partition has no leader, which is when an operator needs the answer most; this one reads such a partition as it is.
 */
import type { DescribedPartition } from '../connection';
import type { Message } from '../message';
import { askForEveryTopic, EVERY_TOPIC, readEveryTopic } from './every-topic';

/** Every partition of every topic in one answer. */
export const metadata: Message<void, readonly DescribedPartition[]> = {
  ...EVERY_TOPIC,
  purpose: 'describe the partitions',
  write: askForEveryTopic,
  read: (reader) =>
    readEveryTopic(reader, (partition, topic): DescribedPartition => ({ topic, ...partition })).flatMap(({ partitions }) => partitions),
};
