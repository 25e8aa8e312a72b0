/** Whatever stands in a KafkaUser or in its Secret: a pass over it ends, and says in conditions what is wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import { resolve } from '../../../../lib/api/resolve';
import { userSecretEssence } from '../../../../operator/controllers/user-secrets';
import type { UserSecret } from '../../../../operator/decide/users/credential';
import { decideUsers, interestIn } from '../../../../operator/decide/users/decide-users';
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
const anyStatus = fc.oneof(
  fc.constant(undefined),
  fc.record({ acls: fc.jsonValue(), quotas: fc.dictionary(fc.string(), fc.integer()), principal: fc.string(), conditions: fc.jsonValue() }),
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

function judged(user: UserObject, secret: UserSecret | undefined): void {
  interestIn([user]);
  const steps = decideUsers({
    users: [user],
    situation: {
      ...{ kind: 'place', cluster: cluster! },
      authority: { fingerprint: 'a', trusted: ['a'] },
      kafka: { acls: new Map(), scram: new Map(), quotas: new Map() },
    },
    secret: () => secret,
    password: () => undefined,
    told: () => undefined,
    now: 0,
  });
  expect(steps).toHaveLength(1);
  const { status } = judgeUser(steps[0]!, {}, 0);
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
