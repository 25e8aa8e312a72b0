/**
 * Where a node's Pod landed, in a small ConfigMap of its own (decision 11): the rack is known only once the Pod is bound,
 * so the Pod waits for this object before Kafka starts, and the configuration's revision does not depend on it.
 */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { hasRole } from '../kafka/quorum';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { placementName } from './naming';
import { nodeLabels } from './node-labels';

export interface Placement {
  /** Name of the Kubernetes node that the Pod is bound to. */
  readonly nodeName: string;
  /** `broker.rack`; empty for none. */
  readonly rack: string;
}

/** Whether a node's Pod waits for its placement: brokers of clusters with rack awareness do, controllers have no rack. */
export const waitsForPlacement = (cluster: ResolvedCluster, node: ResolvedNode): boolean =>
  cluster.rackLabels.length > 0 && hasRole(node, 'broker');

export function placementManifest(cluster: ResolvedCluster, node: ResolvedNode, placement: Placement): Manifest {
  return manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name: placementName(cluster.name, node.id), labels: nodeLabels(node) }),
    data: { node: placement.nodeName, rack: placement.rack },
  });
}
