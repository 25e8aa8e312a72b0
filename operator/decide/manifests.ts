/**
 * The manifests of a cluster, built once per wish: a resolved cluster is the same value as long as its spec does not
 * change, so that a pass over a converged cluster of many brokers synthesises nothing. Memory of a pure function, keyed by
 * identity: it cannot change a result.
 */
import type { ResolvedCluster, ResolvedNode } from '../../lib/api/resolved-cluster';
import { nodeManifests, sharedManifests, type NodeManifests } from '../../lib/constructs/cluster';
import type { Facts } from '../../lib/constructs/facts';
import type { Manifest } from '../../lib/constructs/manifest';
import { shortHash } from '../../lib/constructs/naming';
import { stamped } from './drift';

export interface ClusterManifests {
  readonly shared: readonly Manifest[];
  readonly nodes: ReadonlyMap<number, NodeManifests>;
}

const shared = new WeakMap<ResolvedCluster, Map<string, readonly Manifest[]>>();
const perNode = new WeakMap<ResolvedCluster, Map<string, NodeManifests>>();

export function manifestsFor(cluster: ResolvedCluster, facts: Facts): ClusterManifests {
  const known: Known = { facts, security: facts.security === undefined ? '' : shortHash(JSON.stringify(facts.security), 32) };
  return {
    shared: sharedFor(cluster, known),
    nodes: new Map(cluster.nodes.map((node) => [node.id, nodeFor(cluster, node, known)] as const)),
  };
}

interface Known {
  readonly facts: Facts;
  /** Stands for `facts.security`. */
  readonly security: string;
}

function sharedFor(cluster: ResolvedCluster, { facts, security }: Known): readonly Manifest[] {
  const key = [security, JSON.stringify(facts.grown)].join('/');
  const known = shared.get(cluster) ?? new Map<string, readonly Manifest[]>();
  shared.set(cluster, known);
  const made = known.get(key) ?? sharedManifests(cluster, facts.security, facts.grown).map(stamped);
  known.set(key, made);
  return made;
}

function nodeFor(cluster: ResolvedCluster, node: ResolvedNode, { facts, security }: Known): NodeManifests {
  const known = perNode.get(cluster) ?? new Map<string, NodeManifests>();
  perNode.set(cluster, known);
  const { clusterId, format, initialControllers = [], external } = facts;
  const own = [node.id, clusterId, format[node.id] ?? 'never', initialControllers.join(','), JSON.stringify(external?.[node.id])];
  const key = [...own, security].join('/');
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
