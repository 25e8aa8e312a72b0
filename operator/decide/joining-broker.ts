/**
 * A broker that was added to a cluster that holds records joins empty, and stays empty: Kafka moves nothing by itself. It gets its
 * share from Cruise Control once it serves. Brokers of the birth have theirs from the start.
 *
 * It may have been here before: then Cruise Control keeps it among the brokers that it removed recently, and Kafka the cordon
 * under which it left. Neither may keep it empty.
 */
import { namedOperation, openOperation } from './broker-operation';
import type { NodeView } from './node-view';
import type { OperationView } from './operation-view';
import type { BrokerStatus, World } from './world';

export const UPSCALED = 'GracefulUpscaleSucceeded';
export const TO_UPSCALE = 'GracefulUpscaleRequired';

/** A broker of the spec that has not got its share. */
export const isJoining = ({ node, status }: NodeView): boolean => node.roles.includes('broker') && !node.departing && isJoiningBy(status);

/** By what the status says; a removal that was taken back ends in a joining. */
export const isJoiningBy = (status: BrokerStatus | undefined): boolean =>
  (status?.gracefulActionState?.cruiseControlState ?? UPSCALED) !== UPSCALED;

/** The operation that gives it its share; undefined: there is none, or not any more. */
export function fillingOf(view: NodeView, world: World): OperationView | undefined {
  const named = namedOperation(view, world);
  return openOperation(world, 'add_broker', view.node.id) ?? (named?.operation === 'add_broker' ? named : undefined);
}

/**
 * The state of a broker that the status does not know yet. Where the whole status was lost, a broker that has run was there before.
 */
export function stateAtFirstSight(view: NodeView, views: readonly NodeView[], world: World): string {
  if (!view.node.roles.includes('broker')) return UPSCALED;
  const others = views.filter((v) => v !== view && v.node.roles.includes('broker'));
  const lost = Object.keys(world.cluster.status.brokersState ?? {}).length === 0;
  return others.some((v) => v.hasRun) && !(lost && view.hasRun) ? TO_UPSCALE : UPSCALED;
}
