/** Operations for disks, and where the status of each volume refers to them (contract 1.5). */
import { operationManifest, type WantedOperation } from '../../lib/constructs/cruise-control-operation';
import type { Manifest } from '../../lib/constructs/manifest';
import { LABEL } from '../../lib/constructs/naming';
import type { Context } from './context';
import { diskName, disksIn } from './leaving-volume';
import type { NodeView } from './node-view';
import { operationsIn, type OperationView } from './operation-view';
import type { BrokerStatus, World } from './world';

export type VolumeState = NonNullable<NonNullable<BrokerStatus['gracefulActionState']>['volumeStates']>[string];

export const volumeStateOf = ({ status }: NodeView, mountPath: string): VolumeState | undefined =>
  status.gracefulActionState?.volumeStates?.[mountPath];

/** A volume of it left the spec and is still there. */
export const losesVolume = (status: BrokerStatus | undefined): boolean =>
  Object.values(status?.gracefulActionState?.volumeStates ?? {}).some((s) => s.cruiseControlVolumeState.startsWith('GracefulDiskRemoval'));

/** What the status refers to, as it is now; undefined: there is no such operation, or not any more. */
export function referredOperation(state: VolumeState | undefined, world: World): OperationView | undefined {
  const name = state?.cruiseControlOperationReference?.name;
  return name === undefined ? undefined : operationsIn(world).find((o) => o.name === name);
}

/** An operation that empties this disk and waits, runs, or will be tried again; of anybody's. */
export const openRemoval = (world: World, id: number, logDir: string): OperationView | undefined =>
  operationsIn(world).find((o) => !o.final && !o.deleting && disksIn(o).includes(diskName(id, logDir)));

const FILLS = 'disks';

export const FILLS_DISKS = { [LABEL.fills]: FILLS } as const;

/** An operation of ours that has not begun and gives new volumes of this broker their share: it will see all of them. */
export const waitingFilling = (world: World, id: number): OperationView | undefined =>
  operationsIn(world).find((o) => fillsDisks(o) && o.state === '' && !o.deleting && filledBrokers(o).includes(String(id)));

export const fillsDisks = ({ operation, object }: OperationView): boolean =>
  operation === 'rebalance' && object.metadata.labels?.[LABEL.fills] === FILLS;

export const filledBrokers = ({ parameters }: OperationView): readonly string[] => (parameters.destination_broker_ids ?? '').split(',');

/** Under a name that no operation has; `made` is how many there were before. */
export function freshOperation(context: Pick<Context, 'cluster' | 'live'>, wanted: WantedOperation, made: number): Manifest {
  for (let serial = made; ; serial += 1) {
    const manifest = operationManifest(context.cluster, { ...wanted, serial });
    if (!context.live.has(`${manifest.kind}/${manifest.metadata.name}`)) return manifest;
  }
}
