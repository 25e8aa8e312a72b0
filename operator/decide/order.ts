/**
 * The order of a pass. Nothing here relies on the effect of something later: what a Pod needs (services, volumes,
 * configuration) comes before the Pod, one disruption comes after all repairs, removals come last.
 */
import type { Action } from './action';
import { whyCutsOff } from './bootstrap-guard';
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import { failedBefore } from './trial';
import type { Proposal } from './plan';

const PHASES: Readonly<Record<Action['kind'], number>> = {
  setFinalizer: 0,
  mint: 0,
  record: 0,
  issueCertificate: 1,
  passOnTrust: 1,
  replaceAuthority: 1,
  writeKeystores: 1,
  makeCredentials: 1,
  apply: 1,
  createPod: 2,
  annotate: 3,
  alterConfigs: 3,
  knowCredentials: 3,
  electLeaders: 3,
  addVoter: 3,
  resizePod: 3,
  createTopic: 3,
  recordOperation: 3,
  growClaim: 3,
  changeSpec: 4,
  askCruiseControl: 4,
  restartNode: 4,
  removeVoter: 4,
  updateFeature: 4,
  unregisterBroker: 4,
  delete: 5,
};

/** Actions of one phase do not depend on each other; a phase begins when the one before has ended. */
export function phaseOf(action: Action): number {
  if (action.kind === 'apply' && action.manifest.kind === 'PodDisruptionBudget') return 3;
  if (action.kind === 'restartNode' && !action.running) return 2;
  if (action.kind === 'delete' && action.force === true) return 2;
  return PHASES[action.kind];
}

/** By phase; within a phase as proposed. */
export function inOrder(actions: readonly Proposal[]): readonly Action[] {
  return actions
    .map((action, at) => ({ action, at }))
    .sort((a, b) => phaseOf(a.action) - phaseOf(b.action) || a.at - b.at)
    .map((e) => e.action);
}

/**
 * Restarts last, in the order in which nodes should go: what takes a change back from a node that failed with it, then not-ready
 * controllers, ready ones, the leader; then brokers, the sick first; then a controller whose stop would cut a broker off.
 */
export function inRestartOrder(proposals: readonly Proposal[], context: Context): readonly Proposal[] {
  const restarts = proposals.filter((p) => p.kind === 'restartNode');
  const others = proposals.filter((p) => p.kind !== 'restartNode');
  const turns = new Map(restarts.map(({ node }) => [node, turn(node, context)] as const));
  return [...others, ...restarts.sort((a, b) => (turns.get(a.node) ?? 0) - (turns.get(b.node) ?? 0) || a.node - b.node)];
}

function turn(id: number, context: Context): number {
  const view = context.views.find((v) => v.node.id === id);
  if (view === undefined) return 0;
  if (failedBefore(view, context)) return -1;
  const serving = serves(view) ? 1 : 0;
  if (view.node.roles.includes('broker')) return 10 + serving + leading(id, context);
  return cutsOff(view, context) ? 20 : serving + leading(id, context);
}

function leading(id: number, { world: { kafka } }: Context): number {
  return kafka.state === 'known' && kafka.value.quorum.leaderId === id ? 1 : 0;
}

function cutsOff(view: NodeView, context: Context): boolean {
  const { kafka } = context.world;
  return kafka.state === 'known' && whyCutsOff(view, kafka.value.quorum.voters, context) !== undefined;
}
