/** Every metric that a rule or a dashboard names is exported: by Kafka (recorded by tools/prometheus/record), or by the operator. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION_GROUPS, ALERT_GROUPS } from '../../../lib/monitoring/alert-groups';
import { CRUISE_CONTROL_METRICS } from '../../../lib/monitoring/cruise-control-metrics';
import { DASHBOARDS } from '../../../lib/monitoring/dashboards';
import { BROKER_METRICS, CONTROLLER_METRICS, NODE_METRICS, TOPIC_METRICS } from '../../../lib/monitoring/kafka-metrics';
import { KUBELET_METRICS } from '../../../lib/monitoring/kubelet-metrics';
import { OPERATOR_METRICS } from '../../../lib/monitoring/operator-metrics';
import { AlertMetrics } from '../../../operator/controllers/alert-metrics';
import { ClusterMetrics } from '../../../operator/controllers/cluster-metrics';
import { TopicMetrics } from '../../../operator/controllers/topic-metrics';
import { UserMetrics } from '../../../operator/controllers/user-metrics';
import { createMetrics } from '../../../operator/runtime/metrics';

const FIXTURES = join(__dirname, '../../fixtures/metrics');
const VERSIONS = ['4.3.1', '3.9.2'];
const namesOf = (...records: readonly Readonly<Record<string, string>>[]): readonly string[] =>
  records.flatMap((record) => Object.values(record));
const KNOWN = namesOf(
  NODE_METRICS,
  BROKER_METRICS,
  CONTROLLER_METRICS,
  TOPIC_METRICS,
  OPERATOR_METRICS,
  KUBELET_METRICS,
  CRUISE_CONTROL_METRICS,
);

const alerts = [...ALERT_GROUPS, ...ACTION_GROUPS].flatMap((group) => group.alerts.map(({ name, expr }) => ({ where: name, expr })));
const queries = DASHBOARDS.flatMap(({ uid, panels, variables }) => [
  ...panels.flatMap((panel) => (panel.kind === 'row' ? [] : panel.queries.map(({ expr }) => ({ where: `${uid}: ${panel.title}`, expr })))),
  ...variables.map(({ name, from }) => ({ where: `${uid}: $${name}`, expr: from })),
]);
const expressions = [...alerts, ...queries];

/** Names of metrics in an expression; `kafka_cr` is a label. */
const metricsIn = (expr: string): readonly string[] =>
  (expr.match(/\b(?:kafka|jvm|process|kubelet)_\w+/gu) ?? []).filter((name) => name !== 'kafka_cr');

/** The series of a recorded scrape, without their values. */
function scraped(file: string): readonly string[] {
  const lines = readFileSync(join(FIXTURES, `${file}.txt`), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.slice(0, line.lastIndexOf(' ')));
}
const exported = (file: string): ReadonlySet<string> => new Set(scraped(file).map((series) => series.replace(/\{.*/u, '')));
const missing = (names: readonly string[], from: ReadonlySet<string>): readonly string[] => names.filter((name) => !from.has(name));

test('rules and dashboards name only metrics that are written down', () => {
  const unknown = expressions.flatMap(({ where, expr }) => missing(metricsIn(expr), new Set(KNOWN)).map((name) => `${where}: ${name}`));
  expect(unknown).toEqual([]);
  expect(expressions.filter(({ expr }) => metricsIn(expr).length === 0)).toEqual([]);
});

test('every metric that is written down is used', () => {
  const used = new Set(expressions.flatMap(({ expr }) => metricsIn(expr)));
  expect(missing(KNOWN, used)).toEqual([]);
});

test('the recordings are of these versions', () => {
  const kinds = ['broker', 'broker-by-topic', 'controller'];
  expect(readdirSync(FIXTURES).sort()).toEqual(VERSIONS.flatMap((version) => kinds.map((kind) => `kafka-${version}-${kind}.txt`)).sort());
});

describe.each(VERSIONS)('Kafka %s', (version) => {
  test.each([
    ['every node: the controller', 'controller', NODE_METRICS],
    ['every node: the broker', 'broker', NODE_METRICS],
    ['brokers', 'broker', BROKER_METRICS],
    ['controllers', 'controller', CONTROLLER_METRICS],
    ['brokers, with the rules by topic', 'broker-by-topic', { ...NODE_METRICS, ...BROKER_METRICS, ...TOPIC_METRICS }],
  ])('exports what is said to be of %s', (_, kind, metrics) => {
    expect(missing(namesOf(metrics), exported(`kafka-${version}-${kind}`))).toEqual([]);
  });

  test.each([
    ['broker', NODE_METRICS.quorumState, ['state']],
    ['broker', NODE_METRICS.connections, ['listener', 'processor']],
    ['broker', NODE_METRICS.requests, ['request', 'version']],
    ['broker', NODE_METRICS.requestTime, ['quantile', 'request']],
    ['broker', NODE_METRICS.purgatory, ['operation']],
    ['broker', NODE_METRICS.memoryUsed, ['area']],
    ['broker', BROKER_METRICS.logDirectoryOffline, ['dir']],
    ['controller', NODE_METRICS.version, ['version']],
    ['broker-by-topic', TOPIC_METRICS.bytesIn, ['topic']],
  ])('of a %s: %s has the labels %j', (kind, metric, labels) => {
    const series = scraped(`kafka-${version}-${kind}`).filter((one) => one.startsWith(`${metric}{`));
    expect(series.length).toBeGreaterThan(0);
    for (const one of series) expect([...one.matchAll(/[{,](\w+)="/gu)].map((match) => match[1])).toEqual(labels);
  });

  test('by default nothing is exported for a single topic or partition', () => {
    const lines = ['broker', 'controller'].flatMap((kind) => scraped(`kafka-${version}-${kind}`));
    expect(lines.filter((line) => /orders|payments|topic=|partition=/u.test(line))).toEqual([]);
  });
});

test('the operator exports what is said to be its', async () => {
  const metrics = createMetrics();
  new ClusterMetrics(metrics.registry, () => 0);
  for (const Metrics of [AlertMetrics, TopicMetrics, UserMetrics]) new Metrics(metrics.registry);
  const about = await metrics.registry.getMetricsAsJSON();
  const names = about.flatMap(({ name, type }) =>
    String(type) === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
  );
  expect(missing(namesOf(OPERATOR_METRICS), new Set(names))).toEqual([]);
});

test('no alert depends on the names of Cruise Control, which no test can check', () => {
  const unchecked = new Set(namesOf(CRUISE_CONTROL_METRICS));
  expect(alerts.filter(({ expr }) => metricsIn(expr).some((name) => unchecked.has(name)))).toEqual([]);
});
