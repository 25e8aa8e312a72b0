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

type Meshed = Pick<ResolvedCluster, 'ingressController' | 'istioRevision'>;

/** The spec names a mesh. */
export const isInMesh = ({ ingressController, istioRevision }: Meshed): boolean =>
  ingressController === 'istioingress' || istioRevision !== undefined;

/** Annotations of the nodes' Pods in a mesh; whoever writes the same annotation has the last word. */
export function meshAnnotations(cluster: Meshed): Readonly<Record<string, string>> {
  if (!isInMesh(cluster)) return {};
  return { [PROXY_CONFIG]: JSON.stringify({ proxyMetadata: { EXIT_ON_ZERO_ACTIVE_CONNECTIONS: 'true' } }) };
}
