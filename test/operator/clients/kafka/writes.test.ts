/** What is written, and what is asked of many at once, over a whole connection to the simulated Kafka. */
import { connectKafka } from '../../../../operator/clients/kafka/connect';
import type { KafkaConnection } from '../../../../operator/clients/kafka/connection';
import { connectReplicaMover } from '../../../../operator/clients/kafka/replica-mover';
import type { ReplicaMover } from '../../../../operator/clients/kafka/replica-mover';
import { describeView } from '../../../../operator/observe/kafka-view';
import { healthyState, KAFKA_3_9, WITHOUT_PAGES } from '../../../sim-kafka/state';
import type { SimShape, SimState } from '../../../sim-kafka/state';
import { partitionsOfTopic } from '../../../sim-kafka/topics';
import { SimKafka } from '../../../sim-kafka/sim-kafka';

type SimPartition = SimState['partitions'][number];

const FEATURES = 18;
const REASSIGN = 45;
const CONFIGS = 32;
const CLUSTER = 60;

const sims: SimKafka[] = [];
const opened: KafkaConnection[] = [];
const movers: ReplicaMover[] = [];

const setUp = async (shape: SimShape = {}, change: (state: SimState) => SimState = (state) => state) => {
  const sim = new SimKafka(change(healthyState(shape)));
  sims.push(sim);
  await sim.listen();
  const options = { connectTimeoutMs: 300, requestTimeoutMs: 400, resolve: sim.resolve };
  const kafka = connectKafka(options)({ bootstrap: sim.bootstrap, key: 'kafka/orders' });
  opened.push(kafka);
  return { sim, kafka };
};

afterEach(async () => {
  await Promise.all([...opened.splice(0), ...movers.splice(0)].map((kafka) => kafka.close()));
  await Promise.all(sims.splice(0).map((sim) => sim.close()));
});

describe('dynamic settings', () => {
  const broker = { kind: 'broker', id: 2 } as const;

  test('are altered at their broker, seen as dynamic ones there, and set back', async () => {
    const { kafka } = await setUp();
    await kafka.incrementalAlterConfigs(broker, [{ key: 'log.cleaner.threads', value: '2' }], false);
    const entry = { key: 'log.cleaner.threads', value: '2', sensitive: false, readOnly: false, source: 2 };
    await expect(kafka.describeConfigs(broker)).resolves.toEqual([entry]);
    await expect(kafka.describeConfigs({ kind: 'broker', id: 1 })).resolves.toEqual([]);
    await kafka.incrementalAlterConfigs(broker, [{ key: 'log.cleaner.threads', value: undefined }], false);
    await expect(kafka.describeConfigs(broker)).resolves.toEqual([]);
  });

  test('that are only checked stay as they are', async () => {
    const { kafka } = await setUp();
    await kafka.incrementalAlterConfigs(broker, [{ key: 'log.cleaner.threads', value: '2' }], true);
    await expect(kafka.describeConfigs(broker)).resolves.toEqual([]);
  });

  test('that Kafka reads at its start only are refused, and nothing else of them is taken', async () => {
    const { kafka } = await setUp();
    const changes = [
      { key: 'log.cleaner.threads', value: '2' },
      { key: 'log.dirs', value: '/x' },
    ];
    await expect(kafka.incrementalAlterConfigs(broker, changes, false)).rejects.toMatchObject({
      kafkaCode: 42,
      message: 'cannot alter the configuration: INVALID_REQUEST (42): Cannot update these configs dynamically: [log.dirs]',
    });
    await expect(kafka.describeConfigs(broker)).resolves.toEqual([]);
  });

  test('that are secret are not told', async () => {
    const { kafka } = await setUp();
    await kafka.incrementalAlterConfigs(broker, [{ key: 'ssl.keystore.password', value: 'x' }], false);
    await expect(kafka.describeConfigs(broker)).resolves.toMatchObject([{ value: null, sensitive: true }]);
  });

  test.each([
    ['of one broker', broker, '1', 'Broker-level min.insync.replicas cannot be altered while ELR is enabled.'],
    ['by removal', { kind: 'clusterDefault' }, undefined, 'Cluster-level min.insync.replicas cannot be removed while ELR is enabled.'],
  ] as const)('min.insync.replicas is not changed %s while there are eligible leaders', async (_what, resource, value, text) => {
    const { kafka } = await setUp();
    const altering = kafka.incrementalAlterConfigs(resource, [{ key: 'min.insync.replicas', value }], true);
    await expect(altering).rejects.toMatchObject({ kafkaCode: 40, message: expect.stringContaining(text) });
  });

  test('of a broker that hangs leave only their own entry missing, and cost no more than a request', async () => {
    const { sim, kafka } = await setUp();
    await kafka.incrementalAlterConfigs(broker, [{ key: 'k', value: '2' }], false);
    await sim.fail(3, { kind: 'hang' });
    const start = performance.now();
    const view = await describeView(kafka, 0, { configsOf: ['clusterDefault', 1, 2, 3, 9] });
    expect(performance.now() - start).toBeLessThan(1000);
    expect(view.configs).toEqual({
      clusterDefault: [{ key: 'min.insync.replicas', value: '2' }],
      brokers: { 1: [], 2: [{ key: 'k', value: '2' }] },
    });
  });

  test('of many brokers are asked for with one look at where they are', async () => {
    const { sim, kafka } = await setUp({ brokers: 20 });
    await Promise.all(sim.state.brokers.map(({ id }) => kafka.describeConfigs({ kind: 'broker', id })));
    expect([sim.requests(CLUSTER), sim.requests(CONFIGS)]).toEqual([1, 20]);
  });
});

