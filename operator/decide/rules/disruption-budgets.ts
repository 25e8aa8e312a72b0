/**
 * The PodDisruptionBudgets follow the gate (decision 23): one Pod may be evicted while the cluster could spare one, none
 * otherwise. They are made once the cluster serves for the first time; before that there is nothing to protect.
 */
import { disruptionBudgets } from '../../../lib/constructs/disruption-budget';
import { stamped } from '../drift';
import { liveOf, type Context, type Rule } from '../context';
import { healthy } from '../health';
import { serves } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { applyIfNeeded } from './apply-drift';

export const followGate: Rule = (context): readonly Proposal[] => {
  if (!context.cluster.disruptionBudget.create) return [];
  const fine = healthy(context);
  if (isUndecided(context)) return [];
  return disruptionBudgets(context.cluster, fine ? 1 : 0)
    .map(stamped)
    .filter((m) => fine || liveOf(context, m) !== undefined)
    .flatMap((m) => applyIfNeeded(context, m))
    .map((a) => ({ ...a, reasons: [...a.reasons, reason('BudgetFollowsGate', because(context, fine))] }));
};

/** A new operator that has not asked Kafka yet: no reason to change what stands, when every Pod serves. */
const isUndecided = ({ world, views }: Context): boolean => world.kafka.state === 'notAsked' && views.every(serves);

const because = (context: Context, fine: boolean): string =>
  fine ? `all ${String(context.views.length)} nodes serve, one may be evicted` : 'not everything serves, none may be evicted';
