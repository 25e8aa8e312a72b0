import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { externalAccessReady } from '../../../operator/decide/external-status';
import { listenerStatuses } from '../../../operator/decide/listener-status';
import { nodeViews } from '../../../operator/decide/node-view';
import { withObject, withStatus } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { converged } from '../../world/makers';
import { outside } from '../../world/outside';

const BALANCED = 'name: out, externalStartingPort: 19090';
const PORTS = 'name: out, accessMethod: NodePort, externalStartingPort: 31000';

const said = (cluster: ResolvedCluster, world: World): string =>
  externalAccessReady(cluster, nodeViews(cluster, world), world)
    .map(({ status, reason, message }) => `${status} ${reason}: ${message}`)
    .join();

/** The status says nothing of addresses any more. */
const forgotten = (world: World): World => withStatus(world, { listenerStatuses: {} });

const after = (cluster: ResolvedCluster, ...what: readonly Happening[]): World =>
  what.reduce((world, one) => happened(world, cluster, one), converged(cluster));

describe('ExternalAccessReady', () => {
  const cluster = outside([BALANCED]);

  test('is nothing of a cluster that lets nobody in', () => {
    expect(said(outside([]), converged(outside([])))).toBe('');
  });

  test.each([
    ['a load balancer', [BALANCED]],
    ['node ports', [PORTS]],
    ['several listeners', [BALANCED, 'name: more, accessMethod: NodePort, externalStartingPort: 0']],
  ])('is true once every broker runs with its addresses: %s', (_name, listeners) => {
    const of = outside(listeners);
    expect(said(of, converged(of))).toMatch(/^True ExternalListenersServe/);
    expect(converged(of).cluster.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'ExternalAccessReady', status: 'True' }),
    );
  });

  test('names the Service that has no address', () => {
    const world = forgotten(after(cluster, { serviceAddress: 'envoy-loadbalancer-out-orders', is: null }));
    expect(said(cluster, world)).toBe('False AddressPending: service/envoy-loadbalancer-out-orders has no address yet');
  });

  test('is true while an address is gone for a moment', () => {
    expect(said(cluster, after(cluster, { serviceAddress: 'envoy-loadbalancer-out-orders', is: null }))).toMatch(/^True/);
  });

  test('names the Kubernetes node that has no address', () => {
    const of = outside([PORTS]);
    const world = after(of, { kubeNodeAddresses: 'node-b', are: [] });
    expect(said(of, world)).toBe('False AddressPending: Kubernetes node node-b has no address of type InternalIP');
  });

  test('names the brokers that do not advertise what is known', () => {
    const world = after(cluster, { serviceAddress: 'envoy-loadbalancer-out-orders', is: '203.0.113.99' });
    expect(said(cluster, world)).toMatch(/^False AddressNotAdvertised: brokers 0, 1, 2 .* listener out$/);
  });

  test('names the proxy without a ready Pod, and the one that is missing', () => {
    const world = converged(cluster);
    const proxy = world.objects.find((o) => o.kind === 'Deployment')!;
    expect(said(cluster, withObject(world, { ...proxy, status: { readyReplicas: 0 } }))).toMatch(
      /^False ProxyNotReady: Deployment envoy-out-orders has no ready Pod/,
    );
    expect(said(cluster, { ...world, objects: world.objects.filter((o) => o !== proxy) })).toBe(
      'False ProxyNotReady: Deployment envoy-out-orders is not there yet',
    );
  });

  test('names the kinds that are not installed', () => {
    const of = outside([BALANCED], { spec: 'ingressController: istioingress' });
    const world: World = { ...converged(of), absentKinds: ['VirtualService.networking.istio.io', 'HTTPProxy.projectcontour.io'] };
    expect(said(of, world)).toMatch(/^False KindNotInstalled: ingressController istioingress needs VirtualService.networking.istio.io:/);
    expect(said(outside([PORTS], { spec: 'ingressController: istioingress' }), world)).not.toContain('KindNotInstalled');
  });
});

describe('the status', () => {
  const statuses = (listeners: readonly string[], ...what: readonly Happening[]) => {
    const of = outside(listeners);
    return listenerStatuses(of, after(of, ...what)).externalListeners;
  };

  test('says where any broker and where each broker is reached', () => {
    const address = '203.0.113.99';
    const out = statuses([BALANCED], { serviceAddress: 'envoy-loadbalancer-out-orders', is: address });
    expect(out).toEqual({
      out: [
        { name: 'any-broker', address: `${address}:29092` },
        ...[0, 1, 2].map((id) => ({ name: `broker-${String(id)}`, address: `${address}:${String(19090 + id)}` })),
      ],
    });
  });

  test('says the address of the Kubernetes node on which a broker is, and nobody for all', () => {
    expect(statuses([PORTS])).toEqual({
      out: [0, 1, 2].map((id) => ({ name: `broker-${String(id)}`, address: `192.0.2.${String(id + 1)}:${String(31000 + id)}` })),
    });
  });

  test('says of a broker between two Pods where it was', () => {
    expect(statuses([PORTS], { podGone: 1 })!['out']).toContainEqual({ name: 'broker-1', address: '192.0.2.2:31001' });
  });

  test('names the ways in', () => {
    const ways = `${BALANCED}, config: { defaultIngressConfig: az1, ingressConfig: { az1: { hostnameOverride: az1.example.com }, az2: { hostnameOverride: az2.example.com } } }`;
    expect(statuses([ways])!['out']!.map((a) => a.name)).toEqual(['any-broker-az1', 'any-broker-az2', 'broker-0', 'broker-1', 'broker-2']);
  });
});
