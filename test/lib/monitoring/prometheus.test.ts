/**
 * A real Prometheus reads what real Kafka exported and what the operator exports, evaluates every rule and answers every query
 * of the dashboards. It sees what promtool cannot: joins that match several series, and panels that stay empty.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Registry } from 'prom-client';
import { ruleFile } from '../../../lib/monitoring/alert';
import { ACTION_GROUPS, ALERT_GROUPS } from '../../../lib/monitoring/alert-groups';
import { DASHBOARDS } from '../../../lib/monitoring/dashboards';
import { AlertMetrics } from '../../../operator/controllers/alert-metrics';
import { ClusterMetrics } from '../../../operator/controllers/cluster-metrics';
import { TopicMetrics } from '../../../operator/controllers/topic-metrics';
import { UserMetrics } from '../../../operator/controllers/user-metrics';
import type { TopicAdmin } from '../../../operator/clients/kafka/topic-admin';
import type { AlertDecision } from '../../../operator/decide/alerts/alerts-view';
import { nodeViews } from '../../../operator/decide/node-view';
import type { UserSecret } from '../../../operator/decide/users/credential';
import type { Judged } from '../../../operator/decide/users/user-status';
import { createMetrics } from '../../../operator/runtime/metrics';
import { converged } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const ROOT = join(__dirname, '../../..');
const KEY = 'kafka/orders';

/** What only shows when something is wrong, or comes from Cruise Control, which is not here. */
const MAY_BE_EMPTY = ['Log directories that failed', 'Balancedness', 'What it knows', 'Actions of its executor'];

function withTopicsUsersAlerts(registry: Registry): void {
  const [alerts, topics, users] = [new AlertMetrics(registry), new TopicMetrics(registry), new UserMetrics(registry)];
  alerts.came(KEY, 'accepted', 2);
  alerts.judged(KEY, 1);
  alerts.decided(KEY, { action: 'upScale', outcome: 'Done' } as unknown as AlertDecision);
  topics.seen(KEY, ['TopicReady']);
  void topics.counting(KEY, { listTopics: () => Promise.resolve([]) } as unknown as TopicAdmin).listTopics();
  const certificate = { notAfter: Date.now() + 86_400_000 };
  users.seen(KEY, [{ ready: { reason: 'UserReady' } } as unknown as Judged], [{ tls: { certificate } } as unknown as UserSecret]);
}

