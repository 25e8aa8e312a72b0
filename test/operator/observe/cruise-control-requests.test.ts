import type { SentAnswer } from '../../../operator/clients/cruise-control/client';
import { CruiseControlError } from '../../../operator/clients/cruise-control/refusal';
import type { CruiseControlSight } from '../../../operator/observe/cruise-control-sight';
import type { CruiseControlView, RequestView } from '../../../operator/decide/world';
import { answer, KEY, pass, place, setUp, task, unreachable, Waiting } from './told-cruise-control';

beforeEach(() => jest.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => jest.useRealTimers());

const viewOf = (sight: CruiseControlSight): CruiseControlView | undefined => {
  const seen = sight.look(KEY);
  return seen.state === 'known' ? seen.value : undefined;
};
const requestOf = (sight: CruiseControlSight, marker: string): RequestView | undefined => viewOf(sight)?.requests[marker];
const stateOf = (sight: CruiseControlSight): string => sight.look(KEY).state;
const drain = { marker: 'one#1', endpoint: 'remove_broker', parameters: { brokerid: '2' } };

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

  it('is told together with its task, not after it', async () => {
    const { told, sight } = setUp();
    sight.watch(KEY, place, 2_000);
    await pass(0);
    const sent = new Waiting<SentAnswer>();
    told.send = () => sent.promise;
    sight.send(KEY, drain);
    told.tasks = [task('task-1', 'Completed', 'POST /kafkacruisecontrol/remove_broker?brokerid=2&reason=one#1'), task('other', 'Active')];
    await pass(4_000);
    expect([requestOf(sight, 'one#1')?.state, viewOf(sight)?.tasks.map(({ id }) => id)]).toEqual(['sent', ['other']]);
    sent.resolve(answer(200));
    await pass(0);
    expect([requestOf(sight, 'one#1')?.state, viewOf(sight)?.tasks.map(({ id }) => id)]).toEqual(['answered', ['task-1', 'other']]);
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
