/**
 * A volume that is gone (decision 5). A broker that comes back with an empty disk under its old identity may be elected
 * leader of what it no longer has, so the volume of a node that once ran is never silently made anew: only when each of its
 * partitions has another in-sync replica (for which Kafka must have fenced it first), or when the user says so. The volume
 * of a controller is its vote: an empty one under an old voter may elect twice; that needs the user's word always.
 */
import { ANNOTATION } from '../../lib/constructs/naming';
import { partitionsOn } from './health';
import { annotationOf, mountPathOf, type NodeView } from './node-view';
import type { LiveObject, World } from './world';
import { reason, type Reason } from './reason';

/** Mount paths whose volume existed and is gone. */
export function lostVolumes(view: NodeView): readonly string[] {
  if (!view.hasRun) return [];
  const live = new Map(view.claims.map((c) => [mountPathOf(c), c] as const));
  const made = new Set(view.status.volumes ?? []);
  return view.node.storage
    .filter((s, at) => {
      const claim = live.get(s.mountPath);
      if (s.source.kind === 'emptyDir') return view.pod === undefined;
      return claim === undefined ? made.has(s.mountPath) || at === 0 : phaseOf(claim) === 'Lost';
    })
    .map((s) => s.mountPath);
}

const phaseOf = (claim: LiveObject): string => (claim.status as { phase?: string } | undefined)?.phase ?? 'Pending';

/** Why the lost volumes may not be made anew; undefined: they may. */
export function whyNotRecreated(view: NodeView, world: World): Reason | undefined {
  const lost = lostVolumes(view);
  if (lost.length === 0 || approved(view.node.id, world)) return undefined;
  const what = `the volume at ${lost.join(', ')} of node ${String(view.node.id)} is gone`;
  const remedy = `annotate the KafkaCluster with ${ANNOTATION.recreateVolumes}=${String(view.node.id)} to start it empty`;
  const why = view.node.roles.includes('controller') ? 'it holds the vote of a controller' : onlyHere(view, world);
  return why === undefined ? undefined : reason('VolumeLost', `${what} and ${why}; ${remedy}`);
}

function approved(id: number, world: World): boolean {
  const said = world.cluster.annotations[ANNOTATION.recreateVolumes] ?? '';
  return said.split(',').some((t) => t.trim() === String(id));
}

function onlyHere(view: NodeView, world: World): string | undefined {
  if (world.kafka.state !== 'known') return 'Kafka cannot be asked who else has its data';
  if (view.registered?.fenced === false) return 'Kafka has not fenced it yet';
  const id = view.node.id;
  const alone = partitionsOn(world.kafka.value, new Set([id])).filter((p) => p.leader < 0 || p.isr.every((r) => r === id));
  const first = alone[0];
  if (first === undefined) return undefined;
  return `${String(alone.length)} of its partitions (first ${first.topic}-${String(first.partition)}) have no other in-sync replica`;
}

/**
 * Why a node may not be started or restarted as the spec wants it now: its first volume holds the metadata log, for life
 * (decision 4). The API server refuses such an edit in one broker; a change of its group may still bring it about.
 */
export function whyMetadataLogMoved(view: NodeView): Reason | undefined {
  const holder = view.claims.find((c) => annotationOf(c, ANNOTATION.metadataLog) === 'true');
  const first = view.node.storage[0]?.mountPath ?? '';
  if (holder === undefined || mountPathOf(holder) === first) return undefined;
  const was = mountPathOf(holder);
  return reason(
    'VolumeImmutable',
    `the metadata log of node ${String(view.node.id)} is on ${was} and the spec now begins with ${first}; put ${was} first again`,
  );
}
