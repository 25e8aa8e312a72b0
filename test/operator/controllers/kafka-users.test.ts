import { X509Certificate } from 'node:crypto';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { USER_FINALIZER } from '../../../operator/decide/users/user-object';
import type { AclBinding } from '../../../operator/clients/kafka/user-admin';
import { KAFKA_CLUSTER, SECRET } from '../../../operator/kinds';
import { fingerprintOf } from '../../../operator/pki/pem';
import { pause, until } from '../../runtime/fake-clock';
import { isWrite } from '../../runtime/fake-request';
import { UsersEnvironment } from './users-environment';

jest.setTimeout(20_000);

let env: UsersEnvironment;
beforeEach(async () => {
  env = await UsersEnvironment.start();
});
afterEach(() => env.close());

const acls = (): readonly string[] =>
  (env.kafka.state.acls ?? []).map((a) => `${a.principal} ${a.operation} ${a.resource} ${a.name}`).sort();
const read = { topicGrants: [{ topicName: 'orders', accessType: 'read' }] };
const foreign: AclBinding = {
  ...{ resource: 'topic', name: 'orders', pattern: 'literal', principal: 'User:CN=alice' },
  ...{ host: '*', operation: 'Alter', permission: 'allow' },
};
const fingerprintIn = (pem: string): string => fingerprintOf(new X509Certificate(pem));

describe('a KafkaUser with a certificate', () => {
  test('gets a Secret and ACLs, recorded before they are made, in four writes', async () => {
    await env.authority();
    await until(() => env.authorityAnnotation(ANNOTATION.usersTrust) !== undefined);
    env.apply('alice', read);
    await env.ready('alice');
    const { 'tls.crt': certificate = '', 'ca.crt': trusted = '' } = env.secret('alice');
    const leaf = new X509Certificate(certificate);
    expect(leaf.subject).toBe('CN=alice');
    expect(leaf.subjectAltName).toContain('spiffe://cluster.local/ns/kafka/kafkauser/alice');
    expect(leaf.verify(new X509Certificate(trusted).publicKey)).toBe(true);
    expect(acls()).toEqual([
      'User:CN=alice Describe topic orders',
      'User:CN=alice DescribeConfigs topic orders',
      'User:CN=alice Read group *',
      'User:CN=alice Read topic orders',
    ]);
    expect(env.status('alice')).toMatchObject({ state: 'created', principal: 'User:CN=alice', secret: 'alice-credential' });
    expect(env.status('alice').acls).toContain('User:CN=alice,Topic,LITERAL,orders,Describe,Allow,*');
    expect(env.object('alice')?.metadata.finalizers).toEqual([USER_FINALIZER]);
    const writes = env.server.requests.filter(
      (call) => isWrite(call) && ['kafkausers', 'secrets'].includes(call.resource) && call.name !== 'orders-ca-certificate',
    );
    expect(writes).toHaveLength(4);
  });

  test('waits for the CA, and is made when it is there', async () => {
    env.apply('alice');
    await until(() => env.condition('alice', 'Ready').startsWith('False'));
    await env.authority();
    await env.ready('alice');
  });

  test('that includes key stores keeps them byte for byte until the certificate changes', async () => {
    await env.authority();
    env.apply('alice', { includeJKS: true });
    await env.ready('alice');
    const before = env.secret('alice');
    expect(Object.keys(before).sort()).toEqual(
      ['ca.crt', 'keystore.jks', 'keystore.p12', 'password', 'tls.crt', 'tls.key', 'truststore.jks', 'truststore.p12'].sort(),
    );
    env.apply('alice', { includeJKS: true, ...read });
    await env.ready('alice');
    expect(env.secret('alice')).toEqual(before);
    env.apply('alice', { includeJKS: true, dnsNames: ['alice.example.com'] });
    await until(() => env.secret('alice')['tls.crt'] !== before['tls.crt']);
    await env.ready('alice');
    expect(env.secret('alice')['password']).toBe(before['password']);
    expect(env.secret('alice')['keystore.jks']).not.toBe(before['keystore.jks']);
  });

  test('is renewed before its end, and keys that others added stay', async () => {
    await env.authority();
    env.apply('alice', { expirationSeconds: 3600 });
    await env.ready('alice');
    env.server.patch(SECRET, 'kafka', 'alice-credential', { data: { 'my.key': 'bWluZQ==' } });
    const before = env.secret('alice');
    env.ahead = 45 * 60_000;
    env.apply('alice', { expirationSeconds: 3600, annotations: { a: 'b' } });
    await until(() => env.secret('alice')['tls.crt'] !== before['tls.crt']);
    expect(env.secret('alice')['my.key']).toBe('mine');
    expect(env.secret('alice')['tls.key']).not.toBe(before['tls.key']);
  });

  test('goes with a CA that is replaced: both trusted, then issued anew, then the old one is dropped; and says how far it is', async () => {
    const old = await env.authority('old');
    env.apply('alice');
    await env.ready('alice');
    const first = env.secret('alice')['tls.crt'];
    const next = await env.authority('next');
    env.putAuthority(old, [next, old]);
    const [nextPrint, oldPrint] = [next, old].map(({ certificate }) => fingerprintIn(certificate));
    await until(() => env.authorityAnnotation(ANNOTATION.usersTrust) === `${nextPrint!},${oldPrint!}`, 5000);
    env.putAuthority(next, [next, old]);
    await until(() => env.authorityAnnotation(ANNOTATION.usersSignedBy) === nextPrint, 5000);
    expect(env.secret('alice')['tls.crt']).not.toBe(first);
    env.putAuthority(next, [next]);
    await until(() => env.secret('alice')['ca.crt'] === next.certificate, 5000);
  });

  test('that its owner brings along has ACLs by the CN, and no Secret is made, as Koperator has it (createCert: false)', async () => {
    await env.authority();
    const denial = { resource: 'topic', name: 'secret-', patternType: 'prefixed', operations: ['Read'], permission: 'deny' };
    env.apply('alice', { createCert: false, ...read, acls: [denial] });
    await env.ready('alice');
    expect(acls()).toEqual([
      'User:CN=alice Describe topic orders',
      'User:CN=alice DescribeConfigs topic orders',
      'User:CN=alice Read group *',
      'User:CN=alice Read topic orders',
      'User:CN=alice Read topic secret-',
    ]);
    expect(env.kafka.state.acls?.find(({ name }) => name === 'secret-')).toMatchObject({ permission: 'deny', pattern: 'prefixed' });
    expect(env.server.get(SECRET, 'kafka', 'alice-credential')).toBeUndefined();
    expect(env.status('alice')).toMatchObject({ state: 'created', principal: 'User:CN=alice' });
    env.delete('alice');
    await env.gone('alice');
    expect(acls()).toEqual([]);
  });

  test('leaves a Secret of somebody else alone', async () => {
    await env.authority();
    env.server.put({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'alice-credential', namespace: 'kafka' },
      data: { mine: 'eA==' },
    });
    env.apply('alice');
    await env.becomes('alice', 'Ready', 'False SecretTaken');
    expect(env.secret('alice')).toEqual({ mine: 'x' });
  });
});

