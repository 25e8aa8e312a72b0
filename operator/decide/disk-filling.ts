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
import type { Reason } from './reason';
import { whyNotMoved } from './self-healing';

export interface DiskFilling {
  readonly view: NodeView;
  readonly mountPath: string;
  /** Why it does not begin; undefined: an operation is to be made now. */
  readonly why: Reason | undefined;
}

type Seen = Pick<Context, 'cluster' | 'world' | 'views' | 'now'>;

export const TO_FILL = 'GracefulDiskRebalanceRequired';

/** New volumes that nothing fills yet, of brokers that serve with them. Without Cruise Control only new partitions will. */
export function diskFillings(seen: Seen): readonly DiskFilling[] {
  if (seen.cluster.cruiseControl === undefined) return [];
  return seen.views.filter(({ node }) => !node.departing && node.roles.includes('broker')).flatMap((view) => fillingsOf(view, seen));
}

function fillingsOf(view: NodeView, seen: Seen): readonly DiskFilling[] {
  const { node, pod } = view;
  if (pod === undefined || !serves(view) || waitingFilling(seen.world, node.id) !== undefined) return [];
  const mounted = dataMounts(pod.object);
  return node.storage
    .filter(
      ({ mountPath, leaving }) =>
        leaving !== true && mounted.includes(mountPath) && volumeStateOf(view, mountPath)?.cruiseControlVolumeState === TO_FILL,
    )
    .map(({ mountPath }) => ({ view, mountPath, why: whyDiskUnknown(node.id, mountPath, seen) ?? whyNotMoved(seen) }));
}

/** Between the disks of a broker where Cruise Control knows each of them; else between brokers (contract 3.4). */
export function fillingParameters(fillings: readonly DiskFilling[], seen: Seen): Readonly<Record<string, string>> {
  const ids = [...new Set(fillings.map(({ view }) => view.node.id))].sort((a, b) => a - b);
  const jbod = ids.every((id) => typeof knownDisks(id, seen) !== 'string');
  return { destination_broker_ids: ids.join(), ...(jbod ? { rebalance_disk: 'true' } : {}) };
}
