/**
 * A volume that is gone (decision 5). A broker that comes back with an empty disk under its old identity may be elected
 * leader of what it no longer has, so the volume of a node that once ran is never silently made anew: only when each of its
 * partitions has another in-sync replica (for which Kafka must have fenced it first), or when the user says so. The volume
 * of a controller is its vote: an empty one under an old voter may elect twice; that needs the user's word always. Its vote lies in
 * its first volume, with the metadata log; another one of a combined node is a disk like any other.
 *
 * A claim that somebody deletes goes when its Pod does, so the same is asked before that Pod is stopped (`whyStopLoses`).
 */
import { ANNOTATION } from '../../lib/constructs/naming';
import { partitionsOn } from './health';
import { dataMounts } from './leaving-volume';
import { annotationOf, mountPathOf, type NodeView } from './node-view';
import type { LiveObject, World } from './world';
import { reason, type Reason } from './reason';

/** Mount paths whose volume existed and is gone. */
export function lostVolumes(view: NodeView): readonly string[] {
  if (!view.hasRun) return [];
  const live = new Map(view.claims.map((c) => [mountPathOf(c), c] as const));
  const made = new Set(view.status.volumes ?? []);
  const wanted = view.node.storage
    .filter((s, at) => {
      const claim = live.get(s.mountPath);
      if (s.source.kind === 'emptyDir') return view.pod === undefined;
      return claim === undefined ? made.has(s.mountPath) || at === 0 : isLost(claim, view);
    })
    .map((s) => s.mountPath);
  return [...wanted, ...lostWhileLeaving(view, live)];
}

const isLost = (claim: LiveObject, { pod }: NodeView): boolean =>
  phaseOf(claim) === 'Lost' || (pod === undefined && claim.metadata.deletionTimestamp !== undefined);

/** It left the spec, its replicas were not seen to be elsewhere, and its claim is gone before its node was started without it. */
function lostWhileLeaving({ node, pod, status }: NodeView, live: ReadonlyMap<string, LiveObject>): readonly string[] {
  if (pod !== undefined) return [];
  const states = Object.entries(status.gracefulActionState?.volumeStates ?? {});
  return states
    .filter(([path, { cruiseControlVolumeState: state }]) => {
      const gone = live.get(path)?.metadata.deletionTimestamp !== undefined || !live.has(path);
      return gone && /^GracefulDiskRemoval(?!Succeeded)/.test(state) && !node.storage.some((s) => s.mountPath === path);
    })
    .map(([path]) => path);
}

export const phaseOf = (claim: LiveObject): string => (claim.status as { phase?: string } | undefined)?.phase ?? 'Pending';

/** Why the lost volumes may not be made anew; undefined: they may. */
export function whyNotRecreated(view: NodeView, world: World): Reason | undefined {
  const lost = lostVolumes(view);
  if (lost.length === 0 || approved(view.node.id, world)) return undefined;
  const what = `the volume at ${lost.join(', ')} of node ${String(view.node.id)} is gone`;
  const remedy = `annotate the KafkaCluster with ${ANNOTATION.recreateVolumes}=${String(view.node.id)} to start it empty`;
  const why = whyNeeded(view, lost) ?? whyNotElsewhere(view, world);
  return why === undefined ? undefined : reason('VolumeLost', `${what} and ${why}; ${remedy}`);
}

function approved(id: number, world: World): boolean {
  const said = world.cluster.annotations[ANNOTATION.recreateVolumes] ?? '';
  return said.split(',').some((t) => t.trim() === String(id));
}

const whyNeeded = ({ node }: NodeView, lost: readonly string[]): string | undefined =>
  node.roles.includes('controller') && lost.includes(node.storage[0]?.mountPath ?? '') ? 'it holds the vote of a controller' : undefined;

const whyNotElsewhere = (view: NodeView, world: World): string | undefined =>
  world.kafka.state === 'known' && view.registered?.fenced === false ? 'Kafka has not fenced it yet' : onlyHere(view, world);

/** Why a node that has its Pod must keep it: a claim that was deleted goes with it. Undefined: nothing is lost by the stop. */
export function whyStopLoses(view: NodeView, world: World): Reason | undefined {
  const going = view.hasRun ? goingVolumes(view) : [];
  if (going.length === 0 || approved(view.node.id, world)) return undefined;
  const why = whyNeeded(view, going) ?? onlyHere(view, world);
  const what = `the claim of ${going.join(', ')} of node ${String(view.node.id)} was deleted and goes when the node is stopped`;
  const remedy = `wait for its partitions, or annotate the KafkaCluster with ${ANNOTATION.recreateVolumes}=${String(view.node.id)} to give it up`;
  return why === undefined ? undefined : reason('VolumeLost', `${what}, and ${why}; ${remedy}`);
}

/** Mount paths whose claim was deleted and is still there because a Pod uses it. */
export const goingVolumes = ({ claims, pod }: NodeView): readonly string[] =>
  pod === undefined
    ? []
    : claims.filter((c) => c.metadata.deletionTimestamp !== undefined && dataMounts(pod.object).includes(mountPathOf(c))).map(mountPathOf);

function onlyHere(view: NodeView, world: World): string | undefined {
  if (world.kafka.state !== 'known') return 'Kafka cannot be asked who else has its data';
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
