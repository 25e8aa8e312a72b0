/** KafkaUsers as Prometheus sees them: counts and one time for each cluster, never a series for each user. */
import { Gauge, type Registry } from 'prom-client';
import type { UserSecret } from '../decide/users/credential';
import type { Judged } from '../decide/users/user-status';

const CLUSTER = ['namespace', 'cluster'] as const;

interface Seen {
  readonly reasons: ReadonlyMap<string, number>;
  /** Seconds since the epoch. */
  readonly earliestEnd: number | undefined;
}

const labelsOf = (key: string): { namespace: string; cluster: string } => {
  const [namespace = '', cluster = ''] = key.split('/');
  return { namespace, cluster };
};

export class UserMetrics {
  private readonly clusters = new Map<string, Seen>();

  constructor(registry: Registry) {
    const { clusters } = this;
    new Gauge({
      name: 'kafka_operator_users',
      help: 'KafkaUsers, by the reason of their condition Ready',
      labelNames: [...CLUSTER, 'reason'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, { reasons }] of clusters) for (const [reason, count] of reasons) this.set({ ...labelsOf(key), reason }, count);
      },
    });
    new Gauge({
      name: 'kafka_operator_users_certificate_end_seconds',
      help: 'When the first certificate of a KafkaUser ends, in seconds since 1970',
      labelNames: [...CLUSTER],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, { earliestEnd }] of clusters) if (earliestEnd !== undefined) this.set(labelsOf(key), earliestEnd);
      },
    });
  }

  seen(key: string, judged: readonly Judged[], secrets: readonly UserSecret[]): void {
    const reasons = new Map<string, number>();
    for (const { ready } of judged) reasons.set(ready.reason, (reasons.get(ready.reason) ?? 0) + 1);
    const ends = secrets.flatMap(({ tls }) => (tls?.certificate === undefined ? [] : [Math.floor(tls.certificate.notAfter / 1000)]));
    this.clusters.set(key, { reasons, earliestEnd: ends.length === 0 ? undefined : Math.min(...ends) });
  }

  forget(key: string): void {
    this.clusters.delete(key);
  }
}
