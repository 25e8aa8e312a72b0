/**
 * Stands in for Cruise Control in tests (see README.md).
 *
 *     node main.js [cruisecontrol.properties]
 *
 * Ends with code 1 when its configuration cannot be used.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { parseProperties } from '../../lib/kafka/properties';
import { Executor } from './executor';
import { noFaults } from './faults';
import { connect } from './kafka';
import { Operations } from './operations';
import { createStandIn } from './server';
import { UserTasks } from './tasks';

const CONFIG = '/opt/cruise-control/config/cruisecontrol.properties';
const SWEEP_EVERY_MS = 5_000;

export interface StandInConfig {
  readonly bootstrap: readonly string[];
  readonly address: string;
  readonly port: number;
  readonly maxActiveTasks: number;
  readonly maxBlockMs: number;
  readonly checkEveryMs: number;
  readonly concurrency: number;
  /** After the start. */
  readonly readyAfterMs: number;
  readonly rackAware: boolean;
  readonly selfHealing: boolean;
}

/** Throws an Error that names what is missing. */
export function configOf(properties: Readonly<Record<string, string>>): StandInConfig {
  const bootstrap = (properties['bootstrap.servers'] ?? '').split(',').map((server) => server.trim());
  if (bootstrap.includes('')) throw new Error('cannot start: bootstrap.servers is missing');
  const protocol = properties['security.protocol'] ?? 'PLAINTEXT';
  if (protocol !== 'PLAINTEXT') throw new Error(`cannot start: security.protocol is ${protocol}; the stand-in speaks PLAINTEXT only`);
  const number = (key: string, otherwise: number): number => Number(properties[key] ?? otherwise);
  // Cruise Control's own list has it. Here it has to be named, so that few brokers in few racks can be drained in tests.
  const hardGoals = properties['hard.goals'] ?? '';
  return {
    ...{ bootstrap, address: properties['webserver.http.address'] ?? '0.0.0.0', port: number('webserver.http.port', 8090) },
    maxActiveTasks: number('max.active.user.tasks', 5),
    maxBlockMs: number('webserver.request.maxBlockTimeMs', 10_000),
    checkEveryMs: Math.max(100, number('execution.progress.check.interval.ms', 1_000)),
    concurrency: number('num.concurrent.partition.movements.per.broker', 10),
    readyAfterMs: number('stand.in.ready.after.ms', 3_000),
    rackAware: hardGoals.split(',').some((goal) => goal.trim().split('.').at(-1) === 'RackAwareGoal'),
    selfHealing: properties['self.healing.enabled'] === 'true',
  };
}

const log = (line: string): void => {
  console.log(`${new Date().toISOString()} ${line}`);
};

async function main(path: string): Promise<void> {
  const config = configOf(parseProperties(readFileSync(path, 'utf8')));
  const [kafka, faults, now] = [connect(config.bootstrap), noFaults(), Date.now];
  const exit = (): void => {
    log('exits, as it was told to');
    process.exit(1);
  };
  const executor = new Executor({ kafka, faults, exit, log, checkEveryMs: config.checkEveryMs, concurrency: config.concurrency });
  const tasks = new UserTasks(config.maxActiveTasks, now);
  const { rackAware, selfHealing } = config;
  const readyAt = now() + config.readyAfterMs;
  const operations = new Operations({ kafka, executor, tasks, faults, now, readyAt, rackAware, selfHealing });
  setInterval(() => {
    tasks.sweep();
  }, SWEEP_EVERY_MS);
  const server = createStandIn({ operations, tasks, faults, maxBlockMs: config.maxBlockMs, log });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  await new Promise<void>((resolve) => server.listen(config.port, config.address, resolve));
  log(`stands in for Cruise Control at port ${String((server.address() as AddressInfo).port)}; Kafka at ${config.bootstrap.join(',')}`);
  await operations.warmUp();
}

if (require.main === module) {
  main(process.argv[2] ?? CONFIG).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  });
}
