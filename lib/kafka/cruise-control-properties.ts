/**
 * The settings of the Cruise Control that the operator deploys. What a user wrote wins over what is here for want of anything
 * better, and gives way to what says how it reaches Kafka and how it is reached itself: a wrong one would leave it running and
 * of no use.
 */
import type { Generated } from './server-properties';

export interface CruiseControlSettings {
  /** What the user wrote. */
  readonly config: Readonly<Record<string, string>>;
  /** `host:port` that leads to any broker. */
  readonly bootstrapServers: string;
  /** How many brokers the cluster has. */
  readonly brokers: number;
  /** The brokers' `readOnlyConfig`: what their reporter was told there, Cruise Control must know as well. */
  readonly readOnlyConfig: Readonly<Record<string, string>>;
  /** How it connects; the user's own settings win, key by key. */
  readonly security?: Generated;
}

export const CRUISE_CONTROL_PORT = 8090;

const CLASSES = 'com.linkedin.kafka.cruisecontrol';
const REPORTER_INTERVAL = 'cruise.control.metrics.reporter.metrics.reporting.interval.ms';

/** The topic that the reporters in the brokers write to. */
export const metricsTopicName = (readOnlyConfig: Readonly<Record<string, string>>): string =>
  readOnlyConfig['cruise.control.metrics.topic'] || '__CruiseControlMetrics';

/** Sorted by key. */
export function cruiseControlProperties(settings: CruiseControlSettings): Readonly<Record<string, string>> {
  const all: Generated = { ...defaultsFor(settings), ...settings.security, ...settings.config, ...generated(settings) };
  const entries = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Windows of five minutes: by its own defaults it would need hours before it proposes anything. Each request counts as a task,
 * polls too, and five are soon used up. Its own topics lose nothing when one broker is away.
 */
function defaultsFor({ brokers, readOnlyConfig }: CruiseControlSettings): Generated {
  return {
    'anomaly.notifier.class': `${CLASSES}.detector.notifier.SelfHealingNotifier`,
    'broker.metric.sample.store.topic': '__KafkaCruiseControlModelTrainingSamples',
    'broker.metrics.window.ms': '300000',
    'capacity.config.file': 'config/capacity.json',
    'cluster.configs.file': 'config/clusterConfigs.json',
    'max.active.user.tasks': '50',
    'metric.reporter.topic': metricsTopicName(readOnlyConfig),
    'min.samples.per.broker.metrics.window': '1',
    'min.samples.per.partition.metrics.window': '1',
    'num.broker.metrics.windows': '20',
    'num.partition.metrics.windows': '1',
    'partition.metric.sample.store.topic': '__KafkaCruiseControlPartitionMetricSamples',
    'partition.metrics.window.ms': '300000',
    'sample.store.topic.replication.factor': String(Math.max(1, Math.min(3, brokers))),
    // It refuses to start when it believes that the reporters report less often than it samples.
    [REPORTER_INTERVAL]: readOnlyConfig[REPORTER_INTERVAL],
  };
}

/** What the operator says whatever is written; undefined takes the key away. */
const FIXED: Generated = {
  'kafka.broker.failure.detection.enable': 'true',
  'topic.config.provider.class': `${CLASSES}.config.KafkaAdminTopicConfigProvider`,
  'webserver.http.address': '0.0.0.0',
  'webserver.http.port': String(CRUISE_CONTROL_PORT),
  'zookeeper.connect': undefined,
};

const generated = ({ bootstrapServers }: CruiseControlSettings): Generated => ({ ...FIXED, 'bootstrap.servers': bootstrapServers });

/** Keys whose written value has no effect, sorted. */
export const overruledSettings = (config: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(config)
    .filter((key) => key === 'bootstrap.servers' || (Object.hasOwn(FIXED, key) && config[key] !== FIXED[key]))
    .sort();
