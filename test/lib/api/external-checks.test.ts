import fc from 'fast-check';
import { resolve } from '../../../lib/api/resolve';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { externalCases } from './external-rule-cases';
import { cluster, combined, controller, external, internal, listeners, spec } from './specs';

type Json = Record<string, unknown>;

const outside = (externalListeners: readonly Json[], changes: Json = {}): Json =>
  spec({ brokers: [combined(0), combined(1)], ...listeners([internal(), controller()], externalListeners), ...changes });
const other = (changes: Json = {}): Json => external({ name: 'other', containerPort: 9095, ...changes });
const config = (ingressConfig: Json, defaultIngressConfig = 'a'): Json => ({ config: { defaultIngressConfig, ingressConfig } });
const byNodePort = (changes: Json = {}): Json => external({ accessMethod: 'NodePort', externalStartingPort: 32000, ...changes });
const onePort = (changes: Json = {}): Json =>
  external({ externalStartingPort: -1, hostnameOverride: 'kafka.example.com', tlsSecretName: 'tls', ...changes });
const TEMPLATE = { brokerHostnameTemplate: 'kafka-%id.example.com' };
const sni = (changes: Json = {}, more: Json = {}): Json => outside([onePort(changes)], { envoyConfig: TEMPLATE, ...more });
const mapped = (id: number, ...names: readonly string[]) => combined(id, { brokerIngressMapping: names });

const first = 'spec.listenersConfig.externalListeners[0]';
const second = 'spec.listenersConfig.externalListeners[1]';

const problemsOf = (of: Json, metadata: Json = {}): string[] =>
  resolve(cluster(of, metadata)).problems.map(({ path, code }) => `${code} ${path}`);
const hintsOf = (of: Json): readonly string[] => resolve(cluster(of)).cluster?.hints.map(({ path }) => path) ?? ['refused'];

