/** What is new about alerts in a status that was written: told as Events, and counted. */
import type { EventDraft } from '../act/events';
import type { AlertDecision } from '../decide/alerts/alerts-view';
import type { ClusterStatus } from '../decide/world';

/** Decisions that the status before did not have in this state. */
export function newDecisions(from: ClusterStatus, to: ClusterStatus): readonly AlertDecision[] {
  const before = new Set((from.alerts?.decisions ?? []).map(nameOf));
  return (to.alerts?.decisions ?? []).filter((decision) => !before.has(nameOf(decision)));
}

const nameOf = ({ time, fingerprint, outcome, reason }: AlertDecision): string => [time, fingerprint, outcome, reason].join(' ');

/** One Event for all that is alike: a storm of refusals is told once. */
export function newsOf(decisions: readonly AlertDecision[]): readonly EventDraft[] {
  const alike = new Map<string, AlertDecision[]>();
  for (const decision of decisions) {
    const { action, outcome, reason } = decision;
    const name = [action, outcome, reason].join(' ');
    alike.set(name, [...(alike.get(name) ?? []), decision]);
  }
  return [...alike.values()].flatMap(([first, ...others]) => (first === undefined ? [] : eventOf(first, others.length)));
}

function eventOf({ alert: name, action, outcome, message }: AlertDecision, others: number): readonly EventDraft[] {
  const alert = others === 0 ? name : `${name} and ${String(others)} others`;
  switch (outcome) {
    case 'Begun':
      return [];
    case 'Done':
      return [{ type: 'Normal', reason: 'AlertActed', message: `${action}: ${message}` }];
    case 'DryRun':
      return [{ type: 'Normal', reason: 'AlertWouldAct', message: `${action} for alert ${alert} would ${message}` }];
    case 'Refused':
      return [{ type: 'Warning', reason: 'AlertRefused', message: `${action} for alert ${alert}: ${message}` }];
    case 'Failed':
      return [{ type: 'Warning', reason: 'AlertFailed', message: `${action} for alert ${alert}: ${message}` }];
  }
}
