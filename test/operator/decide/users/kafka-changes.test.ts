import fc from 'fast-check';
import { shortHash } from '../../../../lib/constructs/naming';
import { aclOfText, aclText, type AclBinding } from '../../../../operator/decide/users/acl-text';
import { intentFor, isNothing, kafkaChanges, recordedOf, type WantedInKafka } from '../../../../operator/decide/users/kafka-changes';
import { userObject } from '../../../../operator/decide/users/user-object';

const aclOf = fc.record({
  resource: fc.constantFrom('topic', 'group', 'transactionalId'),
  name: fc.constantFrom('a', 'b', 'a,b', '*'),
  pattern: fc.constantFrom('literal', 'prefixed'),
  principal: fc.constant('User:CN=alice'),
  host: fc.constant('*'),
  operation: fc.constantFrom('Read', 'Write', 'Describe'),
  permission: fc.constantFrom('allow', 'deny'),
}) as fc.Arbitrary<AclBinding>;
const some = fc.uniqueArray(aclOf, { maxLength: 6, selector: aclText });
const byText = (acls: readonly AclBinding[]): ReadonlyMap<string, AclBinding> => new Map(acls.map((acl) => [aclText(acl), acl]));

const user = (recorded: readonly AclBinding[], intent?: string) =>
  userObject({
    ...{ apiVersion: 'v1', kind: 'KafkaUser' },
    metadata: {
      ...{ name: 'alice', namespace: 'kafka', uid: 'u', resourceVersion: '7', creationTimestamp: '2024-01-01T00:00:00Z' },
      ...(intent === undefined ? {} : { annotations: { 'kafka.banzaicloud.io/intent': intent } }),
    },
    status: { observedGeneration: 1, acls: recorded.map(aclText) },
  });
const wanting = (acls: readonly AclBinding[]): WantedInKafka => ({
  principal: 'User:CN=alice',
  acls: byText(acls),
  quotas: {},
  scram: undefined,
});
const kafkaWith = (acls: readonly AclBinding[]) => ({ acls: byText(acls), scram: undefined, quotas: undefined });

test('an ACL as text is the same ACL again', () => {
  fc.assert(fc.property(aclOf, (acl) => expect(aclOfText(aclText(acl))).toEqual(acl)));
});

test('nothing is deleted that was not recorded, and nothing is created that is not recorded first', () => {
  fc.assert(
    fc.property(some, some, some, (recorded, wanted, there) => {
      const one = user(recorded);
      const changes = kafkaChanges(one, wanting(wanted), kafkaWith(there));
      const known = new Set(recorded.map(aclText));
      expect(changes.deleteAcls.every((acl) => known.has(aclText(acl)))).toBe(true);
      expect(changes.deleteAcls.some((acl) => wanting(wanted).acls.has(aclText(acl)))).toBe(false);
      const intent = intentFor(one, wanting(wanted), changes);
      const after = new Set(recordedOf(user(recorded, intent)).acls);
      expect(changes.createAcls.every((acl) => after.has(aclText(acl)))).toBe(true);
    }),
  );
});

test('once done there is nothing more to do, and what others made is still there', () => {
  fc.assert(
    fc.property(some, some, some, (recorded, wanted, there) => {
      const one = user(recorded);
      const { createAcls, deleteAcls } = kafkaChanges(one, wanting(wanted), kafkaWith(there));
      const gone = new Set(deleteAcls.map(aclText));
      const now = [...there.filter((acl) => !gone.has(aclText(acl))), ...createAcls];
      expect(isNothing(kafkaChanges(one, wanting(wanted), kafkaWith(now)))).toBe(true);
      const foreign = there.filter((acl) => !recorded.some((own) => aclText(own) === aclText(acl)));
      expect(foreign.every((acl) => byText(now).has(aclText(acl)))).toBe(true);
    }),
  );
});

test('an intent that the status has taken in says nothing any more', () => {
  const intent = JSON.stringify({ acls: ['User:CN=alice,Topic,LITERAL,a,Read,Allow,*'] });
  const one = user([], intent);
  expect(recordedOf(one).acls).toHaveLength(1);
  expect(recordedOf({ ...one, status: { ...one.status, recorded: shortHash(intent) } }).acls).toEqual([]);
});
