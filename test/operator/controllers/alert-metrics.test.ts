import { Registry } from 'prom-client';
import { AlertMetrics } from '../../../operator/controllers/alert-metrics';
import type { AlertDecision } from '../../../operator/decide/alerts/alerts-view';

const decision: AlertDecision = {
  time: '2026-01-01T00:00:00Z',
  alert: 'High',
  fingerprint: 'a',
  action: 'upScale',
  outcome: 'Done',
  reason: 'Applied',
  message: '',
};

/** The lines that are no comments. */
const exported = async (registry: Registry): Promise<readonly string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

let registry: Registry;
let metrics: AlertMetrics;

beforeEach(() => {
  registry = new Registry();
  metrics = new AlertMetrics(registry);
});

it('counts what came, what was done, and how many fire', async () => {
  metrics.came('kafka/orders', 'taken', 3);
  metrics.came('kafka/orders', 'taken', 2);
  metrics.came('', 'refused', 1);
  metrics.came('', 'unrelated', 0);
  metrics.decided('kafka/orders', decision);
  metrics.judged('kafka/orders', 7);
  metrics.judged('kafka/orders', 2);
  expect(await exported(registry)).toEqual([
    'kafka_operator_alerts_received_total{namespace="kafka",cluster="orders",result="taken"} 5',
    'kafka_operator_alerts_received_total{namespace="",cluster="",result="refused"} 1',
    'kafka_operator_alert_actions_total{namespace="kafka",cluster="orders",action="upScale",outcome="Done"} 1',
    'kafka_operator_alerts_firing{namespace="kafka",cluster="orders"} 2',
  ]);
});

it('forgets a cluster that goes, and no other one', async () => {
  for (const key of ['kafka/orders', 'kafka/payments']) {
    metrics.came(key, 'taken', 1);
    metrics.decided(key, decision);
    metrics.judged(key, 1);
  }
  metrics.forget('kafka/orders');
  await new Promise((resolve) => setImmediate(resolve));
  const left = await exported(registry);
  expect(left).toHaveLength(3);
  expect(left.every((line) => line.includes('cluster="payments"'))).toBe(true);
});

it('commands that nobody knows are one series, whatever they say', async () => {
  for (const action of ['upscale', 'restart', 'x'.repeat(64)])
    metrics.decided('kafka/orders', { ...decision, action, outcome: 'Refused', reason: 'ActionUnknown' });
  expect(await exported(registry)).toEqual([
    'kafka_operator_alert_actions_total{namespace="kafka",cluster="orders",action="unknown",outcome="Refused"} 3',
  ]);
});
