import { OPERATION } from '../../../operator/kinds';
import { REPLICATION_THROTTLE } from '../../../operator/decide/topics/throttle';
import { pause, until } from '../../runtime/fake-clock';
import { TopicsEnvironment } from './topics-environment';

const [REASSIGN, LIST_MOVES] = [45, 46];

jest.setTimeout(60_000);

let env: TopicsEnvironment;
beforeEach(async () => {
  env = await TopicsEnvironment.start({ partitions: 2 });
});
afterEach(() => env.close());

describe('a KafkaTopic', () => {
  test('gets another replication factor, which keeps what is there', async () => {
    env.apply('new', { replicationFactor: 1, partitions: 3 });
    await env.ready('new');
    env.apply('new', { replicationFactor: 3, partitions: 3 });
    await env.ready('new');
    expect(env.topic('new').map(([first]) => first)).toEqual([1, 2, 3]);
    expect(env.topic('new').every((replicas) => new Set(replicas).size === 3)).toBe(true);
    expect(env.kafka.requests(REASSIGN)).toBe(1);
    expect(env.status('new').moving).toBeUndefined();
    env.apply('new', { replicationFactor: 2, partitions: 3 });
    await env.ready('new');
    expect(env.topic('new').map((replicas) => replicas.length)).toEqual([2, 2, 2]);
    expect(env.topic('new').map(([first]) => first)).toEqual([1, 2, 3]);
  });

  test('is throttled while it gets replicas, and not after', async () => {
    const lists = ['leader.replication.throttled.replicas', 'follower.replication.throttled.replicas'];
    const rates = ['leader.replication.throttled.rate', 'follower.replication.throttled.rate'];
    env.applyCluster({}, { [REPLICATION_THROTTLE]: '1000000' });
    env.apply('new', { replicationFactor: 1 });
    await env.ready('new');
    for (const { id } of env.kafka.state.brokers) await env.kafka.fail(id, { kind: 'slow', milliseconds: 500, key: REASSIGN });
    env.apply('new', { replicationFactor: 2 });
    await until(() => env.kafka.requests(REASSIGN) === 1);
    expect(rates.map((key) => env.setting('', key))).toEqual(['1000000', '1000000']);
    expect(lists.map((key) => env.setting('new', key))).toEqual(['0:1,1:2', expect.stringMatching(/^0:\d,1:\d$/)]);
    expect(env.status('new')).toMatchObject({ moving: true, throttle: { rate: 1_000_000 } });
    await env.ready('new');
    expect([...rates.map((key) => env.setting('', key)), ...lists.map((key) => env.setting('new', key))]).toEqual(Array(4).fill(undefined));
    expect(env.status('new').throttle).toBeUndefined();
  });

  test('moves nothing while Cruise Control or somebody else does', async () => {
    env.apply('new', { replicationFactor: 1 });
    await env.ready('new');
    const metadata = { name: 'op', namespace: 'kafka', labels: { kafka_cr: 'orders' } };
    const running = { currentTask: { operation: 'rebalance', state: 'InExecution' } };
    env.server.put({ apiVersion: OPERATION.apiVersion, kind: OPERATION.kind, metadata, spec: {}, status: running });
    // Two watches: which of them tells first is nobody's promise.
    await pause(200);
    env.apply('new', { replicationFactor: 2 });
    await env.becomes('new', 'Ready', 'False MoveWaits');
    expect(env.message('new', 'Ready')).toContain('the CruiseControlOperation op');
    const move = { topic: 'orders', partition: 0, replicas: [1, 2, 3], adding: [3], removing: [] };
    env.kafka.state = { ...env.kafka.state, reassigning: [move] };
    env.server.patch(OPERATION, 'kafka', 'op', { status: { currentTask: { state: 'Completed' } } });
    await pause(200);
    env.apply('new', { replicationFactor: 2, config: { 'retention.ms': '9' } });
    await until(() => env.message('new', 'Ready').includes('orders-0'));
    expect(env.kafka.requests(REASSIGN)).toBe(0);
    env.kafka.state = { ...env.kafka.state, reassigning: [] };
    env.apply('new', { replicationFactor: 2 });
    await env.ready('new');
  });
});

describe('replicas that somebody else moves', () => {
  /** From broker 2 to broker 3. */
  const begin = (isr = [1, 2]): void => {
    const { state } = env.kafka;
    const partitions = state.partitions.map((p) => (isFirst(p) ? { ...p, replicas: [1, 2, 3], isr } : p));
    env.kafka.state = {
      ...state,
      partitions,
      reassigning: [{ topic: 'new', partition: 0, replicas: [1, 2, 3], adding: [3], removing: [2] }],
    };
  };
  const end = (): void => {
    const { state } = env.kafka;
    const partitions = state.partitions.map((p) => (isFirst(p) ? { ...p, replicas: [1, 3], isr: [1, 3] } : p));
    env.kafka.state = { ...state, partitions, reassigning: [] };
  };
  const isFirst = ({ topic, partition }: { topic: string; partition: number }): boolean => topic === 'new' && partition === 0;
  const looked = async (name: string): Promise<void> => {
    env.apply(name);
    await env.ready(name);
    await pause(100);
  };

  test.each(['Correct', 'Report'] as const)('are no drift, with driftPolicy %s', async (driftPolicy) => {
    env.apply('new', { driftPolicy });
    await env.ready('new');
    begin();
    await looked('other');
    const { replicationFactor, underReplicated, drift } = env.status('new');
    expect([env.condition('new', 'Ready'), env.condition('new', 'Drifted')]).toEqual(['True TopicReady', 'False AsWanted']);
    expect({ replicationFactor, underReplicated, drift }).toEqual({ replicationFactor: 2, underReplicated: 0, drift: undefined });
    end();
    await looked('third');
    expect([env.condition('new', 'Drifted'), env.kafka.requests(REASSIGN)]).toEqual(['False AsWanted', 0]);
  });

  test('and arrive between two requests are left where they are', async () => {
    env.apply('new');
    await env.ready('new');
    begin([1, 2, 3]);
    for (const { id } of env.kafka.state.brokers) await env.kafka.fail(id, { kind: 'slow', milliseconds: 200, key: LIST_MOVES });
    env.apply('new', {}, { annotations: { at: 'once more' } });
    await until(() => env.kafka.requests(LIST_MOVES) > 0);
    end();
    await pause(1000);
    expect([env.topic('new')[0], env.kafka.requests(REASSIGN)]).toEqual([[1, 3], 0]);
    expect(env.condition('new', 'Ready')).toBe('True TopicReady');
  });

  test('and more of them than the spec says are drift once they are there', async () => {
    env.apply('new', { driftPolicy: 'Report' });
    await env.ready('new');
    const { state } = env.kafka;
    env.kafka.state = {
      ...state,
      partitions: state.partitions.map((p) => (isFirst(p) ? { ...p, replicas: [1, 2, 3], isr: [1, 2, 3] } : p)),
    };
    env.apply('other');
    await env.becomes('new', 'Drifted', 'True Differs');
    expect(env.status('new').drift).toEqual(['replicationFactor: 2 and 3 in Kafka, 2 in the spec']);
  });
});
