import type { SentAnswer } from '../../../operator/clients/cruise-control/client';
import { CruiseControlError } from '../../../operator/clients/cruise-control/refusal';
import type { CruiseControlSight } from '../../../operator/observe/cruise-control-sight';
import type { CruiseControlView, RequestView } from '../../../operator/decide/world';
import { answer, busy, idle, KEY, pass, place, setUp, task, unreachable, Waiting } from './told-cruise-control';

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

const viewOf = (sight: CruiseControlSight): CruiseControlView | undefined => {
  const seen = sight.look(KEY);
  return seen.state === 'known' ? seen.value : undefined;
};
const requestOf = (sight: CruiseControlSight, marker: string): RequestView | undefined => viewOf(sight)?.requests[marker];
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

describe('a request', () => {
  it('is refused aloud when nobody watches', () => {
    const { sight } = setUp();
    expect(() => {
      sight.send(KEY, drain);
    }).toThrow('cannot ask Cruise Control: it is not known yet where it is');
  });

  it('is sent at once with its marker as the reason, and wakes nobody by that', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.send = () => new Promise(() => undefined);
    sight.send(KEY, drain);
    await pass(30_000);
    expect(told.sent).toEqual([{ endpoint: 'remove_broker', parameters: { brokerid: '2', reason: 'one#1' } }]);
    expect([requestOf(sight, 'one#1'), told.changes.length]).toEqual([{ state: 'sent' }, 1]);
  });

  it.each([
    ['state', {}],
    ['status', {}],
  ])('that reads (%s) has no reason', async (endpoint, parameters) => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, undefined);
    sight.send(KEY, { ...drain, endpoint, parameters });
    await pass(0);
    expect(told.sent).toEqual([{ endpoint: 'state', parameters }]);
  });

  it('is sent once, however often it is asked for', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    sight.send(KEY, drain);
    sight.send(KEY, drain);
    await pass(1_000);
    sight.send(KEY, drain);
    await pass(1_000);
    expect(told.sent).toHaveLength(1);
  });

  it('that was answered is told with a look that began afterwards, and not before', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    const sent = new Waiting<SentAnswer>();
    told.send = () => sent.promise;
    sight.send(KEY, drain);
    await pass(3_000);
    told.fails = unreachable;
    sent.resolve({ ...answer(200), summary: { 'Data to move': '78' } });
    await pass(0);
    expect([requestOf(sight, 'one#1')?.state, told.asked]).toEqual(['sent', 2]);
    told.fails = undefined;
    told.tasks = [task('task-1', 'InExecution')];
    await pass(2_000);
    expect(requestOf(sight, 'one#1')).toEqual({ state: 'answered', httpCode: 200, taskId: 'task-1', summary: { 'Data to move': '78' } });
    expect([viewOf(sight)?.tasks.length, told.changes.length, told.asked]).toEqual([1, 2, 3]);
  });

  it('that was answered during a look waits for the next one, which comes at once', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    const [sent, tasks] = [new Waiting<SentAnswer>(), new Waiting<[]>()];
    told.send = () => sent.promise;
    sight.send(KEY, drain);
    Object.defineProperty(told, 'tasks', { configurable: true, get: () => tasks.promise });
    await pass(60_000);
    sent.resolve(answer(200));
    await pass(0);
    Object.defineProperty(told, 'tasks', { value: [task('task-1', 'Active')] });
    tasks.resolve([]);
    await pass(0);
    expect([told.asked, requestOf(sight, 'one#1')?.state, viewOf(sight)?.tasks.length]).toEqual([3, 'answered', 1]);
    // The look in between said nothing of it.
    expect(told.changes).toHaveLength(2);
  });

  it('that was refused says what kind of refusal it is', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.send = () => Promise.reject(new CruiseControlError('notReady', 'cannot ask: no windows', { httpCode: 500, taskId: 't' }));
    sight.send(KEY, drain);
    await pass(0);
    expect(requestOf(sight, 'one#1')).toEqual({
      state: 'refused',
      httpCode: 500,
      taskId: 't',
      errorKind: 'notReady',
      error: 'cannot ask: no windows',
    });
  });

  it('to nobody is refused as unreachable, and is told when it is seen again', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    told.fails = unreachable;
    told.send = () => Promise.reject(unreachable);
    sight.send(KEY, drain);
    await pass(6_000);
    expect(stateOf(sight)).toBe('unknown');
    told.fails = undefined;
    await pass(2_000);
    expect(requestOf(sight, 'one#1')).toMatchObject({ state: 'refused', errorKind: 'unreachable' });
  });

  it('that is still computed is asked after until it is known, with its summary', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.send = () => Promise.resolve(answer(202));
    told.follow = () => Promise.resolve(answer(202));
    sight.send(KEY, drain);
    await pass(5_000);
    expect([requestOf(sight, 'one#1')?.httpCode, told.followed]).toEqual([202, 2]);
    told.follow = () => Promise.reject(unreachable);
    await pass(2_000);
    told.follow = () => Promise.resolve({ ...answer(200), summary: { 'Data to move': '1' } });
    await pass(2_000);
    expect(requestOf(sight, 'one#1')).toMatchObject({ httpCode: 200, summary: { 'Data to move': '1' } });
    await pass(60_000);
    expect([told.followed, told.sent.length]).toEqual([4, 1]);
  });

  it('that is refused while it is computed is refused', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.send = () => Promise.resolve(answer(202));
    told.follow = () => Promise.reject(new CruiseControlError('impossible', 'cannot ask: no racks', { httpCode: 500, taskId: 'task-1' }));
    sight.send(KEY, drain);
    await pass(2_500);
    expect(requestOf(sight, 'one#1')).toMatchObject({ state: 'refused', errorKind: 'impossible' });
  });

  it('of which the task is forgotten stays as it was: its tasks tell', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.send = () => Promise.resolve(answer(202));
    sight.send(KEY, drain);
    await pass(60_000);
    expect([requestOf(sight, 'one#1')?.state, requestOf(sight, 'one#1')?.httpCode, told.followed]).toEqual(['answered', 202, 1]);
  });

  it('is not broken by a look that fails meanwhile', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    const sent = new Waiting<SentAnswer>();
    told.send = () => sent.promise;
    sight.send(KEY, drain);
    told.fails = unreachable;
    await pass(4_000);
    expect([told.open, told.dialled.length]).toEqual([2, 2]);
    told.fails = undefined;
    sent.resolve(answer(200));
    await pass(2_000);
    expect(requestOf(sight, 'one#1')?.state).toBe('answered');
  });

  it('is remembered with the last fifty', async () => {
    const { sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    for (let n = 1; n <= 60; n += 1) {
      sight.send(KEY, { ...drain, marker: `m${String(n)}` });
      await pass(0);
    }
    const markers = Object.keys(viewOf(sight)?.requests ?? {});
    expect([markers.length, markers[0], markers.at(-1)]).toEqual([50, 'm11', 'm60']);
  });

  it('that waits is never forgotten', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 60_000);
    await pass(0);
    told.send = () => new Promise(() => undefined);
    for (let n = 1; n <= 60; n += 1) sight.send(KEY, { ...drain, marker: `m${String(n)}` });
    expect(Object.keys(viewOf(sight)?.requests ?? {})).toHaveLength(60);
  });
});
