/** CruiseControlOperations in worlds for tests. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { operationManifest } from '../../lib/constructs/cruise-control-operation';
import { simulate, withObject } from '../../operator/decide/simulate';
import type { CruiseControlView, World } from '../../operator/decide/world';

/** An operation of ours stands there; a state other than the empty one means that it was begun. */
export function withOperation(world: World, cluster: ResolvedCluster, state: '' | 'Active' | 'InExecution' | 'Completed' = ''): World {
  const manifest = operationManifest(cluster, { operation: 'rebalance', parameters: {} });
  const made = simulate(world, { kind: 'apply', risk: 'safe', manifest, creates: true, reasons: [] });
  const object = made.objects.find((o) => o.kind === manifest.kind && o.metadata.name === manifest.metadata.name)!;
  const status = state === '' ? {} : { currentTask: { id: 'task', operation: 'rebalance', state } };
  return withObject(made, { ...object, status });
}

/** Cruise Control is seen like this. */
export function withCruiseControlSeen(world: World, change: Partial<CruiseControlView>): World {
  if (world.cruiseControl?.state !== 'known') throw new Error('Cruise Control is not known in this world');
  return { ...world, cruiseControl: { state: 'known', value: { ...world.cruiseControl.value, ...change } } };
}
