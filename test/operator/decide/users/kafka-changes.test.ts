import fc from 'fast-check';
import type { KafkaUserStatus } from '../../../../lib/api/kafka-user';
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

const user = (recorded: readonly AclBinding[], intended?: KafkaUserStatus['intended'], name = 'alice') =>
  userObject({
    ...{ apiVersion: 'v1', kind: 'KafkaUser' },
    metadata: {
      ...{ name, namespace: 'kafka', uid: 'u', resourceVersion: '7', creationTimestamp: '2024-01-01T00:00:00Z' },
    },
    status: { observedGeneration: 1, acls: recorded.map(aclText), ...(intended === undefined ? {} : { intended }) },
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

describe('what is intended', () => {
  const none: WantedInKafka = { principal: 'User:CN=alice', acls: new Map(), quotas: {}, scram: undefined };
  const nothing = { createAcls: [], deleteAcls: [], quotas: new Map(), tellPassword: undefined, forgetPasswords: [] };

  test('is recorded until it was seen, also of a principal and a mechanism that are not wanted any more', () => {
    const first = intentFor(
      user([]),
      { ...none, principal: 'User:alice', quotas: { a: 1 }, scram: { mechanism: 'SCRAM-SHA-512', source: 's' } },
      nothing,
    );
    const second = intentFor(user([], first), { ...none, quotas: { b: 1 }, scram: { mechanism: 'SCRAM-SHA-256', source: 's' } }, nothing);
    const recorded = recordedOf(user([], second));
    expect([...recorded.quotas]).toEqual([
      ['CN=alice', ['b']],
      ['alice', ['a']],
    ]);
    expect(recorded.scram).toEqual(['SCRAM-SHA-512', 'SCRAM-SHA-256']);
  });

  test('of somebody else, or of the passwords of the cluster itself, is no record', () => {
    const intended = { acls: ['User:CN=bob,Topic,LITERAL,a,Read,Deny,*'], quotas: { bob: ['a'] }, scram: ['SCRAM-SHA-512'] };
    const recorded = recordedOf(user([], intended, 'kafka-operator'));
    expect({ ...recorded, quotas: [...recorded.quotas] }).toEqual({ acls: [], quotas: [], scram: [] });
  });
});
