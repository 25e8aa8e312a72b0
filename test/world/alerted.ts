/** Worlds with alerts, and with what became of some. */
import type { AlertChange } from '../../lib/alerts/alert-action';
import type { AlertDecision } from '../../operator/decide/alerts/alerts-view';
import type { KnownAlert } from '../../operator/decide/alerts/known-alerts';
import { isoSeconds } from '../../operator/decide/rfc3339';
import { withStatus } from '../../operator/decide/simulate';
import type { World } from '../../operator/decide/world';
import { NOW } from './makers';

export function known(name: string, annotations: Readonly<Record<string, string>> = {}, change: Partial<KnownAlert> = {}): KnownAlert {
  const labels = { alertname: name, namespace: 'kafka', kafka_cr: 'orders', ...change.labels };
  const times = { since: NOW, startsAt: NOW, endsAt: NOW + 240_000, leased: false };
  return { fingerprint: name, annotations, ...times, ...change, labels };
}

/** Asks for one more broker. */
export const up = (name: string, change: Partial<KnownAlert> = {}): KnownAlert =>
  known(name, { command: 'upScale', brokerConfigGroup: 'brokers' }, change);

export const firing = (world: World, ...alerts: readonly KnownAlert[]): World => ({
  ...world,
  alerts: { firing: alerts, refused: 0, plugins: [], answers: {} },
});

const ADD: readonly AlertChange[] = [{ kind: 'addBroker', broker: { id: 103, brokerConfigGroup: 'brokers' } }];

/** An action of the alert "a", begun and not finished. */
export const begun = (changes = ADD, change: Partial<AlertDecision> = {}): AlertDecision => ({
  ...{ time: isoSeconds(NOW), alert: 'a', fingerprint: 'a', action: 'upScale', outcome: 'Begun', reason: 'Applying', message: '' },
  changes: JSON.stringify(changes),
  ...change,
});

export const done = (action: string, at: number, change: Partial<AlertDecision> = {}): AlertDecision => ({
  ...begun([], { action, time: isoSeconds(at), fingerprint: 'earlier', outcome: 'Done', reason: 'Applied' }),
  ...change,
});

export const onRecord = (world: World, ...decisions: readonly AlertDecision[]): World =>
  withStatus(world, { alerts: { firing: [], decisions } });
