/**
 * Of which brokers it matters where their replicas lie. DescribeLogDirs makes a broker walk through all of its logs, so it is
 * asked only of those that are to be emptied, wholly or in part; a cluster that is as it should be is asked nothing of the kind.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { isObject } from '../../lib/api/json';
import { mountPathOf, nodeViews, type NodeView } from './node-view';
import { inFlight, operationsIn } from './operation-view';
import type { LiveObject, World } from './world';

export interface DrainInterest {
  /** Brokers whose log directories are to be seen, by id. */
  readonly logDirsOf: readonly number[];
  /** Partitions that are being reassigned are to be seen. */
  readonly reassignments: boolean;
}

/** Brokers that left the spec, and those with a claim of a path that left it; reassignments also while an operation runs. */
export function replicasToSee(cluster: ResolvedCluster, world: World): DrainInterest {
  const brokers = nodeViews(cluster, world).filter(({ node }) => node.roles.includes('broker'));
  const logDirsOf = brokers.filter((view) => view.node.departing || isToBeEmptied(view, cluster)).map(({ node }) => node.id);
  return { logDirsOf, reassignments: logDirsOf.length > 0 || operationsIn(world).some(inFlight) };
}

/** A claim that is kept for good and that its Pod does not mount any more is not Kafka's. */
function isToBeEmptied({ node, claims, pod }: NodeView, { volumeReclaim }: ResolvedCluster): boolean {
  const wanted = node.storage.map(({ mountPath }) => mountPath);
  return claims
    .filter((claim) => claim.metadata.deletionTimestamp === undefined && !wanted.includes(mountPathOf(claim)))
    .some((claim) => volumeReclaim === 'Delete' || (pod !== undefined && mounts(pod.object, claim)));
}

function mounts({ spec }: LiveObject, { metadata: { name } }: LiveObject): boolean {
  const { volumes = [] } = (isObject(spec) ? spec : {}) as { volumes?: readonly { persistentVolumeClaim?: { claimName?: string } }[] };
  return volumes.some((v) => v.persistentVolumeClaim?.claimName === name);
}
