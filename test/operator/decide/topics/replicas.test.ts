import * as fc from 'fast-check';
import { loadOf, targetReplicas } from '../../../../operator/decide/topics/replicas';
import { aTopic, BROKERS } from './topics';

const partition = (replicas: readonly number[], isr = replicas) => ({ partition: 0, leader: replicas[0] ?? -1, replicas, isr });

test.each<[string, readonly number[], number, readonly number[]]>([
  ['goes to racks that have none', [1], 3, [1, 2, 3]],
  ['keeps what is there', [4, 1], 3, [4, 1, 2]],
  ['leaves the rack that has two', [1, 4, 2], 2, [1, 2]],
  ['stays as it is', [2, 3], 2, [2, 3]],
])('a partition %s', (_what, replicas, wanted, target) => {
  expect(targetReplicas(partition(replicas), wanted, BROKERS, new Map())).toEqual(target);
});

test('what is not in sync goes first', () => {
  expect(targetReplicas(partition([1, 2, 3], [1, 3]), 2, BROKERS, new Map())).toEqual([1, 3]);
});

test('many partitions are spread evenly', () => {
  const load = loadOf([aTopic('t', 12, [1])]);
  const targets = Array.from({ length: 12 }, () => targetReplicas(partition([1]), 3, BROKERS, load)!);
  expect(targets.every((target) => new Set(target.map((id) => (id - 1) % 3)).size === 3)).toBe(true);
  expect([2, 3, 5, 6].map((id) => load.get(id))).toEqual([6, 6, 6, 6]);
});

test('too few brokers are no target, and fenced ones do not count', () => {
  expect(targetReplicas(partition([1]), 7, BROKERS, new Map())).toBeUndefined();
  const fenced = BROKERS.map((broker) => ({ ...broker, fenced: broker.id > 2 }));
  expect(targetReplicas(partition([1]), 3, fenced, new Map())).toBeUndefined();
});

test('the preferred leader stays, nobody is there twice, and as few as can be move', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 1 }), fc.integer({ min: 1, max: 6 }), (replicas, wanted) => {
      const target = targetReplicas(partition(replicas), wanted, BROKERS, new Map())!;
      expect(target[0]).toBe(replicas[0]);
      expect([target.length, new Set(target).size]).toEqual([wanted, wanted]);
      expect(target.filter((id) => replicas.includes(id))).toHaveLength(Math.min(wanted, replicas.length));
    }),
  );
});
