import fc from 'fast-check';
import { silentLogger } from '../../../operator/runtime/log';
import type { Handler } from '../../../operator/runtime/kube-types';
import { WorkQueue } from '../../../operator/runtime/work-queue';
import type { QueueOptions } from '../../../operator/runtime/work-queue';
import { FakeClock, settle } from '../../runtime/fake-clock';

interface Made {
  readonly queue: WorkQueue;
  readonly clock: FakeClock;
  readonly runs: string[];
}

function made(handler: Handler, options: Partial<QueueOptions> = {}): Made {
  const clock = new FakeClock();
  const runs: string[] = [];
  const noted: Handler = (key) => {
    runs.push(key);
    return handler(key);
  };
  const queue = new WorkQueue({ name: 'test', handler: noted, log: silentLogger, clock, random: () => 1, ...options });
  return { queue, clock, runs };
}

const done: Handler = async () => undefined;
const lasting = (clock: () => FakeClock, milliseconds: number): Handler => {
  return () =>
    new Promise((resolve) => {
      clock().after(milliseconds, () => {
        resolve(undefined);
      });
    });
};

describe('a work queue', () => {
  it('runs nothing before it is started, and keeps what was added', async () => {
    const { queue, runs } = made(done);
    queue.add('a');
    await settle();
    expect([runs, queue.depth]).toEqual([[], 1]);
    queue.start();
    await settle();
    expect(runs).toEqual(['a']);
  });

  it('runs a key once for 50 adds that come while it waits', async () => {
    const { queue, runs } = made(done);
    for (let i = 0; i < 50; i += 1) queue.add('a');
    queue.start();
    await settle();
    expect(runs).toEqual(['a']);
  });

  it('runs a key again when it is added while it runs, and never twice at once', async () => {
    const one = made((key) => lasting(() => one.clock, 100)(key), { workers: 4 });
    one.queue.start();
    one.queue.add('a');
    await one.clock.advance(50);
    one.queue.add('a');
    one.queue.add('a');
    await one.clock.advance(10);
    expect(one.runs).toEqual(['a']);
    await one.clock.advance(200);
    expect(one.runs).toEqual(['a', 'a']);
  });

  it('runs 20 keys of 100 ms with 8 workers in 300 ms, oldest first', async () => {
    const one = made((key) => lasting(() => one.clock, 100)(key), { workers: 8 });
    const keys = Array.from({ length: 20 }, (_, i) => `k${String(i)}`);
    one.queue.start();
    for (const key of keys) one.queue.add(key);
    await one.clock.advance(299);
    expect([one.queue.running, one.runs]).toEqual([4, keys]);
    await one.clock.advance(1);
    expect(one.queue.running).toBe(0);
  });

  it('does not let a slow key hold up another', async () => {
    const one = made((key) => (key === 'slow' ? lasting(() => one.clock, 10_000)(key) : done(key)), { workers: 2 });
    one.queue.start();
    one.queue.add('slow');
    one.queue.add('slow');
    one.queue.add('quick');
    await settle();
    expect(one.runs).toEqual(['slow', 'quick']);
  });

  it('tries a key that throws again, later each time, up to a minute', async () => {
    const { queue, clock, runs } = made(() => Promise.reject(new Error('no')));
    queue.start();
    queue.add('a');
    const waits: (number | undefined)[] = [];
    for (let i = 0; i < 10; i += 1) {
      await settle();
      waits.push(clock.next);
      await clock.advance(clock.next ?? 0);
    }
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(runs).toHaveLength(11);
  });

  it('forgets failures after a success', async () => {
    const results = [false, false, true, false];
    const { queue, clock } = made(async () => {
      if (results.shift() === false) throw new Error('no');
      return undefined;
    });
    queue.start();
    queue.add('a');
    await clock.advance(750);
    expect(results).toHaveLength(1);
    queue.add('a');
    await settle();
    expect(clock.next).toBe(250);
  });

  it('keeps only the earliest of several appointments', async () => {
    const { queue, clock, runs } = made(done);
    queue.start();
    queue.addAfter('a', 500);
    queue.addAfter('a', 100);
    queue.addAfter('a', 900);
    expect(clock.pending).toBe(1);
    await clock.advance(1_000);
    expect(runs).toEqual(['a']);
  });

  it('lets the verdict of a run replace an appointment made before it', async () => {
    const verdicts = [{ requeueAfter: 1_000 }, undefined];
    const { queue, clock, runs } = made(async () => verdicts.shift());
    queue.start();
    queue.addAfter('a', 200);
    queue.add('a');
    await clock.advance(999);
    expect(runs).toHaveLength(1);
    await clock.advance(1);
    expect([runs.length, clock.pending]).toEqual([2, 0]);
  });

  it('keeps an appointment that is made while the key runs, when it is earlier than the verdict', async () => {
    const one = made((key) => lasting(() => one.clock, 10)(key).then(() => (one.runs.length === 1 ? { requeueAfter: 5_000 } : undefined)));
    one.queue.start();
    one.queue.add('a');
    await one.clock.advance(5);
    one.queue.addAfter('a', 100);
    await one.clock.advance(200);
    expect(one.runs).toHaveLength(2);
  });

  it('starts nothing while it is paused', async () => {
    const { queue, runs } = made(done);
    queue.start();
    queue.pause();
    queue.add('a');
    await settle();
    expect(runs).toEqual([]);
  });

  it('stops: waits for what runs, starts nothing more, leaves no timer', async () => {
    const one = made((key) => lasting(() => one.clock, 100)(key));
    one.queue.start();
    one.queue.add('a');
    one.queue.add('b');
    one.queue.addAfter('c', 50);
    await settle();
    const stopped = one.queue.stop();
    await one.clock.advance(100);
    expect([await stopped, one.runs, one.clock.pending]).toEqual([true, ['a'], 0]);
    one.queue.add('d');
    one.queue.addAfter('d', 1);
    one.queue.start();
    await one.clock.advance(100);
    expect(one.runs).toEqual(['a']);
  });

  it('stops waiting for a handler that does not end', async () => {
    const { queue, clock } = made(() => new Promise(() => undefined));
    queue.start();
    queue.add('a');
    await settle();
    const stopped = queue.stop(2_000);
    await clock.advance(2_000);
    expect(await stopped).toBe(false);
  });

  it('measures depth, waiting and running', async () => {
    const noted: string[] = [];
    const one = made((key) => lasting(() => one.clock, 500)(key), {
      metrics: {
        depth: (_, keys) => noted.push(`depth ${String(keys)}`),
        waited: (_, seconds) => noted.push(`waited ${String(seconds)}`),
        ran: (_, seconds, result) => noted.push(`ran ${String(seconds)} ${result}`),
      },
    });
    one.queue.add('a');
    await one.clock.advance(2_000);
    one.queue.start();
    await one.clock.advance(500);
    expect(noted).toEqual(['depth 0', 'depth 1', 'depth 0', 'waited 2', 'ran 0.5 done']);
  });

  it('measures no depth while it is not open: an instance that stands by gathers keys for good', async () => {
    const noted: number[] = [];
    const never: Handler = () => new Promise(() => undefined);
    const metrics = { depth: (_: string, keys: number) => noted.push(keys), waited: () => undefined, ran: () => undefined };
    const { queue } = made(never, { metrics });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(noted.at(-1)).toBe(0);
    queue.start();
    await settle();
    expect([noted.at(-1), queue.depth]).toEqual([2, 2]);
    queue.pause();
    queue.add('d');
    expect([noted.at(-1), queue.depth]).toEqual([0, 3]);
  });

  it('never runs a key twice at once, never exceeds its workers, and runs every add to its end', async () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ kind: fc.constant('after' as const), key: fc.constantFrom('a', 'b', 'c', 'd'), ms: fc.nat({ max: 300 }) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 200 }) }),
    );
    const outcomes = fc.infiniteStream(fc.record({ ms: fc.nat({ max: 150 }), fails: fc.boolean(), again: fc.boolean() }));
    const property = fc.asyncProperty(
      fc.array(operation, { maxLength: 40 }),
      outcomes,
      fc.integer({ min: 1, max: 3 }),
      async (ops, stream, workers) => {
        const active = new Set<string>();
        const lastAdd = new Map<string, number>();
        const lastStart = new Map<string, number>();
        let moment = 0;
        let failures = 8;
        const one = made(
          async (key) => {
            expect(active.has(key)).toBe(false);
            active.add(key);
            expect(active.size).toBeLessThanOrEqual(workers);
            lastStart.set(key, (moment += 1));
            const outcome = stream.next().value as { ms: number; fails: boolean; again: boolean };
            await lasting(() => one.clock, outcome.ms)(key);
            active.delete(key);
            if (outcome.fails && (failures -= 1) > 0) throw new Error('no');
            return outcome.again && (failures -= 1) > 0 ? { requeueAfter: 50 } : undefined;
          },
          { workers },
        );
        one.queue.start();
        for (const op of ops) {
          if (op.kind === 'wait') await one.clock.advance(op.ms);
          else if (op.kind === 'after') one.queue.addAfter(op.key, op.ms);
          else {
            lastAdd.set(op.key, (moment += 1));
            one.queue.add(op.key);
          }
        }
        await one.clock.advance(600_000);
        for (const [key, at] of lastAdd) expect(lastStart.get(key)).toBeGreaterThan(at);
        expect([one.queue.depth, one.queue.running, one.clock.pending]).toEqual([0, 0, 0]);
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });
});
