/** Which brokers a way in leads to (contract 2.7). */
import type { ResolvedCluster, ResolvedIngress, ResolvedNode } from '../api/resolved-cluster';
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
