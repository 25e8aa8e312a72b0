/**
 * What becomes of one alert now. Every guard is asked here, in an order in which a person would: may it act at all, is it its turn, what
 * does the action say, may that be done. Nothing is remembered but the trail in the status, so the same world gives the same verdict.
 */
import { askAction, type AlertAction, type AlertChange, type FiringAlert } from '../../../lib/alerts/alert-action';
import { alertedCluster, alertedWorld, type Seen } from './action-view';
import { addPvc } from './actions/add-pvc';
import { downScale } from './actions/down-scale';
import { resizePvc } from './actions/resize-pvc';
import { upScale } from './actions/up-scale';
import type { AlertDecision, AlertsView } from './alerts-view';
import { whyNotCalm, type Wait } from './calm';
import { whyNotChanged, type Refusal } from './change-guard';
import { alertName, recalled, type KnownAlert } from './known-alerts';
import { policyOf } from './policy';
import { budgetUntil, coolUntil, DAY_MS, isHandled, openDecision } from './trail';

/** The actions that the operator brings. */
export const OWN_ACTIONS = [addPvc, downScale, resizePvc, upScale] as readonly AlertAction[];

export type Verdict =
  /** It asks for nothing, or this firing has had its action. */
  | { readonly kind: 'nothing' }
  | ({ readonly kind: 'refused' } & Refusal)
  | ({ readonly kind: 'waits' } & Wait)
  /** A plug-in is to be asked. */
  | { readonly kind: 'asks'; readonly question: string }
  | { readonly kind: 'acts'; readonly changes: readonly AlertChange[] };

export interface Judged {
  readonly alert: KnownAlert;
  readonly action: string;
  readonly verdict: Verdict;
}

/** What is known of alerts: as received, or as the status has it where they are not looked at. */
export function alertsOf({ alerts, cluster }: Pick<Seen['world'], 'alerts' | 'cluster'>, now: number): AlertsView {
  return alerts ?? { ...recalled(cluster.status, now), plugins: [], answers: {} };
}

export const decisionsOf = ({ cluster }: Pick<Seen['world'], 'cluster'>): readonly AlertDecision[] =>
  cluster.status.alerts?.decisions ?? [];

const judged = new WeakMap<object, { readonly now: number; readonly all: readonly Judged[] }>();

/** Every alert that asks for an action, who fires longest first. One acts at a time: the others wait for it. */
export function verdicts(seen: Seen): readonly Judged[] {
  const known = judged.get(seen.world);
  if (known?.now === seen.now) return known.all;
  const asking = alertsOf(seen.world, seen.now).firing.filter(({ annotations }) => annotations.command !== undefined);
  if (asking.length === 0) return [];
  const ordered = [...asking].sort((a, b) => a.since - b.since || (a.fingerprint < b.fingerprint ? -1 : 1));
  const turn: Turn = { told: [alertedCluster(seen), alertedWorld(seen)], first: undefined };
  const all = ordered.map((alert): Judged => {
    const action = alert.annotations.command ?? '';
    const verdict = verdictOf(alert, action, seen, turn);
    if (verdict.kind === 'acts') turn.first = alertName(alert);
    return { alert, action, verdict };
  });
  judged.set(seen.world, { now: seen.now, all });
  return all;
}

interface Turn {
  /** What every action is told. */
  readonly told: Parameters<typeof askAction>[2];
  /** The alert that acts: nobody asks what those behind it would do, since a storm of them would delay everybody. */
  first: string | undefined;
}

function verdictOf(alert: KnownAlert, action: string, seen: Seen, { told, first }: Turn): Verdict {
  const { plugins } = alertsOf(seen.world, seen.now);
  const policy = policyOf(seen.cluster);
  const decisions = decisionsOf(seen.world);
  if (isHandled(decisions, alert, policy.dryRun)) return { kind: 'nothing' };
  const own = OWN_ACTIONS.find(({ name }) => name === action);
  if (own === undefined && !plugins.includes(action)) return refused('ActionUnknown', `there is no action ${action.slice(0, 64)}`);
  if (policy.actions !== undefined && !policy.actions.includes(action))
    return refused('ActionNotAllowed', 'alertManagerConfig.actions does not name it');
  if (first !== undefined) return { kind: 'waits', reason: 'ActionUnfinished', message: `one action at a time; ${first} goes first` };
  const wait = whyWaits(action, decisions, seen);
  if (wait !== undefined) return { kind: 'waits', ...wait };
  return own === undefined ? answerOfPlugin(alert, seen) : judgedAnswer(askAction(own, asFiring(alert), told), seen);
}

const refused = (reason: Refusal['reason'], message: string): Verdict => ({ kind: 'refused', reason, message });

export const asFiring = (alert: KnownAlert): Omit<FiringAlert<unknown>, 'parameters'> => {
  const { fingerprint, labels, annotations, since } = alert;
  return { fingerprint, name: alertName(alert), labels, annotations, since };
};

function whyWaits(action: string, decisions: readonly AlertDecision[], seen: Seen): Wait | undefined {
  const open = openDecision(decisions);
  if (open !== undefined) return { reason: 'ActionUnfinished', message: `${open.action} of ${open.time} is being applied` };
  const { coolDownMs, budgetPerDay } = policyOf(seen.cluster);
  const cool = coolUntil(decisions, action, coolDownMs);
  if (cool > seen.now) return { reason: 'CoolDown', message: 'the last action of the kind was a short time ago (coolDown)', until: cool };
  const budget = budgetUntil(decisions, budgetPerDay, seen.now);
  if (budget > seen.now) {
    const message = `budgetPerDay is ${String(budgetPerDay)}, and as many actions were taken`;
    return { reason: 'BudgetSpent', message, until: Math.min(budget, seen.now + DAY_MS) };
  }
  return whyNotCalm(action, decisions, seen);
}

/** What a plug-in is asked about: another firing, other annotations or another spec is another question. */
export const questionOf = ({ fingerprint, since, annotations }: KnownAlert, { cluster }: Pick<Seen, 'cluster'>): string =>
  JSON.stringify([fingerprint, since, annotations, cluster.generation]);

function answerOfPlugin(alert: KnownAlert, seen: Seen): Verdict {
  const question = questionOf(alert, seen);
  const { answers } = alertsOf(seen.world, seen.now);
  const found = answers[alert.fingerprint];
  if (found?.question !== question) return { kind: 'asks', question };
  if (found.failed) return refused('PluginFailed', 'refusal' in found.answer ? found.answer.refusal : 'it failed');
  return judgedAnswer(found.answer, seen);
}

function judgedAnswer(answer: ReturnType<typeof askAction>, seen: Seen): Verdict {
  if ('refusal' in answer) return refused('ActionRefuses', answer.refusal);
  const why = whyNotChanged(answer.changes, seen);
  return why === undefined ? { kind: 'acts', changes: answer.changes } : { kind: 'refused', ...why };
}

/** When alerts end by themselves, and when plug-ins are asked again; milliseconds since the epoch. */
export const alertTimes = ({ world: { alerts }, now }: Pick<Seen, 'world' | 'now'>): readonly number[] => [
  ...(alerts?.firing ?? []).map(({ endsAt }) => endsAt),
  ...Object.values(alerts?.answers ?? {}).flatMap(({ again }) => (again === undefined || again <= now ? [] : again)),
];