describe('min.insync.replicas', () => {
  const topicsOf =
    (...names: readonly string[]) =>
    (state: SimState) => ({
      ...state,
      partitions: names.flatMap((topic) => state.partitions.map((partition) => ({ ...partition, topic }))),
    });

  test('is that of the topic, else that of the cluster, in one request, without topics that are gone', async () => {
    const { sim, kafka } = await setUp({ partitions: 1 }, topicsOf('orders', 'own'));
    await kafka.incrementalAlterConfigs({ kind: 'topic', name: 'own' }, [{ key: 'min.insync.replicas', value: '1' }], false);
    const found = await kafka.describeTopicMinInSync(['orders', 'own', 'gone']);
    expect([...found]).toEqual([
      ['orders', 2],
      ['own', 1],
    ]);
    expect(sim.requests(CONFIGS)).toBe(1);
  });

  test('of no topics is not asked for', async () => {
    const { sim, kafka } = await setUp();
    expect([...(await kafka.describeTopicMinInSync([]))]).toEqual([]);
    expect(sim.requests()).toBe(0);
  });
});

describe('features', () => {
  test('are told with what is finalised and what is supported', async () => {
    const { sim, kafka } = await setUp();
    await expect(kafka.describeFeatures()).resolves.toEqual(sim.state.features);
  });

  test('are not told by software that has none, and it is not asked', async () => {
    const { sim, kafka } = await setUp({ versions: { ...WITHOUT_PAGES, 18: [0, 2] } });
    await expect(kafka.describeFeatures()).resolves.toBeUndefined();
    expect(sim.requests(FEATURES)).toBe(1); // the greeting
  });

  test('are not told before the broker has learned them', async () => {
    const { kafka } = await setUp({}, ({ features: _features, ...state }) => state);
    await expect(kafka.describeFeatures()).resolves.toBeUndefined();
  });

  test('that fail otherwise are an error', async () => {
    const { sim, kafka } = await setUp();
    await kafka.describeCluster();
    await sim.fail(1, { kind: 'garbage' });
    await expect(kafka.describeFeatures()).rejects.toMatchObject({ code: 'malformed' });
  });

  test.each([
    ['4.3', {}],
    ['3.9', { versions: KAFKA_3_9 }],
  ])('are raised in %s, and only checked when that is asked', async (_software, shape: SimShape) => {
    const finalized = { 'metadata.version': 19 };
    const { kafka } = await setUp(shape, (state) => ({ ...state, features: { ...state.features!, finalized } }));
    await kafka.updateFeature('metadata.version', 20, { validateOnly: true });
    await expect(kafka.describeFeatures()).resolves.toMatchObject({ finalized });
    await kafka.updateFeature('metadata.version', 20);
    await expect(kafka.describeFeatures()).resolves.toMatchObject({ finalized: { 'metadata.version': 20 } });
  });

  test.each([
    ['above what is supported', 'metadata.version', 31, 'only supports versions 7-30'],
    ['below what is finalised', 'metadata.version', 29, "Can't downgrade"],
    ['that nobody knows', 'no.such', 1, 'does not support this feature'],
  ])('are not raised %s', async (_what, feature, level, text) => {
    const { sim, kafka } = await setUp();
    const before = sim.state;
    await expect(kafka.updateFeature(feature, level)).rejects.toMatchObject({ kafkaCode: 95, message: expect.stringContaining(text) });
    expect(sim.state).toBe(before);
  });
});

