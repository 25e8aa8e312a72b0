/** Alerts as Prometheus sees them: what came, what was done about it, what fires. Label sets go when their cluster goes. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AlertDecision } from '../decide/alerts/alerts-view';

const CLUSTER = ['namespace', 'cluster'] as const;

export class AlertMetrics {
  private readonly received: Counter<'namespace' | 'cluster' | 'result'>;
  private readonly acted: Counter<'namespace' | 'cluster' | 'action' | 'outcome'>;
  private readonly firing: Gauge<'namespace' | 'cluster'>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.received = new Counter({
      name: 'kafka_operator_alerts_received_total',
      help: 'Alerts received, repetitions included; those about no cluster have empty labels',
      labelNames: [...CLUSTER, 'result'],
      registers,
    });
    this.acted = new Counter({
      name: 'kafka_operator_alert_actions_total',
      help: 'What became of the actions that alerts asked for',
      labelNames: [...CLUSTER, 'action', 'outcome'],
      registers,
    });
    this.firing = new Gauge({ name: 'kafka_operator_alerts_firing', help: 'Alerts that fire', labelNames: [...CLUSTER], registers });
  }

  came(key: string, result: string, alerts: number): void {
    if (alerts > 0) this.received.inc({ ...labelsOf(key), result }, alerts);
  }

  judged(key: string, firing: number): void {
    this.firing.set(labelsOf(key), firing);
  }

  /** A command that nobody knows is a text of whoever wrote the alert: as a label each would be another series. */
  decided(key: string, { action, outcome, reason }: AlertDecision): void {
    this.acted.inc({ ...labelsOf(key), action: reason === 'ActionUnknown' ? 'unknown' : action, outcome });
  }

  forget(key: string): void {
    const { namespace, cluster } = labelsOf(key);
    this.firing.remove(namespace, cluster);
    for (const counter of [this.received, this.acted] as readonly Counter[]) {
      void counter.get().then(({ values }) => {
        for (const { labels } of values) if (labels.namespace === namespace && labels.cluster === cluster) counter.remove(labels);
      });
    }
  }
}

function labelsOf(key: string): { readonly namespace: string; readonly cluster: string } {
  const [namespace = '', cluster = ''] = key.split('/');
  return { namespace, cluster };
}
