/** AlterClientQuotas (49): changes the named quotas of users and leaves all others alone. */
import type { Message } from '../message';
import type { Refused } from '../topic-admin';
import { refusedWith } from '../kafka-error';

/** By user, then by key; undefined takes a quota away. */
export type QuotaChanges = ReadonlyMap<string, Readonly<Record<string, number | undefined>>>;

const USER = 'user';

/** By user, what was refused. */
export const alterUserQuotas: Message<QuotaChanges, ReadonlyMap<string, Refused>> = {
  name: 'AlterClientQuotas',
  key: 49,
  purpose: 'alter the quotas of users',
  versions: [1],
  flexibleFrom: 1,
  write: (writer, changes) => {
    writer.array([...changes], ([user, quotas]) => {
      writer.array([user], (name) => writer.string(USER).nullableString(name).tags());
      writer.array(Object.entries(quotas), ([key, value]) => {
        writer
          .string(key)
          .float64(value ?? 0)
          .bool(value === undefined)
          .tags();
      });
      writer.tags();
    });
    writer.bool(false).tags(); // not only checked
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const refusals = new Map<string, Refused>();
    reader.array(() => {
      const refused = refusedWith(reader.int16(), reader.nullableString());
      const entity = reader.array(() => [reader.string(), reader.nullableString(), reader.tags()] as const);
      reader.tags();
      const user = entity.find(([type]) => type === USER)?.[1];
      if (refused !== undefined && user !== undefined) refusals.set(user, refused);
    });
    return refusals;
  },
};
