/**
 * The status of a CruiseControlOperation: Koperator's fields (contract 1.8) and ours, as it is read and as each step leaves it.
 * It is the machine's whole memory. What is about to be asked is written here first, with the marker that the request will
 * carry, so that an operator that is killed between any two steps finds out from Cruise Control's own list of tasks what
 * became of it.
 */
import { withOperationConditions, type OperationCondition } from './operation-conditions';
import { operationView, type OperationView, type TaskState } from './operation-view';
import type { Reason } from './reason';
import { isoSeconds, millisecondsOf } from './rfc3339';

export interface OperationTask {
  /** Cruise Control's id of the task. */
  readonly id?: string | undefined;
  readonly started?: string | undefined;
  readonly finished?: string | undefined;
  readonly operation?: string | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly httpRequest?: string | undefined;
  readonly httpResponseCode?: number | undefined;
  readonly summary?: Readonly<Record<string, string>> | undefined;
  readonly state?: TaskState | undefined;
  readonly errorMessage?: string | undefined;
  /** What stands in the request's parameter `reason`. */
  readonly marker?: string | undefined;
  /** Only a proposal is made. */
  readonly dryRun?: boolean | undefined;
}

export interface OperationProgress {
  readonly finishedMoves: number;
  readonly totalMoves: number;
  readonly finishedMb: number;
  readonly totalMb: number;
  readonly percent: number;
  /** When it may be over; undefined while nothing can be told. */
  readonly estimate?: string | undefined;
  readonly updated: string;
}

export interface OperationStatus {
  readonly observedGeneration?: number | undefined;
  readonly conditions?: readonly OperationCondition[] | undefined;
  readonly currentTask?: OperationTask | undefined;
  readonly errorPolicy?: string | undefined;
  readonly retryCount?: number | undefined;
  /** The oldest first. */
  readonly failedTasks?: readonly OperationTask[] | undefined;
  /** Requests so far; makes the next marker another one. */
  readonly attempts?: number | undefined;
  /** Cruise Control did not take it, and is asked again later. */
  readonly waiting?: OperationWaiting | undefined;
  readonly proposal?: OperationProposal | undefined;
  readonly progress?: OperationProgress | undefined;
}

export interface OperationWaiting {
  readonly since: string;
  readonly refusals: number;
  readonly last: string;
  readonly message: string;
}

export interface OperationProposal {
  readonly made: string;
  readonly summary?: Readonly<Record<string, string>> | undefined;
}

/** Failed tasks that are kept. */
const MOST_FAILED = 50;
/** Refusals that pass by themselves may go on for so long before they count as a failure. */
const REFUSED_FOR_MS = 1_800_000;
const ERROR_LIMIT = 1000;

export const statusOf = (view: OperationView): OperationStatus => view.object.status ?? {};
export const taskOf = (view: OperationView): OperationTask => statusOf(view).currentTask ?? {};

/** Milliseconds since the epoch; 0 when it is not known. */
export const startedAt = (view: OperationView): number => millisecondsOf(taskOf(view).started) ?? 0;

export interface Beginning {
  readonly marker: string;
  readonly dryRun: boolean;
}

/** The intent, before anybody is asked. A task that failed before is put aside. */
export function begun(view: OperationView, { marker, dryRun }: Beginning, now: number): OperationStatus {
  const { attempts = 0, failedTasks = [], currentTask, retryCount = 0 } = statusOf(view);
  const again = view.state === 'CompletedWithError';
  const failed = again && currentTask !== undefined ? [...failedTasks, currentTask].slice(-MOST_FAILED) : failedTasks;
  return changed(view, now, {
    attempts: attempts + 1,
    retryCount: retryCount + (again ? 1 : 0),
    failedTasks: failed.length === 0 ? undefined : failed,
    progress: undefined,
    currentTask: { ...intentOf(view), state: 'Active', started: isoSeconds(now), marker, ...(dryRun ? { dryRun } : {}) },
  });
}

/** More of the task became known. */
export const advanced = (view: OperationView, task: OperationTask, now: number, more: Partial<OperationStatus> = {}): OperationStatus =>
  changed(view, now, { waiting: undefined, ...more, currentTask: { ...taskOf(view), ...task } });

/** A proposal was made; nothing is under way any more. */
export const proposed = (view: OperationView, summary: OperationTask['summary'], now: number): OperationStatus =>
  changed(view, now, { waiting: undefined, currentTask: intentOf(view), proposal: { made: isoSeconds(now), summary } });

export const completed = (view: OperationView, task: OperationTask, now: number): OperationStatus => {
  const { progress } = statusOf(view);
  const all = progress === undefined ? {} : { progress: { ...whole(progress), percent: 100, updated: isoSeconds(now) } };
  return advanced(view, { ...task, state: 'Completed', finished: isoSeconds(now) }, now, all);
};

const whole = ({ totalMoves, totalMb }: OperationProgress) => ({ finishedMoves: totalMoves, totalMoves, finishedMb: totalMb, totalMb });

export const failed = (view: OperationView, errorMessage: string, now: number, task: OperationTask = {}): OperationStatus =>
  advanced(
    view,
    { ...task, state: 'CompletedWithError', finished: isoSeconds(now), errorMessage: errorMessage.slice(0, ERROR_LIMIT) },
    now,
  );

/** Cruise Control did not take it for a reason that passes: it is nobody's failure, unless it goes on for too long. */
export function refused(view: OperationView, message: string, now: number): OperationStatus {
  const { waiting } = statusOf(view);
  const since = waiting?.since ?? isoSeconds(now);
  if (now - (millisecondsOf(since) ?? now) >= REFUSED_FOR_MS) return failed(view, message, now);
  const next = { since, refusals: (waiting?.refusals ?? 0) + 1, last: isoSeconds(now), message: message.slice(0, ERROR_LIMIT) };
  return changed(view, now, { waiting: next, currentTask: intentOf(view) });
}

/** It was not asked for after all. */
export const withdrawn = (view: OperationView, now: number): OperationStatus => changed(view, now, { currentTask: intentOf(view) });

/** As it waits, with the reasons. */
export const waitingFor = (view: OperationView, why: readonly Reason[], now: number): OperationStatus =>
  changed(view, now, view.state === '' ? { currentTask: intentOf(view) } : {}, why);

const intentOf = ({ operation, parameters }: OperationView): OperationTask => ({ operation, parameters, state: '' });

function changed(view: OperationView, now: number, change: Partial<OperationStatus>, why: readonly Reason[] = []): OperationStatus {
  const { object, errorPolicy } = view;
  const status = { ...statusOf(view), ...change, errorPolicy };
  const next = operationView({ ...object, status });
  const conditions = withOperationConditions(status, next, { why, now });
  const { generation } = object.metadata;
  return { ...status, conditions, ...(generation === undefined ? {} : { observedGeneration: generation }) };
}
