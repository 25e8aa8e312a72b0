/**
 * What was done about alerts and what was refused, as the status keeps it. It is the memory behind every guard that reaches back: an
 * alert acts once for each firing, actions of a kind keep their distance, a day has a budget. So an action is written down before it
 * is carried out, and what the guards need is never pushed out by refusals.
 */
import { isoSeconds, millisecondsOf } from '../rfc3339';
import type { AlertDecision } from './alerts-view';
import type { KnownAlert } from './known-alerts';

/** Actions that are remembered, and so the most in one day whatever the budget says. */
export const MOST_ACTS = 24;
const MOST_OTHERS = 16;
export const DAY_MS = 86_400_000;

/** It changed something, or may have. */
export const isAct = ({ outcome }: AlertDecision): boolean => outcome === 'Begun' || outcome === 'Done' || outcome === 'Failed';

export const timeOf = ({ time }: AlertDecision): number => millisecondsOf(time) ?? 0;

export const openDecision = (decisions: readonly AlertDecision[]): AlertDecision | undefined =>
  decisions.find(({ outcome }) => outcome === 'Begun');

export const lastAct = (decisions: readonly AlertDecision[]): AlertDecision | undefined => decisions.filter(isAct).at(-1);

/** This firing of the alert has had its action. What a dry run said does not count once it is over. */
export const isHandled = (decisions: readonly AlertDecision[], { fingerprint, since }: KnownAlert, dryRun: boolean): boolean =>
  decisions.some((d) => d.fingerprint === fingerprint && timeOf(d) >= since && (isAct(d) || (dryRun && d.outcome === 'DryRun')));

/** What undoes each other. */
const OPPOSITE: Readonly<Record<string, string>> = { upScale: 'downScale', downScale: 'upScale' };

/** When the last action of the kind, or of the opposite kind, is long enough ago; milliseconds since the epoch. */
export function coolUntil(decisions: readonly AlertDecision[], action: string, coolDownMs: number): number {
  const near = decisions.filter((d) => isAct(d) && (d.action === action || d.action === OPPOSITE[action]));
  return Math.max(0, ...near.map((d) => timeOf(d) + coolDownMs));
}

/** When the budget of a day has room again, in milliseconds since the epoch; 0: it has room. */
export function budgetUntil(decisions: readonly AlertDecision[], budgetPerDay: number, now: number): number {
  const budget = Math.min(budgetPerDay, MOST_ACTS);
  const times = decisions
    .filter(isAct)
    .map(timeOf)
    .filter((time) => now - time < DAY_MS)
    .sort((a, b) => a - b);
  if (times.length < budget) return 0;
  return budget === 0 ? Number.POSITIVE_INFINITY : (times[times.length - budget] ?? now) + DAY_MS;
}

export function decided(alert: KnownAlert, now: number, what: Omit<AlertDecision, 'time' | 'alert' | 'fingerprint'>): AlertDecision {
  return { time: isoSeconds(now), alert: alert.labels.alertname ?? 'unnamed', fingerprint: alert.fingerprint, ...what };
}

/** A refusal for the same reason of an alert that still fires stands there already. */
export const isKnown = (decisions: readonly AlertDecision[], next: AlertDecision, since: number): boolean =>
  decisions.some((d) => d.fingerprint === next.fingerprint && d.outcome === next.outcome && d.reason === next.reason && timeOf(d) >= since);

/** Bounded: the last actions, some of what was refused, and of every alert that still fires the last of both: else it would be decided anew. */
export function bounded(decisions: readonly AlertDecision[], firing: readonly KnownAlert[]): readonly AlertDecision[] {
  const fires = new Set(firing.map(({ fingerprint }) => fingerprint));
  const acts = decisions.filter(isAct);
  const others = decisions.filter((d) => !isAct(d));
  const latest = [acts, others].flatMap((some) => [...new Map(some.map((d) => [d.fingerprint, d] as const)).values()]);
  const ofFiring = latest.filter((d) => fires.has(d.fingerprint));
  const kept = new Set<AlertDecision>([...acts.slice(-MOST_ACTS), ...others.slice(-MOST_OTHERS), ...ofFiring]);
  return decisions.filter((d) => kept.has(d));
}
