/**
 * The claims of a node. A claim outlives its Pod and may outlive its KafkaCluster, so it says itself what it is: which
 * cluster, which node, which roles, which mount path, which kind of quorum (decision 2). It has no owner: deleting the
 * KafkaCluster must never delete data by garbage collection (decision 7).
 */
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from 'kubernetes-types/core/v1';
import type { Construct } from 'constructs';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { asWritten, childMetadata, manifest, ManifestObject } from './draft';
import type { Facts } from './facts';
import type { Manifest } from './manifest';
import { ANNOTATION, claimName } from './naming';
import { nodeLabels, rolesText } from './node-labels';

/** Koperator's label of a claim for the roles of its node. */
const ROLES_OF_CLAIM = 'pvcRoles';

/** The claims of a node in spec order; storage on emptyDir has none. */
export function nodeClaims(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts): readonly Manifest[] {
  return node.storage.flatMap(({ mountPath, source }, at) => {
    if (source.kind !== 'claim') return [];
    const spec = asWritten<PersistentVolumeClaimSpec>(source.spec);
    const metadata = childMetadata(cluster, {
      name: claimName(cluster.name, node.id, mountPath),
      labels: { ...nodeLabels(node), [ROLES_OF_CLAIM]: rolesText(node) },
      annotations: {
        [ANNOTATION.mountPath]: mountPath,
        [ANNOTATION.clusterId]: facts.clusterId,
        [ANNOTATION.nodeId]: String(node.id),
        [ANNOTATION.roles]: rolesText(node),
        [ANNOTATION.quorumMode]: cluster.quorumMode,
        ...(at === 0 ? { [ANNOTATION.metadataLog]: 'true' } : {}),
      },
      owned: false,
    });
    return [manifest<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec })];
  });
}

/** A claim as a construct. */
export class BrokerVolume extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `volume-${content.metadata.name}`, content);
  }
}
