/** DescribeUserScramCredentials (50): which users have SCRAM credentials; Kafka never tells the credentials themselves. */
import type { Message } from '../message';
import type { ScramMechanism } from '../user-admin';
import { refuse } from '../kafka-error';
import { mechanismNumbered } from './scram-mechanism';

const purpose = 'list the SCRAM credentials';

export interface KnownCredential {
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
}

/** Of every user that has some. */
export const describeScram: Message<void, ReadonlyMap<string, readonly KnownCredential[]>> = {
  name: 'DescribeUserScramCredentials',
  key: 50,
  purpose,
  versions: [0],
  flexibleFrom: 0,
  write: (writer) => {
    writer.array<never>(undefined, () => undefined).tags(); // null: all users
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
    const users = reader.array(() => {
      const user = reader.string();
      const itsError = reader.int16();
      refuse(itsError, `${purpose} of ${user}`, reader.nullableString());
      const credentials = reader.array(() => {
        const mechanism = mechanismNumbered(reader.int8());
        const iterations = reader.int32();
        reader.tags();
        return mechanism === undefined ? [] : [{ mechanism, iterations }];
      });
      reader.tags();
      return [user, credentials.flat()] as const;
    });
    return new Map(users);
  },
};
