/**
 * Debian's Prometheus and Alertmanager as processes beside a journey, inside the cluster's network: Prometheus asks every Kafka node
 * and the operator for its metrics every three seconds, and what its rules find goes to the operator, directly or through Alertmanager.
 * The rules of the chart are loaded beside those of the journey.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controllerHeadlessName, headlessName } from '../../lib/constructs/naming';
import { METRICS_PORT } from '../../lib/constructs/ports';
import { mustKubectl, NAMESPACE, until } from './kubernetes';

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Alerting {
  /** These rules from now on. One that only has another expression stays the same alert, and is told to have ended when it has. */
  rules(rules: readonly Rule[]): Promise<void>;
  /** Who is sent what fires. */
  through(receiver: 'operator' | 'alertmanager'): Promise<void>;
  /** What an expression is now. */
  value(expression: string): Promise<number>;
  /** Of all metrics that it has seen. */
  names(): Promise<readonly string[]>;
  /** Rules that it could not evaluate, with why. */
  brokenRules(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const PROMETHEUS = '127.0.0.1:19090';
const ALERTMANAGER = '127.0.0.1:19093';
const OPERATOR = 'kafka-operator-alertmanager.kafka-operator.svc.cluster.local:9001';
const OPERATOR_METRICS = 'kafka-operator-metrics.kafka-operator.svc.cluster.local:8080';
const SHIPPED_RULES = join(__dirname, '../../charts/kafka-operator/files/rules/*.yaml');
const LOGS = join(__dirname, '../../dist/e2e');

/** @param nodes ids of nodes to be asked, also of those that do not exist yet */
export async function startAlerting(cluster: string, nodes: readonly number[]): Promise<Alerting> {
  const folder = mkdtempSync(join(tmpdir(), 'alerting-'));
  const write = (name: string, content: unknown): void => {
    // JSON is YAML.
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  };
  write('token', await tokenOfOperator());
  write('alertmanager.yml', alertmanagerConfig(folder));
  write('rules.yml', { groups: [] });
  write('prometheus.yml', prometheusConfig(cluster, nodes, 'operator'));
  const processes = [startAlertmanager(folder), startPrometheus(folder)];
  for (const address of [ALERTMANAGER, PROMETHEUS])
    await until(`${address} is ready`, async () => (await fetch(`http://${address}/-/ready`)).ok, { seconds: 60 });
  return {
    rules: (rules) => {
      // On a busy machine a scrape may fail, which must not look like an end.
      write('rules.yml', { groups: [{ name: 'journey', rules: rules.map((rule) => ({ ...rule, keep_firing_for: '6s' })) }] });
      return reload();
    },
    through: (receiver) => {
      write('prometheus.yml', prometheusConfig(cluster, nodes, receiver));
      return reload();
    },
    value: valueOf,
    names: async () => (await answerOf<readonly string[]>('label/__name__/values')) ?? [],
    brokenRules,
    stop: async () => {
      await Promise.all(processes.map(ended));
      rmSync(folder, { recursive: true });
    },
  };
}

async function tokenOfOperator(): Promise<string> {
  const path = ['-n', 'kafka-operator', 'get', 'secret', 'kafka-operator-alertmanager', '-o', 'jsonpath={.data.token}'];
  return Buffer.from(await mustKubectl(path), 'base64').toString();
}

/** Controllers of these journeys have ids below those of brokers. */
const serviceOf = (cluster: string, id: number): string => (id < 100 ? controllerHeadlessName(cluster) : headlessName(cluster));

function prometheusConfig(cluster: string, nodes: readonly number[], receiver: 'operator' | 'alertmanager'): object {
  const direct = { static_configs: [{ targets: [OPERATOR] }], authorization: { type: 'Bearer', credentials_file: 'token' } };
  return {
    global: { scrape_interval: '3s', scrape_timeout: '3s', evaluation_interval: '1s' },
    rule_files: ['rules.yml', SHIPPED_RULES],
    alerting: { alertmanagers: [receiver === 'operator' ? direct : { static_configs: [{ targets: [ALERTMANAGER] }] }] },
    scrape_configs: [
      { job_name: 'operator', honor_labels: true, static_configs: [{ targets: [OPERATOR_METRICS] }] },
      {
        job_name: 'kafka',
        static_configs: nodes.map((id) => ({
          targets: [`${cluster}-${String(id)}.${serviceOf(cluster, id)}.${NAMESPACE}.svc.cluster.local:${String(METRICS_PORT)}`],
          labels: { namespace: NAMESPACE, kafka_cr: cluster, pod: `${cluster}-${String(id)}`, brokerId: String(id) },
        })),
      },
    ],
  };
}

const alertmanagerConfig = (folder: string): object => ({
  route: { receiver: 'operator', group_by: ['...'], group_wait: '0s', group_interval: '1s', repeat_interval: '5s' },
  receivers: [
    {
      name: 'operator',
      webhook_configs: [
        {
          url: `http://${OPERATOR}/webhook`,
          send_resolved: true,
          http_config: { authorization: { credentials_file: join(folder, 'token') } },
        },
      ],
    },
  ],
});

function startPrometheus(folder: string): ChildProcess {
  const listen = [`--web.listen-address=${PROMETHEUS}`, '--web.enable-lifecycle'];
  // It repeats what fires every two seconds, not every minute.
  const flags = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, ...listen];
  return logged('prometheus', join(folderOf('PROMETHEUS_BIN'), 'prometheus'), [...flags, '--rules.alert.resend-delay=2s']);
}

