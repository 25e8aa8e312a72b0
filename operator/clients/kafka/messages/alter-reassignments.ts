/** AlterPartitionReassignments (45): where the replicas of partitions shall be from now on, or that a move under way be called off. */
import type { Message } from '../message';
import { refuse } from '../kafka-error';

export interface PartitionTarget {
  readonly topic: string;
  readonly partition: number;
  /** Broker ids, the preferred leader first; undefined: call off what is under way. */
  readonly replicas: readonly number[] | undefined;
}

export interface Reassigning {
  readonly targets: readonly PartitionTarget[];
  /** How long the broker waits for the controller. */
  readonly timeoutMs: number;
}

const purpose = 'reassign partitions';
const NO_REASSIGNMENT_IN_PROGRESS = 85;

export const alterReassignments: Message<Reassigning, void> = {
  name: 'AlterPartitionReassignments',
  key: 45,
  purpose,
  versions: [0],
  flexibleFrom: 0,
  write: (writer, { targets, timeoutMs }) => {
    writer.int32(timeoutMs).array(targets, ({ topic, partition, replicas }) => {
      writer.string(topic).array([partition], (number) =>
        writer
          .int32(number)
          .array(replicas, (id) => writer.int32(id))
          .tags(),
      );
      writer.tags();
    });
    writer.tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const itsError = reader.int16();
        const detail = reader.nullableString();
        if (itsError !== NO_REASSIGNMENT_IN_PROGRESS) refuse(itsError, `${purpose}: ${topic}-${String(partition)}`, detail);
        reader.tags();
      });
      reader.tags();
    });
  },
};
