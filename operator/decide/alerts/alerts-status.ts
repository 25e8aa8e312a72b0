/** What the status says of alerts after a pass: which fire, what became of an action, and what was refused. */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import type { Outcome } from '../action';
import { nodeViews } from '../node-view';
import type { Pass } from '../report';
import type { ClusterStatus } from '../world';
import type { Seen } from './action-view';
import type { AlertDecision } from './alerts-view';
import { changeText } from './change-text';
import { recordOf } from './known-alerts';
import { openAction } from './open-action';
import { policyOf } from './policy';
import { bounded, decided, isKnown } from './trail';
import { alertsOf, decisionsOf, verdicts, type Judged } from './verdict';

type AlertFields = Pick<ClusterStatus, 'alerts' | 'alertCount'>;

/** Nothing at all as long as none was ever received. */
export function alertFields(cluster: ResolvedCluster, { world, outcomes, now }: Omit<Pass, 'plan'>): AlertFields {
  const { firing } = alertsOf(world, now);
  const { alerts, alertCount = 0 } = world.cluster.status;
  if (alerts === undefined && alertCount === 0 && firing.length === 0) return {};
  const seen: Seen = { cluster, world, views: nodeViews(cluster, world), now };
  const before = decisionsOf(world).map((decision) => settled(decision, seen, outcomes));
  const decisions = bounded([...before, ...verdicts(seen).flatMap((judged) => noted(judged, before, seen))], firing);
  return { alerts: { firing: recordOf(firing), decisions }, alertCount: firing.length };
}

function settled(decision: AlertDecision, seen: Seen, outcomes: readonly Outcome[]): AlertDecision {
  if (decision.outcome !== 'Begun') return decision;
  const { missing, dropped } = openAction(decision, seen);
  if (missing.length === 0) return { ...decision, outcome: 'Done', reason: 'Applied' };
  const wrong = outcomes.find(({ action, result }) => isOfAlert(action.kind) && (result === 'failed' || result === 'refused'));
  if (wrong !== undefined)
    return {
      ...decision,
      outcome: 'Failed',
      reason: wrong.result === 'refused' ? 'Conflict' : 'WriteRefused',
      message: wrong.message ?? '',
    };
  return dropped === undefined ? decision : { ...decision, outcome: 'Failed', ...dropped };
}

const isOfAlert = (kind: Outcome['action']['kind']): boolean => kind === 'changeSpec' || kind === 'growClaim';

/** Refusals, and what a dry run would do; each once for each firing. */
function noted({ alert, action, verdict }: Judged, before: readonly AlertDecision[], seen: Seen): readonly AlertDecision[] {
  const name = action.slice(0, 64);
  const next =
    verdict.kind === 'refused'
      ? decided(alert, seen.now, { action: name, outcome: 'Refused', reason: verdict.reason, message: verdict.message })
      : verdict.kind === 'acts' && policyOf(seen.cluster).dryRun
        ? decided(alert, seen.now, {
            action: name,
            outcome: 'DryRun',
            reason: 'WouldApply',
            message: verdict.changes.map(changeText).join(', '),
          })
        : undefined;
  return next === undefined || isKnown(before, next, alert.since) ? [] : [next];
}
