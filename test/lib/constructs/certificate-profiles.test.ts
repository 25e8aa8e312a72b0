import { certificateProfiles, covers } from '../../../lib/constructs/certificate-profiles';
import type { Facts } from '../../../lib/constructs/facts';
import { broker, cluster, DEDICATED } from './small-cluster';

type Json = Readonly<Record<string, unknown>>;

const DAY = 24 * 3_600_000;
const internal = (more: Json = {}): Json => ({
  name: 'internal',
  type: 'ssl',
  containerPort: 29092,
  usedForInnerBrokerCommunication: true,
  ...more,
});
const quorum = (more: Json = {}): Json => ({
  name: 'controller',
  type: 'ssl',
  containerPort: 29093,
  usedForControllerCommunication: true,
  ...more,
});
const outside = (more: Json = {}): Json => ({ name: 'outside', type: 'ssl', containerPort: 9094, externalStartingPort: 19090, ...more });

const made = (config: Json = {}, spec: Json = {}, brokers = DEDICATED) =>
  cluster(brokers, { listenersConfig: { internalListeners: [internal(), quorum()], ...config }, ...spec });
const profilesOf = (of = made(), external?: Facts['external'], kubeNodes?: readonly string[]) =>
  certificateProfiles(of, external, kubeNodes)!;
const outsideNames = (config: Json, more: Json = {}, external?: Facts['external'], kubeNodes?: readonly string[]): readonly string[] => {
  const without = profilesOf(made({}, more)).server.names;
  const { names } = profilesOf(made({ externalListeners: [outside(config)] }, more), external, kubeNodes).server;
  return names.filter((name) => !without.includes(name));
};

describe('who is named', () => {
  test('nodes by their Service, clients by themselves, the CA by the cluster', () => {
    const { authority, server, quorum: ofQuorum, client } = profilesOf();
    expect([authority, server, ofQuorum, client].map((profile) => profile?.commonName)).toEqual([
      'orders-ca.kafka.cluster.local',
      'orders-headless.kafka.svc.cluster.local',
      'orders-headless.kafka.svc.cluster.local',
      'orders-controller.kafka.mgt.cluster.local',
    ]);
  });

  test('a name that is too long becomes its hash', () => {
    const { authority } = profilesOf(made({}, { kubernetesClusterDomain: `${'a'.repeat(60)}.local` }));
    expect(authority.commonName).toMatch(/^[0-9a-f]{64}$/);
  });

  test('nobody where all certificates are the user’s own', () => {
    const own = { serverSSLCertSecret: { name: 'own' } };
    const of = made({ internalListeners: [internal(own), quorum(own)] }, { clientSSLCertSecret: { name: 'client' } });
    expect(certificateProfiles(of, undefined)).toBeUndefined();
  });

  test('no quorum without TLS', () => {
    expect(profilesOf(made({ internalListeners: [internal(), quorum({ type: 'plaintext' })] })).quorum).toBeUndefined();
  });
});

describe('inside Kubernetes', () => {
  const forms = (service: string) => [service, `${service}.kafka`, `${service}.kafka.svc`, `${service}.kafka.svc.cluster.local`];

  test('brokers and controllers are found by every form of their names, by wildcard', () => {
    const { server, quorum: ofQuorum } = profilesOf();
    const services = ['orders-headless', 'orders-controller-headless', 'orders-all-broker'];
    const wildcards = services.slice(0, 2).flatMap((service) => forms(`*.${service}`));
    expect(server.names).toEqual([...services.flatMap(forms), ...wildcards].map((name) => `DNS:${name}`).sort());
    expect(ofQuorum?.names).toEqual(server.names);
    expect(server.names).not.toContain('DNS:localhost');
  });

  test('a broker that is added is covered already', () => {
    const more = profilesOf(made({}, {}, [...DEDICATED, broker(103, ['broker'])])).server.names;
    expect(more).toEqual(profilesOf().server.names);
  });

  test('each node has a name of its own without headless Service', () => {
    const { names, commonName } = profilesOf(made({}, { headlessServiceEnabled: false })).server;
    expect(commonName).toBe('orders-all-broker.kafka.svc.cluster.local');
    expect(names).toEqual(expect.arrayContaining([...forms('orders-0'), ...forms('orders-102')].map((name) => `DNS:${name}`)));
  });
});