/** Debian's looks for its templates where the package would be installed: in a mount namespace of its own they are there. */
function startAlertmanager(folder: string): ChildProcess {
  const bin = folderOf('ALERTMANAGER_BIN');
  const flags = [`--config.file=${join(folder, 'alertmanager.yml')}`, `--storage.path=${join(folder, 'alertmanager')}`];
  const all = [...flags, `--web.listen-address=${ALERTMANAGER}`, '--cluster.listen-address='];
  const installed = 'if [ -d "$1" ]; then mount --bind "$1" /usr/share; fi; shift; exec "$@"';
  const program = join(bin, 'prometheus-alertmanager');
  return logged('alertmanager', 'unshare', ['--mount', 'bash', '-c', installed, 'bash', join(bin, '../share'), program, ...all]);
}

function folderOf(variable: 'PROMETHEUS_BIN' | 'ALERTMANAGER_BIN'): string {
  const folder = process.env[variable];
  if (folder === undefined || folder === '') throw new Error(`cannot send alerts: ${variable} is not set; test/e2e/run sets it`);
  return folder;
}

function logged(name: string, program: string, args: readonly string[]): ChildProcess {
  mkdirSync(LOGS, { recursive: true });
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(join(LOGS, `${name}.log`));
  child.on('error', (error) => file.write(`${String(error)}\n`));
  for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exited;
}

async function reload(): Promise<void> {
  const answer = await fetch(`http://${PROMETHEUS}/-/reload`, { method: 'POST' });
  if (!answer.ok) throw new Error(`cannot reload Prometheus: ${await answer.text()}`);
}

interface QueryResult {
  readonly result: readonly { readonly value: readonly [number, string] }[];
}

/** Errors: there is no such series now, or there are several. */
async function valueOf(expression: string): Promise<number> {
  const { result = [] } = (await answerOf<QueryResult>(`query?query=${encodeURIComponent(expression)}`)) ?? {};
  const [only] = result;
  if (only === undefined || result.length > 1) throw new Error(`cannot tell the value of ${expression}: ${String(result.length)} series`);
  return Number(only.value[1]);
}

interface RuleGroups {
  readonly groups: readonly {
    readonly rules: readonly { readonly name: string; readonly health: string; readonly lastError?: string }[];
  }[];
}

async function brokenRules(): Promise<readonly string[]> {
  const { groups = [] } = (await answerOf<RuleGroups>('rules')) ?? {};
  return groups.flatMap(({ rules }) => rules.flatMap((r) => (r.health === 'err' ? [`${r.name}: ${r.lastError ?? ''}`] : [])));
}

async function answerOf<T>(path: string): Promise<T | undefined> {
  const answer = await fetch(`http://${PROMETHEUS}/api/v1/${path}`);
  return ((await answer.json()) as { readonly data?: T }).data;
}
