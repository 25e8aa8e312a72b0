/** Ways in by host name: Contour and the Gateway API. */
import fc from 'fast-check';
import type { ResolvedCluster, ResolvedIngress } from '../../../lib/api/resolved-cluster';
import { contourManifests } from '../../../lib/constructs/contour-ingress';
import { externalServices } from '../../../lib/constructs/external-services';
import { gatewayManifests } from '../../../lib/constructs/gateway-ingress';
import type { Manifest } from '../../../lib/constructs/manifest';
import { at, broker, cluster, type Raw } from './small-cluster';

const DOMAIN = 'kafka.example';

const listener = (more: object = {}) => ({
  name: 'external',
  type: 'plaintext',
  containerPort: 9094,
  externalStartingPort: -1,
  anyCastPort: 9443,
  hostnameOverride: DOMAIN,
  tlsSecretName: 'certificate',
  serviceAnnotations: { 'kafka.banzaicloud.io/gateway-class': 'public' },
  ...more,
});

const specOf = (ingressController: string, external: readonly object[], more: object = {}) => ({
  ingressController,
  envoyConfig: { brokerHostnameTemplate: `kafka-%id.${DOMAIN}` },
  contourIngressConfig: { brokerFQDNTemplate: `kafka-%id.${DOMAIN}` },
  listenersConfig: {
    internalListeners: [
      { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
      { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
    ],
    externalListeners: external,
  },
  ...more,
});

const made = (ingressController: string, ids: readonly number[], more: object = {}): ResolvedCluster =>
  cluster([broker(1000, ['controller']), ...ids.map((id) => broker(id, ['broker']))], specOf(ingressController, [listener(more)]));

const named = (manifests: readonly Manifest[], kind: string) => manifests.filter((m) => m.kind === kind);
const names = (manifests: readonly Manifest[], kind: string) => named(manifests, kind).map(({ metadata }) => metadata.name);

describe.each([
  ['contour', contourManifests, gatewayManifests],
  ['gateway', gatewayManifests, contourManifests],
] as const)('with %s', (controller, make, other) => {
  test('nothing is made for another ingressController, or without listeners for clients outside', () => {
    expect(other(made(controller, [1]))).toEqual([]);
    expect(make(made('envoy', [1]))).toEqual([]);
    expect(make(cluster([broker(1, ['broker', 'controller'])], { ...specOf(controller, []) }))).toEqual([]);
  });

  test('a broker more or less changes no object of the others', () => {
    const texts = (ids: readonly number[]) => make(made(controller, ids)).map((m) => JSON.stringify(m));
    const few = texts([1, 2]);
    expect(texts([1, 2, 3])).toEqual(expect.arrayContaining(few));
    expect(texts([1, 2, 3]).length).toBe(few.length + 2);
  });

  test('a broker of two ways in has one Service, and an entrance by each', () => {
    const ways = { west: { hostnameOverride: `west.${DOMAIN}` }, east: { hostnameOverride: `east.${DOMAIN}` } };
    const templates = (way: string) => ({
      envoyConfig: { brokerHostnameTemplate: `kafka-%id.${way}.${DOMAIN}` },
      contourIngressConfig: { brokerFQDNTemplate: `kafka-%id.${way}.${DOMAIN}` },
    });
    const ingressConfig = Object.fromEntries(Object.entries(ways).map(([way, config]) => [way, { ...config, ...templates(way) }]));
    const of = cluster(
      [broker(0, ['controller']), broker(1, ['broker'], { brokerIngressMapping: ['west', 'east'] }), broker(2, ['broker'])],
      specOf(controller, [listener({ config: { defaultIngressConfig: 'west', ingressConfig } })]),
    );
    const manifests = make(of);
    expect(names(manifests, 'Service').filter((name) => /-\d+-/.test(name))).toEqual(['orders-1-external', 'orders-2-external']);
    expect([...hostsOf(manifests)].sort()).toEqual(
      ['east', 'kafka-1.east', 'kafka-1.west', 'kafka-2.west', 'west'].map((host) => `${host}.${DOMAIN}`),
    );
  });

  test('whatever the brokers are: each host name leads to one Service that is there, at a port that it has, and no name is used twice', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(ids, fc.constantFrom('kafka-%id.example', '%id.example', 'b.%id.kafka.example'), (brokers, template) => {
        const of = cluster(
          [broker(1000, ['controller']), ...brokers.map((id) => broker(id, ['broker']))],
          specOf(controller, [listener()], {
            envoyConfig: { brokerHostnameTemplate: template },
            contourIngressConfig: { brokerFQDNTemplate: template },
          }),
        );
        const manifests = make(of);
        const all = manifests.map((m) => `${m.kind}/${m.metadata.name}`);
        const services = new Map(named(manifests, 'Service').map((m) => [m.metadata.name, at(m, 'spec.ports.0.port')]));
        const entrances = entrancesOf(manifests);
        expect(new Set(all).size).toBe(all.length);
        expect(new Set(hostsOf(manifests)).size).toBe(brokers.length + 1);
        for (const { name, port } of entrances) expect(services.get(name)).toBe(port);
        expect(entrances).toHaveLength(brokers.length + 1);
      }),
      { seed: 1, numRuns: 40 },
    );
  });
});

