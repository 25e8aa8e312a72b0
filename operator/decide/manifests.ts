/**
 * The manifests of a cluster, built once per wish: a resolved cluster is the same value as long as its spec does not
 * change, so that a pass over a converged cluster of many brokers synthesises nothing. Memory of a pure function, keyed by
 * identity: it cannot change a result.
 */
import type { ResolvedCluster, ResolvedNode } from '../../lib/api/resolved-cluster';
import { nodeManifests, sharedManifests, type NodeManifests } from '../../lib/constructs/cluster';
import type { Facts } from '../../lib/constructs/facts';
import type { Manifest } from '../../lib/constructs/manifest';
import { stamped } from './drift';

export interface ClusterManifests {
  readonly shared: readonly Manifest[];
  readonly nodes: ReadonlyMap<number, NodeManifests>;
}

const shared = new WeakMap<ResolvedCluster, readonly Manifest[]>();
const perNode = new WeakMap<ResolvedCluster, Map<string, NodeManifests>>();

export function manifestsFor(cluster: ResolvedCluster, facts: Facts): ClusterManifests {
  const common = shared.get(cluster) ?? sharedManifests(cluster).map(stamped);
  shared.set(cluster, common);
  return { shared: common, nodes: new Map(cluster.nodes.map((node) => [node.id, nodeFor(cluster, node, facts)] as const)) };
}

function nodeFor(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts): NodeManifests {
  const known = perNode.get(cluster) ?? new Map<string, NodeManifests>();
  perNode.set(cluster, known);
  const { clusterId, format, initialControllers = [], external } = facts;
  const key = [node.id, clusterId, format[node.id] ?? 'never', initialControllers.join(','), JSON.stringify(external?.[node.id])].join('/');
  const made = known.get(key) ?? stampedNode(nodeManifests(cluster, node, facts));
  known.set(key, made);
  return made;
}

const stampedNode = (node: NodeManifests): NodeManifests => ({
  ...node,
  claims: node.claims.map(stamped),
  config: node.config.map(stamped),
  services: node.services.map(stamped),
});
