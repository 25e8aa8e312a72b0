/** DescribeLogDirs (35): what lies on the disks of the broker that is asked; sizes of the disks from version 4. */
import type { LogDir } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import { refuse } from '../kafka-error';

const purpose = 'describe the log directories';

const readReplicas = (reader: WireReader): LogDir['replicas'] => {
  const topic = reader.string();
  const replicas = reader.array(() => {
    const partition = reader.int32();
    const bytes = reader.int64();
    reader.int64(); // offset lag
    const future = reader.bool();
    reader.tags();
    return { topic, partition, bytes, future };
  });
  reader.tags();
  return replicas;
};

/** Kafka sends −1 for a size that it cannot tell. */
const readSize = (reader: WireReader): number | undefined => {
  const bytes = reader.int64();
  return bytes < 0 ? undefined : bytes;
};

const readDir =
  (version: number) =>
  (reader: WireReader): LogDir => {
    const error = reader.int16();
    const path = reader.string();
    const replicas = reader.array(readReplicas).flat();
    const totalBytes = version >= 4 ? readSize(reader) : undefined;
    const usableBytes = version >= 4 ? readSize(reader) : undefined;
    reader.tags();
    return { path, error, totalBytes, usableBytes, replicas };
  };

export const describeLogDirs: Message<void, readonly LogDir[]> = {
  name: 'DescribeLogDirs',
  key: 35,
  purpose,
  versions: [1, 2, 3, 4],
  flexibleFrom: 2,
  write: (writer) => {
    writer.array<never>(undefined, () => undefined).tags(); // null: all topics
  },
  read: (reader, version) => {
    reader.int32(); // throttle time
    if (version >= 3) refuse(reader.int16(), purpose);
    return reader.array(readDir(version));
  },
};