/** Of an operator with one cluster that is not well. */
async function operatorText(): Promise<string> {
  const metrics = createMetrics();
  const clusters = new ClusterMetrics(metrics.registry, () => 0);
  const cluster = threeNodes();
  const world = converged(cluster);
  const conditions = [
    ['Ready', 'False', 'NodesNotReady'],
    ['Degraded', 'True', 'CrashLoop'],
    ['SpecAccepted', 'False', 'Refused'],
    ['CruiseControlReady', 'False', 'TopicMissing'],
  ].map(([type = '', status = '', reason = '']) => ({
    type,
    status: status as 'True' | 'False',
    reason,
    message: '',
    observedGeneration: 1,
    lastTransitionTime: '',
  }));
  const views = nodeViews(cluster, {
    ...world,
    objects: world.objects.filter(({ metadata, kind }) => kind !== 'Pod' || metadata.name !== 'orders-2'),
  });
  metrics.leader(true);
  metrics.request({ verb: 'get', resource: 'pods', code: '500', seconds: 0.1 });
  metrics.watchRestart('pods', 'ended');
  metrics.queue.depth('kafkacluster', 0);
  metrics.queue.waited('kafkacluster', 0.1);
  metrics.queue.ran('kafkacluster', 0.1, 'done');
  clusters.judged(KEY, { conditions }, views);
  clusters.held(KEY, [{ what: 'restart node 1', reasons: [{ code: 'OneAtATime', message: '' }] }], 0);
  clusters.acted(KEY, [
    { action: { kind: 'electLeaders', risk: 'safe', reasons: [] }, result: 'done' },
    { action: { kind: 'electLeaders', risk: 'safe', reasons: [] }, result: 'retry' },
  ]);
  clusters.certificates(KEY, [{ secret: 'orders-server-certificate', kind: 'certificate', notAfter: Date.now() + 86_400_000 }]);
  withTopicsUsersAlerts(metrics.registry);
  const labels = 'namespace="kafka",cluster="orders"';
  const moving = [
    `kafka_operator_operations{${labels},state="failed"} 1`,
    `kafka_operator_operation_progress_percent{${labels},operation="rebalance"} 40`,
    `kafka_operator_operation_left_megabytes{${labels},operation="rebalance"} 400`,
  ];
  const claims = views.flatMap((view) => view.claims.map(({ metadata }) => metadata.name));
  const disks = claims.flatMap((claim) =>
    ['available', 'capacity', 'used'].map(
      (what) => `kubelet_volume_stats_${what}_bytes{namespace="kafka",persistentvolumeclaim="${claim}"} 100`,
    ),
  );
  const text = (await metrics.render()).text.replaceAll(/^# (?:HELP|TYPE) kafka_operator_operation.*\n/gmu, '');
  return `${text}${[...moving, ...disks].join('\n')}\n`;
}

const fixture = (name: string): string => readFileSync(join(ROOT, `test/fixtures/metrics/${name}.txt`), 'utf8');

async function listening(pages: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(pages[request.url ?? ''] ?? '');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function freePort(): Promise<number> {
  const server = await listening({});
  const port = portOf(server);
  await new Promise((closed) => server.close(closed));
  return port;
}

const job = (port: number, path: string, labels: object) => ({
  job_name: path,
  metrics_path: path,
  honor_labels: true,
  static_configs: [{ targets: [`127.0.0.1:${String(port)}`], labels }],
});
const kafka = (id: number) => ({ namespace: 'kafka', kafka_cr: 'orders', brokerId: String(id), pod: `orders-${String(id)}` });

const chosen = (expr: string): string =>
  expr
    .replaceAll(/=~"\$\w+"/gu, '=~".*"')
    .replaceAll('$namespace', 'kafka')
    .replaceAll('$cluster', 'orders');

const QUERIES = DASHBOARDS.flatMap(({ uid, panels }) =>
  panels.flatMap((panel) =>
    panel.kind === 'row' ? [] : panel.queries.map(({ expr }) => ({ where: `${uid}: ${panel.title}`, title: panel.title, expr })),
  ),
);

describe('Prometheus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kafka-prometheus-'));
  let server: Server;
  let prometheus: ChildProcess | undefined;
  let exited: Promise<unknown> = Promise.resolve();
  let address = '';

  async function ask<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`http://${address}/api/v1/${path}`)).json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }
  const seriesOf = async (expr: string): Promise<number> =>
    (await ask<{ result: readonly unknown[] }>(`query?query=${encodeURIComponent(chosen(expr))}`)).result.length;

  /** Twice scraped: a rate has two points. */
  async function scrapedTwice(): Promise<void> {
    const until = Date.now() + 60_000;
    const enough = 'min(count_over_time(up[1m])) >= 3 and min(up) == 1 and count(up) == 4';
    while ((await seriesOf(enough).catch(() => 0)) === 0) {
      if (Date.now() > until) throw new Error('cannot scrape: Prometheus has not read every target three times within a minute');
      await new Promise((next) => setTimeout(next, 250));
    }
  }

  beforeAll(async () => {
    const bin = execFileSync(join(ROOT, 'tools/prometheus/fetch'), { encoding: 'utf8' }).trim();
    server = await listening({
      '/controller': fixture('kafka-4.3.1-controller'),
      '/new': fixture('kafka-4.3.1-broker-by-topic'),
      '/old': fixture('kafka-3.9.2-broker-by-topic'),
      '/operator': await operatorText(),
    });
    const port = portOf(server);
    const jobs = [
      job(port, '/controller', kafka(0)),
      job(port, '/new', kafka(1)),
      job(port, '/old', kafka(2)),
      job(port, '/operator', { pod: 'operator' }),
    ];
    writeFileSync(join(folder, 'rules.json'), JSON.stringify(ruleFile([...ALERT_GROUPS, ...ACTION_GROUPS])));
    const config = { global: { scrape_interval: '1s', evaluation_interval: '1s' }, rule_files: ['rules.json'], scrape_configs: jobs };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    address = `127.0.0.1:${String(await freePort())}`;
    const flags = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ];
    prometheus = spawn(join(bin, 'prometheus'), flags, { stdio: 'ignore' });
    exited = new Promise((exit) => prometheus?.once('exit', exit));
    await scrapedTwice();
  }, 180_000);

  afterAll(async () => {
    prometheus?.kill('SIGTERM');
    await exited;
    await new Promise((closed) => server.close(closed));
    rmSync(folder, { recursive: true, force: true });
  });

  test('evaluates every rule', async () => {
    type Rule = { readonly name: string; readonly health: string; readonly lastError?: string };
    const wanted = [...ALERT_GROUPS, ...ACTION_GROUPS].flatMap(({ alerts }) => alerts.map(({ name }) => name));
    const rules = async () =>
      (await ask<{ groups: readonly { rules: readonly Rule[] }[] }>('rules')).groups.flatMap((group) => group.rules);
    const until = Date.now() + 30_000;
    while ((await rules()).some(({ health }) => health === 'unknown') && Date.now() < until)
      await new Promise((next) => setTimeout(next, 250));
    const found = await rules();
    expect(found.filter(({ health }) => health !== 'ok')).toEqual([]);
    expect(found.map(({ name }) => name).sort()).toEqual([...wanted].sort());
  }, 60_000);

  test('answers every query of the dashboards, and none stays empty', async () => {
    const empty: string[] = [];
    for (const { where, title, expr } of QUERIES) if ((await seriesOf(expr)) === 0 && !MAY_BE_EMPTY.includes(title)) empty.push(where);
    expect(empty).toEqual([]);
  }, 60_000);

  test('fills every choice above the panels', async () => {
    const choices = DASHBOARDS.flatMap(({ uid, variables }) => variables.map(({ name, from }) => ({ where: `${uid}: ${name}`, from })));
    const empty: string[] = [];
    for (const { where, from } of choices) if ((await seriesOf(from)) === 0) empty.push(where);
    expect(empty).toEqual([]);
  });
});
