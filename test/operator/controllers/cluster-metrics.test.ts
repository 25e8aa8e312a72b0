import { Registry } from 'prom-client';
import { ClusterMetrics } from '../../../operator/controllers/cluster-metrics';
import type { Action } from '../../../operator/decide/action';
import type { Held } from '../../../operator/decide/plan';
import { reason, type ReasonCode } from '../../../operator/decide/reason';

const hold = (what: string, ...codes: readonly ReasonCode[]): Held => ({
  what,
  reasons: codes.map((code) => reason(code, `because of ${code}`)),
});
const elect: Action = { kind: 'electLeaders', risk: 'safe', reasons: [] };

function metrics() {
  const registry = new Registry();
  const clock = { now: 0 };
  const made = new ClusterMetrics(registry, () => clock.now);
  const lines = async (): Promise<readonly string[]> =>
    (await registry.metrics()).split('\n').filter((l) => l !== '' && !l.startsWith('#'));
  return { made, clock, lines };
}

it('what is held is counted by reason, and its age goes on while the wish and the reasons stay', async () => {
  const { made, clock, lines } = metrics();
  made.held('kafka/orders', [hold('restart node 1', 'OneAtATime'), hold('restart node 2', 'OneAtATime', 'MinInSync')], 0);
  clock.now = 5000;
  made.held('kafka/orders', [{ ...hold('restart node 2', 'OneAtATime', 'MinInSync') }], 5000);
  clock.now = 7000;
  expect(await lines()).toEqual([
    'kafka_operator_held{namespace="kafka",cluster="orders",reason="OneAtATime"} 1',
    'kafka_operator_held{namespace="kafka",cluster="orders",reason="MinInSync"} 1',
    'kafka_operator_held_oldest_seconds{namespace="kafka",cluster="orders"} 7',
  ]);
});

it('a cluster that holds nothing has the age 0', async () => {
  const { made, lines } = metrics();
  made.held('kafka/orders', [], 1);
  expect(await lines()).toEqual(['kafka_operator_held_oldest_seconds{namespace="kafka",cluster="orders"} 0']);
});

it('actions are counted by kind and result; what was said of a cluster goes with it', async () => {
  const { made, lines } = metrics();
  for (const key of ['kafka/orders', 'kafka/others']) made.held(key, [], 0);
  made.acted('kafka/orders', [{ action: elect, result: 'done' }]);
  made.acted('kafka/others', [{ action: elect, result: 'retry' }]);
  expect(await lines()).toContain('kafka_operator_actions_total{namespace="kafka",cluster="orders",action="electLeaders",result="done"} 1');
  made.forget('kafka/orders');
  await new Promise((resolve) => setImmediate(resolve));
  expect((await lines()).filter((line) => line.includes('orders'))).toEqual([]);
  expect((await lines()).filter((line) => line.includes('others'))).toHaveLength(2);
});

it('what was done to a cluster that was only ever seen to go is forgotten too', async () => {
  const { made, lines } = metrics();
  made.acted('kafka/orders', [{ action: elect, result: 'done' }]);
  made.forget('kafka/orders');
  await new Promise((resolve) => setImmediate(resolve));
  expect(await lines()).toEqual([]);
});
