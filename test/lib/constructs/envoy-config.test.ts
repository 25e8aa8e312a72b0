/** The files of the Envoys: what leads where, and that a real Envoy takes them. */
import { rmSync } from 'node:fs';
import fc from 'fast-check';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { nodeHost } from '../../../lib/kafka/address';
import { envoyConfigMaps } from '../../../lib/constructs/envoy-config';
import { membersOf } from '../../../lib/constructs/ingress-members';
import { anyCastOf, clustersOf, configMapOf, exposed, hostOf, leads, ONE_PORT, type Wish } from './envoy-files';
import { certificate, envoyBinary, filesOf, place, validate, type Files } from './envoy-process';

jest.setTimeout(30_000);

const ZONES: Wish = {
  ids: [100, 101, 102],
  listener: { config: { defaultIngressConfig: 'az1', ingressConfig: { az1: {}, az2: {} } } },
  mapping: { 101: ['az2'], 102: ['az1', 'az2'] },
};

describe('the files lead', () => {
  test('each port to its broker, and the any-cast port to those that are open', () => {
    const configMap = configMapOf(exposed({ ids: [100, 101] }));
    expect(configMap.metadata.name).toBe('envoy-config-external-orders');
    expect(leads(configMap).map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      '19190 -> broker-100',
      '19191 -> broker-101',
      '29092 -> all-brokers',
    ]);
    expect(clustersOf(configMap)).toEqual({
      'broker-100': [`${hostOf(100)}:9094`],
      'broker-101': [`${hostOf(101)}:9094`],
      'all-brokers': [`${hostOf(100)}:9094`, `${hostOf(101)}:9094`],
    });
  });

  test('by the Service of each broker where there is no headless one', () => {
    const configMap = configMapOf(exposed({ ids: [100], spec: { headlessServiceEnabled: false } }));
    expect(clustersOf(configMap)['all-brokers']).toEqual(['orders-100.kafka.svc.cluster.local:9094']);
  });

  test('in two ways in to the brokers of each', () => {
    const maps = envoyConfigMaps(exposed(ZONES), new Set());
    expect(maps.map(({ metadata }) => [metadata.name, metadata.labels?.['eListenerName']])).toEqual([
      ['envoy-config-external-az1-orders', 'external-az1'],
      ['envoy-config-external-az2-orders', 'external-az2'],
    ]);
    expect(maps.map((map) => leads(map).map(({ to }) => to))).toEqual([
      ['broker-100', 'broker-102', 'all-brokers'],
      ['broker-101', 'broker-102', 'all-brokers'],
    ]);
  });

  test('from one port by host name', () => {
    expect(leads(configMapOf(exposed(ONE_PORT))).map(({ from, to }) => `${from} -> ${to}`)).toEqual([
      '29092 kafka-100.example.com tls -> broker-100',
      '29092 kafka-101.example.com tls -> broker-101',
      '29092 kafka.example.com tls -> all-brokers',
    ]);
  });

  test('with TLS at each port when there is a certificate', () => {
    const of = exposed({ ids: [100], listener: { tlsSecretName: 'certificate' } });
    expect(leads(configMapOf(of)).map(({ from }) => from)).toEqual(['19190 tls', '29092 tls']);
  });

  test.each<[string, (of: ResolvedCluster) => ResolvedCluster]>([
    ['when somebody else leads clients in', (of) => ({ ...of, ingressController: 'istioingress' })],
    ['when clients come by node ports', (of) => withListener(of, { accessMethod: 'NodePort' })],
  ])('nowhere %s', (_name, change) => {
    expect(envoyConfigMaps(change(exposed({ ids: [100] })), new Set())).toEqual([]);
  });
});

const withListener = (of: ResolvedCluster, more: object): ResolvedCluster => ({
  ...of,
  listeners: { ...of.listeners, external: of.listeners.external.map((listener) => ({ ...listener, ...more })) },
});

