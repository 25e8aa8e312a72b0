/**
 * NetworkPolicies are tried by what a network does with them: a small evaluator, and a table of who talks to whom. Whoever must talk
 * is let in in every cluster that can be drawn.
 */
import fc from 'fast-check';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { cruiseControlManifests } from '../../../lib/constructs/cruise-control';
import { envoyManifests } from '../../../lib/constructs/envoy';
import { imageCheckPod } from '../../../lib/constructs/image-check';
import { istioManifests } from '../../../lib/constructs/istio-ingress';
import type { Manifest } from '../../../lib/constructs/manifest';
import { networkPolicies } from '../../../lib/constructs/network-policies';
import { nodeManifests } from '../../../lib/constructs/cluster';
import { at, broker, cluster, FACTS, nodeOf, type Raw } from './small-cluster';

type Labels = Readonly<Record<string, string>>;

/** Who connects; without labels somebody outside of Kubernetes. */
interface Peer {
  readonly namespace: string;
  readonly labels: Labels | undefined;
}

const matches = (selector: Raw, labels: Labels): boolean => Object.entries(selector?.matchLabels ?? {}).every(([k, v]) => labels[k] === v);

/** As the documentation of Kubernetes has it: what no policy selects is open, policies add up. */
function isLetIn(policies: readonly Manifest[], from: Peer, to: { readonly labels: Labels; readonly port: number }): boolean {
  const bound = policies.filter((p) => matches(at(p, 'spec.podSelector'), to.labels));
  if (bound.length === 0) return true;
  return bound.some((p) =>
    at(p, 'spec.ingress').some(
      (rule: Raw) =>
        rule.ports.some((port: Raw) => to.port >= port.port && to.port <= (port.endPort ?? port.port)) &&
        (rule.from === undefined || rule.from.some((peer: Raw) => isPeer(peer, from))),
    ),
  );
}

function isPeer(peer: Raw, { namespace, labels }: Peer): boolean {
  if (labels === undefined) return false;
  const near = peer.namespaceSelector === undefined ? namespace === 'kafka' : true;
  return near && (peer.podSelector === undefined || matches(peer.podSelector, labels));
}

const INTERNAL = { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true };
const CONTROLLER = { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true };
const CLIENTS = { name: 'clients', type: 'plaintext', containerPort: 29094 };
const ADMIN = { name: 'admin', type: 'plaintext', containerPort: 29095, usedForKafkaAdminCommunication: true };

interface Drawn {
  readonly ingressController: string;
  readonly accessMethod: string;
  readonly clients: boolean;
  readonly admin: boolean;
  readonly combined: boolean;
  readonly ids: readonly number[];
}

const PLAIN: Drawn = {
  ingressController: 'envoy',
  accessMethod: 'LoadBalancer',
  clients: false,
  admin: false,
  combined: false,
  ids: [1, 2, 3],
};

function made({ ingressController, accessMethod, clients, admin, combined, ids }: Drawn, more: object = {}): ResolvedCluster {
  const byName = ingressController === 'contour' || ingressController === 'gateway';
  const external = {
    name: 'external',
    type: 'plaintext',
    containerPort: 9094,
    accessMethod,
    externalStartingPort: accessMethod !== 'LoadBalancer' ? 0 : byName ? -1 : 19090,
    ...(byName && accessMethod === 'LoadBalancer' ? { tlsSecretName: 'certificate', hostnameOverride: 'kafka.example' } : {}),
    serviceAnnotations: { 'kafka.banzaicloud.io/gateway-class': 'public' },
  };
  const nodes = combined
    ? ids.map((id) => broker(id, ['broker', 'controller']))
    : [broker(1000, ['controller']), ...ids.map((id) => broker(id, ['broker']))];
  return cluster(nodes, {
    networkPolicies: true,
    ingressController,
    envoyConfig: { brokerHostnameTemplate: 'kafka-%id.example' },
    contourIngressConfig: { brokerFQDNTemplate: 'kafka-%id.example' },
    additionalPorts: [{ name: 'more', containerPort: 7000 }],
    listenersConfig: {
      internalListeners: [INTERNAL, CONTROLLER, ...(clients ? [CLIENTS] : []), ...(admin ? [ADMIN] : [])],
      externalListeners: [external],
    },
    ...more,
  });
}

// ---- who there is ------------------------------------------------------------------------------------------------------

const labelsOf = (manifest: Manifest | undefined): Labels => manifest?.metadata.labels ?? {};
const templateOf = (manifests: readonly Manifest[]): Labels =>
  at(manifests.find((m) => m.kind === 'Deployment') as Manifest, 'spec.template.metadata.labels');

