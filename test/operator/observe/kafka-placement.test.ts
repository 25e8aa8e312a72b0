import type { KafkaReader, LogDir } from '../../../operator/clients/kafka/connection';
import { describeDirs, describePlacement, describeReassigning } from '../../../operator/observe/kafka-placement';

type Replica = LogDir['replicas'][number];

const replica = (topic: string, partition: number, bytes = 1, future = false): Replica => ({ topic, partition, bytes, future });
const dir = (path: string, replicas: readonly Replica[], error = 0): LogDir => ({ path, error, totalBytes: 9, usableBytes: 9, replicas });

const readerOf = (dirs: Readonly<Record<number, readonly LogDir[]>>, other: Partial<KafkaReader> = {}): KafkaReader =>
  ({
    describeLogDirs: (id: number) => (dirs[id] === undefined ? Promise.reject(new Error('away')) : Promise.resolve(dirs[id])),
    listReassignments: () => Promise.reject(new Error('no controller')),
    ...other,
  }) as unknown as KafkaReader;

describe('the log directories of a broker', () => {
  test('are told by exact path, in order, with what lies in each', async () => {
    const dirs = [dir('/logs-2/kafka', []), dir('/logs/kafka', [replica('b', 0, 5), replica('a', 1, 2), replica('b', 1, 3)])];
    await expect(describeDirs(readerOf({ 1: dirs }), 1)).resolves.toEqual([
      { path: '/logs-2/kafka', offline: false, replicas: 0, topics: [], bytes: 0 },
      { path: '/logs/kafka', offline: false, replicas: 3, topics: ['a', 'b'], bytes: 10 },
    ]);
  });

  test('count a replica that is on its way in', async () => {
    const [found] = await describeDirs(readerOf({ 1: [dir('/logs/kafka', [replica('a', 0, 4, true)])] }), 1);
    expect(found).toMatchObject({ replicas: 1, topics: ['a'], bytes: 4 });
  });

  test('name ten topics, and count them all', async () => {
    const many = Array.from({ length: 12 }, (_, i) => replica(`t${String(i).padStart(2, '0')}`, 0));
    const [found] = await describeDirs(readerOf({ 1: [dir('/logs/kafka', many)] }), 1);
    expect([found?.replicas, found?.topics.length, found?.topics[9]]).toEqual([12, 10, 't09']);
  });

  test('are offline when Kafka says that the storage is broken (56)', async () => {
    await expect(describeDirs(readerOf({ 1: [dir('/logs/kafka', [], 56)] }), 1)).resolves.toMatchObject([{ offline: true, replicas: 0 }]);
  });

  test.each([
    ['could not look into one of them', [dir('/a', []), dir('/b', [], -1)], '/b has the error -1'],
    ['names none', [], 'it named none'],
  ])('are not known when the broker %s: nothing found is not nothing there', async (_what, dirs, text) => {
    await expect(describeDirs(readerOf({ 1: dirs }), 1)).rejects.toThrow(`cannot describe the log directories of broker 1: ${text}`);
  });
});

describe('partitions that are being reassigned', () => {
  test('are told by topic, then number', async () => {
    const moving = (topic: string, partition: number) => ({ topic, partition, replicas: [1, 2, 4], adding: [4], removing: [1] });
    const reader = readerOf({}, { listReassignments: () => Promise.resolve([moving('b', 0), moving('a', 10), moving('a', 9)]) });
    const found = await describeReassigning(reader);
    expect(found.map(({ topic, partition }) => [topic, partition])).toEqual([
      ['a', 9],
      ['a', 10],
      ['b', 0],
    ]);
    expect(found[0]).toEqual({ topic: 'a', partition: 9, adding: [4], removing: [1] });
  });
});

describe('the placement in a view', () => {
  test('leaves out what did not answer', async () => {
    const placement = await describePlacement(readerOf({ 1: [dir('/logs/kafka', [])] }), { logDirsOf: [1, 2], reassignments: true });
    expect(Object.keys(placement)).toEqual(['logDirs']);
    expect(Object.keys(placement.logDirs ?? {})).toEqual(['1']);
  });

  test('is empty when nothing is of interest', async () => {
    await expect(describePlacement(readerOf({}), { logDirsOf: [], reassignments: false })).resolves.toEqual({});
  });
});