describe('outside', () => {
  const external = {
    100: { outside: { host: '203.0.113.7', port: 1 }, other: { host: 'no', port: 1 } },
    101: { outside: { host: 'LB.example.com', port: 2 } },
  };
  const one = { externalStartingPort: -1, hostnameOverride: 'kafka.example.com' };
  const template = { envoyConfig: { brokerHostnameTemplate: 'kafka-%id.example.com' } };

  test.each<[string, readonly string[], readonly string[]]>([
    ['addresses of load balancers', outsideNames({}, {}, external), ['DNS:lb.example.com', 'IP:203.0.113.7']],
    ['the name that stands for a load balancer', outsideNames({ hostnameOverride: 'kafka.example.com' }), ['DNS:kafka.example.com']],
    ['an address that stands for one', outsideNames({ hostnameOverride: '192.0.2.1' }), ['IP:192.0.2.1']],
    [
      'host names on one port',
      outsideNames(one, template),
      [...['kafka-100', 'kafka-101', 'kafka-102', 'kafka'].map((name) => `DNS:${name}.example.com`)],
    ],
    [
      'several ways in',
      outsideNames({
        config: {
          defaultIngressConfig: 'a',
          ingressConfig: { a: { hostnameOverride: 'a.example' }, b: { hostnameOverride: 'b.example' } },
        },
      }),
      ['DNS:a.example', 'DNS:b.example'],
    ],
    [
      'Kubernetes nodes by node port',
      outsideNames({ accessMethod: 'NodePort', externalStartingPort: 0 }, {}, {}, ['192.0.2.7', 'worker-1']),
      ['DNS:worker-1', 'IP:192.0.2.7'],
    ],
    [
      'names behind those of Services by node port',
      outsideNames({ accessMethod: 'NodePort', externalStartingPort: 0, hostnameOverride: '.example.com' }),
      [100, 101, 102].map((id) => `DNS:orders-${String(id)}-outside.kafka.example.com`),
    ],
    [
      'Services of brokers',
      outsideNames({ accessMethod: 'ClusterIP' }),
      [100, 101, 102].map((id) => `DNS:orders-${String(id)}-outside.kafka.svc.cluster.local`),
    ],
    ['nobody through a listener without TLS', outsideNames({ type: 'plaintext', hostnameOverride: 'kafka.example.com' }, {}, external), []],
  ])('%s', (_name, names, wanted) => {
    expect(names).toEqual([...wanted].sort());
  });

  test('addresses that brokers are given', () => {
    const ids = [broker(0, ['controller']), broker(100, ['broker'], { nodePortExternalIP: { outside: '2001:db8::7' } })];
    const of = made({ externalListeners: [outside({ accessMethod: 'NodePort', externalStartingPort: 0 })] }, {}, ids);
    expect(profilesOf(of).server.names).toContain('IP:2001:db8::7');
    expect(profilesOf(of).quorum?.names).not.toContain('IP:2001:db8::7');
  });
});

describe('how long they live', () => {
  const lived = (sslSecrets: Json) => profilesOf(made({ sslSecrets: { tlsSecretName: 'ca', create: true, ...sslSecrets } }));

  test('brokers as the spec says, the quorum for a year at least, renewed after half of it', () => {
    const { authority, server, quorum: ofQuorum, client } = profilesOf();
    expect([server.durationMs, server.renewBeforeMs, client.durationMs]).toEqual([90 * DAY, 30 * DAY, 90 * DAY]);
    expect([ofQuorum?.durationMs, ofQuorum?.renewBeforeMs]).toEqual([365 * DAY, 182.5 * DAY]);
    expect([authority.durationMs, authority.renewBeforeMs, authority.authority]).toEqual([3650 * DAY, 90 * DAY, true]);
  });

  test.each([
    ['no longer than the CA', { caDuration: '100d' }, 100 * DAY],
    ['as long as the spec says when that is more', { duration: '500d' }, 500 * DAY],
  ])('the quorum %s', (_name, times, durationMs) => {
    expect(lived(times).quorum?.durationMs).toBe(durationMs);
  });

  test('a CA is not renewed before half of its life', () => {
    expect(lived({ caDuration: '100d' }).authority.renewBeforeMs).toBe(50 * DAY);
  });
});

test.each<[string, readonly string[], readonly string[], boolean]>([
  ['more names than are wanted serve', ['DNS:a.b', 'DNS:c.d'], ['DNS:a.b'], true],
  ['a missing one does not', ['DNS:a.b'], ['DNS:a.b', 'DNS:c.d'], false],
  ['letters of either case are the same', ['DNS:A.b'], ['DNS:a.B'], true],
  ['a wildcard stands for one label', ['DNS:*.b.c'], ['DNS:a.b.c'], true],
  ['and for no more', ['DNS:*.c'], ['DNS:a.b.c'], false],
  ['a wildcard is wanted as it is', ['DNS:*.c'], ['DNS:*.c'], true],
  ['a name under a wildcard is not the wildcard', ['DNS:a.c'], ['DNS:*.c'], false],
  ['short forms of IPv6 are the same', ['IP:2001:db8:0:0:0:0:0:7'], ['IP:2001:DB8::7'], true],
  ['IPv4 within IPv6 too', ['IP:::ffff:c000:207'], ['IP:::ffff:192.0.2.7'], true],
  ['another address is another', ['IP:192.0.2.1'], ['IP:192.0.2.2'], false],
  ['an address is no name', ['DNS:192.0.2.1'], ['IP:192.0.2.1'], false],
])('%s', (_name, shown, wanted, answer) => {
  expect(covers(shown, wanted)).toBe(answer);
});
