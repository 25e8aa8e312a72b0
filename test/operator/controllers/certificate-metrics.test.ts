/** When certificates end, as Prometheus sees it. */
import { Registry } from 'prom-client';
import { CertificateMetrics } from '../../../operator/controllers/certificate-metrics';
import { certificateEnds } from '../../../operator/decide/certificate-ends';
import { converged, NOW } from '../../world/makers';
import { tlsCluster } from '../../world/tls';

const NAME = 'kafka_operator_certificate_expiry_timestamp_seconds';

test('every Secret of a cluster tells when its certificate ends, and nothing after the cluster is gone', async () => {
  const cluster = tlsCluster();
  const registry = new Registry();
  const metrics = new CertificateMetrics(registry);
  metrics.seen('kafka/orders', certificateEnds(cluster, converged(cluster)));
  const text = await registry.getSingleMetricAsString(NAME);
  const day = 86_400;
  expect(text).toContain(`secret="orders-server-certificate",kind="certificate"} ${String(NOW / 1000 + 90 * day)}`);
  expect(text).toContain(`secret="orders-ca-certificate",kind="authority"} ${String(NOW / 1000 + 3650 * day)}`);
  expect(text.match(/^kafka_operator/gmu)).toHaveLength(4);
  metrics.forget('kafka/orders');
  expect(await registry.getSingleMetricAsString(NAME)).not.toContain('orders');
});
