/**
 * ElectLeaders (43): gives partitions back to their preferred leaders. Partitions that already have it, and those whose
 * preferred leader is away, are no failure: the next election finds them.
 */
import type { Message } from '../message';
import { refuse } from '../kafka-error';

const purpose = 'elect the preferred leaders';
const PREFERRED = 0;
const PREFERRED_LEADER_NOT_AVAILABLE = 80;
const ELECTION_NOT_NEEDED = 84;

/** `timeoutMs`: how long the broker waits for the election before it answers. */
export const electPreferredLeaders: Message<{ readonly timeoutMs: number }, void> = {
  name: 'ElectLeaders',
  key: 43,
  purpose,
  versions: [1, 2],
  flexibleFrom: 2,
  write: (writer, { timeoutMs }) => {
    writer
      .int8(PREFERRED)
      .array<never>(undefined, () => undefined) // null: all partitions
      .int32(timeoutMs)
      .tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    refuse(reader.int16(), purpose);
    reader.array(() => {
      const topic = reader.string();
      reader.array(() => {
        const partition = reader.int32();
        const error = reader.int16();
        const detail = reader.nullableString();
        if (error !== PREFERRED_LEADER_NOT_AVAILABLE && error !== ELECTION_NOT_NEEDED)
          refuse(error, `${purpose} of ${topic}-${String(partition)}`, detail);
        reader.tags();
      });
      reader.tags();
    });
  },
};
