/**
 * A wave and an eviction must not meet (decision 23): before anything that serves is stopped, the PodDisruptionBudgets are
 * lowered to none, and the last look before the stop sees that Kubernetes has taken it in. They are raised again by
 * rules/disruption-budgets.ts when the gate would let one go and no wave begins. A node that serves nobody needs none of this.
 */
import { KAFKA_APP, LABEL } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import type { Context } from './context';
import type { GateVerdict } from './gate';
import { servesNobody } from './health';
import type { NodeView } from './node-view';
import { reason, type Reason } from './reason';
import { loweredBudgets } from './rules/disruption-budgets';
import type { LiveObject } from './world';

/** The verdict with the budgets lowered, when a wave begins. */
export function guardBudgets(verdict: GateVerdict, context: Context): GateVerdict {
  const serving = new Set(context.views.filter((v) => !servesNobody(v, context.world)).map((v) => v.node.id));
  if (!verdict.allowed.some((p) => p.kind === 'restartNode' && p.running && serving.has(p.node))) return verdict;
  const others = verdict.allowed.filter((p) => p.kind !== 'apply' || !isBudgetOfKafka(p.manifest));
  return { ...verdict, allowed: [...others, ...loweredBudgets(context)] };
}

/** Why the wave has to wait for the budgets; empty: nobody can be evicted now. */
export function whyBudgetsHold(wave: readonly NodeView[], { world }: Pick<Context, 'world'>): readonly Reason[] {
  if (wave.every((v) => servesNobody(v, world))) return [];
  const open = world.objects.filter((o) => isBudgetOfKafka(o) && !allowsNothing(o));
  return open.map((o) =>
    reason('BudgetFollowsGate', `budget ${o.metadata.name} is being lowered first, so that no eviction meets the restart`),
  );
}

/** Proxies have budgets of their own, which are none of a wave's business. */
const isBudgetOfKafka = ({ kind, metadata }: Pick<Manifest | LiveObject, 'kind' | 'metadata'>): boolean =>
  kind === 'PodDisruptionBudget' && metadata.labels?.[LABEL.app] === KAFKA_APP;

/** Kubernetes has worked the budget out as it stands, and lets nobody go. */
function allowsNothing(budget: LiveObject): boolean {
  const { observedGeneration = 0, disruptionsAllowed } = (budget.status ?? {}) as {
    observedGeneration?: number;
    disruptionsAllowed?: number;
  };
  return disruptionsAllowed === 0 && (budget.metadata.generation ?? 0) <= observedGeneration;
}
