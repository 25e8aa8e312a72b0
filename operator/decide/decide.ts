/**
 * From what is wished and what is seen to what is done next. Pure: the same input gives the same plan, here, in the
 * tests, in the simulator and in `kafka-operator plan`.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Context, Rule } from './context';
import { indexOf } from './context';
import { describe } from './explain';
import { factsIn } from './facts';
import { gate } from './gate';
import { identityIn, type Identity } from './identity';
import { manifestsFor } from './manifests';
import { nodeViews } from './node-view';
import { inOrder } from './order';
import type { Held, Plan, Proposal } from './plan';
import { reason, type Reason } from './reason';
import { oneRecord } from './recorded';
import { applyNodeServices, applyShared } from './rules/apply-drift';
import { createPods } from './rules/create-pod';
import { followGate } from './rules/disruption-budgets';
import { electLeaders } from './rules/elect-leaders';
import { finalizer } from './rules/finalizer';
import { placeRacks } from './rules/place-rack';
import { prune } from './rules/prune';
import { restartOutdated } from './rules/restart-outdated';
import { createVolumes, markVolumes } from './rules/volumes';
import { standing } from './standing';
import { guardBudgets } from './wave-budget';
import type { World } from './world';

/** In the order in which a reader meets them; order.ts decides what is done first. */
const RULES: readonly Rule[] = [
  finalizer,
  applyShared,
  applyNodeServices,
  createVolumes,
  createPods,
  placeRacks,
  markVolumes,
  followGate,
  electLeaders,
  restartOutdated,
  prune,
];

const NOTHING: Plan = { actions: [], held: [], wakeAfter: undefined };

/** @param now milliseconds since the epoch */
export function decide(cluster: ResolvedCluster, world: World, now: number): Plan {
  const identity = identityIn(world, cluster);
  if (identity.kind === 'foreign' || identity.kind === 'conflict') return { ...NOTHING, held: [everything(identity.reason)] };
  if (identity.kind === 'mint') return pausedOr(world, { ...NOTHING, actions: [mint(identity)], wakeAfter: 0 });
  const context = contextFor(cluster, world, identity, now);
  const proposals = oneRecord(RULES.flatMap((rule) => rule(context)));
  const verdict = guardBudgets(gate(proposals, context), context);
  const held = [...verdict.held, ...standing(context)];
  return pausedOr(world, { actions: inOrder(verdict.allowed), held, wakeAfter: wakeAfter(verdict.allowed, held, now) });
}

/** At once after what is recorded for a next step; else at the earliest time that a reason names. */
function wakeAfter(actions: readonly Proposal[], held: readonly Held[], now: number): number | undefined {
  if (actions.some((a) => a.kind === 'record')) return 0;
  const times = held.flatMap((h) => h.reasons.flatMap((r) => (r.until === undefined ? [] : [r.until])));
  return times.length === 0 ? undefined : Math.max(1000, Math.min(...times) - now);
}

export function contextFor(cluster: ResolvedCluster, world: World, identity: Extract<Identity, { kind: 'known' }>, now: number): Context {
  const views = nodeViews(cluster, world);
  return { cluster, identity, world, views, now, live: indexOf(world), ...manifestsFor(cluster, factsIn(identity, views, world)) };
}

const everything = (why: Reason): Held => ({ what: 'everything', reasons: [why] });

/** The id itself is drawn by the executor; nothing uses it before it is seen in the status. */
function mint(identity: Extract<Identity, { kind: 'mint' }>): Proposal {
  const { clusterId, quorum, initialControllers } = identity;
  const why =
    clusterId === undefined
      ? 'no volume and no Pod of this cluster exists'
      : 'found on its volumes or given in the spec, missing in the status';
  return { kind: 'mint', risk: 'safe', clusterId, quorum, initialControllers, reasons: [reason('Identity', why)] };
}

/** With the annotation `pause` everything is observed and reported, nothing is touched. */
function pausedOr(world: World, plan: Plan): Plan {
  if (world.cluster.annotations[ANNOTATION.pause] !== 'true') return plan;
  return { ...NOTHING, held: [...plan.actions.map(paused), ...plan.held] };
}

const paused = (action: Proposal): Held => ({
  what: describe(action),
  reasons: [...action.reasons, reason('Paused', `annotation ${ANNOTATION.pause} is set`)],
  ...(action.node === undefined ? {} : { node: action.node }),
});
