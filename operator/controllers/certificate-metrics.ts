/** When certificates end, for whoever has to be told in time. Label sets go when their cluster goes. */
import { Gauge, type Registry } from 'prom-client';
import type { CertificateEnd } from '../decide/certificate-ends';

export class CertificateMetrics {
  private readonly clusters = new Map<string, readonly CertificateEnd[]>();

  constructor(registry: Registry) {
    const { clusters } = this;
    new Gauge({
      name: 'kafka_operator_certificate_expiry_timestamp_seconds',
      help: 'When a certificate ends, by Secret and kind (authority, next-authority, certificate), in seconds since the epoch',
      labelNames: ['namespace', 'cluster', 'secret', 'kind'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [key, ends] of clusters) {
          const [namespace = '', cluster = ''] = key.split('/');
          for (const { secret, kind, notAfter } of ends) this.set({ namespace, cluster, secret, kind }, notAfter / 1000);
        }
      },
    });
  }

  seen(key: string, ends: readonly CertificateEnd[]): void {
    this.clusters.set(key, ends);
  }

  forget(key: string): void {
    this.clusters.delete(key);
  }
}
