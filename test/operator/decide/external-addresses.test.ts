import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { externalAddresses, externalFacts } from '../../../operator/decide/external-addresses';
import { withObject, withStatus } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { emptyWorld } from '../../world/makers';
import { outside } from '../../world/outside';

const service = (name: string, more: Readonly<Record<string, unknown>> = {}): LiveObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'kafka', uid: name, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:10Z' },
  ...more,
});

const balanced = (ingress: readonly object[]) => ({ status: { loadBalancer: { ingress } } });
const ported = (...ports: readonly (readonly [number, number])[]) => ({
  spec: { ports: ports.map(([port, nodePort]) => ({ port, nodePort })) },
});

const ENVOY = 'envoy-loadbalancer-out-orders';

const worldOf = (cluster: ResolvedCluster, ...objects: readonly LiveObject[]): World => objects.reduce(withObject, emptyWorld(cluster));

/** The status said this last. */
const saying = (world: World, addresses: Readonly<Record<string, string>>): World =>
  withStatus(world, {
    listenerStatuses: { externalListeners: { out: Object.entries(addresses).map(([name, address]) => ({ name, address })) } },
  });

/** `host:port` of broker 1, or why not. */
function ofBroker(cluster: ResolvedCluster, world: World, id = 1): string {
  const reached = externalAddresses(cluster, world).nodes.get(id)!['out']!;
  return reached.state === 'known' ? `${reached.address.host ?? 'its node'}:${String(reached.address.port)}` : reached.why;
}

const anyBroker = (cluster: ResolvedCluster, world: World): readonly string[] =>
  externalAddresses(cluster, world).any['out']!.map(({ way, address }) =>
    address === undefined ? `${way}?` : `${way} ${address.host ?? ''}:${String(address.port)}`.trim(),
  );

const LB = 'name: out, externalStartingPort: 19090, anyCastPort: 29092';
const SNI = `name: out, externalStartingPort: -1, anyCastPort: 443, tlsSecretName: tls`;
const TEMPLATE = 'envoyConfig: { brokerHostnameTemplate: b-%id.example.com }';

describe('through a load balancer a broker is reached', () => {
  test.each([
    ['at its host name', LB, balanced([{ hostname: 'lb.example.com', ip: '203.0.113.7' }]), 'lb.example.com:19091', 'lb.example.com:29092'],
    ['else at its address', LB, balanced([{ ip: '203.0.113.7' }]), '203.0.113.7:19091', '203.0.113.7:29092'],
    ['at an address of IPv6', LB, balanced([{ ip: '2001:db8::7' }]), '2001:db8::7:19091', '2001:db8::7:29092'],
    [
      'at the name that overrides it, also without an address',
      `${LB}, hostnameOverride: kafka.example.com`,
      {},
      'kafka.example.com:19091',
      'kafka.example.com:29092',
    ],
    [
      'inside the cluster by the name of the Service',
      `${LB}, serviceType: ClusterIP`,
      {},
      `${ENVOY}.kafka.svc.cluster.local:19091`,
      `${ENVOY}.kafka.svc.cluster.local:29092`,
    ],
    [
      'at a Kubernetes node and the node port of its port',
      `${LB}, serviceType: NodePort`,
      ported([19091, 30011], [29092, 30099]),
      '192.0.2.1:30011',
      '192.0.2.1:30099',
    ],
    ['nowhere while there is no address', LB, {}, `service/${ENVOY} has no address yet`, '?'],
    ['nowhere while the list of addresses is empty', LB, balanced([]), `service/${ENVOY} has no address yet`, '?'],
    ['nowhere while no node port is picked', `${LB}, serviceType: NodePort`, {}, `service/${ENVOY} has no node port yet`, '?'],
  ])('%s', (...[, listener, of, broker, any]) => {
    const cluster = outside([listener]);
    const world = worldOf(cluster, service(ENVOY, of));
    expect(ofBroker(cluster, world)).toBe(broker);
    expect(anyBroker(cluster, world)).toEqual([any]);
  });

  test('at one port by a host name of its own, which no load balancer gives', () => {
    const cluster = outside([`${SNI}, hostnameOverride: all.example.com`], { spec: TEMPLATE });
    expect(ofBroker(cluster, worldOf(cluster))).toBe('b-1.example.com:443');
    expect(anyBroker(cluster, worldOf(cluster))).toEqual(['all.example.com:443']);
  });

  test('by an Istio gateway in the same way', () => {
    const cluster = outside([LB], { spec: 'ingressController: istioingress' });
    const world = worldOf(cluster, service('meshgateway-out-orders', balanced([{ ip: '203.0.113.9' }])));
    expect(ofBroker(cluster, world)).toBe('203.0.113.9:19091');
  });

  test('by Contour and the Gateway API at the one port and a host name of its own', () => {
    for (const spec of [
      'ingressController: contour\n  contourIngressConfig: { brokerFQDNTemplate: c-%id.example.com, tlsSecretName: tls }',
      `ingressController: gateway\n  envoyConfig: { brokerHostnameTemplate: c-%id.example.com }`,
    ]) {
      const annotations = 'serviceAnnotations: { kafka.banzaicloud.io/gateway-class: x }';
      const cluster = outside([`${SNI}, hostnameOverride: all.example.com, ${annotations}`], { spec });
      expect(ofBroker(cluster, worldOf(cluster))).toBe('c-1.example.com:443');
      expect(anyBroker(cluster, worldOf(cluster))).toEqual(['all.example.com:443']);
    }
  });
});