describe('new clients meet', () => {
  test.each<[string, readonly number[], readonly number[], readonly number[]]>([
    ['every broker', [], [], [100, 101, 102]],
    ['none that is about to stop', [101], [], [100, 102]],
    ['none that leaves the cluster', [], [102], [100, 101]],
    ['one that leaves rather than one that is about to stop', [100, 101], [102], [102]],
    ['all when all are about to stop', [100, 101, 102], [], [100, 101, 102]],
    ['those that leave when nobody stays', [], [100, 101, 102], [100, 101, 102]],
  ])('%s', (_name, withdrawn, departing, expected) => {
    const configMap = configMapOf(exposed({ ids: [100, 101, 102], departing }), withdrawn);
    expect(anyCastOf(configMap)).toEqual(expected);
    expect(leads(configMap).map(({ to }) => to)).toEqual(['broker-100', 'broker-101', 'broker-102', 'all-brokers']);
  });
});

test('what an Envoy starts with does not change with brokers, nor with those that are about to stop', () => {
  const text = (ids: readonly number[], withdrawn: readonly number[] = []) =>
    filesOf(configMapOf(exposed({ ids }), withdrawn))['envoy.yaml'];
  expect(text([100, 101, 102], [100])).toBe(text([100]));
});

test('a broker that left the spec gives way to a port that the spec now uses otherwise', () => {
  const of = exposed({ ids: [100, 101], departing: [101] });
  const { targetPort } = of.listeners.external[0]!;
  const moved = withListener(of, { startingPort: targetPort - 101 });
  expect(leads(configMapOf(moved)).map(({ from, to }) => `${from} -> ${to}`)).toEqual(['29091 -> broker-100', '29092 -> all-brokers']);
});

/** Any cluster with external listeners that is accepted. */
const wish: fc.Arbitrary<{ readonly wish: Wish; readonly withdrawn: readonly number[] }> = fc
  .record({
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 12 }),
    start: fc.oneof({ arbitrary: fc.constant(-1), weight: 1 }, { arbitrary: fc.integer({ min: 1, max: 65535 }), weight: 4 }),
    target: fc.integer({ min: 1024, max: 65535 }),
    health: fc.integer({ min: 1, max: 65535 }),
    ways: fc.uniqueArray(fc.constantFrom('az1', 'az2', 'az3'), { maxLength: 3 }),
    tls: fc.boolean(),
    headless: fc.boolean(),
    seeds: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
  })
  .map(({ ids, start, target, health, ways, tls, headless, seeds }) => {
    const some = (bit: number): number[] => ids.filter((_, at) => ((seeds[at] ?? 0) >> bit) % 2 === 1);
    const named = (at: number): string[] => ways.filter((_, way) => ((seeds[at] ?? 0) >> way) % 2 === 1);
    const configs = Object.fromEntries(ways.map((way) => [way, { hostnameOverride: `${way}.example.com`, envoyConfig: template(way) }]));
    const config = { defaultIngressConfig: ways[0] ?? '', ingressConfig: configs };
    return {
      wish: {
        ids,
        departing: some(4),
        envoyConfig: { healthCheckPort: health, ...template('kafka') },
        mapping: Object.fromEntries(ids.map((id, at) => [id, named(at)])),
        spec: { headlessServiceEnabled: headless },
        listener: {
          externalStartingPort: start,
          ingressControllerTargetPort: target,
          hostnameOverride: 'kafka.example.com',
          ...(tls || start < 0 ? { tlsSecretName: 'certificate' } : {}),
          ...(ways.length > 0 ? { config } : {}),
        },
      },
      withdrawn: some(5),
    };
  });

const template = (name: string) => ({ brokerHostnameTemplate: `${name}-%id.example.com` });

/** Undefined when the spec is refused. */
function accepted(wanted: Wish): ResolvedCluster | undefined {
  try {
    return exposed(wanted);
  } catch {
    return undefined;
  }
}

