import fc from 'fast-check';
import type { Model, Move } from '../../../tools/cruise-control/model';
import { replicaCounts } from '../../../tools/cruise-control/model';
import { evenedOut, offBrokers, ontoBrokers, type PlacementRules } from '../../../tools/cruise-control/placement';
import { Refusal } from '../../../tools/cruise-control/refusal';
import { broker, FOUR, modelOf, partition } from './scripted-kafka';

const RULES: PlacementRules = { rackAware: true, excluded: [] };

const applied = (model: Model, moves: readonly Move[]): Model => ({
  ...model,
  partitions: model.partitions.map((p) => {
    const move = moves.find(({ topic, partition: number }) => topic === p.topic && number === p.partition);
    return move === undefined ? p : { ...p, replicas: move.to };
  }),
});

const countsAfter = (model: Model, moves: readonly Move[]): Record<string, number> =>
  Object.fromEntries(replicaCounts(applied(model, moves)));

describe('brokers are drained', () => {
  test('over the others, those with the fewest replicas first', () => {
    expect(countsAfter(FOUR, offBrokers(FOUR, [1], RULES))).toEqual({ 0: 8, 1: 0, 2: 8, 3: 8 });
  });

  test('with each partition in its order: what stays keeps its place', () => {
    const model = modelOf(
      [0, 1, 2].map((id) => broker(id)),
      [partition('a', 0, [1, 0])],
    );
    expect(offBrokers(model, [1], RULES)).toEqual([{ topic: 'a', partition: 0, from: [1, 0], to: [2, 0], bytes: 1024 * 1024 }]);
  });

  test('and not onto those that were removed before, or beside the destinations', () => {
    expect(countsAfter(FOUR, offBrokers(FOUR, [1], { ...RULES, excluded: [3] }))).toEqual({ 0: 12, 1: 0, 2: 12, 3: 0 });
    expect(countsAfter(FOUR, offBrokers(FOUR, [1], { ...RULES, destinations: [3] }))).toEqual({ 0: 8, 1: 0, 2: 8, 3: 8 });
  });

  test('when they are down as well', () => {
    const model = { ...FOUR, brokers: FOUR.brokers.filter(({ id }) => id !== 1) };
    expect(countsAfter(model, offBrokers(model, [1], RULES))).toEqual({ 0: 8, 2: 8, 3: 8 });
  });

  test.each([
    ['too few brokers would be left', [1, 2, 3], FOUR, 'Current: 1, Needed: 2). Add at least 1 rack with brokers.'],
    [
      'too few racks would be left',
      [2],
      modelOf([broker(0, 'a'), broker(1, 'a'), broker(2, 'b')], [partition('orders', 0, [0, 2])]),
      'Current: 1, Needed: 2). Add at least 1 rack with brokers.',
    ],
  ])('unless %s, in the words of Cruise Control', (_what, ids, model, text) => {
    const refused = (): unknown => offBrokers(model, ids, RULES);
    expect(refused).toThrow(Refusal);
    expect(refused).toThrow('OptimizationFailureException: [RackAwareGoal] Insufficient number of racks to distribute each replica');
    expect(refused).toThrow(text);
  });

  test('to another rack where there is one, although racks do not count', () => {
    const model = modelOf([broker(0, 'a'), broker(1, 'a'), broker(2, 'b'), broker(3, 'c')], [partition('orders', 0, [0, 2])]);
    const busy = { ...model, partitions: [...model.partitions, partition('other', 0, [3])] };
    expect(offBrokers(busy, [2], { ...RULES, rackAware: false })).toMatchObject([{ to: [0, 3] }]);
  });

  test('across racks when racks do not count', () => {
    const model = modelOf([broker(0, 'a'), broker(1, 'a'), broker(2, 'b')], [partition('orders', 0, [0, 2])]);
    expect(offBrokers(model, [2], { ...RULES, rackAware: false })).toMatchObject([{ to: [0, 1] }]);
  });
});