describe('a KafkaUser with SCRAM', () => {
  test('gets a password that is drawn once, and Kafka is told it once', async () => {
    env.apply('bob', { authentication: 'scram-sha-512', ...read });
    await env.ready('bob');
    const { username, password = '', 'sasl.jaas.config': jaas } = env.secret('bob');
    expect(username).toBe('bob');
    expect(password).toMatch(/^.{20,}$/);
    expect(jaas).toContain(`username="bob" password="${password}"`);
    expect(env.kafka.state.scram).toEqual({ bob: [{ mechanism: 'SCRAM-SHA-512', iterations: 4096 }] });
    expect(acls()).toContain('User:bob Read topic orders');
    await env.operate();
    await pause(400);
    expect(env.kafka.requests(51)).toBe(1);
    expect(JSON.stringify(env.object('bob')) + env.log.join()).not.toContain(password);
  });

  test('takes a password from a Secret, waits for it, and follows it', async () => {
    env.apply('bob', { authentication: 'scram-sha-256', secretName: undefined, passwordSecret: { name: 'mine', key: 'pw' } });
    await env.becomes('bob', 'Ready', 'False PasswordMissing');
    const labels = { 'kafka.banzaicloud.io/user-secret': 'true' };
    env.server.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'mine', namespace: 'kafka', labels }, data: { pw: 'aHVudGVy' } });
    await env.ready('bob');
    expect(env.kafka.requests(51)).toBe(1);
    env.server.patch(SECRET, 'kafka', 'mine', { data: { pw: 'aHVudGVyMg==' } });
    await until(() => env.kafka.requests(51) === 2);
    expect(JSON.stringify(env.object('bob'))).not.toContain('hunter');
  });

  test('that becomes one with a certificate loses its password and the ACLs of its old name', async () => {
    await env.authority();
    env.apply('bob', { authentication: 'scram-sha-512', ...read });
    await env.ready('bob');
    env.apply('bob', { authentication: 'tls' });
    await env.ready('bob');
    expect(env.kafka.state.scram).toEqual({});
    expect(acls().every((line) => line.startsWith('User:CN=bob '))).toBe(true);
    expect(Object.keys(env.secret('bob')).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  });
});

