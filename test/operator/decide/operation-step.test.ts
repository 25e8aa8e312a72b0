import { stepOf, SETTLED_AFTER_MS, type Step } from '../../../operator/decide/operation-step';
import type { OperationStatus, OperationTask } from '../../../operator/decide/operation-status';
import { operationView, type OperationView } from '../../../operator/decide/operation-view';
import { isoSeconds } from '../../../operator/decide/rfc3339';
import type { CruiseControlTask, CruiseControlView, RequestView } from '../../../operator/decide/world';
import { NOW } from '../../world/makers';

const MARKER = 'orders-remove-broker-1.abcd.1';
const IDLE = { state: 'NO_TASK_IN_PROGRESS', idle: true, taskId: '', finishedMoves: 0, totalMoves: 0, finishedMb: 0, totalMb: 0 };

const view = (task: OperationTask, more: OperationStatus = {}, spec: object = {}): OperationView => {
  const metadata = {
    name: 'orders-remove-broker-1',
    namespace: 'kafka',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: isoSeconds(NOW),
  };
  const status = { ...more, currentTask: { marker: MARKER, started: isoSeconds(NOW), state: 'Active' as const, ...task } };
  return operationView({
    apiVersion: 'kafka.banzaicloud.io/v1alpha1',
    kind: 'CruiseControlOperation',
    metadata,
    spec: { operation: 'remove_broker', parameters: { brokerid: '3' }, ...spec },
    status,
  });
};

const seen = (change: Partial<CruiseControlView> = {}): CruiseControlView => ({
  at: NOW,
  ready: true,
  why: '',
  execution: IDLE,
  tasks: [],
  requests: {},
  ...change,
});

const task = (status: CruiseControlTask['status'], marker = MARKER, id = 'task-1'): CruiseControlTask => ({
  id,
  status,
  request: `POST /kafkacruisecontrol/remove_broker?json=true&brokerid=3&dryrun=false&reason=${marker}`,
  startedAt: NOW,
});

const after = (change: Partial<CruiseControlView>, of = view({}), now = NOW): Step =>
  stepOf(of, { seen: seen(change), now, parameters: { brokerid: '3', dryrun: 'false' }, blocked: false });

const statusAfter = (step: Step): OperationStatus => {
  if (step.kind !== 'record') throw new Error(`nothing is recorded: ${step.kind}`);
  return step.status;
};
const taskAfter = (step: Step): OperationTask => statusAfter(step).currentTask ?? {};

const requests = (request: RequestView) => ({ [MARKER]: request });

describe('an operation that was written down', () => {
  test('is asked for when nobody has heard of its marker', () => {
    expect(after({})).toEqual({ kind: 'ask', marker: MARKER });
  });

  test('is asked for although a marker that begins like it was', () => {
    expect(after({ tasks: [task('InExecution', `${MARKER}0`)] })).toEqual({ kind: 'ask', marker: MARKER });
  });

  test('is not asked for when it may not begin any more, and goes back to its turn', () => {
    const step = stepOf(view({}), { seen: seen(), now: NOW, parameters: {}, blocked: true });
    expect(taskAfter(step)).toEqual({ operation: 'remove_broker', parameters: { brokerid: '3' }, state: '' });
  });

  test('waits while its request is under way', () => {
    expect(after({ requests: requests({ state: 'sent' }) })).toEqual({ kind: 'wait' });
  });
});

describe('an answer', () => {
  const answer: RequestView = { state: 'answered', taskId: 'task-1', httpCode: 200, summary: { 'Data to move (MB)': '12' } };

  test('is no success: the task runs', () => {
    expect(taskAfter(after({ requests: requests(answer) }))).toMatchObject({
      state: 'Active',
      id: 'task-1',
      httpResponseCode: 200,
      summary: { 'Data to move (MB)': '12' },
      httpRequest: `POST /kafkacruisecontrol/remove_broker?json=true&brokerid=3&dryrun=false&reason=${MARKER}`,
    });
  });

  test('to a dry run is the proposal, and nothing is under way any more', () => {
    const status = statusAfter(after({ requests: requests(answer) }, view({ dryRun: true }, {}, { approval: 'Required' })));
    expect(status.currentTask).toEqual({ operation: 'remove_broker', parameters: { brokerid: '3' }, state: '' });
    expect(status.proposal).toEqual({ made: isoSeconds(NOW), summary: { 'Data to move (MB)': '12' } });
    expect(status.conditions?.map((c) => [c.type, c.status, c.reason])).toEqual([
      ['Ready', 'False', 'Waiting'],
      ['Approved', 'False', 'ApprovalNeeded'],
    ]);
  });
});

describe('what Cruise Control says of the task', () => {
  test.each<[string, CruiseControlTask['status'], string]>([
    ['Active', 'Active', 'Active'],
    ['InExecution', 'InExecution', 'InExecution'],
    ['Completed', 'Completed', 'Completed'],
    ['CompletedWithError', 'CompletedWithError', 'CompletedWithError'],
  ])('%s is taken over, also by an operator that never sent the request', (_name, status, state) => {
    expect(taskAfter(after({ tasks: [task(status)] }))).toMatchObject({ id: 'task-1', state });
  });

  test('is not taken over from a task of somebody else', () => {
    const others = task('Completed', 'somebody-else');
    expect(after({ tasks: [others], requests: requests({ state: 'sent' }) })).toEqual({ kind: 'wait' });
  });

  test('counts for the request that got furthest, when one arrived twice', () => {
    const tasks = [task('CompletedWithError', MARKER, 'task-2'), task('InExecution')];
    expect(taskAfter(after({ tasks }))).toMatchObject({ id: 'task-1', state: 'InExecution' });
  });

  test('is not believed while its executor still works for the task', () => {
    const execution = { ...IDLE, idle: false, state: 'MOVING', taskId: 'task-1' };
    expect(after({ tasks: [task('Completed')], execution }, view({ id: 'task-1', state: 'InExecution' }))).toEqual({ kind: 'wait' });
  });

  test('is written once', () => {
    const known = view({ id: 'task-1', state: 'InExecution' });
    expect(after({ tasks: [task('InExecution')] }, known)).toEqual({ kind: 'wait' });
  });
});

