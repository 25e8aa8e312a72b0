import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { report } from '../../../operator/decide/report';
import type { ClusterStatus, World } from '../../../operator/decide/world';
import { clusterFrom } from '../../world/cluster-file';
import { converged, NOW, withPartitions, type NamedPartition } from '../../world/makers';

const cluster = clusterFrom(readFileSync(join(__dirname, '../../plans/a-converged-cluster-plans-nothing/cluster.yaml'), 'utf8'));
const world = converged(cluster);
const nothing = { actions: [], held: [], wakeAfter: undefined };

const lagging: NamedPartition = { topic: 'orders', partition: 0, leader: 100, replicas: [100, 101, 102], isr: [100, 101] };

function rolling(of: World, partitions: readonly NamedPartition[]): World {
  const status: ClusterStatus = { ...of.cluster.status, state: 'ClusterRollingUpgrading' };
  return withPartitions({ ...of, cluster: { ...of.cluster, status } }, partitions);
}

const said = (of: World): ClusterStatus => report(cluster, { world: of, plan: nothing, outcomes: [], now: NOW });

describe('the state of a rolling restart', () => {
  test('stays until the last replica is in sync again, though every node serves', () => {
    expect(said(rolling(world, [lagging])).state).toBe('ClusterRollingUpgrading');
  });

  test('ends with ClusterRunning and the time of the success', () => {
    const status = said(rolling(world, []));
    expect(status.state).toBe('ClusterRunning');
    expect(status.rollingUpgradeStatus).toEqual({ lastSuccess: '2026-01-01 00:00:00', errorCount: 0 });
  });

  test('is not claimed for a cluster that only misses a replica', () => {
    const of = rolling(world, [lagging]);
    const reconciling = { ...of, cluster: { ...of.cluster, status: { ...of.cluster.status, state: 'ClusterReconciling' as const } } };
    expect(said(reconciling).state).toBe('ClusterReconciling');
  });
});
