/**
 * `gracefulActionState.volumeStates` (contract 1.5): how far each volume of a broker is. The state of an operation is shown and
 * not believed: a removal has succeeded when Kafka says that the log directory is empty, and an operation that failed, was
 * deleted or forgotten is never success.
 */
import { progressOf } from './broker-operation';
import { fillsDisks, openRemoval, referredOperation, volumeStateOf, waitingFilling, type VolumeState } from './disk-operation';
import { TO_FILL } from './disk-filling';
import { isEmptyDir, seenLogDir } from './log-dir';
import { dataMounts, holdsMetadataLog, leavingVolumes, wasEmptied, wasNeverUsed, type LeavingVolume } from './leaving-volume';
import { mountPathOf, type NodeView } from './node-view';
import type { OperationView } from './operation-view';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { World } from './world';

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
}

type States = Readonly<Record<string, VolumeState>>;

const FILLED: VolumeState = { cruiseControlVolumeState: 'GracefulDiskRebalanceSucceeded' };
export const EMPTIED = 'GracefulDiskRemovalSucceeded';

/** By mount path, in their order; undefined: the node has no volumes of a broker. */
export function volumeStates(view: NodeView, seen: Seen): States | undefined {
  if (!view.node.roles.includes('broker')) return undefined;
  if (view.node.departing) return view.status.gracefulActionState?.volumeStates;
  const leaving = leavingVolumes(view);
  const wanted = view.claims.map(mountPathOf).filter((path) => path !== '' && !leaving.some((v) => v.mountPath === path));
  const states = [
    ...wanted.map((path) => [path, stateOfWanted(view, path, seen.world)] as const),
    ...leaving.flatMap((volume) => {
      const state = stateOfLeaving(view, volume, seen);
      return state === undefined ? [] : [[volume.mountPath, state] as const];
    }),
    ...lostStates(view),
  ];
  return states.length === 0 ? undefined : Object.fromEntries(states.sort(([a], [b]) => (a < b ? -1 : 1)));
}

// ---- volumes of the spec -------------------------------------------------------------------------------------------

function stateOfWanted(view: NodeView, path: string, world: World): VolumeState {
  const before = volumeStateOf(view, path);
  if (before === undefined) return isAdded(view, path) ? { cruiseControlVolumeState: TO_FILL } : FILLED;
  const { cruiseControlVolumeState: state } = before;
  if (state === FILLED.cruiseControlVolumeState) return before;
  if (state.startsWith('GracefulDiskRemoval'))
    return state.endsWith('Required') || state.endsWith('Scheduled') ? FILLED : { cruiseControlVolumeState: TO_FILL };
  const referred = referredOperation(before, world);
  const operation = referred !== undefined && fillsDisks(referred) ? referred : waitingFilling(world, view.node.id);
  return operation === undefined
    ? { ...withoutReference(before), cruiseControlVolumeState: TO_FILL }
    : shown('GracefulDiskRebalance', operation, before);
}

/** The node served before the volume was made, and the status remembers the others. */
const isAdded = ({ hasRun, status }: NodeView, path: string): boolean =>
  hasRun && status.volumes !== undefined && status.volumes.length > 0 && !status.volumes.includes(path);

// ---- volumes that left it ------------------------------------------------------------------------------------------

/** Undefined: the status forgets it. */
function stateOfLeaving(view: NodeView, volume: LeavingVolume, { cluster, world }: Seen): VolumeState | undefined {
  const before = volumeStateOf(view, volume.mountPath);
  const done: VolumeState = { ...before, cruiseControlVolumeState: EMPTIED };
  if (wasEmptied(volume, view.pod) || wasNeverUsed(volume, view.pod))
    return cluster.volumeReclaim === 'Delete' || isMounted(view, volume.mountPath) ? done : undefined;
  const open = openRemoval(world, view.node.id, volume.logDir);
  if (open === undefined && isKnownEmpty(view, volume, world)) return done;
  const operation = open ?? referredOperation(before, world);
  return operation !== undefined && isUnfinished(operation)
    ? shown('GracefulDiskRemoval', operation, before)
    : { ...counted(before), cruiseControlVolumeState: 'GracefulDiskRemovalRequired' };
}

const isKnownEmpty = (view: NodeView, volume: LeavingVolume, world: World): boolean =>
  !holdsMetadataLog(volume, view) && isEmptyDir(seenLogDir(world, view.node.id, volume.mountPath));

/** One that completed and left something behind is over; the next one is required. */
const isUnfinished = ({ operation, state }: OperationView): boolean => operation === 'remove_disks' && state !== 'Completed';

const isMounted = ({ pod }: NodeView, path: string): boolean => pod !== undefined && dataMounts(pod.object).includes(path);

/** Its claim is gone before it was seen empty: remembered until the node runs without it (lost-volume.ts). */
function lostStates(view: NodeView): readonly (readonly [string, VolumeState])[] {
  const live = view.claims.map(mountPathOf);
  const states = Object.entries(view.status.gracefulActionState?.volumeStates ?? {});
  return states.filter(([path, { cruiseControlVolumeState: state }]) => {
    const left = !live.includes(path) && !view.node.storage.some((s) => s.mountPath === path);
    return left && state.startsWith('GracefulDiskRemoval') && state !== EMPTIED && (view.pod === undefined || isMounted(view, path));
  });
}

// ---- words ---------------------------------------------------------------------------------------------------------

function shown(
  kind: 'GracefulDiskRebalance' | 'GracefulDiskRemoval',
  operation: OperationView,
  before: VolumeState | undefined,
): VolumeState {
  const fresh = before?.cruiseControlOperationReference?.name !== operation.name;
  const made = (counted(before).operations ?? 0) + (fresh ? 1 : 0);
  return {
    cruiseControlVolumeState: `${kind}${progressOf(operation)}`,
    cruiseControlOperationReference: { name: operation.name },
    operations: made,
  };
}

/** How often it was tried is counted while it leaves, or while it is filled. */
const counted = (before: VolumeState | undefined): Pick<VolumeState, 'operations'> =>
  before?.operations === undefined || before.cruiseControlVolumeState === FILLED.cruiseControlVolumeState
    ? {}
    : { operations: before.operations };

const withoutReference = ({ operations }: VolumeState): Pick<VolumeState, 'operations'> => (operations === undefined ? {} : { operations });
