/** CreateAcls (30). One that is there already is created again, which changes nothing. */
import type { Message } from '../message';
import type { Refused } from '../topic-admin';
import type { AclBinding } from '../user-admin';
import { refusedWith } from '../kafka-error';
import { writeAcl } from './acl-on-wire';

/** In the order given: what was refused. */
export const createAcls: Message<readonly AclBinding[], readonly (Refused | undefined)[]> = {
  name: 'CreateAcls',
  key: 30,
  purpose: 'create ACLs',
  versions: [3],
  flexibleFrom: 2,
  write: (writer, acls) => {
    writer.array(acls, writeAcl).tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    return reader.array(() => {
      const refused = refusedWith(reader.int16(), reader.nullableString());
      reader.tags();
      return refused;
    });
  },
};
