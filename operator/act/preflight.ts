/**
 * The last look before something is stopped. A plan is a snapshot, and snapshots go stale: the question that allowed the
 * wave is asked again, once for all of it, of Kafka itself and of the stores as they are now.
 */
import { mayStop, type StopContext } from '../decide/may-stop';
import type { Reason } from '../decide/reason';
import { whyBudgetsHold } from '../decide/wave-budget';

/** Why these nodes may not be stopped together now; empty: they may. */
export type Preflight = (nodes: readonly number[]) => Promise<readonly Reason[]>;

/** @param lookAgain the cluster as it is now, with a fresh look at Kafka */
export function preflight(lookAgain: () => Promise<StopContext>): Preflight {
  return async (nodes) => {
    const fresh = await lookAgain();
    const wave = fresh.views.filter((v) => nodes.includes(v.node.id));
    return wave.length === 0 ? [] : [...mayStop(wave, fresh), ...whyBudgetsHold(wave, fresh)];
  };
}
