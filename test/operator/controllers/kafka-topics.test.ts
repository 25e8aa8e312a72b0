import { EVENT, KAFKA_CLUSTER, TOPIC } from '../../../operator/kinds';
import { KEEP_TOPIC, TOPIC_FINALIZER } from '../../../operator/decide/topics/topic-object';
import { until } from '../../runtime/fake-clock';
import { isWrite } from '../../runtime/fake-request';
import { TopicsEnvironment } from './topics-environment';

const [CREATE, DELETE, GROW, ALTER] = [19, 20, 37, 44];

jest.setTimeout(60_000);

let env: TopicsEnvironment;
beforeEach(async () => {
  env = await TopicsEnvironment.start({ partitions: 2 });
});
afterEach(() => env.close());

const eventsOf = (name: string): readonly string[] =>
  env.server
    .list(EVENT)
    .filter((event) => (event['involvedObject'] as { name?: string }).name === name)
    .map((event) => String(event['reason']));

describe('a KafkaTopic', () => {
  test('is made, with its settings, after its finalizer', async () => {
    env.apply('new', { config: { 'retention.ms': '1000' } });
    await env.ready('new');
    expect(env.topic('new')).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(env.setting('new', 'retention.ms')).toBe('1000');
    expect(env.object('new')?.metadata).toMatchObject({ finalizers: [TOPIC_FINALIZER], labels: { kafkaCluster: 'orders.kafka' } });
    expect(env.status('new')).toMatchObject({ state: 'created', managedBy: 'kafka-operator', partitions: 2, replicationFactor: 2 });
    expect(env.status('new')).toMatchObject({
      underReplicated: 0,
      settings: ['retention.ms'],
      appliedGeneration: 1,
      observedGeneration: 1,
    });
    expect(env.status('new').topicId).toMatch(/^.{22}$/);
    expect(env.condition('new', 'Drifted')).toBe('False AsWanted');
    const writes = env.server.requests.filter((call) => isWrite(call) && call.resource === 'kafkatopics');
    expect(writes.map(({ subresource = '' }) => subresource)).toEqual(['', 'status']);
  });

  test('takes over a topic that is there, and grows it', async () => {
    env.set('orders', 'cleanup.policy', 'compact');
    env.apply('orders', { partitions: 5, replicationFactor: 3, config: { 'retention.ms': '5' } });
    await env.ready('orders');
    expect(env.topic('orders')).toHaveLength(5);
    expect([env.setting('orders', 'cleanup.policy'), env.setting('orders', 'retention.ms')]).toEqual(['compact', '5']);
    expect([CREATE, GROW, ALTER].map((key) => env.kafka.requests(key))).toEqual([0, 1, 1]);
  });

  test('with fewer partitions than its topic has is refused, and does not own the topic', async () => {
    env.apply('orders', { partitions: 1, replicationFactor: 3 });
    await env.becomes('orders', 'SpecAccepted', 'False FewerPartitions');
    expect(env.object('orders')?.metadata.finalizers ?? []).toEqual([]);
    env.delete('orders');
    await env.gone('orders');
    expect(env.topic('orders')).toHaveLength(2);
    env.apply('orders', { partitions: -1, replicationFactor: -1 });
    await env.ready('orders');
  });

  test('leaves numbers alone that are left to the broker', async () => {
    env.apply('new', { partitions: -1, replicationFactor: -1 });
    await env.ready('new');
    expect(env.topic('new')).toHaveLength(1);
    expect(env.status('new')).toMatchObject({ partitions: 1, replicationFactor: 1 });
  });

  test('alters the settings that differ, takes back those that left the spec, and leaves the keys of others', async () => {
    env.apply('new', { config: { 'retention.ms': '1000', 'cleanup.policy': 'compact' } });
    await env.ready('new');
    env.set('new', 'leader.replication.throttled.replicas', '*');
    env.apply('new', { config: { 'retention.ms': '2000', 'cleanup.policy': null as unknown as string } });
    await env.ready('new');
    expect(env.setting('new', 'retention.ms')).toBe('2000');
    expect(env.setting('new', 'cleanup.policy')).toBeUndefined();
    expect(env.setting('new', 'leader.replication.throttled.replicas')).toBe('*');
    expect(env.status('new').settings).toEqual(['retention.ms']);
    expect(env.kafka.requests(ALTER)).toBe(1);
  });

  test('whose settings Kafka tells in other words is not altered for ever', async () => {
    env.apply('new', { config: { 'retention.ms': '+1000' } });
    await env.ready('new');
    env.set('new', 'retention.ms', '1000');
    env.ahead += 301_000;
    env.apply('other');
    await env.ready('other');
    expect(env.kafka.requests(ALTER)).toBe(0);
    expect(env.condition('new', 'Drifted')).toBe('False AsWanted');
  });

  test('that Kafka refuses says why, and is tried again with another spec', async () => {
    env.apply('new', { replicationFactor: 4 });
    await env.becomes('new', 'Ready', 'False TooFewBrokers');
    expect(env.kafka.requests(CREATE)).toBe(0);
    env.apply('new', { replicationFactor: 3 });
    await env.ready('new');
  });
});

