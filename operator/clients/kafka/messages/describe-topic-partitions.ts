/**
 * DescribeTopicPartitions (75): every partition with its eligible leader replicas (KIP-966), a page at a time. The errors of
 * topics and partitions are not failures here: a partition without a leader is exactly what the caller wants to see.
 */
import type { DescribedPartition } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import type { WireWriter } from '../wire/writer';
import { readPartitionHead } from './partition-head';

/** Where the next page begins. */
export interface PartitionCursor {
  readonly topic: string;
  readonly partition: number;
}

export interface PartitionPage {
  readonly partitions: readonly DescribedPartition[];
  /** Undefined after the last page. */
  readonly next: PartitionCursor | undefined;
}

/** Brokers cut this to their `max.request.partition.size.limit`, 2 000 by default. */
const PAGE_SIZE = 2000;

const readPartition = (reader: WireReader, topic: string): DescribedPartition => {
  const head = readPartitionHead(reader);
  const elr = reader.nullableArray((item) => item.int32());
  reader.nullableArray((item) => item.int32()); // last known ELR
  const offline = reader.int32s();
  reader.tags();
  const described = { topic, ...head, offline };
  return elr === undefined ? described : { ...described, elr };
};

const readTopic = (reader: WireReader): DescribedPartition[] => {
  reader.int16(); // error: a topic that was just deleted has no partitions
  const name = reader.nullableString() ?? '';
  reader.uuid();
  reader.bool(); // internal
  const partitions = reader.array(() => readPartition(reader, name));
  reader.int32(); // authorised operations
  reader.tags();
  return partitions;
};

const readCursor = (reader: WireReader): PartitionCursor => {
  const cursor = { topic: reader.string(), partition: reader.int32() };
  reader.tags();
  return cursor;
};

const writeCursor = (cursor: PartitionCursor, writer: WireWriter): void => {
  writer.string(cursor.topic).int32(cursor.partition).tags();
};

export const describeTopicPartitions: Message<PartitionCursor | undefined, PartitionPage> = {
  name: 'DescribeTopicPartitions',
  key: 75,
  purpose: 'describe the partitions',
  versions: [0],
  flexibleFrom: 0,
  write: (writer, cursor) => {
    writer
      .array<string>([], (topic) => writer.string(topic).tags()) // none named: all
      .int32(PAGE_SIZE)
      .nullableStruct(cursor, writeCursor)
      .tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const partitions = reader.array(readTopic).flat();
    return { partitions, next: reader.nullableStruct(readCursor) };
  },
};
