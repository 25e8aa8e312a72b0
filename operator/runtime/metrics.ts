/** What the runtime counts, as Prometheus sees it. One registry for each process; names begin with `kafka_operator_`. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { RequestSample } from './kube-client';
import type { RestartReason } from './reflector';
import type { QueueMetrics } from './work-queue';

export interface RuntimeMetrics {
  /** Others register their own metrics here. */
  readonly registry: Registry;
  readonly request: (sample: RequestSample) => void;
  readonly watchRestart: (resource: string, why: RestartReason) => void;
  readonly queue: QueueMetrics;
  readonly leader: (leading: boolean) => void;
  /** The text that a scrape gets. */
  readonly render: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface MetricsOptions {
  /** Of every name; default `kafka_operator_`. */
  readonly prefix?: string;
  /** Memory, CPU, event loop and garbage collection of the process; default true. */
  readonly process?: boolean;
}

const secondsBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];

/** Makes the registry and its metrics. */
export function createMetrics(options: MetricsOptions = {}): RuntimeMetrics {
  const prefix = options.prefix ?? 'kafka_operator_';
  const registry = new Registry();
  if (options.process !== false) collectDefaultMetrics({ register: registry, prefix });
  const leader = new Gauge({ name: `${prefix}leader`, help: '1 while this instance leads, else 0', registers: [registry] });
  const restarts = new Counter({
    name: `${prefix}watch_restarts_total`,
    help: 'Watches opened again, by resource and reason (ended, stalled, expired, failed)',
    labelNames: ['resource', 'reason'],
    registers: [registry],
  });
  return {
    registry,
    request: requestMetrics(prefix, registry),
    watchRestart: (resource, reason) => {
      restarts.inc({ resource, reason });
    },
    queue: queueMetrics(prefix, registry),
    leader: (leading) => {
      leader.set(leading ? 1 : 0);
    },
    render: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function requestMetrics(prefix: string, registry: Registry): RuntimeMetrics['request'] {
  const registers = [registry];
  const labelNames = ['verb', 'resource', 'code'];
  const total = new Counter({ name: `${prefix}requests_total`, help: 'Requests to the Kubernetes API', labelNames, registers });
  const duration = new Histogram({
    name: `${prefix}request_seconds`,
    help: 'Time of requests to the Kubernetes API, watches until they were open',
    labelNames: ['verb'],
    buckets: secondsBuckets,
    registers,
  });
  return ({ verb, resource, code, seconds }) => {
    total.inc({ verb, resource, code });
    duration.observe({ verb }, seconds);
  };
}

function queueMetrics(prefix: string, registry: Registry): QueueMetrics {
  const registers = [registry];
  const depth = new Gauge({
    name: `${prefix}queue_depth`,
    help: 'Keys that wait for a worker; 0 while this instance stands by',
    labelNames: ['queue'],
    registers,
  });
  const waited = new Histogram({
    name: `${prefix}queue_wait_seconds`,
    help: 'Time from the first add of a key to its run',
    labelNames: ['queue'],
    buckets: secondsBuckets,
    registers,
  });
  const ran = new Histogram({
    name: `${prefix}queue_run_seconds`,
    help: 'Time of a run, by result (done, failed)',
    labelNames: ['queue', 'result'],
    buckets: secondsBuckets,
    registers,
  });
  return {
    depth: (queue, keys) => {
      depth.set({ queue }, keys);
    },
    waited: (queue, seconds) => {
      waited.observe({ queue }, seconds);
    },
    ran: (queue, seconds, result) => {
      ran.observe({ queue, result }, seconds);
    },
  };
}