const node = (of: ResolvedCluster, id: number): Peer => ({
  namespace: 'kafka',
  labels: labelsOf(nodeManifests(of, nodeOf(of, id), FACTS).pod),
});
const cruiseControl = (of: ResolvedCluster): Peer => ({ namespace: 'kafka', labels: templateOf(cruiseControlManifests(of)) });
const proxy = (of: ResolvedCluster): Peer => ({
  namespace: 'kafka',
  labels: templateOf(of.ingressController === 'istioingress' ? istioManifests(of) : envoyManifests(of)),
});
const OPERATOR: Peer = { namespace: 'kafka-system', labels: { 'kafka.banzaicloud.io/operator': 'true', app: 'whatever' } };
const CLIENT: Peer = { namespace: 'shop', labels: { app: 'shop' } };
const NEIGHBOUR: Peer = { namespace: 'kafka', labels: { app: 'kafka', kafka_cr: 'payments', isBrokerNode: 'true' } };
const OUTSIDE: Peer = { namespace: '', labels: undefined };

const CC = { cruiseControlConfig: { image: 'cc' } };
const METRICS = 9020;

// ---- what holds always -------------------------------------------------------------------------------------------------

const drawn: fc.Arbitrary<Drawn> = fc.record({
  ingressController: fc.constantFrom('envoy', 'istioingress', 'contour', 'gateway'),
  accessMethod: fc.constantFrom('LoadBalancer', 'NodePort', 'ClusterIP'),
  clients: fc.boolean(),
  admin: fc.boolean(),
  combined: fc.boolean(),
  ids: fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 5 }),
});

const always = (check: (of: ResolvedCluster, d: Drawn, first: number) => void): void =>
  fc.assert(
    fc.property(drawn, (d) => {
      check(made(d, CC), d, d.ids[0] ?? 0);
    }),
    { seed: 1, numRuns: 40 },
  );

test('brokers, the operator and Cruise Control reach the brokers, whatever their listeners and ways in', () => {
  always((of, { ids }, first) => {
    const policies = networkPolicies(of);
    const labels = node(of, first).labels ?? {};
    const { interBroker, admin } = of.listeners;
    for (const from of [node(of, ids.at(-1) ?? first), OPERATOR, cruiseControl(of)])
      for (const { containerPort: port } of [interBroker, admin]) expect(isLetIn(policies, from, { labels, port })).toBe(true);
  });
});

test('every node reaches the controllers', () => {
  always((of, { combined }, first) => {
    const voter = node(of, combined ? first : 1000);
    const to = { labels: voter.labels ?? {}, port: of.listeners.controller.containerPort };
    for (const from of [node(of, first), voter]) expect(isLetIn(networkPolicies(of), from, to)).toBe(true);
  });
});

test('the operator reaches Cruise Control, and whoever gathers metrics reaches all of them', () => {
  always((of, { combined }, first) => {
    const policies = networkPolicies(of);
    const all = [node(of, first), node(of, combined ? first : 1000), cruiseControl(of)].map(({ labels = {} }) => labels);
    for (const labels of all) for (const from of [OPERATOR, CLIENT]) expect(isLetIn(policies, from, { labels, port: METRICS })).toBe(true);
    expect(isLetIn(policies, OPERATOR, { labels: cruiseControl(of).labels ?? {}, port: 8090 })).toBe(true);
  });
});

test('clients get in somewhere inside, and outside through what stands in front', () => {
  always((of, { ingressController, accessMethod }, first) => {
    const policies = networkPolicies(of);
    const target = node(of, first).labels ?? {};
    const inside = of.listeners.internal.filter(({ name }) => name !== 'controller');
    expect(inside.some(({ containerPort: port }) => isLetIn(policies, CLIENT, { labels: target, port }))).toBe(true);
    const own = accessMethod === 'LoadBalancer' && ['envoy', 'istioingress'].includes(ingressController);
    expect(isLetIn(policies, own ? proxy(of) : OUTSIDE, { labels: target, port: 9094 })).toBe(true);
    if (own)
      for (const port of [29092, 19090 + first]) expect(isLetIn(policies, OUTSIDE, { labels: proxy(of).labels ?? {}, port })).toBe(true);
    expect(isLetIn(policies, OUTSIDE, { labels: target, port: 7000 })).toBe(true);
  });
});

