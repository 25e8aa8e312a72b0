/** Where the operator asks Kafka: the admin listener of every broker whose process runs, those that serve first. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { presentHost } from './address-scheme';
import { serves, type NodeView } from './node-view';
import type { World } from './world';

/** `host:port`, ordered; empty while no broker runs. */
export function bootstrapAddresses(cluster: ResolvedCluster, views: readonly NodeView[], world: Pick<World, 'objects'>): readonly string[] {
  const port = String(cluster.listeners.admin.containerPort);
  const running = views.filter((v) => v.node.roles.includes('broker') && v.pod?.running === true && !v.pod.terminating);
  const ordered = [...running.filter(serves), ...running.filter((v) => !serves(v))];
  return ordered.map((v) => `${presentHost(cluster, v, world)}:${port}`);
}