describe('topics and moves', () => {
  const topic = { name: 'new', partitions: 2, replicationFactor: 2, config: { 'min.insync.replicas': '1' } };

  test('a topic is created with its settings, and one that is there already is fine', async () => {
    const { sim, kafka } = await setUp();
    await kafka.createTopic(topic);
    expect(partitionsOfTopic(sim.state, 'new').map(({ replicas }) => replicas.length)).toEqual([2, 2]);
    expect([...(await kafka.describeTopicMinInSync(['new']))]).toEqual([['new', 1]]);
    const before = sim.state;
    await kafka.createTopic({ ...topic, partitions: 9 });
    expect(sim.state).toBe(before);
  });

  test('a topic with more replicas than there are brokers is refused with the name of the error', async () => {
    const { kafka } = await setUp();
    await expect(kafka.createTopic({ ...topic, replicationFactor: 4 })).rejects.toMatchObject({
      kafkaCode: 38,
      message: 'cannot create the topic new: INVALID_REPLICATION_FACTOR (38)',
    });
  });

  test('partitions that are being reassigned are listed, whoever does it', async () => {
    const moving = { topic: 'orders', partition: 1, replicas: [2, 3, 1, 4], adding: [4], removing: [1] };
    const { sim, kafka } = await setUp();
    await expect(kafka.listReassignments()).resolves.toEqual([]);
    sim.state = { ...sim.state, reassigning: [moving] };
    await expect(kafka.listReassignments()).resolves.toEqual([moving]);
  });
});

describe('the mover of replicas', () => {
  const setUpMover = async (shape: SimShape = {}) => {
    const { sim, kafka } = await setUp(shape);
    const mover = connectReplicaMover({ bootstrap: sim.bootstrap, key: 'kafka/orders' }, { resolve: sim.resolve });
    movers.push(mover);
    return { sim, kafka, mover };
  };

  test('reassigns partitions of several topics in one request', async () => {
    const { sim, kafka, mover } = await setUpMover({ brokers: 4, partitions: 2 });
    await kafka.createTopic({ name: 'new', partitions: 1, replicationFactor: 1, config: {} });
    await mover.alterReassignments([
      { topic: 'orders', partition: 1, replicas: [4, 3] },
      { topic: 'new', partition: 0, replicas: [2] },
    ]);
    expect(sim.state.partitions.map(({ replicas }) => replicas)).toEqual([[1, 2, 3], [4, 3], [2]]);
    expect(sim.requests(REASSIGN)).toBe(1);
  });

  test('calls off what is not under way without a failure, and names a partition that Kafka refuses', async () => {
    const { mover } = await setUpMover();
    await mover.alterReassignments([{ topic: 'orders', partition: 0, replicas: undefined }]);
    await expect(mover.alterReassignments([{ topic: 'orders', partition: 0, replicas: [77] }])).rejects.toMatchObject({
      kafkaCode: 39,
      message: 'cannot reassign partitions: orders-0: INVALID_REPLICA_ASSIGNMENT (39)',
    });
  });

  test('moves replicas between directories at the broker itself', async () => {
    const { sim, mover } = await setUpMover();
    sim.state = { ...sim.state, logDirs: [...sim.state.logDirs, { ...sim.state.logDirs[0]!, path: '/more', replicas: [] }] };
    await mover.alterReplicaLogDirs(2, [{ topic: 'orders', partition: 0, path: '/more' }]);
    expect(sim.state.logDirs.map(({ path, replicas }) => [path, replicas.length])).toEqual([
      ['/var/lib/kafka', 0],
      ['/more', 1],
    ]);
    await expect(mover.alterReplicaLogDirs(2, [{ topic: 'orders', partition: 0, path: '/nope' }])).rejects.toMatchObject({ kafkaCode: 57 });
  });
});

