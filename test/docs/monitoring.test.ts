/** docs/monitoring.md shows only what works: values that the chart takes, labels that the rules go by, names that exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { podManifest } from '../../lib/constructs/broker-pod';
import { ACTION_GROUPS, ALERT_GROUPS } from '../../lib/monitoring/alert-groups';
import { DASHBOARDS } from '../../lib/monitoring/dashboards';
import { render } from '../charts/helm';
import { cluster, FACTS, nodeOf } from '../lib/constructs/small-cluster';

const page = readFileSync(join(__dirname, '../../docs/monitoring.md'), 'utf8');
const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/gu)].map((match) => parse(match[1] ?? '') as Record<string, unknown>);
const values = blocks.filter((block) => 'monitoring' in block);

test('has two examples of values, a PodMonitor and a scrape configuration', () => {
  expect([values.length, blocks.length]).toEqual([2, 4]);
});

test.each(values.map((block) => [block]))('the chart takes the values %j, and does what they say', (block) => {
  const rules = render(block).filter(({ kind }) => kind === 'PrometheusRule');
  expect(rules.length).toBeGreaterThan(4);
  const text = JSON.stringify(rules);
  const { overrides, disabled = [] } = (block as { monitoring: { prometheusRules: { overrides: object; disabled?: readonly string[] } } })
    .monitoring.prometheusRules;
  for (const name of Object.keys(overrides)) expect(text).toContain(`"alert":"${name}"`);
  for (const name of disabled) expect(text).not.toContain(`"alert":"${name}"`);
});

test('a scrape adds the labels that rules and dashboards go by', () => {
  const [monitor, scrape] = blocks as unknown as readonly [
    { spec: { podTargetLabels: readonly string[]; podMetricsEndpoints: readonly { port: string }[] } },
    { relabel_configs: readonly { target_label?: string; source_labels: readonly string[] }[] },
  ];
  expect(monitor.spec.podTargetLabels).toEqual(['kafka_cr', 'brokerId']);
  expect(monitor.spec.podMetricsEndpoints.map(({ port }) => port)).toEqual(['metrics']);
  expect(scrape.relabel_configs.flatMap(({ target_label: label = [] }) => label)).toEqual(['namespace', 'pod', 'kafka_cr', 'brokerId']);
});

test('a node has the labels and the port by which it is found', () => {
  const { metadata, ...pod } = podManifest(cluster(), nodeOf(cluster(), 100), FACTS);
  expect(metadata.labels).toMatchObject({ app: 'kafka', kafka_cr: expect.any(String) as string, brokerId: '100' });
  const { containers } = pod['spec'] as { containers: readonly { ports?: readonly { name: string }[] }[] };
  expect(containers[0]?.ports?.map(({ name }) => name)).toContain('metrics');
});

test('names every dashboard, and no alert that does not exist', () => {
  for (const { title } of DASHBOARDS) expect(page).toContain(`| ${title} |`);
  const names = [...ALERT_GROUPS, ...ACTION_GROUPS].flatMap(({ alerts }) => alerts.map(({ name }) => name));
  const said = page.match(/\b(?:Kafka|Broker|Partition|Remaining)(?:[A-Z][a-z]+){2,}\b/gu) ?? [];
  expect(said.filter((name) => !names.includes(name) && !['KafkaCluster'].includes(name))).toEqual([]);
});
