/** Where the operator asks Kafka: the admin listener of every broker whose process runs, those that serve first. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { nodeHost } from '../../lib/kafka/address';
import { serves, type NodeView } from './node-view';

/** `host:port`, ordered; empty while no broker runs. */
export function bootstrapAddresses(cluster: ResolvedCluster, views: readonly NodeView[]): readonly string[] {
  const port = String(cluster.listeners.admin.containerPort);
  const running = views.filter((v) => v.node.roles.includes('broker') && v.pod?.running === true && !v.pod.terminating);
  const ordered = [...running.filter(serves), ...running.filter((v) => !serves(v))];
  return ordered.map((v) => `${nodeHost(cluster, v.node)}:${port}`);
}
