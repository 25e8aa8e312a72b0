/** ListPartitionReassignments (46): every partition that anybody is moving at the moment (KIP-455). */
import type { Reassignment } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import { refuse } from '../kafka-error';

const purpose = 'list the partitions that are being reassigned';

const readPartition = (reader: WireReader, topic: string): Reassignment => {
  const partition = reader.int32();
  const [replicas, adding, removing] = [reader.int32s(), reader.int32s(), reader.int32s()];
  reader.tags();
  return { topic, partition, replicas, adding, removing };
};

const readTopic = (reader: WireReader): Reassignment[] => {
  const topic = reader.string();
  const partitions = reader.array(() => readPartition(reader, topic));
  reader.tags();
  return partitions;
};

/** `timeoutMs`: how long the broker waits for the controller. Empty when nothing is being moved. */
export const listReassignments: Message<{ readonly timeoutMs: number }, readonly Reassignment[]> = {
  name: 'ListPartitionReassignments',
  key: 46,
  purpose,
  versions: [0],
  flexibleFrom: 0,
  write: (writer, { timeoutMs }) => {
    writer
      .int32(timeoutMs)
      .array<never>(undefined, () => undefined) // null: all topics
      .tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
    return reader.array(readTopic).flat();
  },
};
