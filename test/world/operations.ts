/** CruiseControlOperations in worlds for tests. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { OperationName } from '../../lib/api/cruise-control-operation';
import { operationManifest } from '../../lib/constructs/cruise-control-operation';
import type { TaskState } from '../../operator/decide/operation-view';
import { simulate, withObject } from '../../operator/decide/simulate';
import type { CruiseControlView, World } from '../../operator/decide/world';

/** An operation of ours stands there; a state other than the empty one means that it was begun. */
export function withOperation(
  world: World,
  cluster: ResolvedCluster,
  state: TaskState = '',
  operation: OperationName = 'rebalance',
): World {
  const manifest = operationManifest(cluster, { operation, parameters: {} });
  const made = simulate(world, { kind: 'apply', risk: 'safe', manifest, creates: true, reasons: [] });
  const object = made.objects.find((o) => o.kind === manifest.kind && o.metadata.name === manifest.metadata.name)!;
  const status = state === '' ? {} : { currentTask: { id: 'task', operation, state } };
  return withObject(made, { ...object, status });
}

/** Cruise Control is seen like this. */
export function withCruiseControlSeen(world: World, change: Partial<CruiseControlView>): World {
  if (world.cruiseControl?.state !== 'known') throw new Error('Cruise Control is not known in this world');
  return { ...world, cruiseControl: { state: 'known', value: { ...world.cruiseControl.value, ...change } } };
}
