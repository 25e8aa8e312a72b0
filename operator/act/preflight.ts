/**
 * The last look before something is stopped. A plan is a snapshot, and snapshots go stale: the question that allowed the
 * restart is asked again, of Kafka itself and of the stores as they are now.
 */
import { mayStop } from '../decide/gate';
import type { NodeView } from '../decide/node-view';
import type { Reason } from '../decide/reason';
import type { World } from '../decide/world';

/** Why this node may not be stopped now; empty: it may. */
export type Preflight = (node: number) => Promise<readonly Reason[]>;

/** @param lookAgain a fresh World of the cluster, with a fresh look at Kafka, and its nodes */
export function preflight(lookAgain: () => Promise<{ readonly world: World; readonly views: readonly NodeView[] }>): Preflight {
  return async (node) => {
    const fresh = await lookAgain();
    const view = fresh.views.find((v) => v.node.id === node);
    return view === undefined ? [] : mayStop(view, fresh);
  };
}
