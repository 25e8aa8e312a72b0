/** What operations wait for, and those of the operator's own that failed for good: nothing else tells that a broker was not filled or drained. */
import type { Context } from './context';
import { heldEnd, isGuarded } from './operation-deletion';
import { queueOf } from './operation-queue';
import { inFlight, operationsIn, runs } from './operation-view';
import type { Held } from './plan';
import { reason } from './reason';

export function waitingOperations(context: Context): readonly Held[] {
  const all = operationsIn(context.world);
  if (all.length === 0) return [];
  const waiting = queueOf(context).waiting.map(({ view, why }) => ({ what: runs(view.name), reasons: why }));
  const ending = all.filter((view) => view.deleting && inFlight(view) && isGuarded(view.object)).map((view) => heldEnd(view, context));
  const failed = all.filter((view) => view.final && view.ours && !view.deleting && view.state === 'CompletedWithError');
  return [
    ...waiting,
    ...ending,
    ...failed.map((view) => ({ what: runs(view.name), reasons: [reason('OperationFailed', `it failed for good: ${view.error}`)] })),
  ];
}
