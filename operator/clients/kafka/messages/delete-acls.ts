/** DeleteAcls (31), by filters that fit one binding each. One that fits nothing is no failure. */
import type { Message } from '../message';
import type { Refused } from '../topic-admin';
import type { AclBinding } from '../user-admin';
import { refusedWith } from '../kafka-error';
import { readAcl, readScope, writeAcl } from './acl-on-wire';

/** In the order given: what was refused. */
export const deleteAcls: Message<readonly AclBinding[], readonly (Refused | undefined)[]> = {
  name: 'DeleteAcls',
  key: 31,
  purpose: 'delete ACLs',
  versions: [3],
  flexibleFrom: 2,
  write: (writer, acls) => {
    writer.array(acls, writeAcl).tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    return reader.array(() => {
      const refused = refusedWith(reader.int16(), reader.nullableString());
      const matches = reader.array(() => {
        const its = refusedWith(reader.int16(), reader.nullableString());
        readAcl(reader, readScope(reader));
        return its;
      });
      reader.tags();
      return refused ?? matches.find((its) => its !== undefined);
    });
  },
};
