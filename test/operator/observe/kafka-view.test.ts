import { KafkaError } from '../../../operator/clients/kafka/kafka-error';
import type { ConfigEntry, KafkaReader } from '../../../operator/clients/kafka/connection';
import { describeView, minInSyncOf } from '../../../operator/observe/kafka-view';
import { healthyState, without } from '../../sim-kafka/state';
import type { SimState } from '../../sim-kafka/state';

const NOW = 1_700_000_000_000;
const notAsked = (): Promise<never> => Promise.reject(new Error('cannot answer: the view does not ask this'));

const readerOf = (state: SimState, other: Partial<KafkaReader> = {}): KafkaReader => ({
  describeCluster: async () => ({ clusterId: state.clusterId, brokers: state.brokers }),
  describeQuorum: async () => state.quorum,
  describePartitions: async () => state.partitions,
  describeLogDirs: notAsked,
  describeConfigs: notAsked,
  describeFeatures: notAsked,
  listReassignments: notAsked,
  describeTopicMinInSync: async (topics) => new Map(topics.map((name) => [name, 2])),
  ...other,
});

describe('a look at Kafka', () => {
  test('gives the whole view of a healthy cluster', async () => {
    const member = (id: number, directoryId: string): object => ({ id, directoryId, logEndOffset: 100, lastCaughtUpAt: NOW });
    const broker = (id: number): object => ({ id, fenced: false, host: `sim-${id}.kafka.svc`, port: 9092, rack: `zone-${id}` });
    const partition = (number: number, replicas: readonly number[]): object => ({
      partition: number,
      leader: replicas[0],
      replicas,
      isr: replicas,
    });
    await expect(describeView(readerOf(healthyState({ partitions: 2 })), NOW)).resolves.toEqual({
      at: NOW,
      clusterId: 'c2ltLS0tLS0tLS0tLS0tLQ',
      quorum: {
        leaderId: 1,
        leaderEpoch: 5,
        highWatermark: 100,
        voters: [member(1, 'EREREREREREREREREREREQ'), member(2, 'IiIiIiIiIiIiIiIiIiIiIg'), member(3, 'MzMzMzMzMzMzMzMzMzMzMw')],
        observers: [],
      },
      brokers: [broker(1), broker(2), broker(3)],
      topics: [{ name: 'orders', minInSync: 2, partitions: [partition(0, [1, 2, 3]), partition(1, [2, 3, 1])] }],
    });
  });

  test('lists topics by name and their partitions by number, with a missing leader as it is', async () => {
    const { partitions } = without(healthyState({ partitions: 12 }), [2]);
    const lost = { topic: 'audit', partition: 0, leader: -1, replicas: [2], isr: [], offline: [2], elr: [2] };
    const view = await describeView(readerOf({ ...healthyState(), partitions: [...[...partitions].reverse(), lost] }), NOW);
    expect(view.topics.map(({ name }) => name)).toEqual(['audit', 'orders']);
    expect(view.topics[0]?.partitions).toEqual([{ partition: 0, leader: -1, replicas: [2], isr: [], elr: [2] }]);
    expect(view.topics[1]?.partitions.map(({ partition }) => partition)).toEqual(Array.from({ length: 12 }, (_, i) => i));
  });

  test('shows fenced brokers, and takes a broker for unfenced when the software cannot tell', async () => {
    const state = without(healthyState(), [3]);
    expect((await describeView(readerOf(state), NOW)).brokers.map(({ fenced }) => fenced)).toEqual([false, false, true]);
    const silent = state.brokers.map((broker) => ({ ...broker, fenced: undefined }));
    const reader = readerOf(state, { describeCluster: async () => ({ clusterId: state.clusterId, brokers: silent }) });
    expect((await describeView(reader, NOW)).brokers.map(({ fenced }) => fenced)).toEqual([false, false, false]);
  });

  test('is the same whatever the order of the answers', async () => {
    const state = without(healthyState({ partitions: 5 }), [1]);
    const { voters } = state.quorum;
    const turned = {
      ...state,
      brokers: [...state.brokers].reverse(),
      partitions: [...state.partitions].reverse(),
      quorum: { ...state.quorum, voters: [...voters].reverse() },
    };
    expect(await describeView(readerOf(turned), NOW)).toEqual(await describeView(readerOf(state), NOW));
  });

  test('fails as a whole when the quorum does not answer, and says what that means', async () => {
    const hanging = readerOf(healthyState(), {
      describeQuorum: () => Promise.reject(new KafkaError('timeout', 'cannot describe the quorum: a:9092 did not answer within 5 s')),
    });
    await expect(describeView(hanging, NOW)).rejects.toMatchObject({
      code: 'timeout',
      message: 'cannot describe the quorum: a:9092 did not answer within 5 s; brokers answer this only while a controller leads',
    });
  });

  test('passes on every other error as it is', async () => {
    const refusing = readerOf(healthyState(), {
      describeQuorum: () => Promise.reject(new KafkaError('refused', 'cannot describe the quorum: X', 6)),
    });
    await expect(describeView(refusing, NOW)).rejects.toMatchObject({ kafkaCode: 6, message: 'cannot describe the quorum: X' });
  });
});

