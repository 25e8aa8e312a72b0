/** The operator and the simulated Kafka, each in a process of its own beside the benchmark, so that each one's cost is its own. */
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './result';

/** What the simulated Kafka tells. */
export type FromKafka =
  | { readonly kind: 'routes'; readonly routes: readonly (readonly [string, number])[] }
  | { readonly kind: 'asked'; readonly requests: number; readonly dialled: number; readonly open: number };

export interface KwokProcesses {
  readonly operator: number;
  /** Requests that the simulated Kafka has answered so far, and connections. */
  asked(): Promise<Extract<FromKafka, { kind: 'asked' }>>;
  stop(): Promise<void>;
}

const FOLDER = join(ROOT, 'dist/bench/logs');

/** Node.js with what the chart gives the operator. */
function chartOptions(): readonly string[] {
  const values = parse(readFileSync(join(ROOT, 'charts/kafka-operator/values.yaml'), 'utf8')) as { operator: { nodeOptions: string } };
  return values.operator.nodeOptions.split(' ').filter((option) => option !== '');
}

export async function startProcesses(clusters: number): Promise<KwokProcesses> {
  mkdirSync(FOLDER, { recursive: true });
  const kafka = start('simulated-kafka', [String(clusters)], []);
  const routes = await next(kafka, 'routes');
  const file = join(FOLDER, 'routes.json');
  writeFileSync(file, JSON.stringify(routes.routes));
  const extra = (process.env.OPERATOR_NODE_OPTIONS ?? '').split(' ').filter((option) => option !== '');
  const operator = start('operator-with-simulated-kafka', [file], [...chartOptions(), ...extra]);
  return {
    operator: operator.pid ?? -1,
    asked: () => {
      kafka.send('asked');
      return next(kafka, 'asked');
    },
    stop: async () => {
      await Promise.all([end(operator), end(kafka)]);
    },
  };
}

function start(program: string, args: readonly string[], execArgv: readonly string[]): ChildProcess {
  const log = openSync(join(FOLDER, `${program}.log`), 'w');
  const child = fork(join(__dirname, `${program}.js`), args, {
    execArgv: [...execArgv],
    stdio: ['ignore', log, log, 'ipc'],
    env: { ...process.env, POD_NAMESPACE: 'default', POD_NAME: 'bench' },
  });
  closeSync(log);
  return child;
}

function next<K extends FromKafka['kind']>(child: ChildProcess, kind: K): Promise<Extract<FromKafka, { kind: K }>> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`cannot ask the simulated Kafka: it ended with code ${String(code)}, see ${FOLDER}`)));
    child.on('message', (message: FromKafka) => {
      if (message.kind === kind) resolve(message as Extract<FromKafka, { kind: K }>);
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
