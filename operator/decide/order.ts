/**
 * The order of a pass. Nothing here relies on the effect of something later: what a Pod needs (services, volumes,
 * configuration) comes before the Pod, one disruption comes after all repairs, removals come last.
 */
import type { Action } from './action';
import type { Context } from './context';
import { serves } from './node-view';
import type { Proposal } from './plan';

/** Actions of one phase do not depend on each other; a phase begins when the one before has ended. */
export function phaseOf(action: Action): number {
  switch (action.kind) {
    case 'setFinalizer':
    case 'mint':
      return 0;
    case 'apply':
      return action.manifest.kind === 'PodDisruptionBudget' ? 3 : 1;
    case 'createPod':
      return 2;
    case 'annotate':
      return 3;
    case 'restartNode':
      return action.running ? 4 : 2;
    case 'delete':
      return 5;
  }
}

/** By phase; within a phase as proposed. */
export function inOrder(actions: readonly Proposal[]): readonly Action[] {
  return actions
    .map((action, at) => ({ action, at }))
    .sort((a, b) => phaseOf(a.action) - phaseOf(b.action) || a.at - b.at)
    .map((e) => e.action);
}

/** Restarts last, in the order in which nodes should go: not-ready controllers, ready ones, the leader; then brokers, the sick first. */
export function inRestartOrder(proposals: readonly Proposal[], context: Context): readonly Proposal[] {
  const restarts = proposals.filter((p) => p.kind === 'restartNode');
  const others = proposals.filter((p) => p.kind !== 'restartNode');
  return [...others, ...restarts.sort((a, b) => turn(a.node, context) - turn(b.node, context) || a.node - b.node)];
}

function turn(id: number, context: Context): number {
  const view = context.views.find((v) => v.node.id === id);
  if (view === undefined) return 0;
  const { kafka } = context.world;
  const leads = kafka.state === 'known' && kafka.value.quorum.leaderId === id;
  const base = view.node.roles.includes('controller') && !view.node.roles.includes('broker') ? 0 : 10;
  return base + (serves(view) ? 1 : 0) + (leads ? 1 : 0);
}
