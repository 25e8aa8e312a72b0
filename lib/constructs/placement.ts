/**
 * Where a node's Pod landed, in a small ConfigMap of its own (decision 11): the rack, and the address that clients outside use,
 * are known only once the Pod is bound, so the Pod waits for this object before Kafka starts, and the configuration's revision
 * does not depend on it.
 */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { hasRole } from '../kafka/quorum';
import { bracketed } from '../kafka/listeners';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { advertisesKubeNode } from './ingress-members';
import { placementName } from './naming';
import { nodeLabels } from './node-labels';

export interface Placement {
  /** Name of the Kubernetes node that the Pod is bound to. */
  readonly nodeName: string;
  /** `broker.rack`; empty for none. */
  readonly rack: string;
  /** Of that Kubernetes node, as brokers with node ports advertise it; left out: nobody asks for it. */
  readonly address?: string | undefined;
}

/** Brokers of clusters with rack awareness have one, controllers never. */
export const hasRack = (cluster: ResolvedCluster, node: ResolvedNode): boolean => cluster.rackLabels.length > 0 && hasRole(node, 'broker');

/** Whether a placement is written for a node: for its rack, or for the address of its Kubernetes node. */
export const waitsForPlacement = (cluster: ResolvedCluster, node: ResolvedNode): boolean =>
  hasRack(cluster, node) || advertisesKubeNode(cluster, node);

export function placementManifest(cluster: ResolvedCluster, node: ResolvedNode, placement: Placement): Manifest {
  return manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name: placementName(cluster.name, node.id), labels: nodeLabels(node) }),
    data: { node: placement.nodeName, rack: placement.rack, ...addressData(placement) },
  });
}

const addressData = ({ address }: Placement): Readonly<Record<string, string>> =>
  address === undefined ? {} : { address: bracketed(address) };
