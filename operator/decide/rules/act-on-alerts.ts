/**
 * What alerts ask for. An action is first written into the status, with everything that it changes, and carried out when it is seen
 * there: a kill between the two does it once, and not again.
 */
import type { AlertChange } from '../../../lib/alerts/alert-action';
import type { AlertDecision } from '../alerts/alerts-view';
import type { Seen } from '../alerts/action-view';
import { changeText } from '../alerts/change-text';
import { alertName, recordOf } from '../alerts/known-alerts';
import { openAction } from '../alerts/open-action';
import { policyOf } from '../alerts/policy';
import { bounded, decided, openDecision } from '../alerts/trail';
import { alertsOf, decisionsOf, verdicts, type Judged } from '../alerts/verdict';
import { targetOf, type Rule } from '../context';
import type { Held, Proposal } from '../plan';
import { reason } from '../reason';

export const actOnAlerts: Rule = (context) => {
  const open = openDecision(decisionsOf(context.world));
  if (open !== undefined) return applied(open, context);
  if (policyOf(context.cluster).dryRun) return [];
  const next = verdicts(context).find(({ verdict }) => verdict.kind === 'acts');
  return next?.verdict.kind === 'acts' ? [begun(next, next.verdict.changes, context)] : [];
};

function begun({ alert, action }: Judged, changes: readonly AlertChange[], seen: Seen): Proposal {
  const message = `${changes.map(changeText).join(', ')}, for alert ${alertName(alert)}`;
  const decision = decided(alert, seen.now, { action, outcome: 'Begun', reason: 'Applying', message, changes: JSON.stringify(changes) });
  const { firing } = alertsOf(seen.world, seen.now);
  const decisions = bounded([...decisionsOf(seen.world), decision], firing);
  // Another operator must know since when it fires, or its next message would be another firing that may act.
  const alerts = { ...seen.world.cluster.status.alerts, firing: recordOf(firing), decisions };
  return { kind: 'record', risk: 'safe', status: { alerts }, reasons: [reason('AlertActs', `${action}: ${message}`)] };
}

/** What of it is not made yet. */
function applied(open: AlertDecision, context: Parameters<Rule>[0]): readonly Proposal[] {
  const reasons = [reason('AlertActs', `alert ${open.alert}, ${open.action}`)];
  const { missing, dropped } = openAction(open, context);
  if (dropped !== undefined) return [];
  const spec = missing.filter((change) => change.kind !== 'growClaim');
  const claims = missing.flatMap((change): readonly Proposal[] => {
    const view = context.views.find(({ claims: own }) => change.kind === 'growClaim' && own.some((c) => c.metadata.name === change.claim));
    const claim = view?.claims.find((c) => change.kind === 'growClaim' && c.metadata.name === change.claim);
    if (change.kind !== 'growClaim' || view === undefined || claim === undefined) return [];
    return [{ kind: 'growClaim', risk: 'safe', node: view.node.id, target: targetOf(claim), size: change.size, reasons }];
  });
  const { allowSpecEdits } = policyOf(context.cluster);
  return spec.length === 0 ? claims : [{ kind: 'changeSpec', risk: 'safe', changes: spec, allowSpecEdits, reasons }, ...claims];
}

/** Alerts that wait for their turn, with why. */
export function waitingAlerts(seen: Seen): readonly Held[] {
  return verdicts(seen).flatMap(({ alert, action, verdict }) => {
    const what = `${action.slice(0, 64)}  for alert ${alertName(alert)}`;
    if (verdict.kind === 'asks') return [{ what, reasons: [reason('AlertWaits', `plug-in ${action} is asked`)] }];
    return verdict.kind === 'waits' ? [{ what, reasons: [reason('AlertWaits', verdict.message, verdict.until)] }] : [];
  });
}
