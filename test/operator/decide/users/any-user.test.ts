/** Whatever stands in a KafkaUser or in its Secret: a pass over it ends, and says in conditions what is wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { resolve } from '../../../../lib/api/resolve';
import { userSecretEssence } from '../../../../operator/controllers/user-secrets';
import type { UserSecret } from '../../../../operator/decide/users/credential';
import { aclOfText } from '../../../../operator/decide/users/acl-text';
import { decideUsers, interestIn, type UserStep } from '../../../../operator/decide/users/decide-users';
import type { UsersInKafka } from '../../../../operator/decide/users/kafka-changes';
import { USER_CONDITION_REASONS } from '../../../../operator/decide/users/user-conditions';
import { clusterKeyOf, userObject, type UserObject } from '../../../../operator/decide/users/user-object';
import { judgeUser } from '../../../../operator/decide/users/user-status';

jest.setTimeout(60_000);

const example = parse(readFileSync(join(__dirname, '../../../../examples/ssl.yaml'), 'utf8')) as { spec: Record<string, unknown> };
const { cluster } = resolve({
  ...{ apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', spec: example.spec },
  metadata: { name: 'orders', namespace: 'kafka', uid: 'c', resourceVersion: '1', creationTimestamp: '2024-01-01T00:00:00Z' },
});

const META = { uid: 'u', resourceVersion: '7', generation: 1, creationTimestamp: '2024-01-01T00:00:00Z' };
const KNOWN = { clusterRef: { name: 'orders' }, secretName: 's' };
const FIELDS = [
  'authentication',
  'dnsNames',
  'topicGrants',
  'acls',
  'quotas',
  'pkiBackendSpec',
  'passwordSecret',
  'includeJKS',
  'createCert',
];
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('tls', 'scram-sha-512', 'none', true, false),
  fc.constant([{ topicName: 'a', accessType: 'read', patternType: 'match' }]),
  fc.constant([{ resource: 'topic', name: 'a', operations: ['Read'] }]),
  fc.record({ name: fc.string(), key: fc.string() }),
  fc.record({ producerByteRate: fc.oneof(fc.integer(), fc.string()) }),
);
const anySpec = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...FIELDS), value).map((more) => ({ ...KNOWN, ...more })),
);
const NAMES = ['a', 'b', 'kafka-operator', 'kafka-brokers'];
const ENTITIES = NAMES.flatMap((name) => [name, `CN=${name}`]);
const LINES = ENTITIES.map((entity) => `User:${entity},Topic,LITERAL,t,Read,Deny,*`);
/** Everything there is, of everybody. */
const EVERYTHING: UsersInKafka = {
  acls: new Map(LINES.map((line) => [line, aclOfText(line)!])),
  scram: new Map(NAMES.map((name) => [name, [{ mechanism: 'SCRAM-SHA-512' }]])),
  quotas: new Map(ENTITIES.map((entity) => [entity, { a: 1 }])),
};
const anyStatus = fc.oneof(
  fc.constant(undefined),
  fc.record({ acls: fc.jsonValue(), quotas: fc.dictionary(fc.string(), fc.integer()), principal: fc.string(), conditions: fc.jsonValue() }),
  fc.record({
    acls: fc.subarray(LINES),
    intended: fc.record({
      acls: fc.subarray(LINES),
      quotas: fc.dictionary(fc.constantFrom(...ENTITIES), fc.constant(['a'])),
      scram: fc.constant(['SCRAM-SHA-512']),
    }),
  }),
);
const anyAnnotations = fc.option(fc.record({ 'kafka.banzaicloud.io/intent': fc.oneof(fc.string(), fc.json()) }), { nil: undefined });
const words = fc.constantFrom(
  '',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  '-----BEGIN PRIVATE KEY-----',
  'x'.repeat(5000),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some).toString('base64')),
  words.map((text) => Buffer.from(text).toString('base64')),
);
const SECRET_KEYS = [
  'ca.crt',
  'tls.crt',
  'tls.key',
  'keystore.jks',
  'truststore.jks',
  'username',
  'password',
  'sasl.jaas.config',
  'request.key',
];
const anyData = fc.dictionary(fc.constantFrom(...SECRET_KEYS), bytes);