describe('drift', () => {
  test('is set back, and told', async () => {
    env.apply('new', { config: { 'retention.ms': '1000' } });
    await env.ready('new');
    env.set('new', 'retention.ms', '7');
    env.ahead += 301_000;
    env.apply('other');
    await until(() => env.setting('new', 'retention.ms') === '1000');
    await until(() => eventsOf('new').includes('DriftCorrected'));
  });

  test('is only reported when the spec says so, and a new spec is still brought to Kafka', async () => {
    env.apply('new', { config: { 'retention.ms': '1000' }, driftPolicy: 'Report' });
    await env.ready('new');
    env.set('new', 'retention.ms', '7');
    env.ahead += 301_000;
    env.apply('other');
    await env.becomes('new', 'Drifted', 'True Differs');
    expect(env.status('new').drift).toEqual(['retention.ms: 7 in Kafka, 1000 in the spec']);
    expect(env.setting('new', 'retention.ms')).toBe('7');
    env.apply('new', { config: { 'retention.ms': '2000' }, driftPolicy: 'Report' });
    await env.becomes('new', 'Drifted', 'False AsWanted');
    expect(env.setting('new', 'retention.ms')).toBe('2000');
  });

  test('a topic that somebody deleted is made anew', async () => {
    env.apply('new');
    await env.ready('new');
    const before = env.status('new').topicId;
    env.kafka.state = { ...env.kafka.state, partitions: env.kafka.state.partitions.filter(({ topic }) => topic !== 'new') };
    env.apply('other');
    await until(() => env.topic('new').length === 2 && env.status('new').topicId !== before);
  });

  test('more partitions than wanted stay and are told', async () => {
    env.apply('new');
    await env.ready('new');
    const more = { ...env.kafka.state.partitions.find(({ topic }) => topic === 'new')!, partition: 2 };
    env.kafka.state = { ...env.kafka.state, partitions: [...env.kafka.state.partitions, more] };
    env.apply('other');
    await env.becomes('new', 'Drifted', 'True MorePartitions');
    expect(env.condition('new', 'Ready')).toBe('True TopicReady');
  });
});

describe('deletion', () => {
  test('deletes the topic, then the object goes', async () => {
    env.apply('new');
    await env.ready('new');
    env.delete('new');
    await env.gone('new');
    expect(env.topic('new')).toEqual([]);
    expect(env.kafka.requests(DELETE)).toBe(1);
  });

  test('keeps the topic when the annotation says so', async () => {
    env.apply('new', {}, { annotations: { [KEEP_TOPIC]: 'true' } });
    await env.ready('new');
    env.delete('new');
    await env.gone('new');
    expect(env.topic('new')).toHaveLength(2);
    await until(() => eventsOf('new').includes('TopicKept'));
  });

  test('of a topic that somebody made anew leaves it', async () => {
    env.apply('new');
    await env.ready('new');
    env.kafka.state = { ...env.kafka.state, births: { new: 9 } };
    env.delete('new');
    await env.gone('new');
    expect(env.topic('new')).toHaveLength(2);
  });

  test('where Kafka deletes nothing says so, and the annotation is the way out', async () => {
    env.apply('new');
    await env.ready('new');
    env.kafka.state = { ...env.kafka.state, deletesTopics: false };
    env.delete('new');
    await env.becomes('new', 'Ready', 'False DeletionDisabled');
    expect(env.message('new', 'Ready')).toContain(KEEP_TOPIC);
    env.server.patch(TOPIC, 'kafka', 'new', { metadata: { annotations: { [KEEP_TOPIC]: 'true' } } });
    await env.gone('new');
    expect(env.topic('new')).toHaveLength(2);
  });

  test('while it is made leaves no topic', async () => {
    env.server.intercept = ({ resource, subresource }) => (resource === 'kafkatopics' && subresource === 'status' ? 'reset' : undefined);
    env.apply('new');
    await until(() => env.topic('new').length === 2);
    env.delete('new');
    await env.gone('new');
    expect(env.topic('new')).toEqual([]);
  });

  test('before it was made tells of no topic that stays', async () => {
    env.apply('new', { replicationFactor: 4 }, { finalizers: [TOPIC_FINALIZER] });
    await env.becomes('new', 'Ready', 'False TooFewBrokers');
    env.delete('new');
    await env.gone('new');
    env.apply('other', {}, { annotations: { [KEEP_TOPIC]: 'true' } });
    await env.ready('other');
    env.delete('other');
    await until(() => eventsOf('other').includes('TopicKept'));
    expect(eventsOf('new')).toEqual([]);
  });

  test('leaves a topic that was there before, unless the object says that it manages it', async () => {
    env.apply('orders', { partitions: 2, replicationFactor: 3 });
    await env.ready('orders');
    expect(env.message('orders', 'Ready')).toContain('managedBy');
    env.delete('orders');
    await env.gone('orders');
    expect(env.topic('orders')).toHaveLength(2);
    await until(() => eventsOf('orders').includes('TopicKept'));
    env.apply('orders', { partitions: 2, replicationFactor: 3 });
    await env.ready('orders');
    env.apply('orders', { partitions: 2, replicationFactor: 3 }, { annotations: { managedBy: 'koperator' } });
    await until(() => !env.message('orders', 'Ready').includes('managedBy'));
    env.delete('orders');
    await env.gone('orders');
    expect(env.topic('orders')).toEqual([]);
  });

  test('of a topic that was there, and was made anew for the object, deletes it', async () => {
    env.apply('orders', { partitions: 2, replicationFactor: 3 });
    await env.ready('orders');
    const before = env.status('orders').topicId;
    env.kafka.state = { ...env.kafka.state, partitions: env.kafka.state.partitions.filter(({ topic }) => topic !== 'orders') };
    env.apply('orders', { partitions: 2, replicationFactor: 3 }, { annotations: { at: 'once more' } });
    await until(() => env.topic('orders').length === 2 && env.status('orders').topicId !== before);
    env.delete('orders');
    await env.gone('orders');
    expect(env.topic('orders')).toEqual([]);
  });

  test('waits while Kafka is not reached, and goes on', async () => {
    env.apply('new');
    await env.ready('new');
    env.place({}, false);
    env.delete('new');
    await env.becomes('new', 'Ready', 'False KafkaUnreachable');
    env.place();
    await env.gone('new');
    expect(env.topic('new')).toEqual([]);
  });

  test('after the cluster is gone holds nobody up, and leaves the topic', async () => {
    env.apply('new');
    await env.ready('new');
    env.server.remove(KAFKA_CLUSTER, 'kafka', 'orders');
    env.forgetPlace();
    await env.becomes('new', 'Ready', 'False ClusterNotFound');
    env.delete('new');
    await env.gone('new');
    expect(env.topic('new')).toHaveLength(2);
    await until(() => eventsOf('new').includes('TopicLeft'));
  });

  test('of an object of Koperator’s deletes its topic', async () => {
    env.apply('orders', { partitions: 2, replicationFactor: 3 }, { finalizers: [TOPIC_FINALIZER] });
    await env.ready('orders');
    env.delete('orders');
    await env.gone('orders');
    expect(env.topic('orders')).toEqual([]);
  });
});

