/**
 * Manifests are most of the work of a story, and stories repeat themselves: what was built once from the same input is not
 * built again. Used by way of `jest.mock`, so that decide itself runs as it is.
 */
import type { ResolvedCluster, ResolvedNode } from '../../lib/api/resolved-cluster';
import type * as Real from '../../lib/constructs/cluster';
import type { Facts } from '../../lib/constructs/facts';

const MOST = 20_000;

const common = new WeakMap<ResolvedCluster, string>();

/** Everything of a cluster that a node's manifests can depend on: not the other brokers, nor when and how changes are made. */
function commonOf(cluster: ResolvedCluster): string {
  const known = common.get(cluster);
  if (known !== undefined) return known;
  const { rollingUpgrade, changePolicy, disruptionBudget, clusterWideConfig, written, hints, nodes, ...rest } = cluster;
  const controllers = nodes.filter((n) => n.roles.includes('controller')).map((n) => [n.id, n.roles, n.departing]);
  const text = JSON.stringify([rest, controllers]);
  common.set(cluster, text);
  return text;
}

export function memoised(real: typeof Real): typeof Real {
  const known = new Map<string, ReturnType<typeof Real.nodeManifests>>();
  const nodeManifests = (cluster: ResolvedCluster, node: ResolvedNode, facts: Facts) => {
    const key = `${commonOf(cluster)}${JSON.stringify([node, { ...facts, format: facts.format[node.id] }])}`;
    const made = known.get(key) ?? real.nodeManifests(cluster, node, facts);
    if (known.size > MOST) known.clear();
    known.set(key, made);
    return made;
  };
  return { ...real, nodeManifests };
}
