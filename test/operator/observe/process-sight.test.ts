import { figuresIn, type NodeFigures } from '../../../operator/clients/node-metrics';
import { ProcessSight, type AskedProcess } from '../../../operator/observe/process-sight';

const process = (node: number, uid = 'u1'): AskedProcess => ({
  node,
  uid,
  namespace: 'kafka',
  pod: `orders-${node}`,
  address: `10.0.0.${node}:9020`,
  hasRun: true,
});
const flush = () => new Promise((resolve) => setImmediate(resolve));

function sightOf(figures: (address: string) => Promise<NodeFigures>, lines = () => Promise.resolve('')) {
  const changes: string[] = [];
  const sight = new ProcessSight({ figures, lines, onChange: (key) => changes.push(key), interval: 5 });
  return { sight, changes };
}

describe('the exporter’s text', () => {
  const text = [
    '# TYPE kafka_server_kafkaserver_brokerstate gauge',
    'kafka_server_kafkaserver_brokerstate 2.0',
    'kafka_log_logmanager_remaininglogstorecover{dir="/a"} 7.0',
    'kafka_log_logmanager_remaininglogstorecover{dir="/b"} 5.0',
    'kafka_log_logmanager_remaininglogstorecoverx 99',
  ].join('\n');

  it.each<[string, string, NodeFigures]>([
    ['gives the state and the logs of all directories', text, { brokerState: 2, logsToRecover: 12 }],
    ['gives nothing of what is not in it', 'jvm_info 1', { brokerState: undefined, logsToRecover: undefined }],
    [
      'gives nothing of what is no number',
      'kafka_server_kafkaserver_brokerstate oops',
      { brokerState: undefined, logsToRecover: undefined },
    ],
  ])('%s', (_, said, expected) => expect(figuresIn(said)).toEqual(expected));
});

describe('processes that are not ready', () => {
  it('are asked at once, and a change wakes their cluster', async () => {
    const { sight, changes } = sightOf(() => Promise.resolve({ brokerState: 2, logsToRecover: 40 }));
    sight.watch('kafka/orders', [process(1)]);
    expect(sight.look('kafka/orders')).toEqual({});
    await flush();
    expect(sight.look('kafka/orders')).toEqual({ 1: { brokerState: 2, logsToRecover: 40 } });
    expect(changes).toEqual(['kafka/orders']);
    sight.stop();
  });

  it('are noted as asked when they do not answer', async () => {
    const { sight } = sightOf(() => Promise.reject(new Error('refused')));
    sight.watch('kafka/orders', [process(1)]);
    await flush();
    expect(sight.look('kafka/orders')).toEqual({ 1: {} });
    sight.stop();
    sight.watch('kafka/orders', [process(1)]); // by a pass that was under way
    await flush();
    expect(sight.look('kafka/orders')).toEqual({});
  });

  it('are asked by name where their address does not answer, as behind strict mutual TLS', async () => {
    const ofName = (address: string): Promise<NodeFigures> =>
      address.startsWith('10.') ? Promise.reject(new Error('reset')) : Promise.resolve({ brokerState: 2, logsToRecover: undefined });
    const { sight } = sightOf(ofName);
    sight.watch('kafka/orders', [{ ...process(1), byName: 'orders-1.kafka.svc.cluster.local:9020' }]);
    await flush();
    expect(sight.look('kafka/orders')).toEqual({ 1: { brokerState: 2 } });
    sight.stop();
  });

  it('are asked again and again, with their last lines now and then, and wake nobody while nothing changes', async () => {
    let asked = 0;
    const log = Array.from({ length: 9 }, (_, n) => `line ${n} ${'x'.repeat(400)}`).join('\n');
    const { sight, changes } = sightOf(
      () => Promise.resolve({ brokerState: 1, logsToRecover: ((asked += 1), undefined) }),
      () => Promise.resolve(log),
    );
    sight.watch('kafka/orders', [process(1)]);
    while (asked < 12) await new Promise((resolve) => setTimeout(resolve, 5));
    const { lastLines = [] } = sight.look('kafka/orders')['1'] ?? {};
    expect(lastLines.map((line) => line.slice(0, 6))).toEqual(['line 4', 'line 5', 'line 6', 'line 7', 'line 8']);
    expect(Math.max(...lastLines.map((line) => line.length))).toBe(300);
    expect(changes).toHaveLength(2);
    sight.stop();
  });

  it('are not asked for their log before they ever served', async () => {
    let [asked, read] = [0, 0];
    const { sight } = sightOf(
      () => Promise.resolve({ brokerState: ((asked += 1), 1), logsToRecover: undefined }),
      () => Promise.resolve(((read += 1), 'line')),
    );
    sight.watch('kafka/orders', [{ ...process(1), hasRun: false }]);
    while (asked < 22) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(read).toBe(0);
    sight.stop();
  });

  it('are forgotten when they are ready, and a new Pod is asked anew', async () => {
    const { sight } = sightOf((address) =>
      Promise.resolve({ brokerState: address.startsWith('10.0.0.1') ? 1 : 2, logsToRecover: undefined }),
    );
    sight.watch('kafka/orders', [process(1), process(2)]);
    await flush();
    sight.watch('kafka/orders', [process(1, 'u2'), process(2)]);
    expect(Object.keys(sight.look('kafka/orders'))).toEqual(['2']);
    sight.watch('kafka/orders', []);
    expect(sight.look('kafka/orders')).toEqual({});
    sight.stop();
  });
});
