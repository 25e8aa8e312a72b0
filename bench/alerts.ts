/**
 * Alerts: received over HTTP until the change is written, ten thousand in a minute, and what a scrape of 100 clusters costs. The whole
 * operator runs in this process, against a scripted API server and a simulated Kafka, and so does who sends the alerts.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { alertServer } from '../operator/alerts/alert-server';
import { AlertMetrics } from '../operator/controllers/alert-metrics';
import { ClusterMetrics } from '../operator/controllers/cluster-metrics';
import { CLAIM, KAFKA_CLUSTER } from '../operator/kinds';
import { createLogger } from '../operator/runtime/log';
import { createMetrics } from '../operator/runtime/metrics';
import { nodeViews } from '../operator/decide/node-view';
import { Environment } from '../test/operator/controllers/environment';
import { clusterFrom } from '../test/world/cluster-file';
import { converged } from '../test/world/makers';
import { stringify } from 'yaml';
import { kafkaCluster } from './cluster-specs';
import { pause } from './kubernetes';
import { parameter, rounded, spread, type Figure, type Findings } from './result';

const MIB = 1_048_576;
const IN_MESSAGE = 64;
const NODES = { name: 'orders', combined: [0, 1, 2] };

export async function alerts(): Promise<Findings> {
  const rounds = parameter('ALERT_ROUNDS', 15);
  const count = parameter('ALERTS', 10_000);
  const seconds = parameter('ALERT_SECONDS', 60);
  const env = await Environment.start({ alerts: true });
  await env.operator();
  const { spec } = kafkaCluster(NODES) as { readonly spec?: object };
  env.apply({ ...spec, alertManagerConfig: { coolDown: '1s', budgetPerDay: 24 } });
  await env.converged();
  const server = alertServer({
    ...{ log: createLogger({ level: 'error' }), auth: 'none', tokenFile: '', tlsDir: '', startedAt: Date.now(), version: 'bench' },
    ...{ book: () => env.book, leads: () => true, now: () => Date.now(), count: () => undefined },
  });
  const url = `http://127.0.0.1:${String(await server.listen(0, '127.0.0.1'))}/api/v2/alerts`;
  const applied = await untilApplied(env, url, rounds);
  const storm = await stormOf(env, url, { count, seconds });
  await server.close(0);
  await env.close();
  return {
    title: 'alerts that act, a storm of them, and a scrape',
    standIns: ['a scripted API server', 'a stand-in for the kubelet', 'a simulated Kafka', 'all of them and the sender in the one process'],
    parameters: { ALERT_ROUNDS: rounds, ALERTS: count, ALERT_SECONDS: seconds },
    figures: [...storm, applied, await scrape()],
  };
}

interface Sent {
  readonly alertname: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

async function send(url: string, sent: readonly Sent[]): Promise<void> {
  const body = sent.map(({ alertname, labels, annotations }) => ({
    labels: { alertname, namespace: 'kafka', kafka_cr: 'orders', ...labels },
    annotations,
  }));
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (answer.status !== 202) throw new Error(`cannot send alerts: ${String(answer.status)} ${await answer.text()}`);
}

/** From the request of the sender to the larger claim in the API server: two writes of the status and one of the claim lie between. */
async function untilApplied(env: Environment, url: string, rounds: number): Promise<Figure> {
  const [claim] = env.server.list(CLAIM, 'kafka');
  const name = claim?.metadata.name ?? '';
  const size = (): string => JSON.stringify(env.server.get(CLAIM, 'kafka', name)?.spec);
  const all: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Longer than the cool-down, whose times are whole seconds.
    await pause(2_500);
    const before = size();
    const began = performance.now();
    const labels = { persistentvolumeclaim: name };
    await send(url, [{ alertname: `Full${String(round)}`, labels, annotations: { command: 'resizePvc', incrementBy: '1Mi' } }]);
    while (size() === before) {
      if (performance.now() - began > 10_000)
        throw new Error(`cannot see the change: ${JSON.stringify(env.status.alerts?.decisions?.at(-1))}`);
      await pause(1);
    }
    all.push(performance.now() - began);
  }
  return { what: 'alert sent to change applied', value: spread(all), unit: 'ms', wanted: 500, bound: 'max' };
}

async function stormOf(
  env: Environment,
  url: string,
  { count, seconds }: { readonly count: number; readonly seconds: number },
): Promise<readonly Figure[]> {
  env.server.patch(KAFKA_CLUSTER, 'kafka', 'orders', { spec: { alertManagerConfig: { coolDown: '10m' } } });
  await env.converged();
  globalThis.gc?.();
  const acted = (): number => (env.status.alerts?.decisions ?? []).filter(({ action }) => action === 'upScale').length;
  const [rss, deeds] = [process.memoryUsage().rss, env.deeds.length];
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let most = rss;
  const began = Date.now();
  for (let at = 0; at < count; at += IN_MESSAGE) {
    const batch = Array.from({ length: Math.min(IN_MESSAGE, count - at) }, (_, i) => `Storm${String(at + i)}`);
    await send(
      url,
      batch.map((alertname) => ({ alertname, annotations: { command: 'upScale', diskSize: '1Gi', summary: 'x'.repeat(200) } })),
    );
    most = Math.max(most, process.memoryUsage().rss);
    await pause(Math.max(0, began + ((at + IN_MESSAGE) / count) * seconds * 1000 - Date.now()));
  }
  loop.disable();
  const what = `${String(count)} alerts in ${String(seconds)} s`;
  return [
    { what: `${what}: actions`, value: acted(), unit: '', wanted: 1 },
    { what: `${what}: writes, those of a broker more among them`, value: env.deeds.length - deeds, unit: 'writes' },
    { what: `${what}: extra resident memory`, value: rounded((most - rss) / MIB), unit: 'MiB', wanted: 100, note: 'with the sender' },
    {
      what: `${what}: the longest that anything waited for its turn`,
      value: rounded(loop.max / 1e6),
      unit: 'ms',
      wanted: 100,
      note: 'delay of the event loop, which bounds the delay of a pass',
    },
  ];
}

/** What the metrics of 100 clusters of three nodes cost when Prometheus asks. */
async function scrape(): Promise<Figure> {
  const metrics = createMetrics();
  const [clusters, received] = [new ClusterMetrics(metrics.registry, () => Date.now()), new AlertMetrics(metrics.registry)];
  const draft = kafkaCluster(NODES);
  const cluster = clusterFrom(stringify({ ...draft, metadata: { name: 'orders', namespace: 'kafka' } }));
  const world = converged(cluster);
  const held = [{ what: 'restart node 1', reasons: [{ code: 'OneAtATime', message: 'node 2 goes first' }] }] as const;
  for (let at = 0; at < 100; at += 1) {
    const key = `kafka/orders-${String(at)}`;
    clusters.judged(key, world.cluster.status, nodeViews(cluster, world));
    clusters.held(key, held, Date.now());
    received.came(key, 'taken', 1);
    received.judged(key, 1);
  }
  const all: number[] = [];
  let bytes = 0;
  for (let at = 0; at < 30; at += 1) {
    await pause(20);
    const began = performance.now();
    bytes = (await metrics.render()).text.length;
    all.push(performance.now() - began);
  }
  return { what: 'a scrape of 100 clusters', value: spread(all), unit: 'ms', wanted: 50, note: `${String(bytes)} bytes` };
}
