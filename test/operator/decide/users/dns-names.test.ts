import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { ResolvedCluster } from '../../../../lib/api/resolved-cluster';
import { resolve } from '../../../../lib/api/resolve';
import { certificateProfiles, clientCommonName, covers, nodeCommonName } from '../../../../lib/constructs/certificate-profiles';
import { profileOf } from '../../../../operator/decide/users/credential';
import { decideUsers } from '../../../../operator/decide/users/decide-users';
import { dnsNamesProblem, mayPose } from '../../../../operator/decide/users/dns-names';
import { userObject, type UserObject } from '../../../../operator/decide/users/user-object';

const example = (file: string, more: Record<string, unknown> = {}): ResolvedCluster => {
  const { spec } = parse(readFileSync(join(__dirname, '../../../../examples', file), 'utf8')) as { spec: Record<string, unknown> };
  const metadata = { name: 'orders', namespace: 'kafka', uid: 'c', resourceVersion: '1', creationTimestamp: '2024-01-01T00:00:00Z' };
  const object = { apiVersion: 'kafka.banzaicloud.io/v1beta1', kind: 'KafkaCluster', metadata, spec: { ...spec, ...more } };
  const { cluster } = resolve(object);
  if (cluster === undefined) throw new Error(`cannot resolve ${file}`);
  return cluster;
};
const headless = example('ssl.yaml');
const services = example('ssl.yaml', { headlessServiceEnabled: false });

const user = (name: string, dnsNames: readonly string[], namespace = 'kafka'): UserObject =>
  userObject({
    ...{ apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'KafkaUser' },
    metadata: { name, namespace, uid: name, resourceVersion: '7', generation: 1, creationTimestamp: '2024-01-01T00:00:00Z' },
    spec: { secretName: 's', clusterRef: { name: 'orders', namespace: 'kafka' }, dnsNames },
  });

const decided = (one: UserObject, cluster: ResolvedCluster, shown: readonly string[] = []) => {
  const authority = { fingerprint: 'a', trusted: ['a'] };
  const kafka = { acls: new Map(), scram: undefined, quotas: undefined };
  const [step] = decideUsers({
    users: [one],
    situation: { kind: 'place', cluster: { ...cluster, security: { ...cluster.security, userNamespaces: '*' } }, authority, kafka, shown },
    secret: () => undefined,
    password: () => undefined,
    told: () => undefined,
    now: 0,
  });
  return step!;
};
const verdict = (one: UserObject, cluster: ResolvedCluster, shown?: readonly string[]): string =>
  decided(one, cluster, shown).accepted.reason;

describe('a DNS name of a user', () => {
  test.each<[string, ResolvedCluster]>([
    ['orders-headless', headless],
    ['orders-headless.kafka.svc.cluster.local', headless],
    ['ORDERS-headless.kafka.SVC', headless],
    ['orders-100.orders-headless.kafka.svc.cluster.local', headless],
    ['orders-9999.orders-headless.kafka.svc', headless],
    ['anything.orders-headless.kafka', headless],
    ['*.orders-headless.kafka.svc.cluster.local', headless],
    ['*.kafka.svc.cluster.local', headless],
    ['*.kafka', headless],
    ['orders-100.kafka.svc.cluster.local', services],
    ['orders-7777.kafka.svc.cluster.local', services],
    ['orders-all-broker.kafka.svc', services],
  ])('is refused as %s, in any namespace', (name, cluster) => {
    for (const namespace of ['kafka', 'elsewhere']) {
      const step = decided(user('alice', ['alice.example.com', name], namespace), cluster);
      expect(step.accepted).toMatchObject({ type: 'SpecAccepted', status: 'False', reason: 'DnsNameReserved' });
      expect(step.accepted.message).toContain(`${name}: take that out of dnsNames`);
      expect(step.credential).toEqual({ kind: 'keep' });
    }
  });

  test.each(['alice.example.com', 'alice.kafka.svc.cluster.local', '*.example.com', 'orders.kafka.svc', 'a.b.orders-headless'])(
    'may be %s',
    (name) => {
      expect(verdict(user('alice', [name]), headless)).toBe('Accepted');
      expect(verdict(user('alice', [name]), services)).toBe('Accepted');
    },
  );

  test('is refused when only a certificate that brokers show has it', () => {
    const shown = ['DNS:kafka-1.example.com', 'IP:10.0.0.1', 'URI:spiffe://x'];
    expect(verdict(user('alice', ['kafka-2.example.com']), headless, shown)).toBe('DnsNameReserved');
    expect(verdict(user('alice', ['*.example.com']), headless, shown)).toBe('DnsNameReserved');
    expect(verdict(user('alice', ['10.0.0.1']), headless, shown)).toBe('DnsNameReserved');
    expect(verdict(user('alice', ['alice.example.com']), headless, shown)).toBe('Accepted');
  });

  test.each(['', '*', 'a b', 'f*.example.com', 'a.*.example.com', 'ｏrders-headless', 'a\0.b', 'a..b', 'a.', '-a', '::1'])(
    'that is none is refused: %j',
    (name) => {
      expect(dnsNamesProblem([name])).toContain('is no host name');
      expect(verdict(user('alice', [name]), headless)).toBe('SpecRefused');
    },
  );
});