describe('a task that Cruise Control does not know', () => {
  const known = view({ id: 'task-1', state: 'InExecution' });

  test('may be younger than what was seen', () => {
    expect(after({}, known).kind).toBe('wait');
  });

  test('was forgotten when what was seen is newer: a failure that is tried again, never a success', () => {
    const status = statusAfter(after({ at: NOW + SETTLED_AFTER_MS }, known, NOW + SETTLED_AFTER_MS));
    expect(status.currentTask).toMatchObject({
      state: 'CompletedWithError',
      errorMessage: expect.stringContaining('does not know the task'),
    });
    expect(status.conditions?.[0]).toMatchObject({ type: 'Ready', reason: 'Retrying' });
  });

  test('is not forgotten while the executor works for it', () => {
    const execution = { ...IDLE, idle: false, state: 'MOVING', taskId: 'task-1' };
    expect(after({ at: NOW + SETTLED_AFTER_MS, execution }, known)).toEqual({ kind: 'wait' });
  });
});

describe('a refusal', () => {
  const refusal = (errorKind: NonNullable<RequestView['errorKind']>): RequestView => ({
    state: 'refused',
    httpCode: 500,
    error: 'no',
    errorKind,
  });

  test.each(['notReady', 'busy'] as const)('that passes (%s) is no failure: it is asked for again', (kind) => {
    const status = statusAfter(after({ requests: requests(refusal(kind)) }));
    expect(status.currentTask).toMatchObject({ state: '' });
    expect(status.waiting).toMatchObject({ refusals: 1, message: 'no' });
  });

  test.each(['invalid', 'impossible', 'other'] as const)('that does not pass (%s) is a failure', (kind) => {
    expect(taskAfter(after({ requests: requests(refusal(kind)) }))).toMatchObject({
      state: 'CompletedWithError',
      errorMessage: 'no',
      httpResponseCode: 500,
    });
  });

  test('that passes is one, although it left a task that failed', () => {
    const step = after({ requests: requests(refusal('busy')), tasks: [task('CompletedWithError')] });
    expect(taskAfter(step)).toMatchObject({ state: '' });
  });

  test('by nobody is waited out, since the request may have arrived', () => {
    expect(after({ requests: requests(refusal('unreachable')) }).kind).toBe('wait');
    const later = after({ at: NOW + SETTLED_AFTER_MS, requests: requests(refusal('unreachable')) });
    expect(statusAfter(later).waiting).toMatchObject({ refusals: 1 });
  });

  test('by nobody, of a request that arrived, is the task', () => {
    const step = after({ requests: requests(refusal('unreachable')), tasks: [task('InExecution')] });
    expect(taskAfter(step)).toMatchObject({ state: 'InExecution', id: 'task-1' });
  });

  test('that goes on for half an hour is a failure', () => {
    const waiting = { since: isoSeconds(NOW - 1_800_000), refusals: 9, last: isoSeconds(NOW - 60_000), message: 'no' };
    const step = after({ requests: requests(refusal('notReady')) }, view({}, { waiting }));
    expect(taskAfter(step)).toMatchObject({ state: 'CompletedWithError' });
  });
});

describe('progress', () => {
  const execution = { state: 'MOVING', idle: false, taskId: 'task-1', finishedMoves: 1, totalMoves: 4, finishedMb: 30, totalMb: 100 };
  const running = (more: OperationStatus = {}): OperationView => view({ id: 'task-1', state: 'InExecution' }, more);
  const written = (updated: number) => ({
    progress: { finishedMoves: 0, totalMoves: 4, finishedMb: 10, totalMb: 100, percent: 10, updated: isoSeconds(updated) },
  });

  test('is what the executor says, with an estimate of when it ends', () => {
    const status = statusAfter(after({ tasks: [task('InExecution')], execution }, running(), NOW + 30_000));
    expect(status.progress).toEqual({
      finishedMoves: 1,
      totalMoves: 4,
      finishedMb: 30,
      totalMb: 100,
      percent: 30,
      estimate: isoSeconds(NOW + 100_000),
      updated: isoSeconds(NOW + 30_000),
    });
  });

  test('is written every five seconds at most', () => {
    expect(after({ tasks: [task('InExecution')], execution }, running(written(NOW)), NOW + 4000)).toEqual({ kind: 'wait' });
    expect(after({ tasks: [task('InExecution')], execution }, running(written(NOW)), NOW + 5000).kind).toBe('record');
  });

  test('is nobody else’s', () => {
    expect(after({ tasks: [task('InExecution')], execution: { ...execution, taskId: 'task-9' } }, running())).toEqual({ kind: 'wait' });
  });

  test('is whole in the end, and never before', () => {
    const all = { ...execution, finishedMb: 100 };
    expect(statusAfter(after({ tasks: [task('InExecution')], execution: all }, running())).progress?.percent).toBe(99);
    expect(statusAfter(after({ tasks: [task('Completed')] }, running(written(NOW)))).progress).toMatchObject({
      percent: 100,
      finishedMb: 100,
    });
  });
});
