import { emptied, evenedDirs } from '../../../tools/cruise-control/directories';
import type { Model, ModelDir } from '../../../tools/cruise-control/model';
import { broker, FOUR } from './scripted-kafka';

const replica = (partition: number, future = false) => ({ topic: 'orders', partition, bytes: 1, future });
const dir = (path: string, partitions: readonly number[], offline = false): ModelDir => ({
  ...{ path, offline },
  replicas: partitions.map((number) => replica(number)),
});
const modelOf = (...dirs: readonly ModelDir[]): Model => ({ brokers: [broker(0)], known: [0], partitions: [], dirs: new Map([[0, dirs]]) });

describe('log directories', () => {
  test('are emptied into the others of the same broker, those with the fewest replicas first', () => {
    const moves = emptied(modelOf(dir('/a', [0, 1, 2]), dir('/b', [3, 4]), dir('/c', [])), new Map([[0, ['/a']]]));
    expect(moves.map(({ partition, from, to }) => [partition, from, to])).toEqual([
      [0, '/a', '/c'],
      [1, '/a', '/c'],
      [2, '/a', '/b'],
    ]);
  });

  test('that are offline get nothing', () => {
    const moves = emptied(modelOf(dir('/a', [0, 1]), dir('/b', [2]), dir('/c', [], true)), new Map([[0, ['/a']]]));
    expect(moves.map(({ to }) => to)).toEqual(['/b', '/b']);
  });

  test.each([
    ['that the broker does not have', [['/nope']], 'Invalid log dirs provided for broker 0.'],
    ['of which another one is only a prefix', [['/d']], 'Invalid log dirs provided for broker 0.'],
    ['that are all it has', [['/d1', '/d2']], 'No log dir remaining to move replicas to for broker 0.'],
  ])('%s are refused', (_what, [paths = []], text) => {
    expect(() => emptied(FOUR, new Map([[0, paths]]))).toThrow(text);
  });

  test('are evened out, and what is on its way in is left alone', () => {
    const full = { ...dir('/a', [0, 1, 2]), replicas: [replica(9, true), replica(0), replica(1), replica(2)] };
    const moves = evenedDirs(modelOf(full, dir('/b', [])));
    expect(moves.map(({ partition, to }) => [partition, to])).toEqual([
      [0, '/b'],
      [1, '/b'],
    ]);
    expect(evenedDirs(modelOf(dir('/a', [0, 1]), dir('/b', [2])))).toEqual([]);
  });
});