describe('what cannot work is refused with its place', () => {
  test.each<[string, Json, string]>([
    [
      'TLS that a proxy ends before Kafka’s own',
      outside([external({ type: 'ssl', tlsSecretName: 'tls' })]),
      `Invalid ${first}.tlsSecretName`,
    ],
    [
      'TLS that Contour ends before Kafka’s own',
      outside([onePort({ type: 'sasl_ssl', tlsSecretName: undefined })], {
        ingressController: 'contour',
        contourIngressConfig: { tlsSecretName: 'tls', brokerFQDNTemplate: 'kafka-%id.example.com' },
      }),
      'Invalid spec.contourIngressConfig.tlsSecretName',
    ],
    [
      'TLS that Istio ends before Kafka’s own',
      outside([external({ type: 'ssl' })], {
        ingressController: 'istioingress',
        istioIngressConfig: { gatewayConfig: { mode: 'SIMPLE', credentialName: 'tls' } },
      }),
      'Invalid spec.istioIngressConfig.gatewayConfig',
    ],
    [
      'an external listener for the operator, which comes later',
      outside([external({ usedForKafkaAdminCommunication: true })]),
      `NotAvailableYet ${first}`,
    ],
    ['a port above 65535', outside([external({ externalStartingPort: 65535 })]), `OutOfRange ${first}.externalStartingPort`],
    ['port 0 of broker 0', outside([external({ externalStartingPort: 0 })]), `OutOfRange ${first}.externalStartingPort`],
    ['a node port above 65535', outside([byNodePort({ externalStartingPort: 65535 })]), `OutOfRange ${first}.externalStartingPort`],
    ['the port of a broker for the first contact', outside([external({ anyCastPort: 19091 })]), `Duplicate ${first}.externalStartingPort`],
    [
      'the port of a broker behind the first contact',
      outside([external({ ingressControllerTargetPort: 19090 })]),
      `Duplicate ${first}.externalStartingPort`,
    ],
    [
      'the port of health checks for the first contact of one way in',
      outside([external({ anyCastPort: 9999, ...config({ a: {}, b: { envoyConfig: { healthCheckPort: 9999 } } }) })]),
      `Duplicate ${first}.anyCastPort`,
    ],
    [
      'the port of a broker for the health checks of its way in',
      outside([external(config({ a: {}, b: { envoyConfig: { healthCheckPort: 19091 } } }))], { brokers: [combined(0), mapped(1, 'b')] }),
      `Duplicate ${first}.externalStartingPort`,
    ],
    [
      'a port that Istio keeps',
      outside([external({ externalStartingPort: 15020 })], { ingressController: 'istioingress' }),
      `Duplicate ${first}.externalStartingPort`,
    ],
    [
      'node ports of two listeners that overlap',
      outside([byNodePort(), other({ accessMethod: 'NodePort', externalStartingPort: 32001 })]),
      `Duplicate ${second}.externalStartingPort`,
    ],
    ['one node port for all brokers', sni({ accessMethod: 'NodePort', tlsSecretName: '' }), `Invalid ${first}.externalStartingPort`],
    [
      'one ClusterIP for all brokers',
      outside([external({ externalStartingPort: -1, accessMethod: 'ClusterIP' })]),
      `Invalid ${first}.externalStartingPort`,
    ],
    ['Contour by port', outside([external()], { ingressController: 'contour' }), `Invalid ${first}.externalStartingPort`],
    ['one port without host names', sni({}, { envoyConfig: {} }), 'Required spec.envoyConfig.brokerHostnameTemplate'],
    [
      'one port at Contour without host names',
      sni({ accessMethod: 'ClusterIP' }, { ingressController: 'contour' }),
      'Required spec.contourIngressConfig.brokerFQDNTemplate',
    ],
    ['one port without a first contact', sni({ hostnameOverride: '' }), `Required ${first}.hostnameOverride`],
    [
      'one way in without a first contact',
      sni({ hostnameOverride: '', ...config({ a: { hostnameOverride: 'a.example.com' }, b: {} }) }),
      `Required ${first}.config.ingressConfig[b].hostnameOverride`,
    ],
    ['one port without TLS', sni({ tlsSecretName: '' }), `Required ${first}.tlsSecretName`],
    [
      'the host name of a broker for the first contact',
      sni({ hostnameOverride: 'kafka-1.example.com' }),
      `Duplicate ${first}.hostnameOverride`,
    ],
    [
      'an address for the first contact, which TLS does not ask for',
      sni({ hostnameOverride: '192.0.2.1' }),
      `Invalid ${first}.hostnameOverride`,
    ],
    ['upper case in what TLS asks for', sni({ hostnameOverride: 'Kafka.example.com' }), `Invalid ${first}.hostnameOverride`],
    [
      'a template without the id',
      sni({}, { envoyConfig: { brokerHostnameTemplate: 'a.b' } }),
      'Invalid spec.envoyConfig.brokerHostnameTemplate',
    ],
    [
      'a template with a wildcard',
      sni({}, { envoyConfig: { brokerHostnameTemplate: '*.%id.b' } }),
      'Invalid spec.envoyConfig.brokerHostnameTemplate',
    ],
    [
      'a template of one way in that is no name',
      sni(config({ a: { envoyConfig: { brokerHostnameTemplate: '%id_' } } })),
      `Invalid ${first}.config.ingressConfig[a].envoyConfig.brokerHostnameTemplate`,
    ],
    ['a host name with a wildcard', outside([external({ hostnameOverride: '*.example.com' })]), `Invalid ${first}.hostnameOverride`],
    ['a host name that begins with a dot', outside([external({ hostnameOverride: '.example.com' })]), `Invalid ${first}.hostnameOverride`],
    [
      'a host name of one way in with a port',
      outside([external(config({ a: { hostnameOverride: 'a:1' } }))]),
      `Invalid ${first}.config.ingressConfig[a].hostnameOverride`,
    ],
    ['the end of a host name that is none', outside([byNodePort({ hostnameOverride: '.exa mple' })]), `Invalid ${first}.hostnameOverride`],
    ['a certificate where no proxy stands', outside([byNodePort({ tlsSecretName: 'tls' })]), `Invalid ${first}.tlsSecretName`],
    [
      'a certificate that Istio would not use',
      outside([external({ tlsSecretName: 'tls' })], { ingressController: 'istioingress' }),
      `Invalid ${first}.tlsSecretName`,
    ],
    ['a Secret that cannot be', sni({ tlsSecretName: 'My_Secret' }), `Invalid ${first}.tlsSecretName`],
    [
      'a Secret of Contour that cannot be',
      outside([], { contourIngressConfig: { tlsSecretName: 'a/b/c' } }),
      'Invalid spec.contourIngressConfig.tlsSecretName',
    ],
    [
      'TLS that Istio passes on to plaintext',
      outside([external()], { ingressController: 'istioingress', istioIngressConfig: { gatewayConfig: { mode: 'PASSTHROUGH' } } }),
      'Invalid spec.istioIngressConfig.gatewayConfig.mode',
    ],
    [
      'an ingress configuration that nobody defines',
      outside([external(config({ a: {} }))], { brokers: [combined(0), mapped(1, 'b')] }),
      'UnknownReference spec.brokers[1].brokerConfig.brokerIngressMapping',
    ],
    [
      'one of a group that nobody defines',
      outside([external(config({ a: {} }))], { brokerConfigGroups: { g: { brokerIngressMapping: ['b'] } } }),
      'UnknownReference spec.brokerConfigGroups[g].brokerIngressMapping',
    ],
    [
      'a default that nobody defines',
      outside([external(config({ a: {} }, 'b'))], { brokers: [mapped(0, 'a')] }),
      `UnknownReference ${first}.config.defaultIngressConfig`,
    ],
    [
      'a default that every object has by nature',
      outside([external(config({ a: {} }, 'constructor'))], { brokers: [mapped(0, 'a')] }),
      `UnknownReference ${first}.config.defaultIngressConfig`,
    ],
    [
      'a broker that nobody reaches',
      outside([external(config({ a: {} }, ''))], { brokers: [mapped(0, 'a'), combined(1)] }),
      `Required ${first}.config.defaultIngressConfig`,
    ],
    [
      'a range of addresses that is none',
      outside([external()], { envoyConfig: { loadBalancerSourceRanges: ['10.0.0.0/8', '10.0.0.0/33'] } }),
      'Invalid spec.envoyConfig.loadBalancerSourceRanges[1]',
    ],
    [
      'a range of one way in that is none',
      outside([external(config({ a: { istioIngressConfig: { loadBalancerSourceRanges: ['1::2::3/8'] } } }))]),
      `Invalid ${first}.config.ingressConfig[a].istioIngressConfig.loadBalancerSourceRanges[0]`,
    ],
    [
      'ranges that no load balancer keeps',
      outside([external({ serviceType: 'NodePort' })], { envoyConfig: { loadBalancerSourceRanges: ['10.0.0.0/8'] } }),
      `Invalid ${first}.serviceType`,
    ],
    [
      'a traffic policy where no traffic comes from outside',
      outside([external({ externalTrafficPolicy: 'Local', ...config({ a: { serviceType: 'ClusterIP' } }) })]),
      `Invalid ${first}.config.ingressConfig[a].serviceType`,
    ],
    [
      'an external address that is none',
      outside([byNodePort()], { brokers: [combined(0, { nodePortExternalIP: { external: 'node.example' } })] }),
      'Invalid spec.brokers[0].brokerConfig.nodePortExternalIP[external]',
    ],
    [
      'one external address for two brokers',
      outside([byNodePort()], { brokers: [0, 1].map((id) => combined(id, { nodePortExternalIP: { external: '192.0.2.1' } })) }),
      `Duplicate ${first}.containerPort`,
    ],
    ['a name that ends with a dash', outside([external({ name: 'external-' })]), `Invalid ${first}.name`],
    [
      'an ingress configuration with a dot',
      outside([external(config({ 'a.b': {} }, 'a.b'))]),
      `Invalid ${first}.config.ingressConfig[a.b]`,
    ],
    ['a name that is too long', outside([external({ name: 'e'.repeat(40) })]), `OutOfRange ${first}.name`],
    [
      'an ingress configuration with a name that is too long',
      outside([external(config({ ['a'.repeat(40)]: {} }, ''))], { brokers: [mapped(0, 'a'.repeat(40))] }),
      `OutOfRange ${first}.config.ingressConfig[${'a'.repeat(40)}]`,
    ],
    ['two listeners that become one', outside([external({ name: 'a_b' }), other({ name: 'a-b' })]), `Duplicate ${second}.name`],
    [
      'two ways in that become one',
      outside([external({ name: 'a', ...config({ 'b-c': {} }, 'b-c') }), other({ name: 'a-b', ...config({ c: {} }, 'c') })]),
      `Duplicate ${second}.config.ingressConfig[c]`,
    ],
    [
      'one host name for two ways in at one Contour',
      outside([onePort({ accessMethod: 'ClusterIP', ...config({ a: {}, b: {} }) })], {
        ingressController: 'contour',
        contourIngressConfig: { brokerFQDNTemplate: 'kafka-%id.example.com' },
      }),
      `Duplicate ${first}.config.ingressConfig[b]`,
    ],
  ])('%s', (_name, of, problem) => {
    expect(problemsOf(of)).toEqual([problem]);
  });

  test('a name counts together with that of the cluster', () => {
    const of = outside([external({ name: 'e'.repeat(20) })]);
    expect(problemsOf(of, { name: 'k'.repeat(23) })).toEqual([]);
    expect(problemsOf(of, { name: 'k'.repeat(24) })).toEqual([`OutOfRange ${first}.name`]);
  });

  test('so does the end of host names with the namespace', () => {
    const of = outside([byNodePort({ hostnameOverride: `.${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}` })]);
    expect(problemsOf(of)).toEqual([]);
    expect(problemsOf(of, { namespace: 'n'.repeat(60) })).toEqual([`Invalid ${first}.hostnameOverride`]);
  });

  test('brokers that nobody reaches are named', () => {
    const brokers = [mapped(0, 'a'), ...Array.from({ length: 12 }, (_, at) => combined(at + 1))];
    const [problem] = resolve(cluster(outside([external(config({ a: {} }, ''))], { brokers }))).problems;
    expect(problem?.message).toContain('to brokers 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and others');
  });
});