describe('leaders, brokers and voters', () => {
  test('preferred leaders lead again where they are in sync, and the others are no failure', async () => {
    const { sim, kafka } = await setUp({ partitions: 3 }, (state) => {
      const [back, away, still] = state.partitions as [SimPartition, SimPartition, SimPartition];
      return { ...state, partitions: [{ ...back, leader: 2 }, { ...away, leader: 3, isr: [3, 1] }, still] };
    });
    await kafka.electPreferredLeaders();
    expect(sim.state.partitions.map(({ leader, replicas }) => [leader, replicas[0]])).toEqual([
      [1, 1],
      [3, 2],
      [3, 3],
    ]);
  });

  test('a broker is forgotten once', async () => {
    const { kafka } = await setUp();
    await kafka.unregisterBroker(3);
    expect((await kafka.describeCluster()).brokers.map(({ id }) => id)).toEqual([1, 2]);
    await expect(kafka.unregisterBroker(3)).rejects.toMatchObject({
      kafkaCode: 102,
      message: 'cannot unregister the broker: BROKER_ID_NOT_REGISTERED (102): Broker ID 3 is not currently registered',
    });
  });

  test('a voter leaves the quorum and comes back with another volume', async () => {
    const { sim, kafka } = await setUp();
    const votersNow = async () => (await kafka.describeQuorum()).voters.map(({ id, directoryId }) => [id, directoryId]);
    const [first, second, third] = sim.state.quorum.voters;
    const at = { listener: 'CONTROLLER', host: 'c', port: 9093 };
    const directoryId = 'AAAAAAAAAAAAAAAAAAAAAQ';
    await expect(kafka.addRaftVoter({ id: 1, directoryId, ...at })).rejects.toMatchObject({ kafkaCode: 126 });
    await expect(kafka.removeRaftVoter({ id: 1, directoryId })).rejects.toMatchObject({ kafkaCode: 127 });
    await kafka.removeRaftVoter(first!);
    expect(await votersNow()).toEqual([second!, third!].map(({ id, directoryId: its }) => [id, its]));
    expect((await kafka.describeQuorum()).leaderId).toBe(2);
    await kafka.addRaftVoter({ id: 1, directoryId, ...at });
    expect((await votersNow()).at(-1)).toEqual([1, directoryId]);
  });

  test('voters of a static quorum stay until kraft.version is raised', async () => {
    const { sim, kafka } = await setUp({}, (state) => ({
      ...state,
      features: { ...state.features!, finalized: { 'metadata.version': 30 } },
    }));
    const voter = sim.state.quorum.voters[2]!;
    await expect(kafka.removeRaftVoter(voter)).rejects.toMatchObject({ kafkaCode: 35 });
    await kafka.updateFeature('kraft.version', 1);
    await expect(kafka.removeRaftVoter(voter)).resolves.toBeUndefined();
  });
});
