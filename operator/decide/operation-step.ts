/**
 * The next step of an operation that was begun: what it is asked for, or what its status becomes by what was seen of it.
 *
 * Only Cruise Control's word about that very task ends it. A task that it does not know any more (it was restarted) failed and
 * is tried again, which converges: what was moved stays where it is. What cannot be seen changes nothing.
 */
import {
  advanced,
  completed,
  failed,
  proposed,
  refused,
  startedAt,
  taskOf,
  withdrawn,
  type OperationStatus,
  type OperationTask,
} from './operation-status';
import { withProgress } from './operation-progress';
import { isMove, requestAt, requestText, taskAt } from './operation-request';
import type { OperationView } from './operation-view';
import type { CruiseControlTask, CruiseControlView, RequestView } from './world';

export type Step =
  /** Nobody has asked Cruise Control yet. */
  | { readonly kind: 'ask'; readonly marker: string }
  | { readonly kind: 'record'; readonly status: OperationStatus; readonly why: string }
  | { readonly kind: 'wait'; readonly until?: number };

export interface StepContext {
  readonly seen: CruiseControlView;
  readonly now: number;
  /** What it was or would be asked for, beside the marker. */
  readonly parameters: Readonly<Record<string, string>>;
  /** It may not be begun now. */
  readonly blocked: boolean;
}

/**
 * A request has arrived, or will never arrive, when so much time has passed since it was written down: 20 s for the call
 * itself, and as much again for a look that began before it.
 */
export const SETTLED_AFTER_MS = 40_000;

/** Of an operation in flight. */
export function stepOf(view: OperationView, context: StepContext): Step {
  const task = taskAt(context.seen, view);
  if (task !== undefined) return ofTask(view, task, context);
  const { marker, id } = taskOf(view);
  if (id !== undefined && id !== '') return isExecuted(id, context) ? { kind: 'wait' } : ofForgotten(view, context);
  if (marker === undefined) return record(withdrawn(view, context.now), 'it was begun without a mark, so nobody can say what became of it');
  const request = requestAt(context.seen, marker);
  if (request !== undefined) return ofRequest(view, request, context);
  if (context.blocked) return record(withdrawn(view, context.now), 'it may not begin any more');
  return { kind: 'ask', marker };
}

const record = (status: OperationStatus, why: string): Step => ({ kind: 'record', status, why });

/** The executor works for it, whatever the list of tasks says. */
const isExecuted = (taskId: string, { seen }: StepContext): boolean => !seen.execution.idle && seen.execution.taskId === taskId;

const isDryRun = (view: OperationView): boolean => taskOf(view).dryRun === true;

// ---- its task is known -----------------------------------------------------------------------------------------------

function ofTask(view: OperationView, task: CruiseControlTask, context: StepContext): Step {
  const request = requestAt(context.seen, taskOf(view).marker);
  const known: OperationTask = { id: task.id, httpRequest: task.request, ...answerOf(request) };
  switch (task.status) {
    case 'CompletedWithError':
      // A request that is refused leaves a task that failed; why it was refused says more.
      if (request?.state === 'refused' && view.state === 'Active') return ofRefusal(view, request, context);
      return record(failed(view, errorOf(view, request), context.now, known), 'Cruise Control ended it with an error');
    case 'Completed':
      return isExecuted(task.id, context) ? { kind: 'wait' } : ofCompleted(view, known, context.now);
    default:
      return ofRunning(view, { ...known, state: task.status }, context);
  }
}

function ofRunning(view: OperationView, known: OperationTask, { seen, now }: StepContext): Step {
  const { id = '', state = '' } = known;
  const progress = withProgress(view, seen, id, now);
  const news = taskOf(view).id !== id || view.state !== state || progress !== undefined || adds(view, known);
  if (!news) return { kind: 'wait' };
  return record(advanced(view, known, now, progress === undefined ? {} : { progress }), `task ${id} is ${state}`);
}

function ofCompleted(view: OperationView, known: OperationTask, now: number): Step {
  if (isDryRun(view)) return record(proposed(view, known.summary ?? taskOf(view).summary, now), 'Cruise Control made a proposal');
  return record(completed(view, known, now), 'Cruise Control completed it');
}

/** Of a task of its own that ended so Cruise Control tells no reason. */
const errorOf = (view: OperationView, request: RequestView | undefined): string =>
  request?.error ??
  (view.state === 'InExecution'
    ? 'Cruise Control ended the execution with an error, or somebody stopped it; its log says which'
    : 'Cruise Control ended it with an error; its log says which');

/** The answer came after the task was seen. */
const adds = (view: OperationView, { summary }: OperationTask): boolean => summary !== undefined && taskOf(view).summary === undefined;

function answerOf(request: RequestView | undefined): OperationTask {
  const { httpCode, summary } = request ?? {};
  return { ...(httpCode === undefined ? {} : { httpResponseCode: httpCode }), ...(summary === undefined ? {} : { summary }) };
}

// ---- only the request is known ---------------------------------------------------------------------------------------

function ofRequest(view: OperationView, request: RequestView, context: StepContext): Step {
  switch (request.state) {
    case 'sent':
      return { kind: 'wait' };
    case 'answered':
      return ofAnswer(view, request, context);
    case 'refused':
      return ofRefusal(view, request, context);
  }
}

function ofAnswer(view: OperationView, request: RequestView, context: StepContext): Step {
  const { now } = context;
  const known = {
    ...answerOf(request),
    httpRequest: requestOf(view, context),
    ...(request.taskId === undefined ? {} : { id: request.taskId }),
  };
  if (!isMove(view)) return record(completed(view, known, now), 'Cruise Control took it');
  if (isDryRun(view) && request.httpCode === 200) return record(proposed(view, request.summary, now), 'Cruise Control made a proposal');
  if (request.taskId === undefined || request.taskId === '') return ofForgotten(view, context);
  return record(advanced(view, known, now), `task ${request.taskId} is Active`);
}

function ofRefusal(view: OperationView, { errorKind, error, httpCode }: RequestView, context: StepContext): Step {
  const { now } = context;
  const message = error ?? 'Cruise Control refused it without a word';
  if (errorKind === 'notReady' || errorKind === 'busy') return record(refused(view, message, now), 'Cruise Control does not take it now');
  if (errorKind !== 'unreachable') {
    const known = { httpRequest: requestOf(view, context), ...(httpCode === undefined ? {} : { httpResponseCode: httpCode }) };
    return record(failed(view, message, now, known), 'Cruise Control refused it');
  }
  // Nobody answered, so it may have begun: its list of tasks tells, once it is newer than the request.
  return settled(view, context)
    ? record(refused(view, message, now), 'Cruise Control did not answer, and knows nothing of it')
    : untilSettled(view, context);
}

const requestOf = (view: OperationView, { parameters }: StepContext): string =>
  requestText(view.operation ?? '', parameters, taskOf(view).marker ?? '');

// ---- nothing is known ------------------------------------------------------------------------------------------------

const ofForgotten = (view: OperationView, context: StepContext): Step =>
  settled(view, context)
    ? record(
        failed(view, 'Cruise Control does not know the task any more; it was restarted', context.now),
        'Cruise Control forgot the task',
      )
    : untilSettled(view, context);

/** What was seen is newer than anything that is still on its way. */
const settled = (view: OperationView, { seen }: StepContext): boolean => seen.at >= startedAt(view) + SETTLED_AFTER_MS;

const untilSettled = (view: OperationView, { now }: StepContext): Step => ({
  kind: 'wait',
  until: Math.max(now + 5000, startedAt(view) + SETTLED_AFTER_MS),
});
