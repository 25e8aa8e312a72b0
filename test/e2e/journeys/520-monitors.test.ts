/** The Prometheus operator's definitions come while a cluster runs, and go again: who says where metrics are changes, and nothing restarts. */
import { podMonitorName } from '../../../lib/constructs/naming';
import { saysWhetherScraped } from '../../../lib/constructs/pod-monitor';
import { POD_MONITOR } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { render } from '../../charts/helm';
import { applyCluster, isReady, objectsOf, podsOf, running, wipeCluster } from '../cluster';
import { kube, kubectl, mustKubectl, NAMESPACE, until } from '../kubernetes';

/** Made by test/e2e/run. */
const CRDS = process.env.MONITORING_CRDS ?? '';
const NAME = 'monitored';
const KINDS = ['podmonitors', 'servicemonitors', 'prometheusrules'].map((plural) => `crd/${plural}.monitoring.coreos.com`);

async function removed(): Promise<void> {
  await mustKubectl(['delete', '--ignore-not-found', '--wait=false', '-f', CRDS]);
  await until('the definitions are gone', async () => (await mustKubectl(['get', '--ignore-not-found', '-o', 'name', ...KINDS])) === '');
}

const scrape = (pods: readonly KubeObject[]): readonly unknown[] =>
  pods.map(({ metadata: { annotations = {} } }) => saysWhetherScraped(annotations) && annotations['prometheus.io/scrape']);

const uids = (pods: readonly KubeObject[]): readonly string[] => pods.map(({ metadata }) => metadata.uid);

let before: readonly KubeObject[];

beforeAll(async () => {
  await removed();
  await applyCluster({ name: NAME, nodes: { combined: [0] }, storage: 'emptyDir' });
  await running(NAME);
  before = await podsOf(NAME);
});

afterAll(async () => {
  await wipeCluster(NAME);
  await removed();
});

it('Pods say themselves where their metrics are while nobody knows PodMonitors', () => {
  expect(scrape(before)).toEqual(['true']);
});

it('a PodMonitor says it instead once there can be one', async () => {
  await mustKubectl(['apply', '--server-side', '-f', CRDS]);
  for (const kind of KINDS) await mustKubectl(['wait', '--for=condition=Established', kind, '--timeout=30s']);
  const monitor = await until('there is a PodMonitor', async () => (await objectsOf(NAME, POD_MONITOR))[0]);
  expect(monitor.metadata.name).toBe(podMonitorName(NAME));
  // What the definition does not know would have been taken out.
  expect(monitor.spec).toEqual({
    selector: {
      matchLabels: { kafka_cr: NAME },
      matchExpressions: [{ key: 'app', operator: 'In', values: ['kafka', 'cruisecontrol', 'envoyingress'] }],
    },
    podTargetLabels: ['kafka_cr', 'brokerId', 'eListenerName'],
    podMetricsEndpoints: [
      { port: 'metrics', path: '/metrics' },
      { port: 'tcp-health', path: '/stats/prometheus' },
    ],
  });
  await until('Pods say it no more', async () => scrape(await podsOf(NAME)).join() === 'false');
});

it('what somebody changes in it is set back, and what somebody deletes is made again', async () => {
  const ref = { kind: POD_MONITOR, namespace: NAMESPACE, name: podMonitorName(NAME) };
  const { metadata, spec } = await kube.get(ref);
  await mustKubectl(['-n', NAMESPACE, 'patch', 'podmonitor', ref.name, '--type=merge', '-p', '{"spec":{"podTargetLabels":["other"]}}']);
  await until('it is set back', async () => JSON.stringify((await kube.get(ref)).spec) === JSON.stringify(spec));
  await mustKubectl(['-n', NAMESPACE, 'delete', 'podmonitor', ref.name]);
  await until('it is there again', async () => (await objectsOf(NAME, POD_MONITOR)).some((one) => one.metadata.uid !== metadata.uid));
});

it('the definitions take what the chart makes of it: monitors and every rule', async () => {
  const made = ['podMonitor', 'serviceMonitor'].flatMap((monitor) =>
    render({ prometheusMetrics: { [monitor]: { enabled: true } }, monitoring: { prometheusRules: { create: true } } }),
  );
  const chart = made.filter(({ apiVersion }) => apiVersion === POD_MONITOR.apiVersion);
  expect([...new Set(chart.map(({ kind }) => kind))].sort()).toEqual(['PodMonitor', 'PrometheusRule', 'ServiceMonitor']);
  for (const object of chart) {
    const text = JSON.stringify({ ...object, metadata: { ...object.metadata, namespace: NAMESPACE } });
    const said = await kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], text);
    expect({ kind: object.kind, said: said.stderr, code: said.code }).toEqual({ kind: object.kind, said: '', code: 0 });
  }
});

it('Pods say it themselves again when the definitions are gone, and nothing has restarted', async () => {
  await removed();
  await until('Pods say it again', async () => scrape(await podsOf(NAME)).join() === 'true');
  const now = await podsOf(NAME);
  expect(uids(now)).toEqual(uids(before));
  expect(now.every(isReady)).toBe(true);
  await running(NAME);
});
