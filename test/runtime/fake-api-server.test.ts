/** The fake server is what the other tests believe in, so it is held to what the real one does. */
import type { KubeDraft } from '../../operator/runtime/kube-types';
import { FakeApiServer } from './fake-api-server';
import { pluralOf } from './fake-definitions';
import { clusters, configMaps, connect, pods } from './fake-client';
import type { Connected } from './fake-client';

const pod = (containers: readonly object[], more: object = {}): KubeDraft => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'kafka', ...more },
  spec: { containers },
});

const withLabels = (labels: Record<string, string>): KubeDraft => {
  const metadata = { name: 'a', namespace: 'kafka', labels };
  return { apiVersion: 'v1', kind: 'Pod', metadata };
};

describe('the fake API server', () => {
  let server: FakeApiServer;
  let connected: Connected;

  beforeEach(async () => {
    server = await FakeApiServer.start();
    connected = connect(server);
  });

  afterEach(async () => {
    connected.transport.close();
    await server.close();
  });

  it('leaves the version as it is when an apply changes nothing', async () => {
    const first = await connected.client.apply(pods, pod([{ name: 'x', image: '1' }]));
    const second = await connected.client.apply(pods, pod([{ name: 'x', image: '1' }]));
    expect(second).toEqual(first);
  });

  it('removes what its owner no longer applies, and keeps what others own', async () => {
    const { client } = connected;
    await client.apply(pods, pod([{ name: 'x', image: '1' }], { labels: { mine: 'a', shared: 'b' } }));
    await client.apply(pods, withLabels({ shared: 'b' }), { fieldManager: 'other' });
    const left = await client.apply(pods, pod([{ name: 'x', image: '1' }]));
    expect(left.metadata.labels).toEqual({ shared: 'b' });
  });

  it('merges lists by name, so that an injected container stays', async () => {
    const { client } = connected;
    await client.apply(pods, pod([{ name: 'kafka', image: '1' }]));
    await client.apply(pods, pod([{ name: 'sidecar', image: 's' }]), { fieldManager: 'mesh' });
    const after = await client.apply(pods, pod([{ name: 'kafka', image: '2' }]));
    expect(after['spec']).toEqual({
      containers: [
        { name: 'kafka', image: '2' },
        { name: 'sidecar', image: 's' },
      ],
    });
    const gone = await client.apply(pods, pod([]), { fieldManager: 'mesh' });
    expect((gone['spec'] as { containers: object[] }).containers).toHaveLength(1);
  });

  it('counts a generation for each change of the spec, and none for the status', async () => {
    const draft = { apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', metadata: { name: 'a', namespace: 'kafka' } };
    server.put({ ...draft, spec: { x: 1 } });
    server.patch(clusters, 'kafka', 'a', { status: { state: 'y' } });
    expect(server.get(clusters, 'kafka', 'a')?.metadata.generation).toBe(1);
    server.patch(clusters, 'kafka', 'a', { spec: { x: 2 } });
    expect(server.get(clusters, 'kafka', 'a')).toMatchObject({ metadata: { generation: 2 }, status: { state: 'y' } });
  });

  it('ignores a status in a write of the main resource', async () => {
    const made = await connected.client.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'kafka' },
      status: { x: 1 },
    });
    expect(made).not.toHaveProperty('status');
  });

  it('collects what is owned by nothing any more, when asked', () => {
    const owner = server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner', namespace: 'kafka' } });
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid };
    const owned = server.put({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'owned', namespace: 'kafka', ownerReferences: [reference] },
    });
    const below = { ...reference, name: 'owned', uid: owned.metadata.uid };
    server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'below', namespace: 'kafka', ownerReferences: [below] } });
    expect(server.collectGarbage()).toBe(0);
    server.remove(configMaps, 'kafka', 'owner');
    expect(server.collectGarbage()).toBe(2);
    expect(server.list(configMaps)).toEqual([]);
  });

  it('shows one version on all pages of a list, whatever is written meanwhile', async () => {
    for (const name of ['a', 'b', 'c']) server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'kafka' } });
    const first = await connected.client.listPage(configMaps, { limit: 2 });
    server.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'd', namespace: 'kafka' } });
    const second = await connected.client.listPage(configMaps, { limit: 2, continue: first.continue ?? '' });
    expect([...first.items, ...second.items].map((item) => item.metadata.name)).toEqual(['a', 'b', 'c']);
    expect(second.resourceVersion).toBe(first.resourceVersion);
    expect(second.continue).toBeUndefined();
  });

  it.each([
    ['Pod', 'pods'],
    ['NetworkPolicy', 'networkpolicies'],
    ['Ingress', 'ingresses'],
    ['StorageClass', 'storageclasses'],
    ['Endpoints', 'endpoints'],
    ['Gateway', 'gateways'],
  ])('knows the plural of %s', (kind, plural) => {
    expect(pluralOf(kind)).toBe(plural);
  });
});
