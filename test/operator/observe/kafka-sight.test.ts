import type { KafkaSight } from '../../../operator/observe/kafka-sight';
import { without } from '../../sim-kafka/state';
import { healthy, pass, setUp, target } from './told-kafka';

const stateOf = (sight: KafkaSight): string => sight.look(target.key).state;

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

describe('sight of Kafka', () => {
  it('is not asked for until somebody wants it, and then at once', async () => {
    const { told, sight } = setUp();
    expect(stateOf(sight)).toBe('notAsked');
    sight.watch(target, 1000);
    await pass(0);
    expect([stateOf(sight), told.asked, told.changes]).toEqual(['known', 1, ['kafka/orders']]);
  });

  it('is taken again after each interval, and nobody is woken while nothing differs', async () => {
    // Voters of the told Kafka fetched once, at the beginning: two seconds later a look would say so.
    const { told, sight } = setUp();
    sight.watch(target, 300);
    await pass(1500);
    expect([told.asked, told.changes.length]).toEqual([6, 1]);
  });

  it('wakes when a broker is fenced, and again when it is back', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    told.state = without(healthy, [2]);
    await pass(1000);
    told.state = healthy;
    await pass(1000);
    expect(told.changes).toHaveLength(3);
  });

  it('is kept when one look fails, and lost when a second fails as well', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    told.fails = true;
    await pass(1000);
    expect([stateOf(sight), told.changes.length]).toEqual(['known', 1]);
    await pass(1000);
    expect([stateOf(sight), told.changes.length]).toEqual(['unknown', 2]);
  });

  it('that fails now and then is not lost: the failures must follow each other', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    for (const fails of [true, false, true, false, true]) {
      told.fails = fails;
      await pass(1000);
      expect(stateOf(sight)).toBe('known');
    }
  });

  it('that was never had is unknown after the first failure, with the reason', async () => {
    const { told, sight } = setUp();
    told.fails = true;
    sight.watch(target, 1000);
    await pass(0);
    expect(sight.look(target.key)).toEqual({ state: 'unknown', why: 'nobody answers' });
  });

  it('is taken sooner when the interval becomes shorter, and later when it becomes longer', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000);
    await pass(2000);
    expect(told.asked).toBe(1);
    sight.watch(target, 1000);
    await pass(0);
    expect(told.asked).toBe(2);
    sight.watch(target, 30_000);
    await pass(20_000);
    expect(told.asked).toBe(2);
  });

  it('never takes two looks at once, however slow the answers are', async () => {
    const { told, sight, answer } = setUp();
    told.hangs = true;
    sight.watch(target, 1000);
    await pass(0);
    sight.watch(target, 1000);
    const now = sight.lookNow(target.key);
    await pass(10_000);
    expect([told.asked, told.atOnce]).toEqual([1, 1]);
    answer();
    await pass(0);
    answer();
    await pass(0);
    expect([(await now).state, told.atOnce]).toEqual(['known', 1]);
  });

  it('dials anew when the addresses change, and keeps what it saw', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    sight.watch({ ...target, bootstrap: ['b:1'] }, 1000);
    expect([told.dialled, told.open, stateOf(sight)]).toEqual([['a:1,b:1', 'b:1'], 1, 'known']);
    sight.watch({ ...target, bootstrap: ['b:1'] }, 1000);
    expect(told.dialled).toHaveLength(2);
  });

  it('ends when it is forgotten: no connection, no further look, no wake', async () => {
    const { told, sight, answer } = setUp();
    told.hangs = true;
    sight.watch(target, 1000);
    await pass(0);
    sight.forget(target.key);
    answer();
    await pass(10_000);
    expect([told.open, told.asked, told.changes, stateOf(sight)]).toEqual([0, 1, [], 'notAsked']);
  });

  it('ends for all clusters when the operator stops', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    sight.watch({ ...target, key: 'kafka/other' }, 1000);
    await pass(0);
    sight.stop();
    sight.watch(target, 1000); // by a pass that was under way
    await pass(10_000);
    expect([told.open, told.asked]).toEqual([0, 2]);
  });
});

describe('the look before a stop', () => {
  it('is a fresh one', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000);
    await pass(0);
    told.state = without(healthy, [3]);
    const seen = await sight.lookNow(target.key);
    expect(seen.state === 'known' && seen.value.topics[0]?.partitions.filter(({ isr }) => isr.length < 3).length).toBe(6);
    expect(told.asked).toBe(2);
  });

  it('is blind when it fails once: what was seen before does not count', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 30_000);
    await pass(0);
    told.fails = true;
    expect((await sight.lookNow(target.key)).state).toBe('unknown');
  });

  it('at a cluster that nobody watches is not taken', async () => {
    const { told, sight } = setUp();
    expect([await sight.lookNow('kafka/nobody'), told.asked]).toEqual([{ state: 'notAsked' }, 0]);
  });
});

describe('sight of a Kafka that asks who is there', () => {
  const revised = (revision: string) => ({ ...target, security: { namespace: 'kafka', tls: undefined, scram: undefined, revision } });

  it('dials anew when the credentials are others, and keeps what was seen meanwhile', async () => {
    const { told, sight } = setUp();
    sight.watch(revised('one'), 1000);
    await pass(0);
    sight.watch(revised('one'), 1000);
    expect(told.dialled).toHaveLength(1);
    sight.watch(revised('two'), 1000);
    expect([told.dialled.length, stateOf(sight)]).toEqual([2, 'known']);
  });

  it('is unknown with the reason, and nobody is dialled, while there are none', async () => {
    const { told, sight } = setUp();
    sight.wait(target.key, 'the Secret does not exist');
    await pass(1000);
    expect([sight.look(target.key), told.dialled]).toEqual([{ state: 'unknown', why: 'the Secret does not exist' }, []]);
    sight.watch(target, 1000);
    await pass(0);
    expect(stateOf(sight)).toBe('known');
  });

  it('goes on by the connection that is there when they are lost', async () => {
    const { told, sight } = setUp();
    sight.watch(target, 1000);
    await pass(0);
    sight.wait(target.key, 'the Secret does not exist');
    await pass(2000);
    expect([stateOf(sight), told.asked]).toEqual(['known', 3]);
  });

  it('forgets why it waited', () => {
    const { sight } = setUp();
    sight.wait(target.key, 'the Secret does not exist');
    sight.forget(target.key);
    expect(stateOf(sight)).toBe('notAsked');
  });
});
