/** AlterUserScramCredentials (51): salted passwords only; the password itself never leaves the operator. */
import type { Message } from '../message';
import type { Refused } from '../topic-admin';
import type { ScramMechanism, ScramUpsertion } from '../user-admin';
import { refusedWith } from '../kafka-error';
import { mechanismOnWire } from './scram-mechanism';

export interface ScramAlteration {
  readonly upsertions: readonly ScramUpsertion[];
  readonly deletions: readonly { readonly user: string; readonly mechanism: ScramMechanism }[];
}

/** A credential that is to be deleted and is not there. */
const RESOURCE_NOT_FOUND = 91;

/** By user, what was refused. */
export const alterScram: Message<ScramAlteration, ReadonlyMap<string, Refused>> = {
  name: 'AlterUserScramCredentials',
  key: 51,
  purpose: 'alter SCRAM credentials',
  versions: [0],
  flexibleFrom: 0,
  write: (writer, { upsertions, deletions }) => {
    writer.array(deletions, ({ user, mechanism }) => writer.string(user).int8(mechanismOnWire(mechanism)).tags());
    writer.array(upsertions, ({ user, mechanism, iterations, salt, saltedPassword }) => {
      writer.string(user).int8(mechanismOnWire(mechanism)).int32(iterations).blob(salt).blob(saltedPassword).tags();
    });
    writer.tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const refusals = new Map<string, Refused>();
    reader.array(() => {
      const user = reader.string();
      const refused = refusedWith(reader.int16(), reader.nullableString());
      reader.tags();
      if (refused !== undefined && refused.code !== RESOURCE_NOT_FOUND) refusals.set(user, refused);
    });
    return refusals;
  },
};
