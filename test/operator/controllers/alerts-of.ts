/** Alerts as Prometheus sends them, about the cluster of the environment, and what became of them. */
import { parseAlerts } from '../../../operator/alerts/parse-alerts';
import type { ReceivedAlert } from '../../../operator/decide/alerts/known-alerts';
import type { Environment } from './environment';

export function alertsOf(
  name: string,
  annotations: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): readonly ReceivedAlert[] {
  const sent = [{ labels: { alertname: name, namespace: 'kafka', kafka_cr: 'orders', ...labels }, annotations }];
  const parsed = parseAlerts(Buffer.from(JSON.stringify(sent)), Date.now());
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed.alerts;
}

/** `upScale Done Applied`, in order. */
export const decisionsIn = ({ status }: Environment): readonly string[] =>
  (status.alerts?.decisions ?? []).map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`);
