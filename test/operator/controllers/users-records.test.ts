/** What is taken away in Kafka was made for that very KafkaUser: whoever may write KafkaUsers can claim nothing, and a kill loses nothing. */
import { USER_FINALIZER } from '../../../operator/decide/users/user-object';
import type { AclBinding } from '../../../operator/clients/kafka/user-admin';
import { USER } from '../../../operator/kinds';
import { until } from '../../runtime/fake-clock';
import { UsersEnvironment } from './users-environment';

jest.setTimeout(20_000);

let env: UsersEnvironment;
beforeEach(async () => {
  env = await UsersEnvironment.start();
});
afterEach(() => env.close());

const none = { authentication: 'none', secretName: undefined };
const read = { topicGrants: [{ topicName: 'orders', accessType: 'read' }] };
const acls = (): readonly string[] => (env.kafka.state.acls ?? []).map((a) => `${a.principal} ${a.permission} ${a.operation}`).sort();
const denial = (principal: string): AclBinding => ({
  ...{ resource: 'topic', name: 'orders', pattern: 'literal', principal },
  ...{ host: '*', operation: 'Read', permission: 'deny' },
});
const line = (principal: string): string => `${principal},Topic,LITERAL,orders,Read,Deny,*`;

/** As somebody would write it who may write KafkaUsers; what stands in `status` is dropped by the API server. */
function forge(name: string, spec: Record<string, unknown>, namespace = 'kafka'): void {
  const claimed = [line('User:CN=mallory'), line(`User:CN=${name}`)];
  const intent = { acls: claimed, principal: 'User:billing', quotas: ['producer_byte_rate'], scram: 'SCRAM-SHA-512' };
  const metadata = {
    name,
    namespace,
    finalizers: [USER_FINALIZER],
    annotations: { 'kafka.banzaicloud.io/intent': JSON.stringify(intent) },
  };
  const whole = { secretName: `${name}-credential`, clusterRef: { name: 'orders', namespace: 'kafka' }, ...spec };
  env.server.put({ apiVersion: USER.apiVersion, kind: USER.kind, metadata, spec: whole });
}

describe('a record that somebody wrote by hand', () => {
  const owned = () => ({
    acls: [denial('User:CN=mallory'), denial('User:CN=alice')],
    scram: { 'kafka-operator': [{ mechanism: 'SCRAM-SHA-512' as const, iterations: 4096 }] },
    quotas: { billing: { producer_byte_rate: 5 } },
  });

  test.each([
    ['of a namespace that may not have users', 'alice', 'team', none, 'SpecAccepted', 'False NamespaceNotAllowed'],
    ['of the name of the operator', 'kafka-operator', 'kafka', { authentication: 'scram-sha-512' }, 'SpecAccepted', 'False NameReserved'],
    ['of a user that is accepted', 'alice', 'kafka', { ...none, ...read }, 'Ready', 'True UserReady'],
  ])('%s takes nothing away, neither then nor when it is deleted', async (...[, name, namespace, spec, type, wanted]) => {
    env.kafka.state = { ...env.kafka.state, ...owned() };
    forge(name, spec, namespace);
    forge('carol', none);
    await env.becomes(name, type, wanted, namespace);
    await env.ready('carol');
    const denied = (): readonly string[] => acls().filter((one) => one.includes('deny'));
    expect(denied()).toEqual(['User:CN=alice deny Read', 'User:CN=mallory deny Read']);
    env.delete(name, namespace);
    await env.gone(name, namespace);
    expect(denied()).toEqual(['User:CN=alice deny Read', 'User:CN=mallory deny Read']);
    expect([env.kafka.state.scram, env.kafka.state.quotas]).toEqual([owned().scram, owned().quotas]);
  });
});

describe('an operator that ends between Kafka and the status', () => {
  test('leaves a record by which the next one takes away what was granted', async () => {
    const isMade = (): boolean => acls().length > 0;
    env.server.intercept = ({ resource, subresource }) =>
      resource === 'kafkausers' && subresource === 'status' && isMade() ? { status: 500 } : undefined;
    env.apply('alice', { ...none, ...read, quotas: { producerByteRate: 7 } });
    await until(() => isMade() && env.kafka.state.quotas?.['CN=alice'] !== undefined);
    expect(env.condition('alice', 'Ready')).toBe('');
    expect(env.object('alice')?.metadata.finalizers).toEqual([USER_FINALIZER]);
    await env.operate();
    env.server.intercept = undefined;
    env.apply('alice', { ...none, topicGrants: [], quotas: null });
    await until(() => acls().length === 0);
    await env.ready('alice');
    expect(env.kafka.state.quotas?.['CN=alice'] ?? {}).toEqual({});
    expect(env.status('alice').intended).toBeUndefined();
  });

  test('also when it may not have a user any more', async () => {
    env.server.intercept = ({ resource, subresource }) =>
      resource === 'kafkausers' && subresource === 'status' && acls().length > 0 ? { status: 500 } : undefined;
    env.place({ userNamespaces: ['team'] });
    env.apply('alice', { ...none, ...read }, 'team');
    await until(() => acls().length > 0);
    await env.operate();
    env.server.intercept = undefined;
    await env.becomes('alice', 'SpecAccepted', 'False NamespaceNotAllowed', 'team');
    await until(() => acls().length === 0);
  });

  test('nothing is made in Kafka while its record cannot be written', async () => {
    env.server.intercept = ({ resource, subresource }) =>
      resource === 'kafkausers' && subresource === 'status' ? { status: 500 } : undefined;
    env.apply('alice', { ...none, ...read });
    await until(() => env.object('alice')?.metadata.finalizers?.includes(USER_FINALIZER) === true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(acls()).toEqual([]);
    env.server.intercept = undefined;
    await env.ready('alice');
  });
});
