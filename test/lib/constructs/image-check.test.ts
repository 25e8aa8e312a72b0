import { sharedManifests } from '../../../lib/constructs/cluster';
import { disruptionBudgets } from '../../../lib/constructs/disruption-budget';
import { imageCheckPod } from '../../../lib/constructs/image-check';
import { broker, cluster, DEDICATED, nodeOf } from './small-cluster';

const WHERE = { image: 'kafka:2', kubeNode: 'node-a' };
const check = (of = cluster(), where = WHERE) => imageCheckPod(of, nodeOf(of, 100), where);

test('a Pod that tries an image does nothing but be there', () => {
  expect(check()).toMatchObject({
    kind: 'Pod',
    metadata: { name: expect.stringMatching(/^orders-image-[0-9a-f]{8}$/) as string, namespace: 'kafka' },
    spec: {
      nodeName: 'node-a',
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      serviceAccountName: 'default',
      containers: [{ name: 'image', image: 'kafka:2', command: ['true'] }],
    },
  });
});

test('it pulls as the node itself would', () => {
  const config = {
    serviceAccountName: 'kafka',
    imagePullSecrets: [{ name: 'registry' }],
    tolerations: [{ key: 'kafka', operator: 'Exists' }],
  };
  const of = cluster([...DEDICATED.slice(0, 3), broker(100, ['broker'], config)]);
  expect(check(of)).toMatchObject({ spec: config });
});

test.each([
  ['another image', { ...WHERE, image: 'kafka:3' }],
  ['another Kubernetes node', { ...WHERE, kubeNode: 'node-b' }],
])('%s is another Pod', (_name, where) => {
  expect(check(cluster(), where).metadata.name).not.toBe(check().metadata.name);
});

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

test('no Service, no budget and no PodMonitor takes it for a Kafka node, whatever labels are propagated', () => {
  const of = { ...cluster(), propagatedLabels: { app: 'kafka', brokerId: '100', team: 'a' } };
  const { labels = {} } = check(of).metadata;
  expect(labels).toEqual({
    'app.kubernetes.io/managed-by': 'kafka-operator',
    'kafka.banzaicloud.io/image-check': 'true',
    kafka_cr: 'orders',
    'sidecar.istio.io/inject': 'false',
    team: 'a',
  });
  const selectors = [...sharedManifests(of), ...disruptionBudgets(of, 1)].flatMap(({ spec }) => {
    const { selector } = (spec ?? {}) as { selector?: Selector };
    return selector === undefined ? [] : [selector];
  });
  expect(selectors.length).toBeGreaterThan(1);
  for (const { matchLabels, matchExpressions = [], ...plain } of selectors) {
    const equal = Object.entries(matchLabels ?? plain).every(([key, value]) => labels[key] === value);
    expect(equal && matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))).toBe(false);
  }
});