describe('who has no say', () => {
  test('the younger of two is told so, and deleting it leaves the topic', async () => {
    env.apply('older', { name: 'shared' }, { creationTimestamp: '2024-01-01T00:00:00Z' });
    await env.ready('older');
    env.apply('younger', { name: 'shared', partitions: 4 });
    await env.becomes('younger', 'SpecAccepted', 'False DuplicateTopic');
    expect(env.message('younger', 'SpecAccepted')).toContain('kafka/older');
    env.delete('younger');
    await env.gone('younger');
    expect(env.topic('shared')).toHaveLength(2);
  });

  test('a topic is handed over when the older is deleted', async () => {
    env.apply('older', { name: 'shared' }, { creationTimestamp: '2024-01-01T00:00:00Z' });
    await env.ready('older');
    env.apply('younger', { name: 'shared', partitions: 4 });
    await env.becomes('younger', 'SpecAccepted', 'False DuplicateTopic');
    env.delete('older');
    await env.gone('older');
    await env.ready('younger');
    expect(env.topic('shared')).toHaveLength(4);
    expect([env.kafka.requests(DELETE), env.kafka.requests(CREATE)]).toEqual([0, 1]);
  });

  test('an object of another manager observes', async () => {
    env.apply('orders', { partitions: 9 }, { annotations: { managedBy: 'terraform' } });
    await env.becomes('orders', 'Ready', 'True OnlyObserved');
    expect(env.status('orders')).toMatchObject({ managedBy: 'terraform', partitions: 2, replicationFactor: 3 });
    env.delete('orders');
    await env.gone('orders');
    expect(env.topic('orders')).toHaveLength(2);
  });

  test.each(['Koperator', 'kafka-operator'])('managedBy %s is us', async (managedBy) => {
    env.apply('new', {}, { annotations: { managedBy } });
    await env.ready('new');
  });

  test('another namespace counts once the cluster lists it', async () => {
    env.apply('new', {}, { namespace: 'apps' });
    await env.becomes('new', 'SpecAccepted', 'False NamespaceNotAllowed', 'apps');
    expect(env.message('new', 'SpecAccepted', 'apps')).toContain('spec.topicNamespaces');
    expect([env.topic('new'), env.status('new', 'apps').topicId]).toEqual([[], undefined]);
    const spec = { topicNamespaces: ['apps'] };
    env.place({ ...spec, kafkaVersion: '4.2.0' });
    env.apply('new', { partitions: 3 }, { namespace: 'apps' });
    await env.ready('new', 'apps');
  });

  test('Kafka’s own topics are nobody’s', async () => {
    env.apply('offsets', { name: '__consumer_offsets' });
    await env.becomes('offsets', 'SpecAccepted', 'False InternalTopic');
    env.delete('offsets');
    await env.gone('offsets');
    expect(env.kafka.requests(DELETE)).toBe(0);
  });
});
