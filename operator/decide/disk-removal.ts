/**
 * A volume that left the spec is emptied by Cruise Control onto the other volumes of its broker (`remove_disks`). What the
 * operation says is not believed: the volume goes on leaving until Kafka says that its log directory is empty (leaving-volume.ts).
 */
import { whyDiskUnknown } from './disk-capacity';
import { openRemoval, referredOperation, volumeStateOf } from './disk-operation';
import { isEmptyDir, logDirsOf, seenLogDir } from './log-dir';
import { dataMounts, holdsMetadataLog, leavingVolumes, type LeavingVolume } from './leaving-volume';
import { serves, type NodeView } from './node-view';
import type { Context } from './context';
import { reason, type Reason } from './reason';
import { whyNotMoved } from './self-healing';
import { notEmpty } from './volume-stop';

export interface DiskRemoval {
  readonly view: NodeView;
  readonly volume: LeavingVolume;
  /** Why it is still there. */
  readonly why: Reason;
  /** An operation is to be made for it now. */
  readonly next: boolean;
}

type Seen = Pick<Context, 'cluster' | 'world' | 'views' | 'now'>;

/** After so many operations that left replicas a person has to look. */
const MOST_OPERATIONS = 5;

/** Volumes that left the spec of a node that stays, and that it still runs with. */
export const diskRemovals = (seen: Seen): readonly DiskRemoval[] =>
  seen.views.filter(({ node }) => !node.departing).flatMap((view) => keptBy(view).map((volume) => removalOf(view, volume, seen)));

function keptBy(view: NodeView): readonly LeavingVolume[] {
  const kept = view.node.storage.filter((s) => s.leaving === true).map((s) => s.mountPath);
  return leavingVolumes(view).filter(({ mountPath }) => kept.includes(mountPath));
}

function removalOf(view: NodeView, volume: LeavingVolume, seen: Seen): DiskRemoval {
  const { id } = view.node;
  const dir = seenLogDir(seen.world, id, volume.mountPath);
  const open = openRemoval(seen.world, id, volume.logDir);
  const wait = (why: Reason): DiskRemoval => ({ view, volume, why, next: false });
  const never = whyNeverEmptied(view, volume, seen);
  if (never !== undefined) return wait(never);
  const what = `the log directory on ${volume.mountPath} of node ${String(id)}`;
  if (open !== undefined) {
    const held = isEmptyDir(dir) ? `${what} is empty` : notEmpty(dir, what).message;
    return wait(reason('HoldsReplicas', `${held}; ${open.name} is to empty it${open.paused ? ' and is paused' : ''}`));
  }
  const why = whyNotNow(view, volume, seen);
  return why === undefined ? { view, volume, why: notEmpty(dir, what), next: !isEmptyDir(dir) } : wait(why);
}

/** What only a person can change. */
export function whyNeverEmptied(
  view: NodeView,
  volume: LeavingVolume,
  { cluster, world }: Pick<Seen, 'cluster' | 'world'>,
): Reason | undefined {
  const { mountPath } = volume;
  if (holdsMetadataLog(volume, view))
    return reason(
      'MetadataLogVolume',
      `${mountPath} holds the metadata log of node ${String(view.node.id)} and stays for its life; put it back as its first storage`,
    );
  if (cluster.cruiseControl !== undefined) return whyFailed(view, volume, world);
  return reason(
    'CruiseControlMissing',
    `nothing moves what lies on ${mountPath}: add cruiseControlConfig to the spec, or put the volume back`,
  );
}

function whyFailed(view: NodeView, { mountPath }: LeavingVolume, world: Seen['world']): Reason | undefined {
  const state = volumeStateOf(view, mountPath);
  const last = referredOperation(state, world);
  if (last?.final === true && last.state === 'CompletedWithError')
    return reason(
      'OperationFailed',
      `${last.name} failed: ${last.error}. Delete it to have ${mountPath} emptied by another one, or put the volume back`,
    );
  if ((state?.operations ?? 0) < MOST_OPERATIONS) return undefined;
  const remedy = 'move them by an operation of your own, or put the volume back';
  return reason('OperationFailed', `${mountPath} still holds replicas after ${String(MOST_OPERATIONS)} operations; ${remedy}`);
}

/** What passes by itself, or names what to mend. */
function whyNotNow(view: NodeView, { mountPath }: LeavingVolume, seen: Seen): Reason | undefined {
  const { node, pod } = view;
  if (pod === undefined || !serves(view) || !dataMounts(pod.object).includes(mountPath))
    return reason('NodeNotReady', `node ${String(node.id)} is to serve with ${mountPath} first, to tell what lies there`);
  const dir = seenLogDir(seen.world, node.id, mountPath);
  if (typeof dir === 'string' || dir.offline) return notEmpty(dir, `the log directory on ${mountPath} of node ${String(node.id)}`);
  return whyNoRoom(view, seen) ?? whyDiskUnknown(node.id, mountPath, seen) ?? whyNotMoved(seen);
}

/** A directory that stays has to take what comes. */
function whyNoRoom(view: NodeView, { world }: Seen): Reason | undefined {
  const { id } = view.node;
  const leaving = leavingVolumes(view).map((v) => v.logDir);
  const staying = (logDirsOf(world, id) ?? []).filter(({ path, offline }) => !offline && !leaving.includes(path));
  return staying.length > 0
    ? undefined
    : reason('CannotSpare', `no other log directory of node ${String(id)} is online that could take what lies there`);
}
