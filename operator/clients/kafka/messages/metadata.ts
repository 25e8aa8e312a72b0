/**
 * Metadata (3), for brokers without DescribeTopicPartitions. kafkajs' own reading of it throws for all topics as soon as one
 * partition has no leader, which is when an operator needs the answer most; this one reads such a partition as it is.
 */
import type { DescribedPartition } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';

const readBroker = (reader: WireReader): void => {
  reader.int32();
  reader.string();
  reader.int32();
  reader.nullableString();
  reader.tags();
};

const readPartition = (reader: WireReader, topic: string): DescribedPartition => {
  reader.int16(); // error: a missing leader is told by the leader itself
  const partition = reader.int32();
  const leader = reader.int32();
  reader.int32(); // leader epoch
  const replicas = reader.int32s();
  const isr = reader.int32s();
  const offline = reader.int32s();
  reader.tags();
  return { topic, partition, leader, replicas, isr, offline };
};

const readTopic = (reader: WireReader): DescribedPartition[] => {
  reader.int16();
  const name = reader.nullableString() ?? '';
  reader.uuid();
  reader.bool(); // internal
  const partitions = reader.array(() => readPartition(reader, name));
  reader.int32(); // authorised operations
  reader.tags();
  return partitions;
};

/** Every partition of every topic in one answer. */
export const metadata: Message<void, readonly DescribedPartition[]> = {
  name: 'Metadata',
  key: 3,
  purpose: 'describe the partitions',
  versions: [12],
  flexibleFrom: 9,
  write: (writer) => {
    writer
      .array<never>(undefined, () => undefined) // null: all topics
      .bool(false) // do not create topics
      .bool(false) // authorised operations
      .tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    reader.array(readBroker);
    reader.nullableString(); // cluster id
    reader.int32(); // "controller": any live broker
    return reader.array(readTopic).flat();
  },
};