describe('what can work is accepted', () => {
  test.each(
    externalCases
      .filter(({ says, old }) => says === undefined && old === undefined)
      .map((one) => [one.name.replace('accepts ', ''), one.spec] as const),
  )('%s', (_name, of) => {
    expect(problemsOf(of)).toEqual([]);
  });

  test('the same ports in two ways in, each with a proxy of its own', () => {
    const of = outside([external(config({ a: {}, b: {} })), other({ externalStartingPort: 19090 })], {
      brokers: [mapped(0, 'a'), mapped(1, 'b')],
    });
    expect(problemsOf(of)).toEqual([]);
  });

  test('one external address for two brokers whose host names lead to their node ports', () => {
    const brokers = [0, 1].map((id) => combined(id, { nodePortExternalIP: { external: '192.0.2.1' } }));
    expect(problemsOf(outside([byNodePort({ hostnameOverride: '.example.com' })], { brokers }))).toEqual([]);
  });

  test('the same port for a broker and for the health checks of a proxy that does not lead to it', () => {
    const of = outside([external(config({ a: {}, b: { envoyConfig: { healthCheckPort: 19090 } } }))], {
      brokers: [combined(0), mapped(1, 'b')],
    });
    expect(problemsOf(of)).toEqual([]);
  });
});

describe('what is hardly ever meant is accepted with a word', () => {
  test.each<[string, Json, readonly string[]]>([
    ['nothing odd', outside([external(), byNodePort({ name: 'b', containerPort: 9095 })]), []],
    ['a node port that few API servers take', outside([byNodePort({ externalStartingPort: 19090 })]), [`${first}.externalStartingPort`]],
    ['a host name that follows without a dot', outside([byNodePort({ hostnameOverride: 'example.com' })]), [`${first}.hostnameOverride`]],
    [
      'an external address that nobody uses',
      outside([external()], { brokers: [combined(0, { nodePortExternalIP: { external: '192.0.2.1' } })] }),
      ['spec.brokers[0].brokerConfig.nodePortExternalIP[external]'],
    ],
    [
      'a broker that clients of one listener do not reach',
      outside([external(config({ a: {} })), other({ externalStartingPort: 20000, ...config({ b: {} }, 'b') })], {
        brokers: [combined(0), mapped(1, 'b')],
      }),
      [`${first}.config.ingressConfig`],
    ],
  ])('%s', (_name, of, paths) => {
    expect(hintsOf(of)).toEqual(paths);
  });
});

