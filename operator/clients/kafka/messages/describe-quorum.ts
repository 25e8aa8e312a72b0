/** DescribeQuorum (55): leader, voters and observers of the metadata log; directory ids from version 2 (KIP-853). */
import type { DescribedQuorum, DescribedReplica } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import { KafkaError, refuse } from '../kafka-error';

const purpose = 'describe the quorum';
const UNKNOWN = -1;

const readReplica =
  (version: number) =>
  (reader: WireReader): DescribedReplica => {
    const id = reader.int32();
    const directoryId = version >= 2 ? reader.uuid() : '';
    const logEndOffset = reader.int64();
    const lastFetchAt = version >= 1 ? reader.int64() : UNKNOWN;
    const lastCaughtUpAt = version >= 1 ? reader.int64() : UNKNOWN;
    reader.tags();
    return { id, directoryId, logEndOffset, lastFetchAt, lastCaughtUpAt };
  };

const readPartition =
  (version: number) =>
  (reader: WireReader): DescribedQuorum => {
    reader.int32(); // partition 0
    const error = reader.int16();
    refuse(error, purpose, version >= 2 ? reader.nullableString() : undefined);
    const head = { leaderId: reader.int32(), leaderEpoch: reader.int32(), highWatermark: reader.int64() };
    const voters = reader.array(readReplica(version));
    const observers = reader.array(readReplica(version));
    reader.tags();
    return { ...head, voters, observers };
  };

/** Addresses of the controllers, from version 2; read to get past them. */
const readNode = (reader: WireReader): void => {
  reader.int32();
  reader.array(() => {
    reader.string();
    reader.string();
    reader.uint16();
    reader.tags();
  });
  reader.tags();
};

export const describeQuorum: Message<void, DescribedQuorum> = {
  name: 'DescribeQuorum',
  key: 55,
  purpose,
  versions: [0, 1, 2],
  flexibleFrom: 0,
  write: (writer) => {
    writer.array(['__cluster_metadata'], (topic) => {
      writer
        .string(topic)
        .array([0], (partition) => writer.int32(partition).tags())
        .tags();
    });
    writer.tags();
  },
  read: (reader, version) => {
    const error = reader.int16();
    refuse(error, purpose, version >= 2 ? reader.nullableString() : undefined);
    const topics = reader.array(() => {
      reader.string();
      const partitions = reader.array(readPartition(version));
      reader.tags();
      return partitions;
    });
    if (version >= 2) reader.array(readNode);
    const quorum = topics[0]?.[0];
    if (quorum === undefined) throw new KafkaError('malformed', `cannot ${purpose}: the answer has no partition of the metadata log`);
    return quorum;
  },
};