describe('any cluster that is accepted gives files', () => {
  const healthPort = (files: Files): number =>
    Number(/"health",\s*"address": \{\s*"socket_address": \{[^}]*"port_value": (\d+)/.exec(files['envoy.yaml']!)?.[1]);

  test('in which no port is used twice, every broker of a way is reached, and withdrawn ones are met last', () => {
    let seen = 0;
    fc.assert(
      fc.property(wish, ({ wish: wanted, withdrawn }) => {
        const of = accepted(wanted);
        fc.pre(of !== undefined);
        seen += 1;
        const { ways, startingPort } = of.listeners.external[0]!;
        const maps = envoyConfigMaps(of, new Set(withdrawn));
        expect(maps.length).toBe(ways.length);
        maps.forEach((map, at) => {
          const members = membersOf(of, ways[at]!);
          const ends = leads(map);
          const ports = startingPort < 0 ? ends.slice(0, 1) : ends;
          const all = [...ports.map(({ port }) => port), healthPort(filesOf(map))];
          expect(new Set(all).size).toBe(all.length);
          expect(new Set(ends.map(({ from }) => from)).size).toBe(ends.length);
          expect(ends.map(({ to }) => to)).toEqual([...members.map(({ id }) => `broker-${id}`), 'all-brokers']);
          const clusters = clustersOf(map);
          for (const node of members) {
            expect(clusters[`broker-${node.id}`]).toEqual([`${nodeHost(of, node)}:9094`]);
            if (startingPort >= 0) expect(ends.find(({ to }) => to === `broker-${node.id}`)!.port).toBe(startingPort + node.id);
          }
          const met = anyCastOf(map);
          expect(met.length > 0).toBe(members.length > 0);
          if (members.some(({ id }) => !withdrawn.includes(id))) expect(met.filter((id) => withdrawn.includes(id))).toEqual([]);
        });
      }),
      { numRuns: 100 },
    );
    expect(seen).toBe(100);
  });
});

describe('a real Envoy takes the files', () => {
  let binary: string;
  const at = place();

  beforeAll(() => {
    binary = envoyBinary();
    at.certificates.put(certificate(at, 'kafka'));
  }, 120_000);
  afterAll(() => rmSync(at.folder, { recursive: true, force: true }));

  const drawn = fc
    .sample(wish, { numRuns: 60, seed: 7 })
    .map((one) => ({ ...one, of: accepted(one.wish) }))
    .filter(({ of }) => of !== undefined)
    .slice(0, 6)
    .map(({ of, withdrawn }, nth): readonly [string, ResolvedCluster, readonly number[]] => [`drawn ${nth}`, of!, withdrawn]);

  test.each<readonly [string, ResolvedCluster, readonly number[]]>([
    ['a port for each broker', exposed({ ids: [100, 101] }), [100]],
    ['two ways in', exposed(ZONES), []],
    ['one port with TLS that is ended', exposed(ONE_PORT), []],
    ['one port with TLS that is passed through', withListener(exposed(ONE_PORT), { tlsSecretName: undefined }), []],
    ['TLS at each port', exposed({ ids: [100], listener: { tlsSecretName: 'certificate' } }), []],
    ['HTTP/1.0', exposed({ ids: [100], envoyConfig: { enableHealthCheckHttp10: true, resourceRequirements: {} } }), []],
    ['the words of an older image', exposed({ ids: [100, 101], envoyConfig: { image: 'envoyproxy/envoy:v1.22.2' } }), [100]],
    ['nobody behind a way', exposed({ ...ZONES, mapping: { 100: ['az2'], 101: ['az2'], 102: ['az2'] } }), []],
    ...drawn,
  ])('%s', (_name, of, withdrawn) => {
    for (const map of envoyConfigMaps(of, new Set(withdrawn))) validate(binary, at, filesOf(map));
  });

  test('and would refuse a wrong one', () => {
    const files = filesOf(configMapOf(exposed({ ids: [100] })));
    const wrong = (file: string, from: string | RegExp, to: string) => ({ ...files, [file]: files[file]!.replace(from, to) });
    expect(() => validate(binary, at, wrong('lds.yaml', 'max_connect_attempts', 'max_attempts'))).toThrow(/max_attempts/);
    expect(() => validate(binary, at, wrong('lds.yaml', '"port_value":29092', '"port_value":19190'))).toThrow(/duplicate address/);
    expect(() => validate(binary, at, wrong('cds.yaml', /"healthy_threshold":\d,?/, ''))).toThrow(/HealthyThreshold/);
  });
});