describe('ACLs and quotas', () => {
  const none = { authentication: 'none', secretName: undefined };

  test('of a grant that is removed are revoked; those of others stay', async () => {
    env.kafka.state = { ...env.kafka.state, acls: [foreign] };
    env.apply('alice', { ...none, ...read });
    await env.ready('alice');
    env.apply('alice', { ...none, topicGrants: [] });
    await until(() => acls().length === 1);
    await env.ready('alice');
    expect(acls()).toEqual(['User:CN=alice Alter topic orders']);
    expect(env.status('alice').acls ?? []).toEqual([]);
  });

  test('that somebody took away come back, and it is told', async () => {
    env.apply('alice', { ...none, ...read });
    await env.ready('alice');
    env.kafka.state = { ...env.kafka.state, acls: [] };
    env.ahead = 61_000;
    env.apply('other', { ...none, ...read });
    await env.ready('other');
    expect(acls()).toContain('User:CN=alice Read topic orders');
    expect(env.condition('alice', 'Drifted')).toBe('False DriftCorrected');
  });

  test('quotas are set and taken back; those of others stay', async () => {
    env.kafka.state = { ...env.kafka.state, quotas: { 'CN=alice': { connection_creation_rate: 3 } } };
    env.apply('alice', { ...none, quotas: { producerByteRate: 1024 } });
    await env.ready('alice');
    expect(env.kafka.state.quotas).toEqual({ 'CN=alice': { connection_creation_rate: 3, producer_byte_rate: 1024 } });
    env.apply('alice', { ...none, quotas: null });
    await until(() => env.kafka.state.quotas?.['CN=alice']?.['producer_byte_rate'] === undefined);
    expect(env.kafka.state.quotas).toEqual({ 'CN=alice': { connection_creation_rate: 3 } });
  });

  test('without an authorizer are told to have no effect', async () => {
    env.kafka.state = Object.fromEntries(Object.entries(env.kafka.state).filter(([key]) => key !== 'acls')) as typeof env.kafka.state;
    env.apply('alice', { ...none, ...read });
    await env.becomes('alice', 'Ready', 'True NoAuthorizer');
  });

  test('of many users are a few requests, and a user at rest is none', async () => {
    for (let i = 0; i < 60; i += 1) env.apply(`u${String(i)}`, { ...none, ...read });
    for (let i = 0; i < 60; i += 1) await env.ready(`u${String(i)}`);
    expect(env.kafka.requests(30)).toBeLessThan(25);
    const before = [env.kafka.requests(), env.server.requests.filter(isWrite).length];
    await pause(1500);
    expect([env.kafka.requests(), env.server.requests.filter(isWrite).length]).toEqual(before);
  });
});

describe('who may be a user', () => {
  const none = { authentication: 'none', secretName: undefined };

  test.each([
    ['another namespace that the cluster does not name', 'alice', 'team', none, 'NamespaceNotAllowed'],
    ['who the operator is', 'kafka-operator', 'kafka', { authentication: 'scram-sha-512' }, 'NameReserved'],
    ['a super user by its certificate', 'orders-controller.kafka.mgt.cluster.local', 'kafka', none, 'NameReserved'],
    [
      'grants that are no ACLs',
      'alice',
      'kafka',
      { ...none, topicGrants: [{ topicName: 'a', accessType: 'read', patternType: 'any' }] },
      'SpecRefused',
    ],
    ['what cannot be read', 'alice', 'kafka', { ...none, acls: 'all' }, 'SpecRefused'],
  ])('not %s', async (...[, name, namespace, spec, reason]) => {
    env.apply(name, { ...read, ...spec }, namespace);
    await env.becomes(name, 'SpecAccepted', `False ${reason}`, namespace);
    expect(acls()).toEqual([]);
    env.delete(name, namespace);
    await env.gone(name, namespace);
  });

  test('the older of two with one principal, until it goes', async () => {
    env.place({ userNamespaces: ['team'] });
    env.apply('alice', { ...none, ...read });
    await env.ready('alice');
    env.apply('alice', { ...none, topicGrants: [{ topicName: 'x', accessType: 'write' }] }, 'team');
    await env.becomes('alice', 'SpecAccepted', 'False PrincipalTaken', 'team');
    expect(acls().some((line) => line.endsWith('topic x'))).toBe(false);
    env.delete('alice');
    await env.gone('alice');
    await env.ready('alice', 'team');
    expect(acls().every((line) => line.endsWith('topic x'))).toBe(true);
  });
});

describe('deletion', () => {
  const none = { authentication: 'none', secretName: undefined };

  test('takes ACLs, quotas and passwords away, and nothing of others', async () => {
    env.kafka.state = { ...env.kafka.state, acls: [foreign] };
    env.apply('bob', { authentication: 'scram-sha-512', ...read, quotas: { consumerByteRate: 5 } });
    await env.ready('bob');
    env.delete('bob');
    await env.gone('bob');
    expect(acls()).toEqual(['User:CN=alice Alter topic orders']);
    expect([env.kafka.state.scram, env.kafka.state.quotas]).toEqual([{}, {}]);
  });

  test('waits while Kafka cannot be asked, and ends when the cluster is gone', async () => {
    env.apply('alice', { ...none, ...read });
    await env.ready('alice');
    env.place({}, false);
    env.delete('alice');
    await until(() => env.condition('alice', 'Ready') === 'False KafkaUnreachable');
    env.server.remove(KAFKA_CLUSTER, 'kafka', 'orders');
    await env.gone('alice');
  });
});
