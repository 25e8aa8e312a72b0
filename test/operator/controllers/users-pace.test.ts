/** Passes over users follow upon one another only while there is something to do or to find out. */
import { UserPasses } from '../../../operator/controllers/user-passes';
import { isWrite } from '../../runtime/fake-request';
import { pause, until } from '../../runtime/fake-clock';
import { UsersEnvironment } from './users-environment';

jest.setTimeout(20_000);

let env: UsersEnvironment;
let waits: (number | undefined)[];
beforeEach(async () => {
  waits = [];
  const reconcile = Reflect.get<UserPasses, 'reconcile'>(UserPasses.prototype, 'reconcile');
  jest.spyOn(UserPasses.prototype, 'reconcile').mockImplementation(async function (this: UserPasses, key) {
    const answer = await reconcile.call(this, key);
    waits.push(answer?.requeueAfter);
    return answer;
  });
  env = await UsersEnvironment.start();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await env.close();
});

const none = { authentication: 'none', secretName: undefined };
const read = { topicGrants: [{ topicName: 'orders', accessType: 'read' }] };
/** Of the last pass after everything has come to rest. */
async function lastWait(): Promise<number> {
  await pause(300);
  return waits.at(-1) ?? 0;
}

test('a cluster whose users need nothing of Kafka any more is not looked at again, however long ago the last look was', async () => {
  env.apply('alice', { ...none, ...read });
  await env.ready('alice');
  env.ahead = 120_000;
  env.apply('alice', { ...none, topicGrants: [] });
  await until(() => (env.kafka.state.acls ?? []).length === 0);
  await env.ready('alice');
  env.ahead = 240_000;
  env.apply('alice', { ...none, topicGrants: [], annotations: { a: 'b' } });
  await env.ready('alice');
  expect(await lastWait()).toBe(3_600_000);
});

test('a Kafka that is silent is asked again in seconds, not at once', async () => {
  env.apply('alice', { ...none, ...read });
  await env.ready('alice');
  env.ahead = 120_000;
  env.place({}, false);
  env.apply('alice', { ...none, ...read, annotations: { a: 'b' } });
  expect(await lastWait()).toBe(5_000);
});

describe('what Kubernetes refuses for good', () => {
  test('is tried once and told in one line, until the spec is another; and does not keep the pass awake', async () => {
    const refusing = ({ resource, verb }: { resource: string; verb: string }) =>
      resource === 'secrets' && verb === 'create' ? ({ status: 422, reason: 'Invalid', message: 'a name is wrong' } as const) : undefined;
    env.server.intercept = refusing;
    for (let i = 0; i < 5; i += 1) env.apply(`u${String(i)}`, { authentication: 'scram-sha-512' });
    await until(() => env.condition('u0', 'Ready') === 'False Pending' && env.condition('u4', 'Ready') === 'False Pending');
    const tried = (): number => env.server.requests.filter((call) => isWrite(call) && call.resource === 'secrets').length;
    const before = tried();
    const wait = await lastWait();
    expect(wait).toBeGreaterThan(20_000);
    expect(wait).toBeLessThanOrEqual(30_000);
    env.apply('other', none);
    await env.ready('other');
    expect(tried()).toBe(before);
    expect(env.condition('u0', 'Ready')).toBe('False Pending');
    env.server.intercept = undefined;
    env.apply('u0', { authentication: 'scram-sha-512', annotations: { a: 'b' } });
    await env.ready('u0');
    expect(env.log.filter((line) => line.includes('cannot write')).length).toBeLessThanOrEqual(5);
  });

  test('as what a CA that ended would sign, which is told as such; another CA is tried at once', async () => {
    await env.authority();
    env.ahead = 2 * 365 * 24 * 3_600_000;
    env.apply('alice', {});
    await env.becomes('alice', 'Ready', 'False AuthorityMissing');
    expect(await lastWait()).toBeGreaterThan(20_000);
    env.ahead = 0;
    await env.authority('next');
    await env.ready('alice');
  });
});
