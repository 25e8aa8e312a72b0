/** What can befall Cruise Control, in the words of world.yaml. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { OperationName } from '../../lib/api/cruise-control-operation';
import type { World } from '../../operator/decide/world';
import { withCruiseControlSeen, withOperation } from './operations';

export type CruiseControlHappening =
  /** An operation of ours is carried out. */
  { readonly underWay: OperationName };

type Told = Readonly<Record<string, unknown>>;

export const CRUISE_CONTROL_TOLD: Readonly<Record<string, (world: World, what: Told, cluster: ResolvedCluster) => World>> = {
  underWay: (world, what, cluster) => {
    const operation = what.underWay as OperationName;
    const task = { id: 'task', status: 'InExecution' as const, request: `POST /kafkacruisecontrol/${operation}?json=true`, startedAt: 0 };
    const execution = { state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS', idle: false, taskId: 'task' };
    const moves = { finishedMoves: 1, totalMoves: 4, finishedMb: 10, totalMb: 40 };
    const seen = withCruiseControlSeen(world, { tasks: [task], execution: { ...execution, ...moves } });
    return withOperation(seen, cluster, 'InExecution', operation);
  },
};