const hostsOf = (manifests: readonly Manifest[]): readonly string[] => [
  ...named(manifests, 'HTTPProxy').map((m) => at(m, 'spec.virtualhost.fqdn')),
  ...named(manifests, 'TLSRoute').flatMap((m) => at(m, 'spec.hostnames')),
];

const entrancesOf = (manifests: readonly Manifest[]): readonly Raw[] => [
  ...named(manifests, 'HTTPProxy').flatMap((m) => at(m, 'spec.tcpproxy.services')),
  ...named(manifests, 'TLSRoute').flatMap((m) => at(m, 'spec.rules.0.backendRefs')),
];

describe('Contour', () => {
  test('ends TLS with its own Secret before that of the listener', () => {
    const of = cluster(
      [broker(0, ['controller']), broker(1, ['broker'])],
      specOf('contour', [listener()], { contourIngressConfig: { brokerFQDNTemplate: `%id.${DOMAIN}`, tlsSecretName: 'far/away' } }),
    );
    expect(named(contourManifests(of), 'HTTPProxy').map((m) => at(m, 'spec.virtualhost.tls'))).toEqual([
      { secretName: 'far/away' },
      { secretName: 'far/away' },
    ]);
  });

  test('passes TLS on where nobody ends it before Kafka', () => {
    const passed = contourManifests(withoutSecret(made('contour', [1])));
    expect(named(passed, 'HTTPProxy').map((m) => at(m, 'spec.virtualhost.tls'))).toEqual([{ passthrough: true }, { passthrough: true }]);
  });

  test('takes listeners of access method ClusterIP whose brokers share a port, and nobody else makes Services for them', () => {
    const of = made('contour', [1], { accessMethod: 'ClusterIP' });
    expect(names(contourManifests(of), 'Service')).toEqual(['orders-1-external', 'contour-svc-external-orders']);
    expect(externalServices(of)).toEqual([]);
    const apart = made('contour', [1], { accessMethod: 'ClusterIP', externalStartingPort: 0, tlsSecretName: '' });
    expect(contourManifests(apart)).toEqual([]);
    expect(externalServices(apart)).toHaveLength(1);
  });

  test('gets names that an object may have, whatever the host', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}`;
    const of = made('contour', [1], { hostnameOverride: long });
    for (const name of names(contourManifests(of), 'HTTPProxy')) expect(name.length).toBeLessThanOrEqual(253);
  });
});

describe('the Gateway API', () => {
  const gateway = (of: ResolvedCluster) => named(gatewayManifests(of), 'Gateway')[0] as Manifest;

  test('gets the class by an annotation, which is not handed on', () => {
    const made1 = gateway(made('gateway', [1]));
    expect(at(made1, 'spec.gatewayClassName')).toBe('public');
    expect(made1.metadata.annotations).toBeUndefined();
    expect(at(made1, 'spec.infrastructure')).toBeUndefined();
  });

  test('gets other annotations for what is made of the Gateway, as many as it takes', () => {
    const annotated = (count: number) => {
      const more = Object.fromEntries(Array.from({ length: count }, (_, n) => [`example.com/a${n}`, 'x']));
      return gateway(made('gateway', [1], { serviceAnnotations: { 'kafka.banzaicloud.io/gateway-class': 'public', ...more } }));
    };
    expect(Object.keys(at(annotated(8), 'spec.infrastructure.annotations'))).toHaveLength(8);
    expect(at(annotated(9), 'spec.infrastructure')).toBeUndefined();
    expect(Object.keys(annotated(9).metadata.annotations ?? {})).toHaveLength(9);
  });

  test('ends TLS with the Secret of the listener, and passes it on without one', () => {
    expect(at(gateway(made('gateway', [1])), 'spec.listeners.0.tls.mode')).toBe('Terminate');
    expect(at(gateway(withoutSecret(made('gateway', [1]))), 'spec.listeners.0.tls')).toEqual({ mode: 'Passthrough' });
  });

  test('has no route where a client could ask for no name', () => {
    const of = made('gateway', [1]);
    const bare = changedWays(of, { hostnameOverride: '10.0.0.7', brokerHostnameTemplate: undefined });
    expect(named(gatewayManifests(bare), 'TLSRoute')).toEqual([]);
  });
});

const changedWays = (of: ResolvedCluster, more: Partial<ResolvedIngress>): ResolvedCluster => {
  const external = of.listeners.external.map((one) => ({ ...one, ways: one.ways.map((way) => ({ ...way, ...more })) }));
  return { ...of, listeners: { ...of.listeners, external } };
};

const withoutSecret = (of: ResolvedCluster): ResolvedCluster => {
  const bare = changedWays(of, { contour: { tlsSecretName: undefined } });
  const external = bare.listeners.external.map((one) => ({ ...one, tlsSecretName: undefined }));
  return { ...bare, listeners: { ...bare.listeners, external } };
};