test('a user cannot have the name of a host of the cluster', () => {
  expect(verdict(user('orders-headless.kafka.svc', []), headless)).toBe('NameReserved');
  expect(verdict(user('orders-100.orders-headless.kafka.svc', []), headless)).toBe('NameReserved');
  expect(verdict(user('orders-100', []), headless)).toBe('Accepted');
});

test.each([
  ['its operator', clientCommonName({ ...headless, name: 'payments', namespace: 'money' })],
  ['its nodes', nodeCommonName({ ...headless, name: 'payments', namespace: 'money' })],
  ['its nodes without headless Services', nodeCommonName({ ...services, name: 'payments', domain: 'example.com' })],
  ['its operator, where that would be too long', clientCommonName({ ...headless, name: 'p'.repeat(60) })],
])('a user cannot be who another cluster knows as %s, since they may share a CA', (_, name) => {
  expect(verdict(user(name, []), headless)).toBe('NameReserved');
});

test('only a user with DNS names has a certificate of a server', () => {
  const { spec } = user('alice', ['alice.example.com']);
  expect(profileOf(user('alice', []), { ...spec!, dnsNames: [] }, headless).clientOnly).toBe(true);
  expect(profileOf(user('alice', []), spec!, headless).clientOnly).toBe(false);
});

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?$/);
const words = fc.constantFrom(
  'orders-headless',
  'orders-controller-headless',
  'orders-all-broker',
  'orders-100',
  'kafka',
  'svc',
  'cluster',
  'local',
  '*',
);
const anyHost = fc
  .array(fc.oneof({ weight: 3, arbitrary: words }, label), { minLength: 1, maxLength: 6 })
  .map((labels) => labels.join('.'));
const isMet = (a: string, b: string): boolean => covers([a], [b]) || covers([b], [a]);

test('no name that is accepted meets one in a certificate of the cluster, whichever has the wildcard', () => {
  for (const cluster of [headless, services]) {
    const { server, quorum } = certificateProfiles(cluster, undefined)!;
    const own = [...server.names, ...(quorum?.names ?? [])];
    const near = fc.constantFrom(...own.filter((name) => name.startsWith('DNS:')).map((name) => name.slice(4)));
    const host = fc.oneof(
      anyHost,
      near,
      fc.tuple(label, near).map(([first, name]) => name.replace('*', first)),
      near.map((name) => name.replace(/^[^.]+\./, '*.')),
      near.map((name) => name.toUpperCase()),
    );
    fc.assert(
      fc.property(host, (name) => {
        const accepted = dnsNamesProblem([name]) === undefined && !mayPose(name, cluster);
        expect(accepted && own.some((one) => isMet(one, `DNS:${name}`))).toBe(false);
      }),
      { numRuns: 500 },
    );
  }
});
