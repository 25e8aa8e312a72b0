/**
 * The PodDisruptionBudgets follow the gate (decision 23): one Pod may be evicted while the cluster could spare one, none
 * otherwise. They are made once the cluster serves for the first time; before that there is nothing to protect.
 */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import type { Manifest } from '../../../lib/constructs/manifest';
import { controllerBudgetName } from '../../../lib/constructs/naming';
import { disruptionBudgets } from '../../../lib/constructs/disruption-budget';
import { stamped } from '../drift';
import { liveOf, type Context, type Rule } from '../context';
import { healthy, unhealthyPartitions } from '../health';
import { serves } from '../node-view';
import type { Proposal } from '../plan';
import { isOut } from '../put-down';
import { reason } from '../reason';
import { applyIfNeeded } from './apply-drift';

export const followGate: Rule = (context): readonly Proposal[] => {
  if (!context.cluster.disruptionBudget.create || isUndecided(context)) return [];
  const controllers = controllerBudgetName(context.cluster.name);
  return budgetsOf(context.cluster).flatMap(([none, one]) => {
    const fine = one.metadata.name === controllers ? sparesController(context) : sparesBroker(context);
    const manifest = fine ? one : none;
    if (!fine && liveOf(context, manifest) === undefined) return [];
    return applyIfNeeded(context, manifest).map((a) => ({ ...a, reasons: [...a.reasons, because(fine)] }));
  });
};

/** What lowers the budgets that stand to none: before a wave. */
export function loweredBudgets(context: Context): readonly Proposal[] {
  if (!context.cluster.disruptionBudget.create) return [];
  return budgetsOf(context.cluster).flatMap(([none]) => {
    if (liveOf(context, none) === undefined) return [];
    return applyIfNeeded(context, none).map((a) => ({
      ...a,
      reasons: [...a.reasons, reason('BudgetFollowsGate', 'a restart is about to begin')],
    }));
  });
}

/** Each budget as it is while none and while one node may go; built once for each wish. */
const built = new WeakMap<ResolvedCluster, readonly (readonly [Manifest, Manifest])[]>();

function budgetsOf(cluster: ResolvedCluster): readonly (readonly [Manifest, Manifest])[] {
  const known = built.get(cluster);
  if (known !== undefined) return known;
  const ones = disruptionBudgets(cluster, 1).map(stamped);
  const pairs = disruptionBudgets(cluster, 0).map((none, at) => [stamped(none), ones[at] ?? stamped(none)] as const);
  built.set(cluster, pairs);
  return pairs;
}

/** A new operator that has not asked Kafka yet: no reason to change what stands, when every Pod serves. */
const isUndecided = ({ world, views }: Context): boolean => world.kafka.state === 'notAsked' && views.every(serves);

/** One controller may go while somebody leads and every controller serves, whatever befalls the brokers. */
const sparesController = ({ world, views }: Context): boolean =>
  world.kafka.state === 'known' &&
  world.kafka.value.quorum.leaderId >= 0 &&
  views.filter((v) => v.node.roles.includes('controller')).every(serves);

/**
 * One broker may go while every broker serves and every replica is in sync; where brokers vote, every voter counts as well.
 * None while the controller that leads is being restarted: Kafka names it for a moment longer, and a broker that is evicted
 * while nobody leads takes up to a minute to stop (decision 22).
 */
function sparesBroker(context: Context): boolean {
  const { kafka } = context.world;
  const vote = context.views.some((v) => v.node.roles.length > 1);
  if (vote) return healthy(context);
  if (kafka.state !== 'known' || unhealthyPartitions(kafka.value).length > 0) return false;
  const { leaderId } = kafka.value.quorum;
  if (!context.views.some((v) => v.node.id === leaderId && serves(v))) return false;
  return context.views.filter((v) => v.node.roles.includes('broker') && !isOut(v, context)).every(serves);
}

const because = (fine: boolean) =>
  reason(
    'BudgetFollowsGate',
    fine ? 'everything it guards serves, one may be evicted' : 'not everything it guards serves, none may be evicted',
  );
