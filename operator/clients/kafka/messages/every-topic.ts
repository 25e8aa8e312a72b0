/** Metadata (3), version 12, asked for every topic: the request and the answer that its two readers share. */
import type { WireReader } from '../wire/reader';
import type { WireWriter } from '../wire/writer';
import { readPartitionHead, type PartitionHead } from './partition-head';

export interface TopicOnWire<P> {
  readonly name: string;
  readonly id: string;
  readonly internal: boolean;
  readonly partitions: readonly P[];
}

export interface PartitionOnWire extends PartitionHead {
  readonly offline: readonly number[];
}

export const EVERY_TOPIC = { name: 'Metadata', key: 3, versions: [12], flexibleFrom: 9 } as const;

export function askForEveryTopic(writer: WireWriter): void {
  writer
    .array<never>(undefined, () => undefined) // null: all topics
    .bool(false) // do not create topics
    .bool(false) // authorised operations
    .tags();
}

/** `partitionOf` makes what is kept of a partition, topic by topic: there may be a hundred thousand. */
export function readEveryTopic<P>(reader: WireReader, partitionOf: (seen: PartitionOnWire, topic: string) => P): TopicOnWire<P>[] {
  reader.int32(); // throttle time
  reader.array(readBroker);
  reader.nullableString(); // cluster id
  reader.int32(); // "controller": any live broker
  return reader.array((topic) => {
    topic.int16();
    const name = topic.nullableString() ?? '';
    const id = topic.uuid();
    const internal = topic.bool();
    const partitions = topic.array(() => partitionOf(readPartition(topic), name));
    topic.int32(); // authorised operations
    topic.tags();
    return { name, id, internal, partitions };
  });
}

function readBroker(reader: WireReader): void {
  reader.int32();
  reader.string();
  reader.int32();
  reader.nullableString();
  reader.tags();
}

function readPartition(reader: WireReader): PartitionOnWire {
  const head = readPartitionHead(reader);
  const offline = reader.int32s();
  reader.tags();
  return { ...head, offline };
}
