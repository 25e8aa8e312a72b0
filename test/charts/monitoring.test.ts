import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { RuleFile } from '../../lib/monitoring/alert';
import { ACTION_GROUPS, ALERT_GROUPS } from '../../lib/monitoring/alert-groups';
import { CHART, refusal, render, type Rendered } from './helm';

const rulesOf = (values: object = {}): readonly Rendered[] =>
  render({ monitoring: { prometheusRules: { create: true, ...values } } }).filter(({ kind }) => kind === 'PrometheusRule');
const groupsOf = (rules: readonly Rendered[]): RuleFile['groups'] => rules.flatMap((rule) => (rule['spec'] as RuleFile).groups);
const alertsOf = (rules: readonly Rendered[]) => groupsOf(rules).flatMap((group) => group.rules);
const namesOf = (groups: typeof ALERT_GROUPS): readonly string[] => groups.flatMap(({ alerts }) => alerts.map(({ name }) => name));

test('nothing of it is there by default', () => {
  expect(render().filter(({ kind, metadata }) => kind === 'PrometheusRule' || metadata.labels?.['grafana_dashboard'] !== undefined)).toEqual([]);
});

describe('rules', () => {
  test('are one object a group, as the files have them', () => {
    const files = readdirSync(join(CHART, 'files/rules')).filter((file) => file !== 'kafka-alert-actions.yaml');
    const rules = rulesOf();
    expect(rules.map(({ metadata }) => metadata.name)).toEqual(files.map((file) => `kafka-operator-${file.replace(/^kafka-(.*)\.yaml$/u, '$1')}`));
    const written = files.flatMap((file) => (parse(readFileSync(join(CHART, 'files/rules', file), 'utf8')) as RuleFile).groups);
    expect(groupsOf(rules)).toEqual(written);
  });

  test('carry the labels that a Prometheus selects by, and where the runbooks are', () => {
    const rules = rulesOf({ labels: { release: 'one' }, runbooks: 'https://example.com/docs/' });
    expect(rules[0]?.metadata.labels).toMatchObject({ release: 'one', 'app.kubernetes.io/name': 'kafka-operator' });
    for (const { annotations } of alertsOf(rules)) expect(annotations['runbook_url']).toMatch(/^https:\/\/example\.com\/docs\/[\w-]+\.md$/u);
  });

  test('can be left out and replaced by name', () => {
    const overrides = { KafkaDiskNearlyFull: { for: '1h', labels: { team: 'data' }, annotations: { summary: 'look' } } };
    const alerts = alertsOf(rulesOf({ disabled: ['KafkaChangesHeldLong'], overrides }));
    expect(alerts.map(({ alert }) => alert)).not.toContain('KafkaChangesHeldLong');
    const changed = alerts.find(({ alert }) => alert === 'KafkaDiskNearlyFull');
    expect(changed).toMatchObject({ for: '1h', labels: { severity: 'warning', team: 'data' }, annotations: { summary: 'look' } });
    expect(changed?.annotations['runbook_url']).toContain('disk-full.md');
  });

  test.each([{ disabled: ['NoSuchAlert'] }, { overrides: { NoSuchAlert: { for: '1m' } } }])('are not silently kept as they are: %j', (prometheusRules) => {
    expect(refusal({ monitoring: { prometheusRules } })).toContain('names the alert NoSuchAlert, which does not exist');
  });

  test('with a command for the operator are there only when asked for, command by command', () => {
    const actions = namesOf(ACTION_GROUPS);
    const commands = (values: object) =>
      alertsOf(rulesOf(values))
        .filter(({ alert }) => actions.includes(alert))
        .map(({ annotations }) => annotations['command']);
    expect(alertsOf(rulesOf()).map(({ alert }) => alert)).toEqual(expect.arrayContaining([...namesOf(ALERT_GROUPS)]));
    expect(commands({})).toEqual([]);
    expect(new Set(commands({ alertActions: { create: true } }))).toEqual(new Set(['upScale', 'downScale', 'resizePvc']));
    expect(commands({ alertActions: { create: true, commands: ['addPvc'] } })).toEqual(['addPvc']);
  });

  test.each([
    ['a command that is none', { alertActions: { commands: ['deleteAll'] } }],
    ['a time that is none', { overrides: { KafkaBrokerDown: { for: 'ten minutes' } } }],
  ])('with %s are refused', (_, prometheusRules) => {
    expect(refusal({ monitoring: { prometheusRules } })).toContain('monitoring.prometheusRules');
  });
});

test('dashboards are ConfigMaps that the sidecar of Grafana finds, the same after rendering', () => {
  const maps = render({ monitoring: { dashboards: { create: true, annotations: { grafana_folder: 'Kafka' } } } }).filter(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.labels?.['grafana_dashboard'] === '1',
  );
  const files = readdirSync(join(CHART, 'files/dashboards'));
  expect(maps.map((map) => Object.keys(map['data'] as object)[0])).toEqual(files);
  for (const [at, file] of files.entries()) {
    expect(maps[at]?.metadata.annotations).toEqual({ grafana_folder: 'Kafka' });
    expect((maps[at]?.['data'] as Record<string, string>)[file]).toBe(readFileSync(join(CHART, 'files/dashboards', file), 'utf8'));
  }
});

describe.each([
  ['PodMonitor', 'podMonitor', 'podMetricsEndpoints'],
  ['ServiceMonitor', 'serviceMonitor', 'endpoints'],
])('the %s of the operator', (kind, value, endpoints) => {
  const asked = { prometheusMetrics: { [value]: { enabled: true, interval: '15s', labels: { release: 'kube-prometheus-stack' } } } };
  const monitorsOf = (values: object) => render(values).filter((object) => object.kind === kind);

  test('is there when asked for', () => {
    expect(monitorsOf({})).toEqual([]);
    expect(monitorsOf(asked)).toHaveLength(1);
  });

  test('keeps the labels by which the operator names a cluster, and has those by which a Prometheus selects', () => {
    const [monitor] = monitorsOf(asked);
    expect(monitor?.['spec'][endpoints]).toEqual([{ port: 'metrics', interval: '15s', honorLabels: true }]);
    expect(monitor?.metadata.labels).toMatchObject({ release: 'kube-prometheus-stack', 'app.kubernetes.io/component': 'operator' });
  });
});

test('the ServiceMonitor finds the Service of metrics and its port', () => {
  const objects = render({ prometheusMetrics: { serviceMonitor: { enabled: true } } });
  const { selector } = objects.find(({ kind }) => kind === 'ServiceMonitor')?.['spec'] as { selector: { matchLabels: object } };
  const services = objects.filter(({ kind, metadata }) => kind === 'Service' && metadata.name.endsWith('-metrics'));
  expect(services).toHaveLength(1);
  expect(services[0]?.metadata.labels).toMatchObject(selector.matchLabels);
  expect(services[0]?.['spec'].ports).toEqual([expect.objectContaining({ name: 'metrics' })]);
});

test('both monitors at once are refused: everything would be counted twice', () => {
  const prometheusMetrics = { podMonitor: { enabled: true }, serviceMonitor: { enabled: true } };
  expect(refusal({ prometheusMetrics })).toContain('prometheusMetrics.serviceMonitor');
});
