/** What the certificate of the brokers names of Kubernetes nodes: those on which brokers are, and of former ones what fits. */
import { namesWithFormer, leafsOf } from '../../../operator/decide/leafs';
import type { World } from '../../../operator/decide/world';
import { contextOf, converged, NOW, podOf } from '../../world/makers';
import { withObject } from '../../../operator/decide/simulate';
import { issueCertificates } from '../../../operator/decide/rules/certificates';
import { clusterFrom } from '../../world/cluster-file';
import { tlsYaml } from '../../world/tls';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';

const cluster = (more = '', configOfFirst = ''): ResolvedCluster =>
  clusterFrom(
    tlsYaml()
      .replace('brokerConfigGroup: all }', `brokerConfigGroup: all, brokerConfig: { ${configOfFirst} } }`)
      .replace(
        '    internalListeners:',
        `    externalListeners:
      - { type: ssl, name: out, containerPort: 9094, accessMethod: NodePort, externalStartingPort: 0${more} }
    internalListeners:`,
      ),
  );
const byPort = cluster();
const calm = converged(byPort);

/** Kubernetes has many more nodes, each with addresses of every type. */
const amongMany = (world: World): World => ({
  ...world,
  kubeNodes: [
    ...world.kubeNodes.map((node) => ({ ...node, addresses: [...(node.addresses ?? []), { type: 'Hostname', address: node.name }] })),
    ...Array.from({ length: 1000 }, (_, at) => ({
      name: `other-${String(at)}`,
      labels: {},
      ready: true,
      unschedulable: false,
      outOfService: false,
      addresses: [{ type: 'InternalIP', address: `198.51.100.${String(at)}` }],
    })),
  ],
});
const isOutside = (name: string): boolean => !name.includes('orders-');
const named = (world: World, of: ResolvedCluster = byPort): readonly string[] =>
  leafsOf(of, world)
    .find(({ kind }) => kind === 'server')!
    .profile.names.filter(isOutside);

const moved = (world: World, id: number, kubeNode: string): World => {
  const pod = podOf(world, id)!;
  return withObject(world, { ...pod, spec: { ...(pod.spec as object), nodeName: kubeNode } });
};

test('Kubernetes nodes without a broker are not named, nor are addresses that nobody is told', () => {
  const places = [0, 1, 2].map((id) => (podOf(calm, id)!.spec as { nodeName: string }).nodeName);
  const addresses = calm.kubeNodes.filter(({ name }) => places.includes(name)).map((node) => `IP:${node.addresses?.[0]?.address ?? ''}`);
  expect(named(amongMany(calm))).toEqual([...new Set(addresses)].sort());
});

test.each([
  ['of the type that is told', cluster('', 'nodePortNodeAddressType: Hostname'), 'DNS:node-a'],
  ['none where the spec gives another', cluster(', hostnameOverride: .example.com'), undefined],
])('addresses of a Kubernetes node: %s', (_, of, name) => {
  const world = amongMany(moved(calm, 0, 'node-a'));
  const found = named(world, of).filter((each) => each.startsWith('DNS:node') || each.startsWith('IP:'));
  if (name === undefined) expect(found).toEqual([]);
  else expect(found).toContain(name);
});

test('a broker that moves gains a name, and the certificate keeps the former ones', () => {
  const world = moved(amongMany(calm), 0, 'other-7');
  const [issued] = issueCertificates(contextOf(byPort, world, NOW));
  const before = named(amongMany(calm));
  expect(issued).toMatchObject({ kind: 'issueCertificate', certificate: 'server' });
  const { names } = (issued as { profile: { names: readonly string[] } }).profile;
  expect(names.filter(isOutside)).toEqual([...new Set([...before, 'IP:198.51.100.7'])].sort());
});

test('former names are kept while a certificate stays far below what Java reads', () => {
  const former = Array.from({ length: 2000 }, (_, at) => `IP:192.0.${String(at >> 8)}.${String(at & 255)}`);
  expect(namesWithFormer(['DNS:a'], former.slice(0, 900))).toHaveLength(901);
  expect(namesWithFormer(['DNS:a'], former)).toEqual(['DNS:a']);
});
