/** How far an execution is, as Cruise Control's executor tells it; written now and then, since every write wakes everybody who watches. */
import { startedAt, statusOf, type OperationProgress } from './operation-status';
import type { OperationView } from './operation-view';
import { isoSeconds, millisecondsOf } from './rfc3339';
import type { CruiseControlView, ExecutionView } from './world';

const WRITTEN_EVERY_MS = 5000;

/** Undefined: there is nothing new that is worth a write. */
export function withProgress(
  view: OperationView,
  { execution }: CruiseControlView,
  taskId: string,
  now: number,
): OperationProgress | undefined {
  if (execution.idle || execution.taskId !== taskId || execution.totalMoves === 0) return undefined;
  const { progress } = statusOf(view);
  if (progress !== undefined && (sameAs(progress, execution) || now < (millisecondsOf(progress.updated) ?? 0) + WRITTEN_EVERY_MS))
    return undefined;
  const { finishedMoves, totalMoves, finishedMb, totalMb } = execution;
  const percent = percentOf(execution);
  const estimate = estimateOf(view, percent, now);
  return {
    finishedMoves,
    totalMoves,
    finishedMb,
    totalMb,
    percent,
    ...(estimate === undefined ? {} : { estimate }),
    updated: isoSeconds(now),
  };
}

const sameAs = (a: OperationProgress, b: ExecutionView): boolean =>
  a.finishedMoves === b.finishedMoves && a.totalMoves === b.totalMoves && a.finishedMb === b.finishedMb && a.totalMb === b.totalMb;

/** By the data when it is known, for moves differ; never 100 before Cruise Control says so. */
function percentOf({ finishedMoves, totalMoves, finishedMb, totalMb }: ExecutionView): number {
  const share = totalMb > 0 ? finishedMb / totalMb : finishedMoves / totalMoves;
  return Math.max(0, Math.min(99, Math.floor(share * 100)));
}

/** As fast as until now. */
function estimateOf(view: OperationView, percent: number, now: number): string | undefined {
  const since = startedAt(view);
  if (percent === 0 || since === 0) return undefined;
  return isoSeconds(now + ((now - since) * (100 - percent)) / percent);
}
