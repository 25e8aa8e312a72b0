/** Many topics in one request, over a whole connection to the simulated Kafka. */
import { connectAdmin, type KafkaAdmin } from '../../../../operator/clients/kafka/connect-admin';
import { batches, TOPICS_PER_REQUEST } from '../../../../operator/clients/kafka/topic-requests';
import { healthyState } from '../../../sim-kafka/state';
import { SimKafka } from '../../../sim-kafka/sim-kafka';

const [CREATE, DELETE, GROW, DESCRIBE, ALTER, REASSIGN, METADATA] = [19, 20, 37, 32, 44, 45, 3];

let sim: SimKafka;
let admin: KafkaAdmin;
beforeEach(async () => {
  sim = new SimKafka(healthyState({ partitions: 2 }));
  await sim.listen();
  admin = connectAdmin({ resolve: sim.resolve, connectTimeoutMs: 300, requestTimeoutMs: 2000 })({
    bootstrap: sim.bootstrap,
    key: 'kafka/orders',
  });
});
afterEach(async () => {
  await admin.close();
  await sim.close();
});

const topic = (name: string, partitions = 1, replicationFactor = 1) => ({ name, partitions, replicationFactor, config: {} });
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `t${String(i)}`);

test('topics are listed with their ids, partitions in order', async () => {
  const [orders] = await admin.topics.listTopics();
  expect(orders).toMatchObject({ name: 'orders', internal: false });
  expect(orders?.id).toMatch(/^[\w-]{22}$/);
  expect(orders?.partitions).toEqual([
    { partition: 0, leader: 1, replicas: [1, 2, 3], isr: [1, 2, 3] },
    { partition: 1, leader: 2, replicas: [2, 3, 1], isr: [2, 3, 1] },
  ]);
  expect(sim.requests(METADATA)).toBe(1);
});

test('at most five hundred go in one request, and what is refused of one says nothing of the others', async () => {
  const all = [...names(600).map((name) => topic(name)), topic('orders'), topic('wide', 1, 9)];
  const refused = await admin.topics.createTopics(all);
  expect([...refused].map(([name, { code, message }]) => [name, code, message])).toEqual([
    ['orders', 36, 'TOPIC_ALREADY_EXISTS (36)'],
    ['wide', 38, 'INVALID_REPLICATION_FACTOR (38)'],
  ]);
  expect(await admin.topics.listTopics()).toHaveLength(601);
  expect(sim.requests(CREATE)).toBe(2);
  expect([...(await admin.topics.deleteTopics([...names(600), 'gone']))].map(([name, { code }]) => [name, code])).toEqual([['gone', 3]]);
  expect([await admin.topics.listTopics()].flat()).toHaveLength(1);
  expect(sim.requests(DELETE)).toBe(2);
});

test('partitions grow', async () => {
  const refused = await admin.topics.createPartitions(new Map([...[['orders', 4] as const], ['gone', 2]]));
  expect([...refused].map(([name, { code }]) => [name, code])).toEqual([['gone', 3]]);
  expect((await admin.topics.listTopics())[0]?.partitions).toHaveLength(4);
  expect(sim.requests(GROW)).toBe(1);
});

test('settings are altered and told of many topics at once, those of the topic alone', async () => {
  await admin.topics.createTopics(names(3).map((name) => topic(name)));
  const set = [{ key: 'retention.ms', value: '1' }];
  const refused = await admin.topics.alterTopicConfigs(new Map([...names(3), 'gone'].map((name) => [name, set])));
  expect([...refused.keys()]).toEqual(['gone']);
  await admin.topics.alterTopicConfigs(new Map([['t0', [{ key: 'retention.ms', value: undefined }]]]));
  const told = await admin.topics.describeTopicConfigs(['t0', 't1', 'gone']);
  expect([...told].map(([name, entries]) => [name, entries.map(({ key, value }) => `${key}=${String(value)}`)])).toEqual([
    ['t0', []],
    ['t1', ['retention.ms=1']],
  ]);
  const some = await admin.topics.describeTopicConfigs(new Map([['t1', ['cleanup.policy']]]));
  expect([...some]).toEqual([['t1', []]]);
  expect([sim.requests(ALTER), sim.requests(DESCRIBE)]).toEqual([2, 2]);
});

test('partitions are reassigned, and refused one by one', async () => {
  const refused = await admin.topics.reassign([
    { topic: 'orders', partition: 0, replicas: [3, 1] },
    { topic: 'orders', partition: 1, replicas: [77] },
  ]);
  expect([...refused].map(([name, { code }]) => [name, code])).toEqual([['orders-1', 39]]);
  expect((await admin.topics.listTopics())[0]?.partitions[0]?.replicas).toEqual([3, 1]);
  expect(sim.requests(REASSIGN)).toBe(1);
  await expect(admin.topics.listReassignments()).resolves.toEqual([]);
  expect((await admin.topics.listBrokers()).map(({ id, rack }) => [id, rack])).toEqual([
    [1, 'zone-1'],
    [2, 'zone-2'],
    [3, 'zone-3'],
  ]);
});

test('a group is no heavier than the controller takes, and one that is goes alone', () => {
  expect(batches([5000, 3000, 1, 9000, 1], (weight) => weight)).toEqual([[5000, 3000], [1], [9000], [1]]);
  expect(batches(names(1200)).map((group) => group.length)).toEqual([TOPICS_PER_REQUEST, TOPICS_PER_REQUEST, 200]);
  expect(batches([])).toEqual([]);
});
