/**
 * The judgement on what was observed and done; never on what is wished. Pure, and written only when it differs from what
 * stands in the status already.
 */
import type { Problem } from '../../lib/api/problem';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Outcome } from './action';
import { alertFields } from './alerts/alerts-status';
import { rollErrors } from './alerts/roll-errors';
import { brokersState } from './broker-status';
import { CONDITION_TYPES, merged, type Judgement } from './conditions';
import { withTopicStatus } from './cruise-control-status';
import { describe, heldLine, actionLine } from './explain';
import { withFeatures } from './features';
import { judge } from './judge';
import { isGoneBroker } from './leaving-broker';
import { isGone } from './leaving-controller';
import { listenerStatuses } from './listener-status';
import { nodeViews, serves } from './node-view';
import type { Plan } from './plan';
import { waveText } from './preview';
import { isOut } from './put-down';
import { isoSeconds } from './rfc3339';
import { leaderSeen } from './rules/volumes';
import { withSettings } from './settings-status';
import type { ClusterStatus, Condition, World } from './world';

export interface Pass {
  readonly world: World;
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What the status of a cluster with an accepted spec is to be. */
export function report(cluster: ResolvedCluster, pass: Pass): ClusterStatus {
  const { world, plan, now } = pass;
  const before = world.cluster.status;
  const all = nodeViews(cluster, world);
  const views = all.filter((v) => !isGone(v, { cluster, world }) && !isGoneBroker(v, { cluster, world, views: all }));
  const judgements = judge(
    cluster,
    views.filter((v) => !isOut(v, { world })),
    pass,
  );
  const running = isTrue(judgements, 'Ready');
  const brokers = views.filter((v) => v.node.roles.includes('broker'));
  const status: ClusterStatus = {
    ...before,
    state: running ? 'ClusterRunning' : rolling(pass) ? 'ClusterRollingUpgrading' : 'ClusterReconciling',
    observedGeneration: cluster.generation,
    conditions: merged(judgements, before.conditions ?? [], cluster.generation, now),
    brokersState: brokersState(cluster, views, pass),
    listenerStatuses: listenerStatuses(cluster, world),
    brokers: `${String(brokers.filter(serves).length)}/${String(brokers.length)}`,
    plan: planInWords(plan),
    ...alertFields(cluster, pass),
    ...(cluster.kafkaVersion === undefined ? {} : { kafkaVersion: cluster.kafkaVersion }),
    ...(before.quorum === 'Forming' && leaderSeen('Forming', { world, views }) ? { quorum: 'Formed' as const } : {}),
  };
  return withLastSuccess(
    withFeatures(withSettings(withTopicStatus(status, cluster, world), cluster, views, pass), world, rolling(pass)),
    pass,
  );
}

/** What the status of a refused spec is to be: the reasons, and everything else as it was. */
export function reportRefused(problems: readonly Problem[], world: World, generation: number, now: number): ClusterStatus {
  const before = world.cluster.status;
  const kept = (before.conditions ?? []).filter((c) => c.type !== 'SpecAccepted' && c.type !== 'Progressing');
  const message = problems.map((p) => `${p.path}: ${p.message}`).join('; ');
  const judgements: Judgement[] = [
    { type: 'SpecAccepted', status: 'False', reason: 'Refused', message: `${message}. What runs is left as it is` },
    { type: 'Progressing', status: 'False', reason: 'SpecRefused', message: 'waiting for an acceptable spec' },
  ];
  if (before.clusterID === undefined)
    judgements.push({ type: 'Ready', status: 'False', reason: 'SpecRefused', message: 'nothing was created' });
  const conditions = inOrderOfTypes([
    ...merged(judgements, before.conditions ?? [], generation, now),
    ...kept.filter((c) => !judgements.some((j) => j.type === c.type)),
  ]);
  return { ...before, state: before.state ?? 'ClusterReconciling', observedGeneration: generation, conditions };
}

const inOrderOfTypes = (conditions: readonly Condition[]): readonly Condition[] =>
  CONDITION_TYPES.flatMap((type) => conditions.filter((c) => c.type === type));

const isTrue = (judgements: readonly Judgement[], type: string): boolean => judgements.some((j) => j.type === type && j.status === 'True');

/** A restart was decided, or a roll is not over yet: it is when the cluster runs again. */
function rolling({ plan, world }: Pass): boolean {
  const restarts = plan.actions.some((a) => a.kind === 'restartNode' && a.running) || plan.held.some((h) => h.what.startsWith('restart'));
  return restarts || world.cluster.status.state === 'ClusterRollingUpgrading';
}

const PLAN_LINES = 20;

/** Bounded: a status is no log. */
function planInWords(plan: Plan): NonNullable<ClusterStatus['plan']> {
  const cut = (lines: readonly string[]): readonly string[] =>
    lines.length <= PLAN_LINES ? lines : [...lines.slice(0, PLAN_LINES), `and ${String(lines.length - PLAN_LINES)} more`];
  const risky = plan.actions.filter((a) => a.risk !== 'safe');
  const { approval, waves = [] } = plan.preview ?? {};
  return {
    actions: cut(risky.map(actionLine)),
    held: cut(plan.held.map(heldLine)),
    ...(approval === undefined ? {} : { hash: approval.hash }),
    ...(waves.length === 0 ? {} : { waves: cut(waves.map(waveText)) }),
  };
}

/** Koperator's field: when the cluster last became running after a roll. */
function withLastSuccess(status: ClusterStatus, { world, now }: Pass): ClusterStatus {
  const before = world.cluster.status;
  const errorCount = rollErrors(world);
  const ended = before.state === 'ClusterRollingUpgrading' && status.state === 'ClusterRunning';
  const lastSuccess = ended ? spaced(now) : (before.rollingUpgradeStatus?.lastSuccess ?? '');
  return { ...status, rollingUpgradeStatus: { lastSuccess, errorCount } };
}

const spaced = (now: number): string => isoSeconds(now).replace('T', ' ').replace('Z', '');

/** One line per finished or failed action, for logs and Events. */
export const outcomeLine = (outcome: Outcome): string =>
  `${describe(outcome.action)} ${outcome.result}${outcome.message === undefined ? '' : `: ${outcome.message}`}`;
