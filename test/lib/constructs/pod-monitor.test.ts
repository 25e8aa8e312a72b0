import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { nodeManifests } from '../../../lib/constructs/cluster';
import { POD_MONITOR_KIND, podMonitorManifest, saysWhetherScraped, scrapeAnnotations } from '../../../lib/constructs/pod-monitor';
import { kindKey, POD_MONITOR } from '../../../operator/kinds';
import { cluster, FACTS } from './small-cluster';

interface Monitor {
  readonly selector: {
    readonly matchLabels: Readonly<Record<string, string>>;
    readonly matchExpressions: readonly { readonly key: string; readonly values: readonly string[] }[];
  };
  readonly podTargetLabels: readonly string[];
  readonly podMetricsEndpoints: readonly { readonly port: string; readonly path: string }[];
}

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly containers: readonly { readonly ports?: readonly { readonly name: string }[] }[] };
}

const monitor = podMonitorManifest(cluster())['spec'] as Monitor;

const isSelected = (labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(monitor.selector.matchLabels).every(([key, value]) => labels[key] === value) &&
  monitor.selector.matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''));

/** Ports of a Pod that are asked. */
const asked = ({ spec: { containers } }: Template): readonly string[] =>
  containers
    .flatMap(({ ports = [] }) => ports.map(({ name }) => name))
    .filter((name) => monitor.podMetricsEndpoints.some(({ port }) => port === name));

/** Pods of Deployments in the specification of objects. */
function templatesIn(golden: string): readonly Template[] {
  const text = readFileSync(join(__dirname, '../../golden', golden, 'manifests.yaml'), 'utf8');
  const all = parseAllDocuments(text).map((d) => d.toJS() as { kind: string; spec: { template: Template } });
  return all.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template);
}

describe('the PodMonitor', () => {
  test('is of the kind that the operator knows', () => {
    expect(kindKey(POD_MONITOR_KIND)).toBe(kindKey(POD_MONITOR));
    expect(POD_MONITOR_KIND.apiVersion).toBe(POD_MONITOR.apiVersion);
  });

  test('takes every node in, at one port each', () => {
    const of = cluster();
    const pods = of.nodes.map((node) => nodeManifests(of, node, FACTS).pod as unknown as Template);
    expect(pods.map((pod) => [isSelected(pod.metadata.labels), asked(pod)])).toEqual(of.nodes.map(() => [true, ['metrics']]));
  });

  test.each([
    ['Cruise Control', 'Cruise-Control-with-defaults', ['metrics']],
    ['Envoy', 'Envoy-takes-each-broker-in-at-a-port-of-its-own', ['tcp-health']],
  ])('takes %s in', (_name, golden, ports) => {
    const templates = templatesIn(golden);
    expect(templates.length).toBeGreaterThan(0);
    for (const template of templates) expect([isSelected(template.metadata.labels), asked(template)]).toEqual([true, ports]);
  });

  test('takes in nothing of another cluster, and nothing that has no metrics', () => {
    expect(isSelected({ app: 'kafka', kafka_cr: 'other' })).toBe(false);
    expect(isSelected({ kafka_cr: 'orders', 'kafka.banzaicloud.io/image-check': 'true' })).toBe(false);
  });

  test('gives what alerts and dashboards tell clusters and brokers apart by', () => {
    expect(monitor.podTargetLabels).toEqual(['kafka_cr', 'brokerId', 'eListenerName']);
  });
});

test('annotations say where the metrics of a node are, or that they are not to be taken', () => {
  expect(scrapeAnnotations()).toEqual({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': '9020',
    'prometheus.io/path': '/metrics',
  });
  expect(scrapeAnnotations({ port: 8080, path: '/stats/prometheus' }, false)).toMatchObject({ 'prometheus.io/scrape': 'false' });
  expect([saysWhetherScraped(scrapeAnnotations()), saysWhetherScraped({ 'prometheus.io/port': '1' }), saysWhetherScraped()]).toEqual([
    true,
    false,
    false,
  ]);
});
