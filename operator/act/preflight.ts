/**
 * The last look before something is stopped or the quorum changes. A plan is a snapshot, and snapshots go stale: the question that allowed the
 * wave is asked again, once for all of it, of Kafka itself and of the stores as they are now.
 */
import type { Action } from '../decide/action';
import type { Context } from '../decide/context';
import { mayStop } from '../decide/may-stop';
import { whyNotForQuorum } from '../decide/quorum-guard';
import { whyNotForVolumes } from '../decide/volume-stop';
import type { Reason } from '../decide/reason';
import { whyBudgetsHold } from '../decide/wave-budget';

/** Why these nodes may not be stopped together now, or this not be done to the quorum or to their volumes; empty: they may. */
export type Preflight = (nodes: readonly number[], changes?: readonly Action[]) => Promise<readonly Reason[]>;

/** @param lookAgain the cluster as it is now, with a fresh look at Kafka */
export function preflight(lookAgain: () => Promise<Context>): Preflight {
  return async (nodes, changes = []) => {
    const fresh = await lookAgain();
    const wave = fresh.views.filter((v) => nodes.includes(v.node.id));
    const changed = changes.flatMap((change) => [...whyNotForQuorum(change, fresh, []), ...whyNotForVolumes(change, fresh)]);
    return wave.length === 0 ? changed : [...mayStop(wave, fresh), ...whyBudgetsHold(wave, fresh), ...changed];
  };
}