describe('brokers are filled', () => {
  test('to the average, from those that have the most', () => {
    expect(countsAfter(FOUR, ontoBrokers(FOUR, [3], RULES))).toEqual({ 0: 6, 1: 6, 2: 6, 3: 6 });
  });

  test('and all are evened out, give or take one', () => {
    const model = modelOf(
      [0, 1, 2].map((id) => broker(id)),
      Array.from({ length: 10 }, (_, i) => partition('a', i, [0])),
    );
    expect(Object.values(countsAfter(model, evenedOut(model, RULES))).sort()).toEqual([3, 3, 4]);
  });

  test('and what is even stays', () => {
    const even = applied(FOUR, ontoBrokers(FOUR, [3], RULES));
    expect([ontoBrokers(even, [3], RULES), evenedOut(even, RULES)]).toEqual([[], []]);
  });
});

// ---- what must never happen ------------------------------------------------------------------------------------------

const clusters = fc
  .record({
    racks: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 8 }),
    partitions: fc.array(fc.record({ seed: fc.nat(1000), factor: fc.integer({ min: 1, max: 3 }) }), { maxLength: 30 }),
    leaving: fc.uniqueArray(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }),
    rackAware: fc.boolean(),
  })
  .map(({ racks, partitions, leaving, rackAware }) => {
    const brokers = racks.map((rack, id) => broker(id, `rack-${rack}`));
    const placed = partitions.map(({ seed, factor }, i) => {
      const order = brokers.map((_b, at) => (at + seed) % brokers.length);
      return partition('t', i, order.slice(0, factor), seed);
    });
    return { model: modelOf(brokers, placed), leaving: leaving.filter((id) => id < brokers.length), rackAware };
  });

const orRefused = (make: () => readonly Move[]): readonly Move[] | undefined => {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

/** Pairs of replicas of one partition that share a rack. */
const rackmates = (model: Model, replicas: readonly number[]): number => {
  const racks = replicas.map((id) => model.brokers.find((b) => b.id === id)?.rack);
  return racks.length - new Set(racks).size;
};

const soundness = (model: Model, moves: readonly Move[], rackAware: boolean): void => {
  const after = applied(model, moves);
  after.partitions.forEach(({ replicas }, i) => {
    const before = model.partitions[i]!.replicas;
    expect(replicas).toHaveLength(before.length);
    expect(new Set(replicas).size).toBe(replicas.length);
    if (rackAware) expect(rackmates(model, replicas)).toBeLessThanOrEqual(rackmates(model, before));
  });
};

describe('whatever the cluster is like', () => {
  test('a drained broker has no replica, no partition loses one, and none has two at one broker', () => {
    fc.assert(
      fc.property(clusters, ({ model, leaving, rackAware }) => {
        const moves = orRefused(() => offBrokers(model, leaving, { rackAware, excluded: [] }));
        if (moves === undefined) return;
        soundness(model, moves, rackAware);
        const after = applied(model, moves);
        expect(after.partitions.filter(({ replicas }) => replicas.some((id) => leaving.includes(id)))).toEqual([]);
      }),
    );
  });

  test('evening out and filling keep every partition whole, and end', () => {
    fc.assert(
      fc.property(clusters, ({ model, leaving, rackAware }) => {
        const rules = { rackAware, excluded: [] };
        for (const make of [() => evenedOut(model, rules), () => ontoBrokers(model, leaving, rules)])
          soundness(model, orRefused(make) ?? [], rackAware);
      }),
    );
  });

  test('a drain is refused only when fewer brokers or racks are left than a partition has replicas', () => {
    fc.assert(
      fc.property(clusters, ({ model, leaving }) => {
        const moves = orRefused(() => offBrokers(model, leaving, { rackAware: false, excluded: [] }));
        const needed = Math.max(0, ...model.partitions.map(({ replicas }) => replicas.length));
        expect(moves === undefined).toBe(model.brokers.length - leaving.length < needed);
      }),
    );
  });
});
