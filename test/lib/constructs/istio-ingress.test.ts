import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { App, Chart } from 'cdk8s';
import type { RawObject, ResolvedCluster, ResolvedExternalListener, ResolvedIngress } from '../../../lib/api/resolved-cluster';
import { istioManifests } from '../../../lib/constructs/istio-ingress';
import { IstioGateway } from '../../../lib/constructs/istio-objects';
import type { Manifest } from '../../../lib/constructs/manifest';
import { goldenText } from '../../golden/golden';
import { at, broker, cluster, type Raw } from './small-cluster';

const LISTENERS = {
  internalListeners: [
    { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
    { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
  ],
};

type Json = Readonly<Record<string, unknown>>;

const EXTERNAL: Json = { name: 'external', type: 'plaintext', containerPort: 9094, externalStartingPort: 19090 };
const ONE_PORT: Json = {
  ...EXTERNAL,
  externalStartingPort: -1,
  anyCastPort: 443,
  ingressControllerTargetPort: 9443,
  hostnameOverride: 'kafka.example',
  tlsSecretName: 'kafka-tls',
};
const TEMPLATE: Json = { envoyConfig: { brokerHostnameTemplate: 'broker-%id.kafka.example' } };

const brokers = (ids: readonly number[]): readonly Json[] => [broker(0, ['controller']), ...ids.map((id) => broker(id, ['broker']))];

function inMesh(listeners: readonly Json[], spec: Json = {}, ids: readonly number[] = [100, 101]): ResolvedCluster {
  const listenersConfig = { ...LISTENERS, externalListeners: listeners };
  return cluster(brokers(ids), { ingressController: 'istioingress', listenersConfig, ...spec });
}

/** TLS options that no spec can ask for as long as Kafka itself speaks no TLS. */
function withTls(of: ResolvedCluster, tls: RawObject): ResolvedCluster {
  const changed = (listener: ResolvedExternalListener): ResolvedExternalListener => ({
    ...listener,
    ways: listener.ways.map((way) => ({ ...way, istio: { ...way.istio, tls } })),
  });
  return { ...of, listeners: { ...of.listeners, external: of.listeners.external.map(changed) } };
}

const ofKind = (manifests: readonly Manifest[], kind: string): readonly Manifest[] => manifests.filter((m) => m.kind === kind);
const named = (manifests: readonly Manifest[], kind: string, name: string): Manifest =>
  ofKind(manifests, kind).find((m) => m.metadata.name === name)!;
const gatewayService = (of: ResolvedCluster): Manifest => named(istioManifests(of), 'Service', 'meshgateway-external-orders');
const serversIn = (manifests: readonly Manifest[]): Raw[] => ofKind(manifests, 'Gateway').flatMap((m) => at(m, 'spec.servers'));
const deployment = (of: ResolvedCluster): Manifest => ofKind(istioManifests(of), 'Deployment')[0]!;

describe('a way in through Istio', () => {
  it('is made for listeners of access method LoadBalancer, and only where it is asked for', () => {
    expect(istioManifests(inMesh([EXTERNAL], { ingressController: 'envoy' }))).toEqual([]);
    expect(istioManifests(inMesh([{ ...EXTERNAL, accessMethod: 'NodePort', externalStartingPort: 30000 }]))).toEqual([]);
    expect(istioManifests(inMesh([EXTERNAL])).map((m) => `${m.kind} ${m.metadata.name}`)).toEqual([
      'Service orders-100-external',
      'Service orders-101-external',
      'Service orders-external-any-broker',
      'Deployment meshgateway-external-orders',
      'Service meshgateway-external-orders',
      'Gateway orders-external-gateway',
      'VirtualService orders-external-virtualservice',
      'DestinationRule orders-external-gateway-brokers',
      'DestinationRule orders-external-gateway-any-broker',
    ]);
  });

  it('leads to Services that are the same in both schemes, so that a cluster may go over from one to the other', () => {
    const of = (headlessServiceEnabled: boolean) => istioManifests(inMesh([EXTERNAL], { headlessServiceEnabled }));
    expect(of(true)).toEqual(of(false));
  });

  it('leads to a broker before it is ready by its own port, and by the any-cast only once it is', () => {
    const manifests = istioManifests(inMesh([EXTERNAL]));
    const early = (name: string): unknown => at(named(manifests, 'Service', name), 'spec.publishNotReadyAddresses');
    expect([early('orders-100-external'), early('orders-external-any-broker')]).toEqual([true, undefined]);
  });

  it('restarts no gateway when brokers come and go, though its ports do', () => {
    const [few, many] = [[100], [100, 101, 102, 103]].map((ids) => inMesh([EXTERNAL], {}, ids));
    expect(deployment(many!)).toEqual(deployment(few!));
    const ports = (of: ResolvedCluster): number => at(gatewayService(of), 'spec.ports').length;
    expect([ports(few!), ports(many!)]).toEqual([2, 5]);
  });

  it('says nothing of mutual TLS to the brokers: Istio finds out which of them have a sidecar', () => {
    const rules = ofKind(istioManifests(inMesh([EXTERNAL])), 'DestinationRule');
    expect(rules.map((m) => at(m, 'spec.trafficPolicy.tls'))).toEqual([undefined, undefined]);
    expect(rules.map((m) => at(m, 'spec.exportTo'))).toEqual([['.'], ['.']]);
    expect(rules.every((m) => Object.keys(at(m, 'spec.workloadSelector.matchLabels')).length === 4)).toBe(true);
  });

  it('has the source ranges and the traffic policy only where the type of its Service takes them', () => {
    const of = inMesh([{ ...EXTERNAL, externalTrafficPolicy: 'Local' }], {
      istioIngressConfig: { loadBalancerSourceRanges: ['10.0.0.0/8'] },
    });
    const spec = (serviceType: ResolvedIngress['serviceType']): Raw => {
      const external = of.listeners.external.map((l) => ({ ...l, ways: l.ways.map((w) => ({ ...w, serviceType })) }));
      return at(gatewayService({ ...of, listeners: { ...of.listeners, external } }), 'spec');
    };
    expect(spec('LoadBalancer')).toMatchObject({ loadBalancerSourceRanges: ['10.0.0.0/8'], externalTrafficPolicy: 'Local' });
    expect(spec('NodePort')).toMatchObject({ externalTrafficPolicy: 'Local' });
    expect(Object.keys(spec('NodePort'))).not.toContain('loadBalancerSourceRanges');
    expect(Object.keys(spec('ClusterIP'))).toEqual(['ports', 'selector', 'type']);
  });

  it.each([
    [undefined, undefined],
    ['canary', 'canary'],
  ])('belongs to the revision of its control plane: %s', (name, label) => {
    const of = inMesh([EXTERNAL], name === undefined ? {} : { istioControlPlane: { name, namespace: 'istio-system' } });
    const labels = at(deployment(of), 'spec.template.metadata.labels');
    expect([labels['sidecar.istio.io/inject'], labels['istio.io/rev']]).toEqual(['true', label]);
  });

  it('keeps the template of the injector, whatever annotations somebody writes', () => {
    const of = inMesh([EXTERNAL], { istioIngressConfig: { annotations: { 'inject.istio.io/templates': 'sidecar', a: 'b' } } });
    expect(at(deployment(of), 'spec.template.metadata.annotations')).toEqual({ 'inject.istio.io/templates': 'gateway', a: 'b' });
  });

  it('stands in a chart of somebody else as a typed construct', () => {
    const chart = new Chart(new App(), 'shop', { disableResourceNameHashes: true });
    const spec = { selector: { app: 'edge' }, servers: [{ hosts: ['*'], port: { name: 'tcp-one', number: 1, protocol: 'TCP' as const } }] };
    new IstioGateway(chart, 'gateway', { cluster: inMesh([EXTERNAL]), name: 'edge', labels: {}, spec });
    expect(chart.toJson()).toMatchObject([{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway', metadata: { name: 'edge' }, spec }]);
  });
});

describe('TLS at the gateway', () => {
  it('ends at one port with the certificate of tlsSecretName, which is mounted, so that no right to list Secrets is needed', () => {
    const of = inMesh([ONE_PORT], TEMPLATE);
    const servers = serversIn(istioManifests(of));
    expect(servers.map(({ hosts }) => hosts[0])).toEqual(['./broker-100.kafka.example', './broker-101.kafka.example', './kafka.example']);
    expect(new Set(servers.map(({ port }) => port.number))).toEqual(new Set([9443]));
    expect(servers.every(({ tls }) => tls.credentialName === undefined && tls.serverCertificate.endsWith('/tls.crt'))).toBe(true);
    expect(at(deployment(of), 'spec.template.spec.volumes')).toEqual([{ name: 'kafka-certificate', secret: { secretName: 'kafka-tls' } }]);
  });

  it('has a VirtualService for each name: a route of what is no longer TLS knows no name', () => {
    const found = ofKind(istioManifests(inMesh([ONE_PORT], TEMPLATE)), 'VirtualService');
    expect(found.map((m) => [at(m, 'spec.hosts'), at(m, 'spec.tcp').length])).toEqual([
      [['broker-100.kafka.example'], 1],
      [['broker-101.kafka.example'], 1],
      [['kafka.example'], 1],
    ]);
  });

  it('takes the options of gatewayConfig, with the Secret of the listener where they name no other certificate', () => {
    const tlsOf = (tls: RawObject): Raw => serversIn(istioManifests(withTls(inMesh([ONE_PORT], TEMPLATE), tls)))[0].tls;
    expect(tlsOf({ minProtocolVersion: 'TLSV1_3' })).toMatchObject({ mode: 'SIMPLE', minProtocolVersion: 'TLSV1_3' });
    expect(tlsOf({ mode: 'SIMPLE', credentialName: 'other' })).toEqual({ mode: 'SIMPLE', credentialName: 'other' });
    expect(tlsOf({ mode: 'ISTIO_MUTUAL' })).toEqual({ mode: 'ISTIO_MUTUAL' });
  });

  it('ends at the port of each broker with gatewayConfig', () => {
    const of = withTls(inMesh([EXTERNAL]), { mode: 'SIMPLE', credentialName: 'edge' });
    const manifests = istioManifests(of);
    expect(serversIn(manifests).map(({ port, hosts }) => [port.name, port.protocol, hosts])).toEqual([
      ['tls-broker-100', 'TLS', ['./*']],
      ['tls-broker-101', 'TLS', ['./*']],
      ['tls-all-broker', 'TLS', ['./*']],
    ]);
    expect(ofKind(manifests, 'VirtualService').map((m) => Object.keys(at(m, 'spec')))).toEqual([['gateways', 'hosts', 'tcp']]);
  });

  it.each([
    ['at-one-port', ONE_PORT],
    ['at-a-port-for-each-broker', EXTERNAL],
  ])('is passed on %s, as written down', (name, listener) => {
    const manifests = istioManifests(withTls(inMesh([listener], TEMPLATE), { mode: 'PASSTHROUGH' }));
    const file = join(__dirname, '../../fixtures/istio', `passed-on-${name}.yaml`);
    const text = goldenText(manifests.filter((m) => m.apiVersion.startsWith('networking.istio.io/')));
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('makes no empty Gateway where one port is shared and nobody has a name', () => {
    const of = inMesh([ONE_PORT], TEMPLATE);
    const nameless = of.listeners.external.map((l) => ({
      ...l,
      ways: l.ways.map((w) => ({ ...w, hostnameOverride: undefined, brokerHostnameTemplate: undefined })),
    }));
    const manifests = istioManifests({ ...of, listeners: { ...of.listeners, external: nameless } });
    expect(manifests.map((m) => m.kind).filter((kind) => kind !== 'Service')).toEqual(['Deployment']);
  });
});

/** What Istio takes for a name of an object or of a port: no dots, and a prefix that says the protocol. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const PORT_NAME = /^(tcp|tls)(-[a-z0-9]+)+$/;

const listenerArbitrary = fc.record({
  name: fc.constantFrom('external', 'outside', 'b2b_partners', 'zone-a'),
  onePort: fc.boolean(),
  start: fc.integer({ min: 20000, max: 30000 }),
  ways: fc.uniqueArray(fc.constantFrom('east', 'west', 'Middle_Earth'), { maxLength: 3, selector: (way) => way.toLowerCase() }),
});

type Drawn = NonNullable<ReturnType<typeof listenerArbitrary.generate>['value']>;

function drawnListener({ name, onePort, start, ways }: Drawn, at_: number): Json {
  const plain = { name, type: 'plaintext', containerPort: 9100 + at_, externalStartingPort: start };
  const config = { defaultIngressConfig: ways[0], ingressConfig: Object.fromEntries(ways.map((way) => [way, {}])) };
  const shared = { ...ONE_PORT, name, containerPort: 9100 + at_ };
  return { ...(onePort ? shared : plain), ...(ways.length === 0 ? {} : { config }) };
}

describe('whatever listeners, ways in and brokers there are', () => {
  const clusters = fc
    .tuple(
      fc.uniqueArray(listenerArbitrary, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
      fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 4 }),
    )
    .map(([listeners, ids]) => inMesh(listeners.map(drawnListener), TEMPLATE, ids));

  it('no two Gateways share a Pod, no Gateway has a port or a name twice, and every name is one that Istio takes', () => {
    fc.assert(
      fc.property(clusters, (of) => {
        const manifests = istioManifests(of);
        const gateways = ofKind(manifests, 'Gateway');
        const selectors = gateways.map((m) => JSON.stringify(at(m, 'spec.selector')));
        expect(new Set(selectors).size).toBe(selectors.length);
        for (const gateway of gateways) {
          const servers: Raw[] = at(gateway, 'spec.servers');
          const places = servers.flatMap(({ port, hosts }) => hosts.map((host: string) => `${String(port.number)} ${host}`));
          const names = servers.map(({ port }) => port.name);
          expect([new Set(places).size, new Set(names).size]).toEqual([places.length, names.length]);
        }
        for (const { metadata } of manifests) expect(metadata.name).toMatch(OBJECT_NAME);
        for (const name of serversIn(manifests).map(({ port }) => port.name)) expect(name).toMatch(PORT_NAME);
      }),
    );
  });

  it('every Gateway finds the Pods of exactly one Deployment, and every route a Gateway, a server and a Service with that port', () => {
    fc.assert(
      fc.property(clusters, (of) => {
        const manifests = istioManifests(of);
        const pods = ofKind(manifests, 'Deployment').map((m) => at(m, 'spec.template.metadata.labels'));
        for (const gateway of ofKind(manifests, 'Gateway')) {
          const selector = Object.entries(at(gateway, 'spec.selector'));
          expect(pods.filter((labels) => selector.every(([key, value]) => labels[key] === value))).toHaveLength(1);
        }
        for (const service of ofKind(manifests, 'VirtualService')) {
          const gateway = named(manifests, 'Gateway', at(service, 'spec.gateways.0'));
          const listened = (at(gateway, 'spec.servers') as Raw[]).map(({ port }) => port.number);
          for (const { match, route } of [...(at(service, 'spec.tcp') ?? []), ...(at(service, 'spec.tls') ?? [])]) {
            const { host, port } = route[0].destination;
            expect(listened).toContain(match[0].port);
            const target = ofKind(manifests, 'Service').find((m) => host === `${m.metadata.name}.kafka.svc.cluster.local`);
            expect(at(target!, 'spec.ports').map((p: Raw) => p.port)).toContain(port.number);
          }
        }
      }),
    );
  });

  it('every port of the load balancer is one that its Gateway listens on, and no number or name is there twice', () => {
    fc.assert(
      fc.property(clusters, (of) => {
        const manifests = istioManifests(of);
        for (const gateway of ofKind(manifests, 'Gateway')) {
          const selector = JSON.stringify(at(gateway, 'spec.selector'));
          const service = ofKind(manifests, 'Service').find((m) => JSON.stringify(at(m, 'spec.selector')) === selector)!;
          const ports: Raw[] = at(service, 'spec.ports');
          const listened = new Set((at(gateway, 'spec.servers') as Raw[]).map(({ port }) => port.number));
          expect(new Set(ports.map(({ targetPort }) => targetPort))).toEqual(listened);
          for (const part of ['port', 'name']) expect(new Set(ports.map((p) => p[part])).size).toBe(ports.length);
        }
      }),
    );
  });
});
