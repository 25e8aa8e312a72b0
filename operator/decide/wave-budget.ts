/**
 * A wave and an eviction must not meet (decision 23): before anything that runs is stopped, the PodDisruptionBudgets are
 * lowered to none and Kubernetes is seen to have taken it in. They are raised again by rules/disruption-budgets.ts when the
 * gate would let one go and no wave begins. A node that serves nobody needs none of this.
 */
import type { Context } from './context';
import type { GateVerdict } from './gate';
import { describe } from './explain';
import { servesNobody } from './health';
import type { Held, Proposal } from './plan';
import { reason } from './reason';
import { loweredBudgets } from './rules/disruption-budgets';
import type { LiveObject } from './world';

export function guardBudgets(verdict: GateVerdict, context: Context): GateVerdict {
  const serving = new Set(context.views.filter((v) => !servesNobody(v, context.world)).map((v) => v.node.id));
  const wave = verdict.allowed.filter((p) => p.kind === 'restartNode' && p.running && serving.has(p.node));
  if (wave.length === 0) return verdict;
  const others = verdict.allowed.filter((p) => p.kind !== 'apply' || p.manifest.kind !== 'PodDisruptionBudget');
  const lowering = loweredBudgets(context);
  if (lowering.length === 0 && budgets(context).every(allowsNothing)) return { ...verdict, allowed: others };
  const waiting = new Set(wave.map((p) => p.node));
  const kept = others.filter((p) => !wave.includes(p) && !isConfigurationOf(p, waiting, context));
  return { allowed: [...kept, ...lowering], held: [...verdict.held, ...wave.map(waits)] };
}

const budgets = (context: Context): readonly LiveObject[] => context.world.objects.filter((o) => o.kind === 'PodDisruptionBudget');

/** Kubernetes has worked the budget out as it stands, and lets nobody go. */
function allowsNothing(budget: LiveObject): boolean {
  const { observedGeneration, disruptionsAllowed } = (budget.status ?? {}) as { observedGeneration?: number; disruptionsAllowed?: number };
  return disruptionsAllowed === 0 && (budget.metadata.generation ?? 0) <= (observedGeneration ?? 0);
}

/** A node's new configuration comes with its restart (decision 10). */
const isConfigurationOf = (proposal: Proposal, nodes: ReadonlySet<number | undefined>, context: Context): boolean =>
  proposal.kind === 'apply' &&
  nodes.has(proposal.node) &&
  (context.nodes.get(proposal.node ?? -1)?.config.some((m) => m.metadata.name === proposal.manifest.metadata.name) ?? false);

const waits = (proposal: Proposal): Held => ({
  what: describe(proposal),
  reasons: [reason('BudgetFollowsGate', 'the disruption budgets are lowered first, so that no eviction meets the restart')],
  ...(proposal.node === undefined ? {} : { node: proposal.node }),
});