const secretWith = (data: Readonly<Record<string, string>>): UserSecret =>
  userSecretEssence({
    ...{ apiVersion: 'v1', kind: 'Secret', data },
    metadata: { ...META, name: 's', namespace: 'kafka', ownerReferences: [{ apiVersion: 'v1', kind: 'KafkaUser', name: 'a', uid: 'u' }] },
  });

function stepOf(user: UserObject, secret: UserSecret | undefined, kafka: UsersInKafka): UserStep {
  interestIn([user]);
  const steps = decideUsers({
    users: [user],
    situation: {
      ...{ kind: 'place', cluster: cluster! },
      authority: { fingerprint: 'a', trusted: ['a'] },
      kafka,
    },
    secret: () => secret,
    password: () => undefined,
    told: () => undefined,
    now: 0,
  });
  expect(steps).toHaveLength(1);
  return steps[0]!;
}

function judged(user: UserObject, secret: UserSecret | undefined): void {
  const { status } = judgeUser(stepOf(user, secret, { acls: new Map(), scram: new Map(), quotas: new Map() }), {}, 0);
  expect(status.conditions?.map(({ type }) => type)).toEqual(['SpecAccepted', 'Ready', 'Drifted']);
  for (const { reason, message } of status.conditions ?? []) {
    expect(USER_CONDITION_REASONS).toContain(reason);
    expect(message).not.toBe('');
  }
}

test('any spec, with any status and any intent, ends in conditions', () => {
  fc.assert(
    fc.property(anySpec, anyStatus, anyAnnotations, (spec, status, annotations) => {
      const metadata = { ...META, name: 'a', namespace: 'kafka', ...(annotations === undefined ? {} : { annotations }) };
      const object = { apiVersion: 'v1', kind: 'KafkaUser', metadata, spec, status };
      expect(clusterKeyOf(object)).toContain('/');
      judged(userObject(object), undefined);
    }),
    { numRuns: 400 },
  );
});

test('any Secret ends in conditions, and none that cannot be used makes a user ready', () => {
  fc.assert(
    fc.property(anyData, fc.constantFrom('tls', 'scram-sha-512'), fc.boolean(), (data, authentication, includeJKS) => {
      const spec = { ...KNOWN, authentication, includeJKS };
      const user = userObject({ apiVersion: 'v1', kind: 'KafkaUser', metadata: { ...META, name: 'a', namespace: 'kafka' }, spec });
      const secret = secretWith(data);
      judged(user, secret);
      expect(authentication === 'tls' && secret.tls?.certificate !== undefined && secret.tls.problem === undefined).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('nothing is taken away of anybody else, or of the cluster itself, whatever stands in the object; and nothing by its metadata alone', () => {
  const anybody = fc.record({ name: fc.constantFrom(...NAMES), namespace: fc.constantFrom('kafka', 'team'), deleting: fc.boolean() });
  fc.assert(
    fc.property(anybody, anySpec, anyStatus, anyAnnotations, ({ name, namespace, deleting }, spec, status, annotations) => {
      const metadata = { ...META, name, namespace, ...(deleting ? { deletionTimestamp: META.creationTimestamp } : {}) };
      const object = {
        apiVersion: 'v1',
        kind: 'KafkaUser',
        metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations }) },
        spec,
      };
      const taken = ({ changes }: UserStep) => {
        const less = [...changes.quotas].filter(([, change]) => Object.values(change).includes(undefined)).map(([entity]) => entity);
        return { acls: changes.deleteAcls.map(({ principal }) => principal.replace('User:', '')), less, scram: changes.forgetPasswords };
      };
      expect(taken(stepOf(userObject(object), undefined, EVERYTHING))).toEqual({ acls: [], less: [], scram: [] });
      const { acls, less, scram } = taken(stepOf(userObject({ ...object, status }), undefined, EVERYTHING));
      expect([...acls, ...less].every((entity) => entity === name || entity === `CN=${name}`)).toBe(true);
      expect(name.startsWith('kafka-') ? scram : []).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
