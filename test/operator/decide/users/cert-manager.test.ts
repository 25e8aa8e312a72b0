import { userCertificate, type CertManagerUser, type UserCluster } from '../../../../lib/constructs/user-certificate';
import type { SecretObject } from '../../../../operator/decide/certificate-view';
import { certManagerStep, type CertManagerSight } from '../../../../operator/decide/users/cert-manager';
import { stamped } from '../../../../operator/decide/drift';
import type { LiveObject } from '../../../../operator/decide/world';
import { at, cluster } from '../../../lib/constructs/small-cluster';

const wish: CertManagerUser = {
  user: { name: 'alice', namespace: 'kafka', uid: 'u-a' },
  secretName: 'alice-secret',
  profile: {
    commonName: 'alice',
    names: ['DNS:alice.example.com', 'URI:spiffe://cluster.local/ns/kafka/kafkauser/alice'],
    keyType: 'ECDSA-P256',
    durationMs: 7_776_000_000,
    renewBeforeMs: 2_592_000_000,
    authority: false,
  },
  includeJks: true,
  labels: { kafka_cr: 'orders' },
  annotations: {},
  issuer: undefined,
};

const orders = (pki: Partial<NonNullable<UserCluster['security']['pki']>> = {}): UserCluster => {
  const of = cluster();
  const issuer = { backend: 'cert-manager', issuer: undefined, ownAuthority: undefined, keyType: 'ECDSA-P256' } as const;
  const times = { durationMs: 1, renewBeforeMs: 1, caDurationMs: 1, caOverlapMs: 1 };
  return { ...of, security: { ...of.security, pki: { ...issuer, ...times, ...pki } } };
};

const made = (of: CertManagerUser = wish, by: UserCluster = orders()) => {
  const wanted = userCertificate(of, by);
  if ('problem' in wanted) throw new Error(wanted.problem);
  return wanted.manifest;
};

const secret = (keys: readonly string[]): SecretObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'alice-secret', namespace: 'kafka', uid: 's', resourceVersion: '1', creationTimestamp: '' },
  tls: { keys, authorities: [] },
});

const live = (status: object | undefined, of: CertManagerUser = wish): LiveObject => {
  const { metadata, ...rest } = stamped(made(of));
  return { ...rest, metadata: { ...metadata, uid: 'c', resourceVersion: '1', creationTimestamp: '', generation: 2 }, status };
};

const ready = { conditions: [{ type: 'Ready', status: 'True', observedGeneration: 2 }] };
const step = (seen: Partial<CertManagerSight>, of = wish) =>
  certManagerStep(of, orders(), { secret: secret(['password']), certificate: undefined, absent: false, ...seen });

describe('the Certificate of a user', () => {
  test('is as Koperator made it, with its key stores and their password in one Secret', () => {
    const certificate = made();
    expect(certificate.metadata).toMatchObject({ name: 'alice', namespace: 'kafka', ownerReferences: [{ kind: 'KafkaUser', uid: 'u-a' }] });
    expect(at(certificate, 'spec')).toMatchObject({
      secretName: 'alice-secret',
      commonName: 'alice',
      dnsNames: ['alice.example.com'],
      uris: ['spiffe://cluster.local/ns/kafka/kafkauser/alice'],
      duration: '2160h0m0s',
      usages: ['digital signature', 'key encipherment', 'server auth', 'client auth'],
      issuerRef: { kind: 'Issuer', name: 'orders-issuer' },
      privateKey: { encoding: 'PKCS8', rotationPolicy: 'Always' },
      keystores: { jks: { create: true, passwordSecretRef: { name: 'alice-secret', key: 'password' } } },
    });
    expect(at(made({ ...wish, includeJks: false }), 'spec.keystores')).toBeUndefined();
  });

  test('is signed by the issuer of the user, of the cluster, or the CA of the cluster, in this order', () => {
    const own = { name: 'mine', kind: 'Issuer', group: 'cert-manager.io' };
    const company = { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' };
    const names = [made({ ...wish, issuer: own }, orders({ issuer: company })), made(wish, orders({ issuer: company })), made()];
    expect(names.map((m) => at(m, 'spec.issuerRef.name') as string)).toEqual(['mine', 'company', 'orders-issuer']);
  });

  test('cannot be made by an issuer of another namespace, or of a cluster for which cert-manager does not sign', () => {
    const stranger = { ...wish, user: { ...wish.user, namespace: 'team' } };
    expect(userCertificate(stranger, orders())).toEqual({ problem: expect.stringContaining('signs in its own namespace only') as unknown });
    expect(userCertificate(wish, orders({ backend: 'operator' }))).toEqual({
      problem: expect.stringContaining('name an issuer') as unknown,
    });
    const company = { name: 'company', kind: 'ClusterIssuer', group: 'cert-manager.io' };
    expect(userCertificate(stranger, orders({ issuer: company }))).toHaveProperty('manifest');
  });
});

describe('a user whose certificate cert-manager makes', () => {
  test.each<[string, Partial<CertManagerSight>, string]>([
    ['first has a Secret', { secret: undefined }, 'prepare'],
    ['has the password of its key stores before the Certificate is there', { secret: secret([]) }, 'prepare'],
    ['then has a Certificate', {}, 'apply'],
    ['waits for cert-manager', { certificate: live(undefined) }, 'wait'],
    ['is done when cert-manager says so', { certificate: live(ready) }, 'done'],
    [
      'is not done by what was said of an earlier state',
      { certificate: live({ conditions: [{ ...ready.conditions[0], observedGeneration: 1 }] }) },
      'wait',
    ],
    ['has its Certificate put right', { certificate: live(ready, { ...wish, secretName: 'other' }) }, 'apply'],
    [
      'has what is no longer wanted taken away',
      { certificate: live(ready, { ...wish, profile: { ...wish.profile, names: [...wish.profile.names, 'DNS:more.example.com'] } }) },
      'apply',
    ],
    [
      'leaves a Certificate of somebody else alone',
      { certificate: { ...live(ready), metadata: { ...live(ready).metadata, ownerReferences: [] } } },
      'blocked',
    ],
    ['says what is missing where cert-manager is not installed', { absent: true, secret: undefined }, 'blocked'],
  ])('%s', (_name, seen, expected) => {
    expect(step(seen).step).toBe(expected);
  });

  test('has its key stores taken away when none are wanted any more', () => {
    expect(step({ certificate: live(ready) }, { ...wish, includeJks: false }).step).toBe('apply');
  });

  test('needs no password without key stores', () => {
    expect(step({ secret: secret([]) }, { ...wish, includeJks: false }).step).toBe('apply');
  });

  test.each<[string, object | undefined, RegExp]>([
    ['nothing', undefined, /^cert-manager says nothing of certificate\/alice yet/],
    ['why it is not ready', { conditions: [{ type: 'Ready', status: 'False', message: 'no issuer' }] }, /^certificate\/alice: no issuer$/],
    [
      'why the issuing failed',
      {
        conditions: [
          { type: 'Ready', status: 'False', message: 'no Secret' },
          { type: 'Issuing', status: 'False', message: 'denied' },
        ],
      },
      /^certificate\/alice: denied$/,
    ],
  ])('is told what cert-manager says: %s', (_name, status, why) => {
    const next = step({ certificate: live(status) });
    expect(next.step === 'wait' ? next.why : '').toMatch(why);
  });
});