describe('an address that is gone for a moment is taken to be what it was', () => {
  const cluster = outside([LB]);
  const before = { 'any-broker': '203.0.113.7:29092', 'broker-1': '203.0.113.7:19091' };

  test.each([
    ['when the Service has none', worldOf(cluster, service(ENVOY))],
    ['when the Service is gone', worldOf(cluster)],
  ])('%s', (_name, world) => {
    expect(ofBroker(cluster, saying(world, before))).toBe('203.0.113.7:19091');
    expect(anyBroker(cluster, saying(world, before))).toEqual(['203.0.113.7:29092']);
  });

  test('also for a broker that is new, and for another start port', () => {
    const moved = outside(['name: out, externalStartingPort: 20000, anyCastPort: 29092']);
    expect(ofBroker(moved, saying(worldOf(moved), before), 2)).toBe('203.0.113.7:20002');
  });

  test('an address of IPv6 comes back without its brackets', () => {
    expect(ofBroker(cluster, saying(worldOf(cluster), { 'any-broker': '[2001:db8::7]:29092' }))).toBe('2001:db8::7:19091');
  });

  test('not when there is another one', () => {
    const world = worldOf(cluster, service(ENVOY, balanced([{ ip: '203.0.113.8' }])));
    expect(ofBroker(cluster, saying(world, before))).toBe('203.0.113.8:19091');
  });

  test('not for what says nothing of a load balancer', () => {
    expect(ofBroker(cluster, saying(worldOf(cluster), { 'broker-1': '192.0.2.1:31001' }))).toBe(`service/${ENVOY} has no address yet`);
  });

  test('through node ports the Kubernetes node that clients know stays, as long as there is one', () => {
    const nodes = outside([`${LB}, serviceType: NodePort`]);
    const world = worldOf(nodes, service(ENVOY, ported([19091, 30011])));
    expect(ofBroker(nodes, saying(world, { 'any-broker': '192.0.2.3:30099' }))).toBe('192.0.2.3:30011');
    expect(ofBroker(nodes, saying(world, { 'any-broker': '192.0.2.200:30099' }))).toBe('192.0.2.1:30011');
  });
});

