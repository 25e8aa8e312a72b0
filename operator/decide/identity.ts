/**
 * Which cluster this is. The cluster id is *found* before it is minted (decision 2): claims and Pods carry it from their
 * creation, so a KafkaCluster that was deleted and made again, or restored without its status, finds its volumes. Minting
 * a second id over existing volumes would make every broker refuse its own disks; contradictions are therefore held.
 *
 * The same goes for the birth of the quorum (decision 8): a leader that was once seen makes it Formed for ever. The mark
 * stands in the status and on the controllers' claims, so that a lost status never becomes a second birth.
 */
import { ANNOTATION, CRUISE_CONTROL_APP, INGRESS_APPS, LABEL } from '../../lib/constructs/naming';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { hasDirectories } from './changeable-quorum';
import { annotationOf, isOurs, nodeIdOf, objectsOf } from './node-view';
import { reason, type Reason } from './reason';
import { TO_DYNAMIC } from './static-quorum';
import type { LiveObject, World } from './world';

export type Identity =
  | {
      readonly kind: 'known';
      readonly clusterId: string;
      readonly quorum: 'Forming' | 'Formed';
      readonly initialControllers: readonly number[];
    }
  /** Nothing is made before this is written to the status. */
  | {
      readonly kind: 'mint';
      readonly clusterId: string | undefined;
      readonly quorum: 'Forming' | 'Formed';
      readonly initialControllers: readonly number[];
    }
  | { readonly kind: 'conflict'; readonly reason: Reason }
  | { readonly kind: 'foreign'; readonly reason: Reason };

export function identityIn(world: World, cluster: ResolvedCluster): Identity {
  const volumes = [...objectsOf(world, 'PersistentVolumeClaim'), ...objectsOf(world, 'Pod')];
  const foreign = volumes.filter((o) => !isOurs(o) && !isOfOthers(o));
  if (foreign.length > 0) return { kind: 'foreign', reason: adoption(foreign) };
  const ids = [...new Set(volumes.map(clusterIdOf).filter((id): id is string => id !== undefined))].sort();
  const { clusterID, quorum, initialControllers } = world.cluster.status;
  const given = givenId(cluster);
  const all = [...new Set([clusterID, ...ids, given].filter((id) => id !== undefined))];
  if (all.length > 1)
    return { kind: 'conflict', reason: contradiction({ 'the status': clusterID, 'CLUSTER_ID in the spec': given }, volumes) };
  const mode = quorumModeConflict(volumes, cluster, world);
  if (mode !== undefined) return { kind: 'conflict', reason: mode };
  const born = quorum ?? quorumFound(volumes);
  const first = initialControllers ?? firstVoters(volumes, cluster);
  if (clusterID !== undefined && quorum !== undefined) return { kind: 'known', clusterId: clusterID, quorum, initialControllers: first };
  return { kind: 'mint', clusterId: all[0], quorum: born, initialControllers: first };
}

/** Pods of proxies and of Cruise Control: whoever made them, no broker's disk is at stake. */
const isOfOthers = ({ kind, metadata }: LiveObject): boolean =>
  kind === 'Pod' && [CRUISE_CONTROL_APP, ...INGRESS_APPS].includes(metadata.labels?.[LABEL.app] ?? '');

/** The claim's annotation, or what the Pod was started with. */
export function clusterIdOf(object: LiveObject): string | undefined {
  const noted = annotationOf(object, ANNOTATION.clusterId);
  if (noted !== undefined || object.kind !== 'Pod') return noted;
  const spec = object.spec as { containers?: readonly { name: string; env?: readonly { name: string; value?: string }[] }[] } | undefined;
  return spec?.containers?.find((c) => c.name === 'kafka')?.env?.find((e) => e.name === 'CLUSTER_ID')?.value;
}

function adoption(foreign: readonly LiveObject[]): Reason {
  const names = foreign.map((o) => `${o.kind} ${o.metadata.name}`).sort();
  const more = names.length > 5 ? ` and ${String(names.length - 5)} more` : '';
  return reason(
    'AdoptionRequired',
    `${names.slice(0, 5).join(', ')}${more} not made by this operator, with this cluster's labels: nothing is written. ` +
      'Give the KafkaCluster another name, or remove those objects if they hold nothing',
  );
}

/** The environment variable CLUSTER_ID of the spec: Koperator's users give the id of a cluster that way. */
function givenId(cluster: ResolvedCluster): string | undefined {
  const env = cluster.nodes.flatMap((n) => n.envs).find((e) => e.name === 'CLUSTER_ID');
  return typeof env?.value === 'string' && env.value !== '' ? env.value : undefined;
}

function contradiction(sources: Readonly<Record<string, string | undefined>>, volumes: readonly LiveObject[]): Reason {
  const said = Object.entries(sources).flatMap(([who, id]) => (id === undefined ? [] : [`${who} says ${id}`]));
  const seen = new Map<string, string>();
  for (const object of volumes) {
    const id = clusterIdOf(object);
    if (id !== undefined && !seen.has(id)) seen.set(id, `${object.kind} ${object.metadata.name} says ${id}`);
  }
  return reason(
    'IdentityConflict',
    `the cluster id is contradictory: ${[...said, ...[...seen.values()].sort()].join('; ')}. Nothing is touched; remove or relabel what belongs to another cluster`,
  );
}

/** A static quorum that Kafka shows as a dynamic one by now (kraft.version was raised) may be written as such; the claims follow. */
function quorumModeConflict(volumes: readonly LiveObject[], cluster: ResolvedCluster, { kafka }: World): Reason | undefined {
  const other = volumes.find((o) => (annotationOf(o, ANNOTATION.quorumMode) ?? cluster.quorumMode) !== cluster.quorumMode);
  if (other === undefined) return undefined;
  const was = annotationOf(other, ANNOTATION.quorumMode) ?? '';
  if (was === 'static' && kafka.state === 'known' && hasDirectories(kafka.value)) return undefined;
  const remedy =
    was === 'static'
      ? `put controller.quorum.voters back into spec.readOnlyConfig; ${TO_DYNAMIC} if that is wanted`
      : 'take controller.quorum.voters out of spec.readOnlyConfig';
  return reason('IdentityConflict', `the quorum was made ${was} and the spec now makes it ${cluster.quorumMode}; ${remedy}`);
}

function quorumFound(volumes: readonly LiveObject[]): 'Forming' | 'Formed' {
  return volumes.some((o) => annotationOf(o, ANNOTATION.quorum) === 'formed') ? 'Formed' : 'Forming';
}

/** Controllers that have a claim or Pod already were born with each other; before that, those of the spec. */
function firstVoters(volumes: readonly LiveObject[], cluster: ResolvedCluster): readonly number[] {
  const existing = volumes.filter((o) => (annotationOf(o, ANNOTATION.roles) ?? '').includes('controller')).map(nodeIdOf);
  const ids = [...new Set(existing.filter((id): id is number => id !== undefined))];
  const wanted = cluster.nodes.filter((n) => n.roles.includes('controller') && !n.departing).map((n) => n.id);
  return (ids.length > 0 ? ids : wanted).sort((a, b) => a - b);
}
