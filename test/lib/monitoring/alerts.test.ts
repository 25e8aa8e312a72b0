/** Prometheus' own judgement on every rule: promtool, which tools/prometheus/fetch finds or gets. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prometheusRule, ruleFile, type Alert } from '../../../lib/monitoring/alert';
import { ACTION_GROUPS, ALERT_GROUPS } from '../../../lib/monitoring/alert-groups';
import { ALERT_CASES, type AlertCase, type Series } from './alert-cases';

const ROOT = join(__dirname, '../../..');
const GROUPS = [...ALERT_GROUPS, ...ACTION_GROUPS];
const ALERTS = GROUPS.flatMap(({ alerts }) => alerts);
const folder = mkdtempSync(join(tmpdir(), 'kafka-rules-'));
let bin = '';

beforeAll(() => {
  bin = execFileSync(join(ROOT, 'tools/prometheus/fetch'), { encoding: 'utf8' }).trim();
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function promtool(args: readonly string[]): { readonly ok: boolean; readonly said: string } {
  const run = spawnSync(join(bin, 'promtool'), args, { encoding: 'utf8', cwd: folder });
  return { ok: run.status === 0, said: `${run.stdout}${run.stderr}` };
}

/** JSON is YAML. */
function file(name: string, content: object): string {
  writeFileSync(join(folder, name), JSON.stringify(content));
  return name;
}

const MINUTES = 180;

/** The same for a cluster of its own, so that all cases of a group run in one test: each test costs Prometheus a new database. */
const renamed = (text: string, cluster: string): string => text.replaceAll('orders', cluster);

const written = (series: Series, cluster: string): readonly object[] =>
  Object.entries(series).map(([name, value]) => ({
    series: renamed(name, cluster),
    values: typeof value === 'number' ? `${String(value)}+0x${String(MINUTES)}` : value,
  }));

const labelsOf = ({ labels = 'namespace="kafka", kafka_cr="orders"' }: AlertCase): string => labels;
const namesIn = (labels: string): readonly string[] => [...labels.matchAll(/(\w+)=/gu)].map((match) => match[1] ?? '');

/** For which labels the alert fires in that minute: exactly these. `only`: matchers of the clusters that are looked at. */
function firing(
  alert: string,
  minute: number,
  expected: readonly string[],
  { by = [], only = '' }: { by?: readonly string[]; only?: string } = {},
): object {
  const expr = `count by (${by.join(', ')}) (ALERTS{alertname="${alert}", alertstate="firing"${only}})`;
  return { expr, eval_time: `${String(minute)}m`, exp_samples: expected.map((labels) => ({ labels: `{${labels}}`, value: 1 })) };
}

/** Of its own cases alone; what makes another alert fire may well make this one fire too. */
function expectations(alert: Alert, cases: readonly AlertCase[]): readonly object[] {
  const own = cases.map((one, at) => [one, at] as const).filter(([one]) => one.alert === alert.name);
  const labels = labelsOf(own[0]![0]);
  const about = /(\w+)="[^"]*orders/u.exec(labels)?.[1] ?? '';
  const only = `, ${about}=~".*(fires|quiet)-(${own.map(([, at]) => at).join('|')})(-.*)?"`;
  const scope = { by: namesIn(labels), only };
  const atTheEnd = own.map(([one, at]) => renamed(labelsOf(one), `fires-${String(at)}`));
  return [...(alert.for === undefined ? [] : [firing(alert.name, 0, [], scope)]), firing(alert.name, MINUTES, atTheEnd, scope)];
}

/** One test in which everything fires that should, beside everything that should not. */
function together(alerts: readonly Alert[], cases: readonly AlertCase[]): object {
  const series = cases.flatMap((one, at) => [...written(one.fires, `fires-${String(at)}`), ...written(one.quiet, `quiet-${String(at)}`)]);
  return { interval: '1m', input_series: series, promql_expr_test: alerts.flatMap((alert) => expectations(alert, cases)) };
}

