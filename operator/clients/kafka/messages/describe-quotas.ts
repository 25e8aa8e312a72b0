/** DescribeClientQuotas (48): of entities that are one user and nothing else; those of user and client id together are others' business. */
import type { Message } from '../message';
import type { Quotas } from '../user-admin';
import { refuse } from '../kafka-error';

const purpose = 'list the quotas of users';
const USER = 'user';
const EXACTLY_NAMED_OR_DEFAULT = 2;

/** By user; the default of all users is not among them. */
export const describeUserQuotas: Message<void, ReadonlyMap<string, Quotas>> = {
  name: 'DescribeClientQuotas',
  key: 48,
  purpose,
  versions: [1],
  flexibleFrom: 1,
  write: (writer) => {
    writer.array([USER], (type) => writer.string(type).int8(EXACTLY_NAMED_OR_DEFAULT).nullableString(undefined).tags());
    writer.bool(true).tags(); // strict: entities of a user alone
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
    const found = new Map<string, Quotas>();
    reader.array(() => {
      const entity = reader.array(() => [reader.string(), reader.nullableString(), reader.tags()] as const);
      const values = reader.array(() => [reader.string(), reader.float64(), reader.tags()] as const);
      reader.tags();
      const user = entity.length === 1 ? entity.find(([type]) => type === USER)?.[1] : undefined;
      if (user !== undefined) found.set(user, Object.fromEntries(values.map(([key, value]) => [key, value])));
    });
    return found;
  },
};
