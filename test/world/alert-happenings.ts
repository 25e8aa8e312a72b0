/** Alerts, in the words of world.yaml. */
import { fingerprintOf } from '../../operator/decide/alerts/fingerprint';
import { NO_ALERTS, withReceived } from '../../operator/decide/alerts/known-alerts';
import type { World } from '../../operator/decide/world';
import { NOW } from './makers';

export interface AlertHappening {
  /** Name of an alert that fires. */
  readonly alert: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export function withAlert(world: World, { alert, labels: more = {}, annotations = {} }: AlertHappening): World {
  const labels = { alertname: alert, namespace: 'kafka', kafka_cr: 'orders', ...more };
  const times = { startsAt: NOW, endsAt: NOW + 240_000, leased: false };
  const received = { fingerprint: fingerprintOf(labels), labels, annotations, firing: true, ...times };
  const known = { ...NO_ALERTS, firing: world.alerts?.firing ?? [] };
  return { ...world, alerts: { ...withReceived(known, [received], NOW), plugins: [], answers: {} } };
}
