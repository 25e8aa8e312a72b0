/** Operations that somebody wrote, in the words of world.yaml. */
import { LABEL } from '../../lib/constructs/naming';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { withObject, withStatus } from '../../operator/decide/simulate';
import type { CruiseControlTask, World } from '../../operator/decide/world';
import { withCruiseControlSeen } from './operations';

interface Written {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly deletionTimestamp?: string;
  readonly spec?: object;
  readonly status?: object;
}

export type OperationHappening =
  /** A CruiseControlOperation with this spec and status. */
  | { readonly wrote: Written }
  /** Cruise Control carries out a task with this marker. */
  | { readonly executes: string }
  /** The last time of `rebalanceSchedule` that was served; its schedule. */
  | { readonly rebalanced: string; readonly schedule: string };

type Told = Readonly<Record<string, unknown>>;

export const OPERATIONS_TOLD: Readonly<Record<string, (world: World, what: Told, cluster: ResolvedCluster) => World>> = {
  wrote: (world, what, cluster) => {
    const { spec = {}, status, ...rest } = what.wrote as Written;
    const metadata = {
      namespace: cluster.namespace,
      uid: `uid-${rest.name}`,
      resourceVersion: '5',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...rest,
      labels: { [LABEL.cluster]: cluster.name, ...rest.labels },
    };
    const object = { apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'CruiseControlOperation', metadata, spec };
    return withObject(world, status === undefined ? object : { ...object, status });
  },
  rebalanced: (world, what) =>
    withStatus(world, { scheduledRebalance: { schedule: what.schedule as string, last: what.rebalanced as string } }),
  executes: (world, what) => {
    const request = `POST /kafkacruisecontrol/rebalance?json=true&dryrun=false&reason=${String(what.executes)}`;
    const task: CruiseControlTask = { id: 'task', status: 'InExecution', request, startedAt: 0 };
    const moves = { finishedMoves: 1, totalMoves: 4, finishedMb: 10, totalMb: 40 };
    const execution = { state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS', idle: false, taskId: 'task', ...moves };
    return withCruiseControlSeen(world, { tasks: [task], execution });
  },
};
