/** DescribeAcls (29): every ACL. A cluster without an authorizer has none, which is no failure. */
import type { Message } from '../message';
import type { AclBinding } from '../user-admin';
import { refuse } from '../kafka-error';
import { readAcl, readScope } from './acl-on-wire';

const purpose = 'list the ACLs';
const ANY = 1;
const SECURITY_DISABLED = 54;

/** Undefined: Kafka checks none. Those of kinds that we do not know (of the resource "user") are left out. */
export const describeAcls: Message<void, readonly AclBinding[] | undefined> = {
  name: 'DescribeAcls',
  key: 29,
  purpose,
  versions: [3],
  flexibleFrom: 2,
  write: (writer) => {
    writer.int8(ANY).nullableString(undefined).int8(ANY);
    writer.nullableString(undefined).nullableString(undefined).int8(ANY).int8(ANY).tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    const detail = reader.nullableString();
    const acls = reader.array(() => {
      const scope = readScope(reader);
      const its = reader.array(() => readAcl(reader, scope));
      reader.tags();
      return its;
    });
    if (error === SECURITY_DISABLED) return undefined;
    refuse(error, purpose, detail);
    return acls.flat().filter((acl) => acl !== undefined);
  },
};
