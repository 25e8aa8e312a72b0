import { absentKinds, clusterView, kubeNodes, kubeNodeView, liveObjects, ofClusters, ownerKey } from '../../../operator/observe/kube';
import { kindKey, KAFKA_CLUSTER, NODE, OWNED } from '../../../operator/kinds';
import { nodeEssence } from '../../../operator/controllers/kafka-clusters';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { KindStore } from '../../../operator/runtime/store';
import { LABEL } from '../../../lib/constructs/naming';
import { selects } from '../../runtime/fake-watch';

const meta = (name: string, more: object = {}) => ({
  name,
  namespace: 'kafka',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '',
  ...more,
});
const object = (kind: string, name: string, labels?: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: meta(name, labels === undefined ? {} : { labels }),
});
const node = (name: string, spec: object = {}, ready = 'True'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, uid: name, resourceVersion: '1', creationTimestamp: '', labels: { zone: 'a' }, annotations: { huge: 'x' } },
  spec,
  status: {
    conditions: [
      { type: 'DiskPressure', status: 'False' },
      { type: 'Ready', status: ready, lastHeartbeatTime: 'now' },
    ],
    images: ['many'],
  },
});

describe('what belongs to a cluster', () => {
  it('is found by its label and namespace, ordered by kind and then by name', () => {
    const owned = new Map(OWNED.map((kind) => [kindKey(kind), new KindStore({ kind, indexBy: ownerKey })]));
    const ours = { kafka_cr: 'orders' };
    for (const name of ['b', 'a']) owned.get('Service')?.observe(object('Service', name, ours));
    owned.get('Pod')?.observe(object('Pod', 'orders-1', ours));
    owned.get('Pod')?.observe(object('Pod', 'other', { kafka_cr: 'other' }));
    owned.get('Pod')?.observe({ ...object('Pod', 'far', ours), metadata: meta('far', { labels: ours, namespace: 'elsewhere' }) });
    owned.get('Pod')?.observe(object('Pod', 'stranger'));
    const stores = { clusters: new KindStore({ kind: KAFKA_CLUSTER }), nodes: new KindStore({ kind: NODE }), owned };
    expect(liveObjects(stores, 'kafka/orders').map((o) => `${o.kind}/${o.metadata.name}`)).toEqual([
      'Pod/orders-1',
      'Service/a',
      'Service/b',
    ]);
    expect(liveObjects(stores, 'kafka/nobody')).toEqual([]);
  });
});

test('kinds that the server does not know are named with their group, in order', () => {
  const owned = new Map(OWNED.map((kind) => [kindKey(kind), new KindStore({ kind })]));
  expect(absentKinds({ owned })).toEqual([]);
  for (const key of ['VirtualService.networking.istio.io', 'Gateway.gateway.networking.k8s.io']) owned.get(key)?.lack(undefined);
  expect(absentKinds({ owned })).toEqual(['Gateway.gateway.networking.k8s.io', 'VirtualService.networking.istio.io']);
});

describe('a KafkaCluster', () => {
  it('is taken with its status, its finalizers and our annotations alone', () => {
    const annotations = { 'kafka.banzaicloud.io/pause': 'true', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const view = clusterView({
      ...object('KafkaCluster', 'orders'),
      metadata: meta('orders', { generation: 4, finalizers: ['f'], annotations, deletionTimestamp: 'now' }),
      status: { brokers: '1/3' },
    });
    expect(view).toEqual({
      name: 'orders',
      namespace: 'kafka',
      uid: 'orders',
      resourceVersion: '1',
      generation: 4,
      deleting: true,
      finalizers: ['f'],
      annotations: { 'kafka.banzaicloud.io/pause': 'true' },
      status: { brokers: '1/3' },
    });
  });

  it('that is new has an empty status', () => {
    expect(clusterView(object('KafkaCluster', 'orders'))).toMatchObject({ generation: 0, deleting: false, finalizers: [], status: {} });
  });
});

describe('a Kubernetes node', () => {
  it.each<[string, KubeObject, object]>([
    ['is ready', node('n'), { ready: true, unschedulable: false, outOfService: false }],
    ['is not ready', node('n', {}, 'False'), { ready: false }],
    ['is not ready when its kubelet is silent', node('n', {}, 'Unknown'), { ready: false }],
    ['is cordoned', node('n', { unschedulable: true }), { unschedulable: true }],
    ['is out of service', node('n', { taints: [{ key: 'node.kubernetes.io/out-of-service' }] }), { outOfService: true }],
  ])('%s', (_, seen, expected) => {
    expect(kubeNodeView(seen)).toMatchObject({ name: 'n', labels: { zone: 'a' }, ...expected });
    expect(kubeNodeView(nodeEssence(seen))).toEqual(kubeNodeView(seen));
  });

  it('is kept without what changes every few minutes for nothing', () => {
    const later = {
      ...node('n'),
      status: { conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: 'later' }], images: ['more'] },
    };
    expect(nodeEssence(later)).toEqual(nodeEssence(node('n')));
    expect(JSON.stringify(nodeEssence(node('n')))).not.toMatch(/huge|many|Heartbeat|DiskPressure/);
  });

  it('is the same value in every pass while it does not change', () => {
    const nodes = new KindStore({ kind: NODE });
    for (const name of ['b', 'a']) nodes.observe(node(name));
    const stores = { clusters: new KindStore({ kind: KAFKA_CLUSTER }), nodes, owned: new Map() };
    const [first, second] = [kubeNodes(stores), kubeNodes(stores)];
    expect(first.map((n) => n.name)).toEqual(['a', 'b']);
    expect(second[0]).toBe(first[0]);
  });
});

test('what is made for KafkaUsers is no part of their cluster, whose passes it would wake', () => {
  const isSeen = (labels: Record<string, string>, name?: string): boolean =>
    selects(
      { resource: '', namespace: undefined, labelSelector: ofClusters(name), fieldSelector: undefined },
      object('Secret', 'a', labels),
    );
  const ofNode = { [LABEL.cluster]: 'orders' };
  const ofUser = { ...ofNode, [LABEL.userSecret]: 'true' };
  expect([isSeen(ofNode), isSeen(ofUser), isSeen({})]).toEqual([true, false, false]);
  expect([isSeen(ofNode, 'orders'), isSeen(ofUser, 'orders'), isSeen(ofNode, 'bills')]).toEqual([true, false, false]);
});