describe('min.insync.replicas', () => {
  const topicsOf = (...names: readonly string[]): SimState => {
    const { partitions, ...state } = healthyState({ partitions: 2 });
    return { ...state, partitions: names.flatMap((topic) => partitions.map((partition) => ({ ...partition, topic }))) };
  };

  /** Topics that were asked for, and the reader that answers with `found`. */
  const asking = (found: readonly (readonly [string, number])[]) => {
    const asked: string[][] = [];
    const describeTopicMinInSync = async (topics: readonly string[]) => {
      asked.push([...topics]);
      return new Map(found);
    };
    return { asked, other: { describeTopicMinInSync } };
  };

  test('is asked for once for all topics', async () => {
    const { asked, other } = asking([
      ['a', 1],
      ['b', 3],
    ]);
    const view = await describeView(readerOf(topicsOf('b', 'a'), other), NOW);
    expect(asked).toEqual([['b', 'a']]);
    expect(view.topics.map(({ name, minInSync }) => [name, minInSync])).toEqual([
      ['a', 1],
      ['b', 3],
    ]);
  });

  test('of an earlier look is taken as it is, and only strangers are asked for', async () => {
    const { asked, other } = asking([['new', 2]]);
    const first = await describeView(readerOf(topicsOf('a', 'b')), NOW);
    const view = await describeView(readerOf(topicsOf('a', 'new'), other), NOW, { minInSync: minInSyncOf(first) });
    expect(asked).toEqual([['new']]);
    expect([...minInSyncOf(view)]).toEqual([
      ['a', 2],
      ['new', 2],
    ]);
  });

  test('is not asked for when every topic is known', async () => {
    const { asked, other } = asking([]);
    const minInSync = new Map([['a', 1]]);
    await describeView(readerOf(topicsOf('a'), other), NOW, { minInSync });
    expect(asked).toEqual([]);
  });

  test('of a topic that goes during the look is not known, and not kept', async () => {
    const { other } = asking([]);
    const view = await describeView(readerOf(topicsOf('a'), other), NOW);
    expect(view.topics[0]?.minInSync).toBeUndefined();
    expect([...minInSyncOf(view)]).toEqual([]);
  });
});

describe('settings and features', () => {
  const entry = (key: string, source: number, value: string | null = '1'): ConfigEntry => ({
    ...{ key, value, source },
    sensitive: value === null,
    readOnly: false,
  });
  const features = { finalized: { 'metadata.version': 29 }, supported: { 'metadata.version': { min: 7, max: 30 } } };

  test('are not asked for unless somebody wants them', async () => {
    const view = await describeView(readerOf(healthyState()), NOW);
    expect('features' in view || 'configs' in view).toBe(false);
  });

  test('are those that are dynamic at the resource itself, by key, without secret values', async () => {
    const all = [entry('z', 2), entry('secret', 2, null), entry('of-all', 3), entry('static', 4), entry('default', 5)];
    const other = { describeConfigs: async () => all, describeFeatures: async () => features };
    const view = await describeView(readerOf(healthyState(), other), NOW, { configsOf: ['clusterDefault', 1] });
    expect(view.features).toEqual(features);
    expect(view.configs).toEqual({
      clusterDefault: [{ key: 'of-all', value: '1' }],
      brokers: {
        1: [
          { key: 'secret', value: null },
          { key: 'z', value: '1' },
        ],
      },
    });
  });

  test('that are not told leave the view whole without them', async () => {
    const describeConfigs: KafkaReader['describeConfigs'] = async (resource) => {
      if (resource.kind === 'broker' && resource.id === 2) throw new KafkaError('unreachable', 'cannot ask broker 2');
      return [];
    };
    const other = { describeConfigs, describeFeatures: () => Promise.reject(new KafkaError('timeout', 'cannot describe the features')) };
    const view = await describeView(readerOf(healthyState(), other), NOW, { configsOf: ['clusterDefault', 1, 2] });
    expect(view.configs).toEqual({ clusterDefault: [], brokers: { 1: [] } });
    expect('features' in view).toBe(false);
  });
});
