/**
 * The operations that fill and empty brokers, as the graceful rules make them and read them back. What an operation says of
 * itself is its own business: it is shown in the status, and nothing is concluded from it about where replicas are.
 */
import { operationManifest } from '../../lib/constructs/cruise-control-operation';
import type { Manifest } from '../../lib/constructs/manifest';
import type { Context } from './context';
import type { NodeView } from './node-view';
import { inFlight, operationsIn, type OperationView } from './operation-view';
import { wasDrained } from './put-down';
import type { World } from './world';

export type BrokerOperation = 'add_broker' | 'remove_broker';

/** Brokers that an operation fills or empties, by id. */
export const brokersIn = ({ operation, parameters }: OperationView): readonly number[] =>
  operation !== 'add_broker' && operation !== 'remove_broker' ? [] : idsIn(parameters.brokerid ?? '');

const idsIn = (text: string): readonly number[] => text.split(',').flatMap((id) => (/^\s*\d+\s*$/.test(id) ? [Number(id)] : []));

/** An operation for this broker that waits, runs, or will be tried again; of anybody's. */
export const openOperation = (world: World, operation: BrokerOperation, id: number): OperationView | undefined =>
  operationsIn(world).find((o) => o.operation === operation && !o.final && brokersIn(o).includes(id));

/** It works on this broker now. */
export const operationAt = (world: World, id: number): OperationView | undefined =>
  operationsIn(world).find((o) => inFlight(o) && brokersIn(o).includes(id));

/**
 * What it is for is no longer wished: a broker that it fills left the spec, one that it empties is back, or none is left that it
 * would empty. Only of the operator's own.
 */
export function whyWithdrawn(operation: OperationView, views: readonly NodeView[]): string | undefined {
  const ids = brokersIn(operation);
  if (!operation.ours || operation.final || operation.deleting || ids.length === 0) return undefined;
  const found = views.filter((view) => ids.includes(view.node.id));
  if (operation.operation === 'add_broker')
    return found.some(({ node }) => node.departing) ? 'a broker that it fills left the spec' : undefined;
  if (found.some(({ node }) => !node.departing)) return 'a broker that it empties is back in the spec';
  return !inFlight(operation) && found.every(wasDrained) ? 'what it empties holds nothing' : undefined;
}

/** The operation that the status names; undefined: none, or it is not there any more. */
export function namedOperation({ status }: NodeView, world: World): OperationView | undefined {
  const name = status.gracefulActionState?.cruiseControlOperationReference?.name;
  return name === undefined ? undefined : operationsIn(world).find((o) => o.name === name);
}

const PHASE: Readonly<Record<BrokerOperation, string>> = { add_broker: 'GracefulUpscale', remove_broker: 'GracefulDownscale' };

/** How many of these were made for what is being done with this broker. */
export function operationsMade({ status }: NodeView, operation: BrokerOperation): number {
  const { cruiseControlState = '', operations = 0 } = status.gracefulActionState ?? {};
  return cruiseControlState.startsWith(PHASE[operation]) ? operations : 0;
}

/** One operation for all of these brokers, under a name that no operation has or had for what is being done with them. */
export function nextOperation(
  context: Context,
  operation: BrokerOperation,
  views: readonly NodeView[],
  parameters: Readonly<Record<string, string>>,
): Manifest {
  const brokerid = views.map((v) => String(v.node.id)).join();
  const first = Math.max(0, ...views.map((view) => operationsMade(view, operation)));
  for (let serial = first; ; serial += 1) {
    const made = operationManifest(context.cluster, { operation, parameters: { brokerid, ...parameters }, serial });
    if (!context.live.has(`${made.kind}/${made.metadata.name}`)) return made;
  }
}

export type Progress = 'Scheduled' | 'Running' | 'Succeeded' | 'CompletedWithError' | 'Paused';

/** Koperator's word for how far an operation is (contract 1.5). */
export function progressOf(operation: OperationView): Progress {
  if (inFlight(operation)) return 'Running';
  if (operation.state === 'Completed') return 'Succeeded';
  if (operation.paused) return 'Paused';
  return operation.state === 'CompletedWithError' ? 'CompletedWithError' : 'Scheduled';
}
