/**
 * The last look before something is stopped or the quorum changes. A plan is a snapshot, and snapshots go stale: the question that allowed the
 * wave is asked again, once for all of it, of Kafka itself and of the stores as they are now.
 */
import type { Action, Outcome } from '../decide/action';
import { whyAnyCastHolds } from '../decide/any-cast';
import type { Context } from '../decide/context';
import { mayStop } from '../decide/may-stop';
import { whyNotForQuorum } from '../decide/quorum-guard';
import type { NodeView } from '../decide/node-view';
import { whyNotForVolumes } from '../decide/volume-stop';
import type { Reason } from '../decide/reason';
import { whyBudgetsHold } from '../decide/wave-budget';

/** Why these nodes may not be stopped together now, or this not be done to the quorum or to their volumes; empty: they may. */
export type Preflight = (
  nodes: readonly number[],
  changes?: readonly Action[],
  /** What was done before in this pass. */
  before?: readonly Outcome[],
) => Promise<readonly Reason[]>;

/** @param lookAgain the cluster as it is now, with a fresh look at Kafka */
export function preflight(lookAgain: () => Promise<Context>): Preflight {
  return async (nodes, changes = [], before = []) => {
    const fresh = await lookAgain();
    const wave = fresh.views.filter((v) => nodes.includes(v.node.id));
    const going = [...wave, ...fresh.views.filter((v) => changes.some((change) => stops(change, v)))];
    const changed = changes.flatMap((change) => [...whyNotForQuorum(change, fresh, []), ...whyNotForVolumes(change, fresh)]);
    const led = whyAnyCastHolds(going, fresh, refusedFiles(before));
    return wave.length === 0 ? [...changed, ...led] : [...mayStop(wave, fresh), ...whyBudgetsHold(wave, fresh), ...changed, ...led];
  };
}

/** For good: a removed node's Pod is deleted. */
const stops = (change: Action, { node }: NodeView): boolean =>
  change.kind === 'delete' && change.target.kind === 'Pod' && change.node === node.id;

/** Kubernetes refused to take these in, and would again. */
const refusedFiles = (before: readonly Outcome[]): ReadonlySet<string> =>
  new Set(before.flatMap(({ action, result }) => (result === 'failed' && action.kind === 'apply' ? [action.manifest.metadata.name] : [])));