test('nobody but the cluster itself gets to its controllers and to Cruise Control', () => {
  always((of, { combined }, first) => {
    const policies = networkPolicies(of);
    const voter = node(of, combined ? first : 1000).labels ?? {};
    for (const from of [CLIENT, NEIGHBOUR, OUTSIDE, cruiseControl(of)])
      expect(isLetIn(policies, from, { labels: voter, port: 29093 })).toBe(false);
    for (const from of [CLIENT, NEIGHBOUR, OUTSIDE])
      expect(isLetIn(policies, from, { labels: cruiseControl(of).labels ?? {}, port: 8090 })).toBe(false);
    expect(isLetIn(policies, OUTSIDE, { labels: voter, port: METRICS })).toBe(false);
  });
});

// ---- cases -------------------------------------------------------------------------------------------------------------

test('there are none unless they are asked for', () => {
  expect(networkPolicies({ ...made(PLAIN), networkPolicies: false })).toEqual([]);
});

interface Case {
  readonly from: Peer;
  readonly port: number;
  readonly is: boolean;
}

test.each<[string, Drawn, Case]>([
  ['a client uses the only internal listener, although brokers use it too', PLAIN, { from: CLIENT, port: 29092, is: true }],
  [
    'a client stays out of the listener among brokers where there is one for clients',
    { ...PLAIN, clients: true },
    { from: CLIENT, port: 29092, is: false },
  ],
  ['a client uses the listener for clients', { ...PLAIN, clients: true }, { from: CLIENT, port: 29094, is: true }],
  [
    'a client stays out of administration where there is a listener for clients',
    { ...PLAIN, clients: true, admin: true },
    { from: CLIENT, port: 29095, is: false },
  ],
  ['another cluster stays out of the listener among brokers', { ...PLAIN, clients: true }, { from: NEIGHBOUR, port: 29092, is: false }],
  ['a client does not go round the Envoys', PLAIN, { from: CLIENT, port: 9094, is: false }],
  ['a client outside comes by node port', { ...PLAIN, accessMethod: 'NodePort' }, { from: OUTSIDE, port: 9094, is: true }],
  ['a client outside comes through proxies of others', { ...PLAIN, ingressController: 'contour' }, { from: OUTSIDE, port: 9094, is: true }],
  ['nobody outside uses a listener for clients inside', { ...PLAIN, clients: true }, { from: OUTSIDE, port: 29094, is: false }],
  ['the mesh reaches its sidecars', { ...PLAIN, ingressController: 'istioingress' }, { from: CLIENT, port: 15008, is: true }],
  ['nobody opens ports of a mesh that is not there', PLAIN, { from: CLIENT, port: 15008, is: false }],
])('%s', (_name, d, { from, port, is }) => {
  const of = made(d, CC);
  expect(isLetIn(networkPolicies(of), from, { labels: node(of, 1).labels ?? {}, port })).toBe(is);
});

test('a Cruise Control of somebody else gets in from any Pod, and has no policy here', () => {
  const of = made({ ...PLAIN, clients: true }, { cruiseControlConfig: { cruiseControlEndpoint: 'cc.tools:8090' } });
  const policies = networkPolicies(of);
  expect(policies.map(({ metadata }) => metadata.name)).not.toContain('orders-cruisecontrol');
  expect(isLetIn(policies, CLIENT, { labels: node(of, 1).labels ?? {}, port: 29092 })).toBe(true);
});

test('the mesh reaches its sidecars, whoever leads clients in', () => {
  const of = made(PLAIN, { istioControlPlane: { name: 'stable' } });
  expect(isLetIn(networkPolicies(of), CLIENT, { labels: node(of, 1).labels ?? {}, port: 15020 })).toBe(true);
});

test('what tries images is bound by none', () => {
  const of = made(PLAIN, CC);
  const labels = labelsOf(imageCheckPod(of, nodeOf(of, 1), { image: 'x', kubeNode: 'a' }));
  expect(networkPolicies(of).filter((p) => matches(at(p, 'spec.podSelector'), labels))).toEqual([]);
});

test('an Envoy is reached at the ports of clients and health checks, of neighbours as one range, and nowhere else', () => {
  const of = made({ ...PLAIN, ids: [1, 2, 3, 7] });
  const ports = at(
    networkPolicies(of).find(({ metadata }) => metadata.name === 'orders-envoy-external') as Manifest,
    'spec.ingress.0.ports',
  );
  expect(ports).toEqual([
    { port: 8080, protocol: 'TCP' },
    { port: 19091, endPort: 19093, protocol: 'TCP' },
    { port: 19097, protocol: 'TCP' },
    { port: 29092, protocol: 'TCP' },
  ]);
});
