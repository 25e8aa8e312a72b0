/** Metadata (3): every topic with its id, in one answer; partitions without a leader are read as they are. */
import type { Message } from '../message';
import type { TopicMetadata } from '../topic-admin';
import type { WireReader } from '../wire/reader';

type Partition = TopicMetadata['partitions'][number];

const readBroker = (reader: WireReader): void => {
  reader.int32();
  reader.string();
  reader.int32();
  reader.nullableString();
  reader.tags();
};

const readPartition = (reader: WireReader): Partition => {
  reader.int16(); // error: a missing leader is told by the leader itself
  const partition = reader.int32();
  const leader = reader.int32();
  reader.int32(); // leader epoch
  const replicas = reader.int32s();
  const isr = reader.int32s();
  reader.int32s(); // offline
  reader.tags();
  return { partition, leader, replicas, isr };
};

const byNumber = (a: Partition, b: Partition): number => a.partition - b.partition;

const readTopic = (reader: WireReader): TopicMetadata => {
  reader.int16();
  const name = reader.nullableString() ?? '';
  const id = reader.uuid();
  const internal = reader.bool();
  const partitions = reader.array(readPartition).sort(byNumber);
  reader.int32(); // authorised operations
  reader.tags();
  return { name, id, internal, partitions };
};

/** Every topic of the cluster. */
export const listTopics: Message<void, readonly TopicMetadata[]> = {
  name: 'Metadata',
  key: 3,
  purpose: 'list the topics',
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
    return reader.array(readTopic);
  },
};
