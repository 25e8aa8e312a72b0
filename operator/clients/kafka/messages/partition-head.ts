/** What answers of several requests say first of a partition. */
import type { WireReader } from '../wire/reader';

export interface PartitionHead {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** Partitions without a leader are read as they are. */
export function readPartitionHead(reader: WireReader): PartitionHead {
  reader.int16(); // error: a missing leader is told by the leader itself
  const partition = reader.int32();
  const leader = reader.int32();
  reader.int32(); // leader epoch
  const replicas = reader.int32s();
  const isr = reader.int32s();
  return { partition, leader, replicas, isr };
}
