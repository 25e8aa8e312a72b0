/**
 * The operator as operator/main.ts wires it, but for one thing: the addresses of brokers lead to the simulated endpoints of
 * simulated-kafka.ts, since the Pods on fake nodes run nothing.
 */
import { readFileSync } from 'node:fs';
import { connectKafka } from '../operator/clients/kafka/connect';
import { readConfig } from '../operator/config';
import { KafkaOperator } from '../operator/kafka-operator';
import { healthRoutes } from '../operator/runtime/health';
import { HttpServer } from '../operator/runtime/http-server';
import { createLogger } from '../operator/runtime/log';
import { createMetrics } from '../operator/runtime/metrics';

async function run(): Promise<void> {
  const routes = new Map(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as readonly (readonly [string, number])[]);
  const config = readConfig();
  const log = createLogger({ level: config.logLevel });
  const metrics = createMetrics();
  const operator = new KafkaOperator({
    log,
    version: 'bench',
    metrics,
    namespaces: config.namespaces,
    workers: config.workers,
    connect: connectKafka({
      log: (message, fields) => log.debug(message, fields),
      resolve: (address) => ({ host: '127.0.0.1', port: routes.get(`${address.host}:${address.port}`) ?? 1 }),
    }),
    onLost: (why) => {
      log.error('lost the lease', { why });
      process.exit(1);
    },
    lease: { namespace: config.podNamespace, name: 'kafka-operator', identity: config.podName },
  });
  const server = new HttpServer({ log, routes: healthRoutes(() => operator.view, metrics) });
  await server.listen(config.metricsPort);
  process.once('disconnect', () => process.exit(0));
  await operator.start();
}

void run();
