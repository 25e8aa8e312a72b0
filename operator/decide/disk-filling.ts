/**
 * A volume that was added to a broker that ran is empty, and stays so for what is there already: Kafka moves nothing by itself.
 * Volumes of a birth have their share from the start; so has a volume that was lost and is made anew, whose replicas Kafka
 * makes again.
 */
import { knownDisks, whyDiskUnknown } from './disk-capacity';
import { volumeStateOf, waitingFilling } from './disk-operation';
import { dataMounts } from './leaving-volume';
import { serves, type NodeView } from './node-view';
import type { Context } from './context';
import { reason, type Reason } from './reason';
import { whyNotMoved } from './self-healing';

export interface DiskFilling {
  readonly view: NodeView;
  readonly mountPath: string;
  /** Why it does not begin; undefined: an operation is to be made now. */
  readonly why: Reason | undefined;
}

type Seen = Pick<Context, 'cluster' | 'world' | 'views' | 'now'>;

export const TO_FILL = 'GracefulDiskRebalanceRequired';

/**
 * New volumes that nothing fills yet. They are filled together, once each broker serves with its own: the operation would wait for
 * the end of the roll anyway. Without Cruise Control only new partitions will come to them.
 */
export function diskFillings(seen: Seen): readonly DiskFilling[] {
  if (seen.cluster.cruiseControl === undefined) return [];
  const due = seen.views.flatMap((view) => unfilled(view, seen));
  const late = due.find(({ view, mountPath }) => !servesWith(view, mountPath));
  if (late === undefined)
    return due.map((one) => ({ ...one, why: whyDiskUnknown(one.view.node.id, one.mountPath, seen) ?? whyNotMoved(seen) }));
  const why = reason('NodeNotReady', `node ${String(late.view.node.id)} is to serve with ${late.mountPath} first`);
  return due.map((one) => ({ ...one, why }));
}

function unfilled(view: NodeView, { world }: Seen): readonly Omit<DiskFilling, 'why'>[] {
  const { node } = view;
  if (node.departing || !node.roles.includes('broker') || waitingFilling(world, node.id) !== undefined) return [];
  return node.storage
    .filter((s) => s.leaving !== true && volumeStateOf(view, s.mountPath)?.cruiseControlVolumeState === TO_FILL)
    .map(({ mountPath }) => ({ view, mountPath }));
}

const servesWith = (view: NodeView, mountPath: string): boolean =>
  view.pod !== undefined && serves(view) && dataMounts(view.pod.object).includes(mountPath);

/** Between the disks of a broker where Cruise Control knows each of them; else between brokers (contract 3.4). */
export function fillingParameters(fillings: readonly DiskFilling[], seen: Seen): Readonly<Record<string, string>> {
  const ids = [...new Set(fillings.map(({ view }) => view.node.id))].sort((a, b) => a - b);
  const jbod = ids.every((id) => typeof knownDisks(id, seen) !== 'string');
  return { destination_broker_ids: ids.join(), ...(jbod ? { rebalance_disk: 'true' } : {}) };
}
