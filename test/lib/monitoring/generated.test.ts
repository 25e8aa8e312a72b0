import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JMX_RULES_BY_TOPIC } from '../../../lib/constructs/jmx-rules';
import { ruleFile } from '../../../lib/monitoring/alert';
import { ACTION_GROUPS, ALERT_GROUPS } from '../../../lib/monitoring/alert-groups';
import { dashboardJson } from '../../../lib/monitoring/dashboard';
import { DASHBOARDS } from '../../../lib/monitoring/dashboards';
import { generatedMonitoring } from '../../../tools/generate';

const ROOT = join(__dirname, '../../..');
const files = generatedMonitoring({
  groups: ALERT_GROUPS,
  actionGroups: ACTION_GROUPS,
  ruleFile,
  dashboards: DASHBOARDS,
  dashboardJson,
  jmxRulesByTopic: JMX_RULES_BY_TOPIC,
});

test.each(files.map(({ path, text }) => [path, text] as const))('%s is what make generate writes', (path, text) => {
  expect(existsSync(join(ROOT, path)) ? readFileSync(join(ROOT, path), 'utf8') : '').toBe(text);
});

test.each(['rules', 'dashboards'])('nothing else lies among the %s of the chart', (folder) => {
  const below = `charts/kafka-operator/files/${folder}`;
  const made = files.filter(({ path }) => dirname(path) === below).map(({ path }) => path.slice(below.length + 1));
  expect(readdirSync(join(ROOT, below)).sort()).toEqual([...made].sort());
});
