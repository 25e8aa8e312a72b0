import { KafkaError } from '../../../operator/clients/kafka/kafka-error';
import type { KafkaReader } from '../../../operator/clients/kafka/connection';
import { describeView } from '../../../operator/observe/kafka-view';
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
  ...other,
});

describe('a look at Kafka', () => {
  test('gives the whole view of a healthy cluster', async () => {
    const member = (id: number, directoryId: string): object => ({ id, directoryId, logEndOffset: 100, lastCaughtUpAt: NOW });
    const broker = (id: number): object => ({ id, fenced: false, host: `sim-${id}.kafka.svc`, port: 9092, rack: `zone-${id}` });
    await expect(describeView(readerOf(healthyState()), NOW)).resolves.toEqual({
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
      topicCount: 1,
      partitionCount: 6,
      unhealthy: [],
    });
  });

  test('names the partitions that miss a replica or a leader, by topic and number', async () => {
    const state = without(healthyState({ partitions: 12 }), [2]);
    const shuffled = [...state.partitions].reverse();
    const lost = { topic: 'audit', partition: 0, leader: -1, replicas: [2], isr: [2], offline: [2] };
    const view = await describeView(readerOf({ ...state, partitions: [...shuffled, lost] }), NOW);
    expect(view.unhealthy.map(({ topic, partition }) => `${topic}-${partition}`)).toEqual([
      'audit-0',
      ...Array.from({ length: 12 }, (_, i) => `orders-${i}`),
    ]);
    expect(view.unhealthy[0]).toEqual({ topic: 'audit', partition: 0, leader: -1, replicas: [2], isr: [2] });
    expect([view.topicCount, view.partitionCount]).toEqual([2, 13]);
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
