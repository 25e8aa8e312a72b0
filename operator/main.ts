/** Wiring only: configuration, servers, the operator, a clean end. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alertServer } from './alerts/alert-server';
import { alertActionFiles } from './alerts/plugin-files';
import { PluginHost } from './alerts/plugin-host';
import { connectAdmin } from './clients/kafka/connect-admin';
import { connectKafka, type ConnectOptions } from './clients/kafka/connect';
import { readConfig, type OperatorConfig } from './config';
import { AlertMetrics } from './controllers/alert-metrics';
import { OWN_ACTIONS } from './decide/alerts/verdict';
import { KafkaOperator } from './kafka-operator';
import { kafkaCredentials } from './observe/kafka-credentials';
import { healthRoutes } from './runtime/health';
import { HttpServer } from './runtime/http-server';
import { createLogger, describeError, type Logger } from './runtime/log';
import { createMetrics } from './runtime/metrics';
import { StatusBoard } from './status-page/board';
import { statusRoutes } from './status-page/routes';

/** The package's version, wherever the compiled file lies. */
function version(): string {
  for (const above of ['..', '../..']) {
    try {
      return (JSON.parse(readFileSync(join(__dirname, above, 'package.json'), 'utf8')) as { version: string }).version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}

async function run(config: OperatorConfig, log: Logger): Promise<void> {
  const metrics = createMetrics();
  const now = (): number => Date.now();
  const { alerts } = config;
  const { plugins, troubles } = await pluginsIn(alerts.actions, log);
  const board = new StatusBoard(now, troubles);
  const alertMetrics = new AlertMetrics(metrics.registry);
  const security = kafkaCredentials({ get: (ref) => operator.client.get(ref) });
  const kafka: ConnectOptions = { log: (message, fields) => log.debug(message, fields), security };
  const operator: KafkaOperator = new KafkaOperator({
    log,
    version: version(),
    metrics,
    board,
    ...(alerts.auth === 'off' ? {} : { alerts: { plugins, metrics: alertMetrics } }),
    namespaces: config.namespaces,
    workers: config.workers,
    connect: connectKafka(kafka),
    connectAdmin: connectAdmin(kafka),
    onLost: (why) => end(1, why),
    ...(config.leaderElection ? { lease: { namespace: config.podNamespace, name: 'kafka-operator', identity: config.podName } } : {}),
  });
  const servers = [config.metricsPort, config.healthPort].map(
    () => new HttpServer({ log, routes: healthRoutes(() => operator.view, metrics) }),
  );
  const status = new HttpServer({ log, routes: statusRoutes(board, now) });
  const receiver = receiverOf(alerts, { log, now, count: alertMetrics, operator: () => operator });
  const end = (code: number, why: string): void => {
    log.info('stopping', { why });
    const stopped = Promise.allSettled([operator.stop(), ...[...servers, status, receiver].map((server) => server?.close())]);
    void stopped.then(() => process.exit(code));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end(0, signal));
  await servers[0]?.listen(config.metricsPort);
  await servers[1]?.listen(config.healthPort);
  if (config.statusPort !== 0) await status.listen(config.statusPort, config.statusHost);
  await receiver?.listen(alerts.port);
  await operator.start();
  log.info('started', { version: version(), namespaces: config.namespaces.length === 0 ? 'all' : config.namespaces });
}

interface PluginsFound {
  readonly plugins: PluginHost;
  readonly troubles: readonly string[];
}

/** A plug-in that is not there or that is broken keeps nobody from looking after Kafka. */
async function pluginsIn(names: readonly string[], log: Logger): Promise<PluginsFound> {
  const found = alertActionFiles(names);
  const taken = OWN_ACTIONS.map(({ name }) => name);
  const plugins = await PluginHost.load(found.files, taken);
  const troubles = [...found.troubles, ...plugins.troubles];
  for (const trouble of troubles) log.error(trouble);
  return { plugins, troubles };
}

interface AlertParts {
  readonly log: Logger;
  readonly now: () => number;
  readonly count: AlertMetrics;
  readonly operator: () => KafkaOperator;
}

/** Undefined: nobody listens for alerts. */
function receiverOf({ auth, tokenFile, tlsDir }: OperatorConfig['alerts'], alertParts: AlertParts): HttpServer | undefined {
  if (auth === 'off') return undefined;
  const { log, now, count, operator } = alertParts;
  return alertServer({
    ...{ log, auth, tokenFile, tlsDir, now, startedAt: now(), version: version() },
    book: () => operator().alertBook,
    leads: () => operator().leads,
    count: ({ key, result, alerts }) => count.came(key, result, alerts),
  });
}

function main(): void {
  const config = readConfig();
  const log = createLogger({ level: config.logLevel });
  run(config, log).catch((error: unknown) => {
    log.error('cannot start', { error: describeError(error) });
    process.exit(1);
  });
}

main();
