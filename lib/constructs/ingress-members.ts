/** Which brokers a way in leads to (contract 2.7). */
import type { ResolvedCluster, ResolvedExternalListener, ResolvedIngress, ResolvedNode } from '../api/resolved-cluster';
import { hasRole } from '../kafka/quorum';

/**
 * The brokers of a way in, by id: those that name it, those that name none where it is the default, and those that clients may still
 * know by it. A broker that left the spec stays until it is gone; a controller is never among them.
 */
export const membersOf = (
  cluster: Pick<ResolvedCluster, 'nodes'>,
  way: Pick<ResolvedIngress, 'name' | 'isDefault'>,
): readonly ResolvedNode[] => cluster.nodes.filter((node) => hasRole(node, 'broker') && belongs(node, way));

function belongs({ ingress, formerIngress = [] }: ResolvedNode, { name, isDefault }: Pick<ResolvedIngress, 'name' | 'isDefault'>): boolean {
  if (name === '' || formerIngress.includes(name)) return true;
  return ingress.length === 0 ? isDefault : ingress.includes(name);
}

/** The ways in by which a broker is reached through a listener: the first it names, or the default; then those that clients may still use. */
export function waysFor({ ways }: Pick<ResolvedExternalListener, 'ways'>, node: ResolvedNode): readonly ResolvedIngress[] {
  const named = (names: readonly string[]) => names.flatMap((name) => ways.filter((way) => way.name === name));
  const mapped =
    ways.some((way) => way.name === '') || node.ingress.length === 0 ? ways.filter((way) => way.isDefault) : named(node.ingress);
  return [...mapped.slice(0, 1), ...named(node.formerIngress ?? [])];
}

/** A broker that advertises an address of its Kubernetes node through some listener: by node port, and no other address is given. */
export const advertisesKubeNode = (cluster: Pick<ResolvedCluster, 'listeners'>, node: ResolvedNode): boolean =>
  hasRole(node, 'broker') && cluster.listeners.external.some((listener) => isByKubeNode(listener, node));

export function isByKubeNode(listener: ResolvedExternalListener, node: ResolvedNode): boolean {
  if (listener.accessMethod !== 'NodePort' || Object.hasOwn(node.nodePort.externalIPs, listener.name)) return false;
  return waysFor(listener, node)[0]?.hostnameOverride === undefined;
}
