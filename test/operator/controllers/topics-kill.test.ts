/**
 * The operator may die after any write, to Kubernetes or to Kafka: the next one makes the same topic of what is there, with every
 * setting that left the spec meanwhile back at its default, and with no throttle left behind.
 */
import { until } from '../../runtime/fake-clock';
import { CLUSTER, TopicsEnvironment } from './topics-environment';

jest.setTimeout(240_000);

/** More than any of these stories needs. */
const MOST = 30;
const AT_ONCE = 2;

const THROTTLES = ['leader.replication.throttled.', 'follower.replication.throttled.'];

const within = async <T>(run: (env: TopicsEnvironment) => Promise<T>): Promise<T> => {
  const env = await TopicsEnvironment.start();
  try {
    return await run(env);
  } finally {
    await env.close();
  }
};

/** Waits for the k-th write; false: it was over before. */
async function struck(env: TopicsEnvironment, k: number, writes: () => number): Promise<boolean> {
  await until(() => writes() >= k || env.isReady('new'), 40_000);
  return writes() >= k;
}

/** Kills after write 1, 2, … until a story needs fewer. Returns how many it needs. */
async function forEveryWrite(story: (k: number) => Promise<boolean>): Promise<number> {
  for (let k = 1; k <= MOST; k += AT_ONCE) {
    const told = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => story(k + i)));
    const first = told.indexOf(false);
    if (first >= 0) return k + first - 1;
  }
  throw new Error(`cannot end: still writing after ${String(MOST)} writes`);
}

const throttlesIn = (env: TopicsEnvironment): readonly string[] =>
  [...(env.kafka.state.configs[''] ?? []), ...(env.kafka.state.configs['new'] ?? [])]
    .map(({ key }) => key)
    .filter((key) => THROTTLES.some((start) => key.startsWith(start)));

describe(`an operator that dies after any write to the topics of ${CLUSTER}`, () => {
  test('forgets no setting that it made a topic with', async () => {
    const writes = await forEveryWrite((k) =>
      within(async (env) => {
        const count = env.killAfter(k);
        env.apply('new', { config: { 'retention.ms': '1000', 'segment.ms': '7' } });
        const died = await struck(env, k, count);
        if (died) {
          env.apply('new', { config: { 'retention.ms': '1000', 'segment.ms': null as unknown as string } });
          await env.goOn();
        }
        await env.ready('new');
        expect([k, env.setting('new', 'retention.ms'), env.setting('new', 'segment.ms')]).toEqual([k, '1000', died ? undefined : '7']);
        expect(env.status('new')).toMatchObject({ state: 'created', settings: died ? ['retention.ms'] : ['retention.ms', 'segment.ms'] });
        return died;
      }),
    );
    expect(writes).toBe(3);
  });

  test('leaves no topic of an object that is deleted meanwhile', async () => {
    const writes = await forEveryWrite((k) =>
      within(async (env) => {
        const count = env.killAfter(k);
        env.apply('new', { config: { 'retention.ms': '1000' } });
        const died = await struck(env, k, count);
        if (!died) return false;
        env.delete('new');
        await env.goOn();
        await env.gone('new');
        expect([k, env.topic('new')]).toEqual([k, []]);
        return true;
      }),
    );
    expect(writes).toBe(3);
  });

  test('leaves no throttle behind, and those of others alone', async () => {
    const writes = await forEveryWrite((k) =>
      within(async (env) => {
        env.apply('new', { replicationFactor: 1 });
        await env.ready('new');
        env.set('1', 'leader.replication.throttled.rate', '9');
        const count = env.killAfter(k);
        env.apply('new', { replicationFactor: 3 });
        const died = await struck(env, k, count);
        if (died) await env.goOn();
        await env.ready('new');
        await until(() => env.status('new').throttle === undefined);
        expect([k, env.topic('new').map((replicas) => replicas.length), throttlesIn(env)]).toEqual([k, [3, 3], []]);
        expect(env.setting('1', 'leader.replication.throttled.rate')).toBe('9');
        return died;
      }),
    );
    expect(writes).toBeGreaterThanOrEqual(7);
  });
});
