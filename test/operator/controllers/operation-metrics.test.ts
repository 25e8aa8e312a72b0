import { Registry } from 'prom-client';
import { ClusterMetrics } from '../../../operator/controllers/cluster-metrics';
import type { OperationStatus } from '../../../operator/decide/operation-status';
import { operationView, type OperationView } from '../../../operator/decide/operation-view';

const view = (name: string, status: OperationStatus, errorPolicy = 'retry'): OperationView =>
  operationView({
    apiVersion: 'kafka.banzaicloud.io/v1alpha1',
    kind: 'CruiseControlOperation',
    metadata: { name, namespace: 'kafka', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { operation: 'remove_broker', errorPolicy },
    status,
  });

const failed: OperationStatus = { currentTask: { state: 'CompletedWithError' } };
const progress = { finishedMoves: 1, totalMoves: 4, finishedMb: 30, totalMb: 100, percent: 30, updated: '' };
const moving = view('a', { currentTask: { state: 'InExecution' }, progress });

test('operations are counted by state, and the one that moves has its progress; both go with their cluster', async () => {
  const registry = new Registry();
  const metrics = new ClusterMetrics(registry, () => 0);
  const lines = async () => (await registry.metrics()).split('\n').filter((l) => l.startsWith('kafka_operator_operation'));
  metrics.operations('kafka/orders', [moving, view('b', {}), view('c', {}), view('d', failed), view('e', failed, 'ignore')]);
  expect(await lines()).toEqual([
    'kafka_operator_operations{namespace="kafka",cluster="orders",state="moving"} 1',
    'kafka_operator_operations{namespace="kafka",cluster="orders",state="waiting"} 2',
    'kafka_operator_operations{namespace="kafka",cluster="orders",state="retrying"} 1',
    'kafka_operator_operations{namespace="kafka",cluster="orders",state="failed"} 1',
    'kafka_operator_operation_progress_percent{namespace="kafka",cluster="orders",operation="remove_broker"} 30',
    'kafka_operator_operation_left_megabytes{namespace="kafka",cluster="orders",operation="remove_broker"} 70',
  ]);
  metrics.operations('kafka/orders', []);
  expect(await lines()).toEqual([]);
  metrics.operations('kafka/orders', [moving]);
  metrics.forget('kafka/orders');
  expect(await lines()).toEqual([]);
});
