/** KafkaTopics as Prometheus sees them. Label sets go when their cluster goes. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { TopicAdmin } from '../clients/kafka/topic-admin';

const CLUSTER = ['namespace', 'cluster'] as const;

const labelsOf = (key: string): { namespace: string; cluster: string } => {
  const [namespace = '', cluster = ''] = key.split('/');
  return { namespace, cluster };
};

export class TopicMetrics {
  private readonly states = new Map<string, ReadonlyMap<string, number>>();
  private readonly requests: Counter<'namespace' | 'cluster' | 'request'>;
  private readonly asked = new Map<string, Set<string>>();

  constructor(registry: Registry) {
    const registers = [registry];
    const { states } = this;
    this.requests = new Counter({
      name: 'kafka_operator_topic_calls_total',
      help: 'Calls to Kafka for KafkaTopics, by call',
      labelNames: [...CLUSTER, 'request'],
      registers,
    });
    new Gauge({
      name: 'kafka_operator_topics',
      help: 'KafkaTopics, by the reason of their condition Ready',
      labelNames: [...CLUSTER, 'reason'],
      registers,
      collect() {
        this.reset();
        for (const [key, counts] of states) for (const [reason, count] of counts) this.set({ ...labelsOf(key), reason }, count);
      },
    });
  }

  /** How many KafkaTopics have which reason. */
  seen(key: string, reasons: readonly string[]): void {
    const counts = new Map<string, number>();
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    this.states.set(key, counts);
  }

  /** The same, with every call counted. */
  counting(key: string, admin: TopicAdmin): TopicAdmin {
    const count = (request: string): void => {
      this.requests.inc({ ...labelsOf(key), request });
      this.asked.set(key, (this.asked.get(key) ?? new Set()).add(request));
    };
    const counted = Object.entries(admin).map(([request, call]: [string, (...asked: unknown[]) => unknown]) => [
      request,
      (...asked: unknown[]): unknown => {
        count(request);
        return call(...asked);
      },
    ]);
    return Object.fromEntries(counted) as TopicAdmin;
  }

  forget(key: string): void {
    this.states.delete(key);
    for (const request of this.asked.get(key) ?? []) this.requests.remove({ ...labelsOf(key), request });
    this.asked.delete(key);
  }
}
