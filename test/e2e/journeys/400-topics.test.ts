import { TOPIC_FINALIZER } from '../../../operator/decide/topics/topic-object';
import { applyCluster, deleteCluster, ensureRunning, running, SHARED } from '../cluster';
import { figure, seconds } from '../figures';
import { kubectl, mustKubectl, until } from '../kubernetes';
import { bootstrapOf, createTopic, missingRecords, produce } from '../records';
import { applyTopic, deleteTopicObject, inKafka, settingsIn, statusIn, topicBecomes, topicIn, topicObject, topicReady } from '../topics';

const CLUSTER = 'shared';
const BOOTSTRAP = bootstrapOf(CLUSTER);
const OTHER = 'e2e-apps';

beforeAll(async () => {
  await ensureRunning(SHARED);
  await kubectl(['create', 'namespace', OTHER]);
});

afterAll(async () => {
  await kubectl(['delete', 'namespace', OTHER, '--wait=false']);
});

describe('a topic as an object', () => {
  it('is made with its settings, and gone with its object', async () => {
    const began = Date.now();
    await applyTopic(CLUSTER, 'made', { spec: { config: { 'retention.ms': '3600000' } } });
    const status = await topicReady('made');
    figure('a KafkaTopic from apply to Ready', seconds(Date.now() - began));
    const topic = await topicIn(CLUSTER, 'made');
    expect(topic).toMatchObject({ name: 'made', id: status.topicId });
    expect([status.partitions, status.replicationFactor, status.underReplicated]).toEqual([3, 3, 0]);
    expect(await settingsIn(CLUSTER, 'made')).toMatchObject({ 'retention.ms': '3600000' });
    expect((await topicObject('made'))?.metadata.finalizers).toEqual([TOPIC_FINALIZER]);
    await deleteTopicObject('made');
    expect(await topicIn(CLUSTER, 'made')).toBeUndefined();
  });

  it('is refused at apply where that needs no Kafka', async () => {
    await applyTopic(CLUSTER, 'strict');
    await topicReady('strict');
    const patched = async (spec: object): Promise<string> =>
      (await kubectl(['-n', 'e2e', 'patch', 'kafkatopic', 'strict', '--type=merge', '-p', JSON.stringify({ spec })])).stderr;
    expect(await patched({ partitions: 1 })).toContain('never become fewer');
    expect(await patched({ partitions: 0 })).toContain('at least one partition');
    expect(await patched({ name: 'other' })).toContain('name cannot change');
    expect(await patched({ clusterRef: { name: 'other' } })).toContain('clusterRef cannot change');
    await deleteTopicObject('strict');
  });

  it('takes over a topic that is there, grows it, changes and takes back settings, and leaves those of others', async () => {
    await createTopic(BOOTSTRAP, 'adopted');
    await inKafka(CLUSTER, (topics) => topics.alterTopicConfigs(new Map([['adopted', [{ key: 'retention.bytes', value: '1000000' }]]])));
    await applyTopic(CLUSTER, 'adopted', {
      spec: { partitions: 5, config: { 'retention.ms': '1000', 'cleanup.policy': 'compact,delete' } },
    });
    await topicReady('adopted');
    expect((await topicIn(CLUSTER, 'adopted'))?.partitions).toHaveLength(5);
    await applyTopic(CLUSTER, 'adopted', { spec: { partitions: 5, config: { 'retention.ms': '2000' } } });
    await topicReady('adopted');
    const settings = await settingsIn(CLUSTER, 'adopted');
    expect(settings).toMatchObject({ 'retention.bytes': '1000000', 'retention.ms': '2000' });
    expect(settings).not.toHaveProperty('cleanup.policy');
    await deleteTopicObject('adopted');
    expect((await topicIn(CLUSTER, 'adopted'))?.partitions).toHaveLength(5);
  });

  it('has a setting set back that somebody changed in Kafka, or that is reported', async () => {
    const config = { 'retention.ms': '3600000' };
    const policies = { corrected: 'Correct', told: 'Report' } as const;
    const names = Object.keys(policies) as (keyof typeof policies)[];
    await Promise.all(names.map((name) => applyTopic(CLUSTER, name, { spec: { config, driftPolicy: policies[name] } })));
    await Promise.all(names.map((name) => topicReady(name)));
    const other = [{ key: 'retention.ms', value: '7200000' }];
    await inKafka(CLUSTER, (topics) => topics.alterTopicConfigs(new Map(names.map((name) => [name, other]))));
    // Settings are compared when something happens to the object, and every five minutes else.
    const touch = (name: string) => mustKubectl(['-n', 'e2e', 'annotate', 'kafkatopic', name, '--overwrite', `at=${String(Date.now())}`]);
    const retention = async (name: string) => (await settingsIn(CLUSTER, name))['retention.ms'];
    await until('the drift is told', async () => {
      await touch('told');
      return statusIn(await topicObject('told')).drift?.[0] === 'retention.ms: 7200000 in Kafka, 3600000 in the spec';
    });
    await until('the other topic is set back', async () => {
      await touch('corrected');
      return (await retention('corrected')) === '3600000';
    });
    expect(await retention('told')).toBe('7200000');
    await until('an Event tells that it was set back', async () => {
      const selector = 'involvedObject.name=corrected,reason=DriftCorrected';
      return (await mustKubectl(['-n', 'e2e', 'get', 'events', '--field-selector', selector, '-o', 'name'])).trim() !== '';
    });
    await Promise.all(names.map((name) => deleteTopicObject(name)));
  });

  it('is set back when somebody changes it in Kafka, or that is reported', async () => {
    const wake = async (): Promise<void> => {
      await applyTopic(CLUSTER, 'waker', { annotations: { at: String(Date.now()) } });
    };
    const drift = () => inKafka(CLUSTER, (topics) => topics.deleteTopics(['drifting', 'reported']));
    await applyTopic(CLUSTER, 'drifting');
    await applyTopic(CLUSTER, 'reported', { spec: { driftPolicy: 'Report' } });
    await topicReady('drifting');
    await topicReady('reported');
    await drift();
    await until('Kafka shows that it is gone', async () => (await topicIn(CLUSTER, 'reported')) === undefined);
    await wake();
    await topicBecomes('reported', 'Ready', 'False TopicMissing');
    await until('the other one is made anew', async () => (await topicIn(CLUSTER, 'drifting')) !== undefined);
    expect(await topicIn(CLUSTER, 'reported')).toBeUndefined();
  });

  it('gets more replicas under a producer without losing a record', async () => {
    await applyTopic(CLUSTER, 'replicated', { spec: { replicationFactor: 1, config: { 'min.insync.replicas': '1' } } });
    await topicReady('replicated');
    const producing = await produce(BOOTSTRAP, 'replicated');
    const began = Date.now();
    await applyTopic(CLUSTER, 'replicated', { spec: { replicationFactor: 3, config: { 'min.insync.replicas': '1' } } });
    const status = await topicReady('replicated');
    figure('replication factor 1 to 3', seconds(Date.now() - began));
    expect([status.replicationFactor, status.moving, status.throttle]).toEqual([3, undefined, undefined]);
    expect(Object.keys(await settingsIn(CLUSTER, 'replicated'))).toEqual(['min.insync.replicas']);
    const { acknowledged } = await producing.stop();
    expect(await missingRecords(BOOTSTRAP, 'replicated', acknowledged)).toEqual([]);
    const partitions = (await topicIn(CLUSTER, 'replicated'))?.partitions ?? [];
    expect(partitions.map(({ isr }) => isr.length)).toEqual([3, 3, 3]);
  });

  it('has one owner: the younger object is told so, and goes without the topic', async () => {
    await applyTopic(CLUSTER, 'owner', { spec: { name: 'owned' } });
    await topicReady('owner');
    await applyTopic(CLUSTER, 'second', { spec: { name: 'owned' } });
    await topicBecomes('second', 'SpecAccepted', 'False DuplicateTopic');
    await deleteTopicObject('second');
    expect(await topicIn(CLUSTER, 'owned')).toBeDefined();
  });

  it('of another namespace counts once the cluster lists it', async () => {
    await applyTopic(CLUSTER, 'apart', { namespace: OTHER });
    const status = await topicBecomes('apart', 'SpecAccepted', 'False NamespaceNotAllowed', OTHER);
    expect(status.conditions?.[0]?.message).toContain('spec.topicNamespaces');
    expect(await topicIn(CLUSTER, 'apart')).toBeUndefined();
    await applyCluster({ ...SHARED, spec: { topicNamespaces: [OTHER] } });
    await topicReady('apart', OTHER);
    await deleteTopicObject('apart', OTHER);
    expect(await topicIn(CLUSTER, 'apart')).toBeUndefined();
    await applyCluster(SHARED);
    await running(CLUSTER);
  });

  it('holds nobody up when its cluster was deleted first', async () => {
    const name = 'brief';
    await applyCluster({ name, nodes: { combined: [0] } });
    await running(name);
    await applyTopic(name, 'left', { spec: { replicationFactor: 1 } });
    await topicReady('left');
    await deleteCluster(name);
    await topicBecomes('left', 'Ready', 'False ClusterNotFound');
    await deleteTopicObject('left');
    expect(await topicObject('left')).toBeUndefined();
    // Events are sent beside what is done.
    await until('an Event tells that it was left', async () => {
      const query = ['-n', 'e2e', 'get', 'events', '--field-selector', 'involvedObject.name=left', '-o', 'name'];
      return (await mustKubectl(query)).trim() !== '';
    });
  });
});

describe('many topics', () => {
  it('are made together', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `many-${String(i)}`);
    const spec = (name: string) => ({ name, partitions: 1, replicationFactor: 3, clusterRef: { name: CLUSTER } });
    const items = names.map((name) => ({
      apiVersion: 'kafka.banzaicloud.io/v1alpha1',
      kind: 'KafkaTopic',
      metadata: { name, namespace: 'e2e', labels: { many: 'yes' } },
      spec: spec(name),
    }));
    const began = Date.now();
    await mustKubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await until('all of them are ready', async () => {
      const found = await Promise.all(names.map((name) => topicObject(name)));
      return found.every((object) => statusIn(object).state === 'created');
    });
    figure('100 KafkaTopics from apply to made', seconds(Date.now() - began));
    await mustKubectl(['-n', 'e2e', 'delete', 'kafkatopics', '-l', 'many=yes', '--wait=true', '--timeout=60s']);
    const left = await inKafka(CLUSTER, async (topics) => (await topics.listTopics()).filter(({ name }) => name.startsWith('many-')));
    expect(left).toEqual([]);
  });
});