/** Of an alert that is about no cluster: a test in which it fires and one in which it does not. */
const apart = (one: AlertCase): readonly object[] => [
  {
    interval: '1m',
    input_series: written(one.fires, 'fires'),
    promql_expr_test: [firing(one.alert, 0, []), firing(one.alert, MINUTES, [''])],
  },
  { interval: '1m', input_series: written(one.quiet, 'quiet'), promql_expr_test: [firing(one.alert, MINUTES, [])] },
];

function testsOf(alerts: readonly Alert[]): readonly object[] {
  const cases = ALERT_CASES.filter((one) => alerts.some(({ name }) => name === one.alert));
  const alone = cases.filter(({ labels }) => labels === '');
  const others = cases.filter((one) => !alone.includes(one));
  const grouped = alerts.filter(({ name }) => others.some((one) => one.alert === name));
  return [together(grouped, others), ...alone.flatMap(apart)];
}

function judged(name: string, alerts: readonly Alert[], rules = alerts): { readonly ok: boolean; readonly said: string } {
  const content = {
    rule_files: [file(`${name}.json`, ruleFile([{ name, alerts: rules }]))],
    evaluation_interval: '1m',
    tests: testsOf(alerts),
  };
  return promtool(['test', 'rules', file(`${name}-test.json`, content)]);
}

describe.each(GROUPS.map((group) => [group.name, group] as const))('%s', (name, group) => {
  test('is accepted by Prometheus', () => {
    expect(promtool(['check', 'rules', file(`${name}.json`, ruleFile([group]))])).toMatchObject({ ok: true });
  });

  test('every alert fires when it should, after its time, and not when it should not', () => {
    const names = group.alerts.map((alert) => alert.name);
    expect(ALERT_CASES.map(({ alert }) => alert)).toEqual(expect.arrayContaining([...names]));
    const { ok, said } = judged(name, group.alerts);
    expect(ok ? '' : said).toBe('');
  }, 60_000);
});

test.each([
  ['never fires', (expr: string) => `${expr} and vector(1) < 0`],
  ['always fires', (expr: string) => expr.replace('> 0', '>= 0')],
])('a rule that %s is noticed', (_, broken) => {
  const alerts = ALERT_GROUPS[0]!.alerts;
  const rules = alerts.map((alert, at) => (at === 0 ? { ...alert, expr: broken(`(${alert.expr})`) } : alert));
  expect(judged('broken', alerts, rules)).toMatchObject({ ok: false });
});

describe('alerts', () => {
  test('have names of their own', () => {
    const names = ALERTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(ALERTS.map((alert) => [alert.name, alert] as const))(
    '%s has a runbook, and says which cluster or volume it is about',
    (_, alert: Alert) => {
      expect(existsSync(join(ROOT, 'docs/runbooks', alert.runbook))).toBe(true);
      expect(alert.summary.length + alert.description.length).toBeGreaterThan(60);
      if (!alert.name.startsWith('KafkaOperator')) expect(`${alert.summary} ${alert.description}`).toContain('$labels.');
    },
  );

  test('a command stands only in the group that is off by default', () => {
    const commands = (alerts: readonly Alert[]) => alerts.map(({ annotations }) => annotations?.['command']);
    expect(ALERT_GROUPS.flatMap(({ alerts }) => commands(alerts)).filter((command) => command !== undefined)).toEqual([]);
    expect(new Set(ACTION_GROUPS.flatMap(({ alerts }) => commands(alerts)))).toEqual(
      new Set(['upScale', 'downScale', 'resizePvc', 'addPvc']),
    );
  });
});

test('a PrometheusRule has the groups of the rule file as its spec', () => {
  const rule = prometheusRule(ALERT_GROUPS, {
    name: 'kafka',
    namespace: 'monitoring',
    labels: { release: 'one' },
    runbooks: 'https://example.com/',
  });
  expect(rule).toMatchObject({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'kafka', labels: { release: 'one' } },
  });
  expect(rule['spec']).toEqual(ruleFile(ALERT_GROUPS, 'https://example.com/'));
  expect(ruleFile(ALERT_GROUPS, 'https://example.com/').groups[0]?.rules[0]?.annotations['runbook_url']).toBe(
    'https://example.com/partitions.md',
  );
});