describe('without a proxy a broker is reached', () => {
  const PORTS = 'name: out, accessMethod: NodePort, externalStartingPort: 31000';
  const PICKED = 'name: out, accessMethod: NodePort, externalStartingPort: 0';
  const INSIDE = 'name: out, accessMethod: ClusterIP, externalStartingPort: 0';
  const NAMED = 'hostnameOverride: .example.com';
  const live = service('orders-1-out', ported([9094, 30456]));
  test.each([
    ['at its Kubernetes node and its own port', PORTS, 'its node:31001'],
    ['at its Kubernetes node and the port that Kubernetes picked', PICKED, 'its node:30456'],
    ['at a name of its own', `${PORTS}, ${NAMED}`, 'orders-1-out.kafka.example.com:31001'],
    ['at a name of its own and the port that Kubernetes picked', `${PICKED}, ${NAMED}`, 'orders-1-out.kafka.example.com:30456'],
    ['by the name of its Service', INSIDE, 'orders-1-out.kafka.svc.cluster.local:9094'],
    ['by that of its Service under another domain', `${INSIDE}, ${NAMED}`, 'orders-1-out.kafka.example.com:9094'],
  ])('%s', (_name, listener, address) => {
    const cluster = outside([listener]);
    expect(ofBroker(cluster, worldOf(cluster, live))).toBe(address);
  });

  test('at the external address that its Service has, at the port of the listener', () => {
    const cluster = outside([PICKED], { configs: { 1: 'nodePortExternalIP: { out: 192.0.2.77 }' } });
    expect(ofBroker(cluster, worldOf(cluster))).toBe('192.0.2.77:9094');
    expect(ofBroker(cluster, worldOf(cluster), 2)).toBe('service/orders-2-out has no node port yet');
  });

  test('at the port that Kubernetes picked before, while its Service is made again', () => {
    const cluster = outside([PICKED]);
    expect(ofBroker(cluster, saying(worldOf(cluster), { 'broker-1': '192.0.2.2:30456' }))).toBe('its node:30456');
  });

  test('not at the port of a load balancer that it had before', () => {
    const cluster = outside([PICKED]);
    const balancer = { 'any-broker': '203.0.113.7:29092', 'broker-1': '203.0.113.7:19091' };
    expect(ofBroker(cluster, saying(worldOf(cluster), balancer))).toBe('service/orders-1-out has no node port yet');
  });

  test('node ports have nobody who stands for all brokers; inside the cluster the Services do', () => {
    const [ports, inside] = [outside([PORTS]), outside([INSIDE])];
    expect(anyBroker(ports, worldOf(ports))).toEqual([]);
    expect(anyBroker(inside, worldOf(inside))).toEqual(['orders-headless.kafka.svc.cluster.local:9094']);
  });
});

describe('of several ways in', () => {
  const ways = (more = '') =>
    `${LB}, config: { defaultIngressConfig: az1, ingressConfig: { az1: { hostnameOverride: az1.example.com }, az2: { ${more} } } }`;

  test('the default is that of brokers that name none, else the first that a broker names', () => {
    const cluster = outside([ways('hostnameOverride: az2.example.com')], {
      configs: { 1: 'brokerIngressMapping: [az2, az1]', 2: 'brokerIngressMapping: [az1, az2]' },
    });
    expect([0, 1, 2].map((id) => ofBroker(cluster, worldOf(cluster), id))).toEqual([
      'az1.example.com:19090',
      'az2.example.com:19091',
      'az1.example.com:19092',
    ]);
    expect(anyBroker(cluster, worldOf(cluster))).toEqual(['az1 az1.example.com:29092', 'az2 az2.example.com:29092']);
  });

  test('one that a broker is still known by serves while the new one has no address', () => {
    const cluster = outside([ways()], { configs: { 1: 'brokerIngressMapping: [az2]' } });
    const nodes = cluster.nodes.map((node) => (node.id === 1 ? { ...node, formerIngress: ['az1'] } : node));
    expect(ofBroker({ ...cluster, nodes }, worldOf(cluster))).toBe('az1.example.com:19091');
    expect(ofBroker(cluster, worldOf(cluster))).toBe('service/envoy-loadbalancer-out-az2-orders has no address yet');
  });
});

describe('the facts', () => {
  test('name what is known, and nothing of a cluster that lets nobody in', () => {
    const cluster = outside([LB, 'name: more, accessMethod: NodePort, externalStartingPort: 31000']);
    expect(externalFacts(cluster, worldOf(cluster)).external).toMatchObject({ 0: { more: { host: undefined, port: 31000 } } });
    expect(Object.keys(externalFacts(cluster, worldOf(cluster)).external![0]!)).toEqual(['more']);
    expect(externalFacts(outside([]), worldOf(outside([])))).toEqual({});
  });
});
