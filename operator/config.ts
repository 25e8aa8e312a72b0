/** The operator's configuration: the only place that reads the environment. */
import { hostname } from 'node:os';

export interface OperatorConfig {
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly leaderElection: boolean;
  /** Name and namespace of the operator's own Pod: identity and place of the Lease. Two processes never share a name. */
  readonly podName: string;
  readonly podNamespace: string;
  readonly metricsPort: number;
  readonly healthPort: number;
  /** The status page: 0 turns it off. It asks nobody who he is, so that by default only this machine (or a port-forward) reaches it. */
  readonly statusPort: number;
  readonly statusHost: string;
  /** Passes of different clusters that run at once. */
  readonly workers: number;
}

/** @throws when a value cannot be understood; the message names the variable */
export function configFrom(env: Readonly<Record<string, string | undefined>>): OperatorConfig {
  return {
    namespaces: list(env.WATCH_NAMESPACES),
    logLevel: level(env.LOG_LEVEL),
    leaderElection: flag('LEADER_ELECTION', env.LEADER_ELECTION, true),
    podName: env.POD_NAME ?? `${hostname()}-${String(process.pid)}`,
    podNamespace: env.POD_NAMESPACE ?? 'default',
    metricsPort: integer('METRICS_PORT', env.METRICS_PORT, 8080),
    healthPort: integer('HEALTH_PORT', env.HEALTH_PORT, 8081),
    statusPort: integer('STATUS_PORT', env.STATUS_PORT, 8082),
    statusHost: env.STATUS_HOST ?? '127.0.0.1',
    workers: integer('WORKERS', env.WORKERS, 16),
  };
}

export const readConfig = (): OperatorConfig => configFrom(process.env);

const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((t) => t.trim())
    .filter((t) => t !== '');

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

function level(text: string | undefined): (typeof LEVELS)[number] {
  if (text === undefined || text === '') return 'info';
  const found = LEVELS.find((l) => l === text);
  if (found === undefined) throw new Error(`cannot start: LOG_LEVEL is "${text}"; write one of ${LEVELS.join(', ')}`);
  return found;
}

function flag(name: string, text: string | undefined, otherwise: boolean): boolean {
  if (text === undefined || text === '') return otherwise;
  if (text !== 'true' && text !== 'false') throw new Error(`cannot start: ${name} is "${text}"; write true or false`);
  return text === 'true';
}

function integer(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined || text === '') return otherwise;
  if (!/^\d{1,5}$/.test(text)) throw new Error(`cannot start: ${name} is "${text}"; write a whole number`);
  return Number(text);
}
