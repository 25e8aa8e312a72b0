import { CruiseControlError } from '../../../operator/clients/cruise-control/refusal';
import type { CruiseControlSight } from '../../../operator/observe/cruise-control-sight';
import type { CruiseControlView } from '../../../operator/decide/world';
import { busy, idle, KEY, pass, place, setUp, task, unreachable } from './told-cruise-control';

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

const viewOf = (sight: CruiseControlSight): CruiseControlView | undefined => {
  const seen = sight.look(KEY);
  return seen.state === 'known' ? seen.value : undefined;
};
const stateOf = (sight: CruiseControlSight): string => sight.look(KEY).state;
const drain = { marker: 'one#1', endpoint: 'remove_broker', parameters: { brokerid: '2' } };

describe('the sight of Cruise Control', () => {
  it('is not asked for until somebody wants it, and then at once', async () => {
    const { told, sight } = setUp();
    expect(stateOf(sight)).toBe('notAsked');
    sight.watch(KEY, place, 60_000);
    await pass(0);
    expect([stateOf(sight), told.asked, told.changes]).toEqual(['known', 1, [KEY]]);
  });

  it('is not taken at all without an interval', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, undefined);
    await pass(3_600_000);
    expect([stateOf(sight), told.asked, told.dialled.length]).toEqual(['notAsked', 0, 0]);
  });

  it('is taken once in an interval, and wakes nobody while nothing differs', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(600_000);
    expect([told.asked, told.changes.length, told.dialled.length]).toEqual([11, 1, 1]);
  });

  it('that was taken long ago starts nothing: it is taken anew when it is wanted again', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    sight.watch(KEY, place, undefined);
    await pass(30_000);
    expect([stateOf(sight), told.changes.length]).toEqual(['known', 1]);
    await pass(1);
    expect([stateOf(sight), told.changes.length, told.asked]).toEqual(['notAsked', 1, 1]);
    sight.watch(KEY, place, 60_000);
    await pass(0);
    expect([stateOf(sight), told.asked, told.changes.length]).toEqual(['known', 2, 2]);
  });

  it('that is wanted a moment later is the same, and wakes nobody', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    sight.watch(KEY, place, undefined);
    await pass(20_000);
    sight.watch(KEY, place, 60_000);
    await pass(10_000);
    expect([stateOf(sight), told.asked, told.changes.length]).toEqual(['known', 1, 1]);
  });

  it('is not given up between two looks, however rare they are', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.fails = unreachable;
    await pass(119_999);
    expect(stateOf(sight)).toBe('known');
  });

  it('wakes when progress is made', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.state = { ...told.state, execution: { ...idle, idle: false, state: 'MOVING', totalMb: 10 } };
    await pass(2_000);
    told.state = { ...told.state, execution: { ...told.state.execution, finishedMb: 5 } };
    await pass(2_000);
    expect([told.changes.length, viewOf(sight)?.execution.finishedMb]).toEqual([3, 5]);
  });

  it('leaves out tasks that only read, of which each look adds two', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.tasks = [task('a', 'Completed', 'GET /kafkacruisecontrol/state?json=true'), task('b', 'InExecution')];
    await pass(2_000);
    told.tasks = [task('c', 'Active', 'GET /kafkacruisecontrol/user_tasks?json=true'), ...told.tasks];
    await pass(2_000);
    expect([viewOf(sight)?.tasks.map(({ id }) => id), told.changes.length]).toEqual([['b'], 2]);
  });

  it('is kept when one look fails, and lost when a second fails as well', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.fails = unreachable;
    await pass(2_000);
    expect([stateOf(sight), told.changes.length]).toEqual(['known', 1]);
    await pass(2_000);
    expect(sight.look(KEY)).toEqual({ state: 'unknown', why: 'cannot reach Cruise Control: ECONNREFUSED' });
    expect(told.changes).toHaveLength(2);
  });

  it('that was never had is unknown after the first failure', async () => {
    const { told, sight } = setUp();
    told.fails = unreachable;
    sight.watch(KEY, place, 2_000);
    await pass(0);
    expect(stateOf(sight)).toBe('unknown');
  });

  it('is taken more rarely of one that is full of requests, and lost later', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.fails = busy;
    await pass(2_000);
    await pass(20_000);
    expect([stateOf(sight), told.asked]).toEqual(['known', 6]);
    await pass(5_000);
    expect([stateOf(sight), told.asked]).toEqual(['unknown', 7]);
  });

  it('tells anomalies only of one that heals itself', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    expect(viewOf(sight)).not.toHaveProperty('anomalies');
    told.state = { ...told.state, anomalies: [] };
    await pass(2_000);
    expect(viewOf(sight)?.anomalies).toEqual([]);
  });

  it('ends when it is forgotten: no connection, no further look, no wake', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    sight.watch('kafka/other', place, 2_000);
    await pass(0);
    sight.stop();
    sight.watch(KEY, place, 2_000); // by a pass that was under way
    await pass(60_000);
    expect([told.open, told.asked, told.changes.length, stateOf(sight)]).toEqual([0, 2, 2, 'notAsked']);
  });
});

describe('who Cruise Control is dialled as', () => {
  it('stands in no view', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    sight.send(KEY, drain);
    await pass(0);
    expect(told.dialled[0]).toMatchObject({ userAgent: 'kafka-operator/test', basic: { username: 'anna', password: 's3cret' } });
    expect(JSON.stringify(sight.look(KEY))).not.toMatch(/s3cret|anna/);
  });

  it('is read anew after nobody answered, or it was not accepted', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.fails = new CruiseControlError('other', 'cannot ask', { httpCode: 401 });
    await pass(2_000);
    told.fails = undefined;
    told.credentials = { bearer: 'new' };
    await pass(2_000);
    expect([stateOf(sight), told.dialled.map(({ bearer }) => bearer)]).toEqual(['known', [undefined, 'new']]);
  });

  it('is not read anew while it answers, whatever it answers', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.fails = new CruiseControlError('other', 'cannot understand', { httpCode: 200 });
    await pass(10_000);
    expect(told.dialled).toHaveLength(1);
  });

  it('is another one at another place, and nothing is kept of the first', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    sight.send(KEY, drain);
    await pass(0);
    sight.watch(KEY, { ...place, origin: 'https://elsewhere' }, 2_000);
    expect(stateOf(sight)).toBe('notAsked');
    await pass(0);
    expect([told.dialled.map(({ origin }) => origin), viewOf(sight)?.requests, told.open]).toEqual([
      [place.origin, 'https://elsewhere'],
      {},
      1,
    ]);
  });

  it('that cannot be read makes it unknown, with the sentence', async () => {
    const { told, sight } = setUp();
    Object.defineProperty(told, 'credentials', {
      get: () => {
        throw new Error('cannot read the Secret kafka/access');
      },
    });
    sight.watch(KEY, place, 2_000);
    await pass(0);
    expect(sight.look(KEY)).toEqual({ state: 'unknown', why: 'cannot read the Secret kafka/access' });
  });
});
