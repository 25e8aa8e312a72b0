/**
 * What a cluster in a mesh needs beyond what every cluster has: Services say what they speak (ports.ts), and the start script waits
 * for a sidecar where there is one (scripts/start.ts).
 *
 * A sidecar that is a container beside Kafka (on Kubernetes before 1.33, or by annotation) is told to stop together with Kafka and
 * is gone 5 s later, and every connection with it. A broker that hands over its leaders for longer is cut off in the middle of it.
 * So the sidecar goes when nobody is connected any more; one that outlives Kafka anyway is not kept longer by that.
 */
import type { ResolvedCluster } from '../api/resolved-cluster';

const PROXY_CONFIG = 'proxy.istio.io/config';

/** Annotations of the nodes' Pods where the spec names a mesh; whoever writes the same annotation has the last word. */
export function meshAnnotations({
  ingressController,
  istioRevision,
}: Pick<ResolvedCluster, 'ingressController' | 'istioRevision'>): Readonly<Record<string, string>> {
  if (ingressController !== 'istioingress' && istioRevision === undefined) return {};
  return { [PROXY_CONFIG]: JSON.stringify({ proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true' } }) };
}
