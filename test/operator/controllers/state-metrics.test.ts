import { Registry } from 'prom-client';
import { StateMetrics } from '../../../operator/controllers/state-metrics';
import { nodeViews } from '../../../operator/decide/node-view';
import type { Condition } from '../../../operator/decide/world';
import { converged } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const condition = (type: string, status: Condition['status'], reason: string): Condition => ({
  type,
  status,
  reason,
  message: 'a sentence',
  observedGeneration: 1,
  lastTransitionTime: '2024-01-01T00:00:00Z',
});

function metrics() {
  const registry = new Registry();
  const lines = async (): Promise<readonly string[]> =>
    (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { made: new StateMetrics(registry), lines };
}

it('a condition is one series, and what it was before is gone', async () => {
  const { made, lines } = metrics();
  made.conditions('kafka/orders', [condition('Ready', 'False', 'NodesNotReady')]);
  made.conditions('kafka/orders', [condition('Ready', 'True', 'AllNodesServe'), condition('Held', 'False', 'NothingHeld')]);
  expect(await lines()).toEqual([
    'kafka_operator_condition{namespace="kafka",cluster="orders",type="Ready",status="True",reason="AllNodesServe"} 1',
    'kafka_operator_condition{namespace="kafka",cluster="orders",type="Held",status="False",reason="NothingHeld"} 1',
  ]);
});

it('what was said of a cluster goes with it', async () => {
  const { made, lines } = metrics();
  for (const key of ['kafka/orders', 'kafka/others']) made.conditions(key, [condition('Ready', 'True', 'AllNodesServe')]);
  made.forget('kafka/orders');
  expect(await lines()).toEqual([
    'kafka_operator_condition{namespace="kafka",cluster="others",type="Ready",status="True",reason="AllNodesServe"} 1',
  ]);
});

it('nodes count by role, combined ones in both, and those without a Pod do not serve', async () => {
  const { made, lines } = metrics();
  const cluster = threeNodes();
  const whole = converged(cluster);
  const world = { ...whole, objects: whole.objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.name !== 'orders-2') };
  made.nodes('kafka/orders', nodeViews(cluster, world));
  made.nodes('kafka/others', nodeViews(dedicatedNodes(), converged(dedicatedNodes())));
  const nodes = (await lines()).filter((line) => line.startsWith('kafka_operator_nodes'));
  expect(nodes.map((line) => line.replace(/^kafka_operator_nodes\{namespace="kafka",/u, '').replace(/"/gu, ''))).toEqual([
    'cluster=orders,role=broker,state=wanted} 3',
    'cluster=orders,role=broker,state=ready} 2',
    'cluster=orders,role=controller,state=wanted} 3',
    'cluster=orders,role=controller,state=ready} 2',
    'cluster=others,role=broker,state=wanted} 3',
    'cluster=others,role=broker,state=ready} 3',
    'cluster=others,role=controller,state=wanted} 3',
    'cluster=others,role=controller,state=ready} 3',
  ]);
});

it('each claim says whose it is', async () => {
  const { made, lines } = metrics();
  const cluster = threeNodes();
  const world = converged(cluster);
  const claims = world.objects.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ metadata }) => metadata.name);
  made.nodes('kafka/orders', nodeViews(cluster, world));
  const volumes = (await lines()).filter((line) => line.startsWith('kafka_operator_volume'));
  expect(volumes).toHaveLength(3);
  for (const [at, claim] of claims.entries())
    expect(volumes).toContain(
      `kafka_operator_volume{namespace="kafka",cluster="orders",broker="${String(at)}",persistentvolumeclaim="${claim}"} 1`,
    );
  made.forget('kafka/orders');
  expect(await lines()).toEqual([]);
});
