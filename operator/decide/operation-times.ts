/** When to look at operations again although nothing happens: an object that expires, a request that should have arrived by then. */
import type { Context } from './context';
import { queueOf, whyBackingOff } from './operation-queue';
import { isMove } from './operation-request';
import { SETTLED_AFTER_MS } from './operation-step';
import { startedAt, taskOf } from './operation-status';
import { inFlight, operationsIn, type OperationView } from './operation-view';
import { millisecondsOf } from './rfc3339';

const LOOKED_AGAIN_MS = 5000;

/** When a finished operation is deleted, in milliseconds since the epoch; undefined: never, or it is not finished. */
export function expiresAt(view: OperationView): number | undefined {
  const { ttlSecondsAfterFinished: ttl } = (view.object.spec ?? {}) as { readonly ttlSecondsAfterFinished?: unknown };
  const finished = millisecondsOf(taskOf(view).finished);
  return view.final && typeof ttl === 'number' && finished !== undefined ? finished + ttl * 1000 : undefined;
}

/** Milliseconds since the epoch; back-offs are not among them, as they stand with the reasons of what waits. */
export function operationTimes(context: Context): readonly number[] {
  const all = operationsIn(context.world);
  if (all.length === 0) return [];
  const expiries = all.flatMap((view) => (view.deleting ? [] : (expiresAt(view) ?? [])));
  // Also of a stop that is asked for again.
  const current = queueOf(context).current ?? all.find(inFlight);
  const looks = current === undefined ? [] : [Math.max(context.now + LOOKED_AGAIN_MS, startedAt(current) + SETTLED_AFTER_MS)];
  // Of what moves replicas it stands with the reasons why it waits.
  const again = all.filter((view) => !isMove(view)).flatMap((view) => whyBackingOff(view, context.now).flatMap((r) => r.until ?? []));
  return [...expiries, ...looks, ...again];
}
