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
  readonly alerts: AlertConfig;
}

/** How alerts are received. */
export interface AlertConfig {
  readonly port: number;
  /** Who may send: who has the token, who has a client certificate, everybody; `off`: nobody listens. */
  readonly auth: 'token' | 'mtls' | 'none' | 'off';
  readonly tokenFile: string;
  /** Folder with tls.crt and tls.key, for `mtls` also ca.crt; empty: no TLS. */
  readonly tlsDir: string;
  /** Folders, files and packages with actions of plug-ins. */
  readonly actions: readonly string[];
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
    alerts: alertsFrom(env),
  };
}

/** Without a token file, and without being told otherwise, nobody listens: an open port that changes clusters is never a default. */
function alertsFrom(env: Readonly<Record<string, string | undefined>>): AlertConfig {
  const tokenFile = env.ALERT_TOKEN_FILE ?? '';
  const tlsDir = env.ALERT_TLS_DIR ?? '';
  const auth = oneOf('ALERT_AUTH', env.ALERT_AUTH, ['token', 'mtls', 'none', 'off'] as const) ?? (tokenFile === '' ? 'off' : 'token');
  if (auth === 'token' && tokenFile === '') throw new Error('cannot start: ALERT_AUTH is "token"; name its file in ALERT_TOKEN_FILE');
  if (auth === 'mtls' && tlsDir === '')
    throw new Error('cannot start: ALERT_AUTH is "mtls"; name the folder of its certificates in ALERT_TLS_DIR');
  return { port: integer('ALERT_PORT', env.ALERT_PORT, 9001), auth, tokenFile, tlsDir, actions: list(env.ALERT_ACTIONS) };
}

export const readConfig = (): OperatorConfig => configFrom(process.env);

const list = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((t) => t.trim())
    .filter((t) => t !== '');

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

const level = (text: string | undefined): (typeof LEVELS)[number] => oneOf('LOG_LEVEL', text, LEVELS) ?? 'info';

function oneOf<T extends string>(name: string, text: string | undefined, words: readonly T[]): T | undefined {
  if (text === undefined || text === '') return undefined;
  const found = words.find((word) => word === text);
  if (found === undefined) throw new Error(`cannot start: ${name} is "${text}"; write one of ${words.join(', ')}`);
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