/** Every port that a proxy opens, and every node port; from the resolved cluster alone. */
function portsOf({ listeners: { external: all }, nodes }: ResolvedCluster): readonly (readonly number[])[] {
  const proxies = all
    .filter(({ accessMethod }) => accessMethod === 'LoadBalancer')
    .flatMap((listener) =>
      listener.ways.map((way) => [
        listener.targetPort,
        way.envoy.healthCheckPort,
        ...nodes
          .filter(({ ingress }) => (ingress.length === 0 ? way.isDefault : ingress.includes(way.name)))
          .map(({ id }) => listener.startingPort + id),
      ]),
    );
  const nodePorts = all
    .filter(({ accessMethod, startingPort }) => accessMethod === 'NodePort' && startingPort > 0)
    .flatMap(({ startingPort }) => nodes.map(({ id }) => startingPort + id));
  return [...proxies, nodePorts];
}

test('whatever is accepted, no port is used twice and none is out of range', () => {
  const port = fc.integer({ min: 1024, max: 1044 });
  const listener = fc.record({
    externalStartingPort: fc.oneof(port, fc.integer({ min: 65520, max: 65535 })),
    anyCastPort: port,
    ingressControllerTargetPort: port,
    accessMethod: fc.constantFrom('LoadBalancer', 'NodePort'),
    config: fc.record({
      defaultIngressConfig: fc.constantFrom('a', 'b'),
      ingressConfig: fc.record({ a: fc.record({ envoyConfig: fc.record({ healthCheckPort: port }) }), b: fc.constant({}) }),
    }),
  });
  const broker = fc.record({ id: fc.integer({ min: 0, max: 12 }), ways: fc.subarray(['a', 'b']) });
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.array(listener, { minLength: 1, maxLength: 2 }),
      fc.uniqueArray(broker, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
      (some, brokers) => {
        const named = some.map((one, at) => external({ ...one, name: `l${String(at)}`, containerPort: 9000 + at }));
        const of = spec({ brokers: brokers.map(({ id, ways }) => mapped(id, ...ways)), ...listeners([internal(), controller()], named) });
        const { cluster: result } = resolve(cluster(of));
        if (result === undefined) return true;
        accepted++;
        return portsOf(result).every((ports) => new Set(ports).size === ports.length && ports.every((one) => one > 0 && one <= 65535));
      },
    ),
    { numRuns: 500 },
  );
  expect(accepted).toBeGreaterThan(20);
});
