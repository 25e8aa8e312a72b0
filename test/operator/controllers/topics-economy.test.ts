import { pause, until } from '../../runtime/fake-clock';
import { isWrite } from '../../runtime/fake-request';
import { CLUSTER, TopicsEnvironment } from './topics-environment';

const [METADATA, CREATE, DESCRIBE, ALTER] = [3, 19, 32, 44];

jest.setTimeout(60_000);

let env: TopicsEnvironment;
beforeEach(async () => {
  env = await TopicsEnvironment.start({ partitions: 2 });
});
afterEach(() => env.close());

describe('what KafkaTopics cost', () => {
  test('two hundred topics are a few requests to Kafka, and two writes each', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `t${String(i)}`);
    for (const name of names) env.apply(name, { config: { 'retention.ms': '1' } });
    for (const name of names) await env.ready(name);
    expect(env.kafka.requests(CREATE)).toBeLessThan(names.length / 4);
    expect(env.kafka.requests(METADATA)).toBeLessThan(names.length);
    const writes = env.server.requests.filter((call) => isWrite(call) && call.resource === 'kafkatopics');
    expect(writes.length).toBeLessThanOrEqual(2 * names.length);
  });

  const writesOf = (part: string): number =>
    env.server.requests.filter((call) => isWrite(call) && call.resource === 'kafkatopics' && (call.subresource ?? '') === part).length;

  test('five hundred that come within a second cost a claim and a status each', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `t${String(i)}`);
    for (const [i, name] of names.entries()) {
      env.apply(name, { config: { 'retention.ms': '1' } });
      if (i % 10 === 9) await pause(20);
    }
    for (const name of names) await env.ready(name);
    expect(['', 'status'].map(writesOf)).toEqual([names.length, names.length]);
  });

  test('those that brokers show late cost no more, unless they are very late', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `t${String(i)}`);
    env.kafka.state = { ...env.kafka.state, hides: (topic) => topic.startsWith('t') };
    for (const name of names) env.apply(name);
    await until(() => env.topic('t19').length > 0);
    await pause(3_000);
    env.kafka.state = { ...env.kafka.state, hides: (topic) => topic === 't0' };
    for (const name of names.slice(1)) await env.ready(name);
    expect(['', 'status'].map(writesOf)).toEqual([names.length, names.length - 1]);
    await env.becomes('t0', 'Ready', 'False Pending');
    env.kafka.state = { ...env.kafka.state, hides: () => false };
    await env.ready('t0');
  });

  test('at rest nothing is written, and Kafka is asked once a minute', async () => {
    env.apply('new', { config: { 'retention.ms': '1' } });
    await env.ready('new');
    await pause(150);
    const [before, asked] = [env.server.requests.length, env.kafka.requests()];
    await pause(400);
    expect([env.server.requests.length, env.kafka.requests()]).toEqual([before, asked]);
    expect(env.kafka.requests(DESCRIBE)).toBe(1);
  });

  test('a restarted operator changes nothing', async () => {
    env.apply('new', { config: { 'retention.ms': '1' } });
    await env.ready('new');
    const before = env.server.requests.filter(isWrite).length;
    await env.operate();
    await pause(300);
    expect(env.server.requests.filter(isWrite).length).toBe(before);
    expect([CREATE, ALTER].map((key) => env.kafka.requests(key))).toEqual([1, 0]);
  });

  test('metrics tell of topics and calls, and go with the last topic', async () => {
    const [namespace, cluster] = CLUSTER.split('/');
    env.apply('new');
    await env.ready('new');
    const labels = `namespace="${namespace}",cluster="${cluster}"`;
    await until(() => env.object('new') !== undefined);
    const text = (await env.metrics.render()).text;
    expect(text).toContain(`kafka_operator_topics{${labels},reason="TopicReady"} 1`);
    expect(text).toContain(`kafka_operator_topic_calls_total{${labels},request="createTopics"} 1`);
    env.delete('new');
    await env.gone('new');
    await pause(100);
    expect((await env.metrics.render()).text).not.toContain(labels);
  });
});
