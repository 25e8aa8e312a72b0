import { askedLeafs, certManagerManifests, goDuration } from '../../../lib/constructs/cert-manager';
import type { Manifest } from '../../../lib/constructs/manifest';
import { at, cluster, DEDICATED } from './small-cluster';

type Json = Readonly<Record<string, unknown>>;

const OWN = { serverSSLCertSecret: { name: 'mine' } };

function listeners(sslSecrets: Json, { internal = {}, controller = {} }: { internal?: Json; controller?: Json } = {}): Json {
  return {
    listenersConfig: {
      sslSecrets: { tlsSecretName: 'own-ca', pkiBackend: 'cert-manager', ...sslSecrets },
      internalListeners: [
        { name: 'internal', type: 'ssl', containerPort: 29092, usedForInnerBrokerCommunication: true, ...internal },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true, ...controller },
      ],
    },
  };
}

function made(spec: Json): readonly Manifest[] {
  const of = cluster(DEDICATED, spec);
  return certManagerManifests(of, askedLeafs(of, undefined));
}

const names = (manifests: readonly Manifest[]): readonly string[] => manifests.map((m) => `${m.kind}/${m.metadata.name}`);
const SELF = ['Issuer/orders-self-signer', 'Certificate/orders-ca-certificate', 'Issuer/orders-issuer'];

describe('cert-manager is asked for', () => {
  test.each<[string, Json, readonly string[]]>([
    [
      'a CA of its own, and what it signs',
      listeners({ create: true }),
      [...SELF, 'Certificate/orders-server-certificate', 'Certificate/orders-controller'],
    ],
    [
      'the certificate of the quorum when its listener has TLS',
      listeners({ create: true }, { controller: { type: 'ssl' } }),
      [...SELF, 'Certificate/orders-server-certificate', 'Certificate/orders-quorum-certificate', 'Certificate/orders-controller'],
    ],
    [
      'leafs by the CA of the user',
      listeners({}),
      ['Issuer/orders-issuer', 'Certificate/orders-server-certificate', 'Certificate/orders-controller'],
    ],
    [
      'leafs alone by an issuer of the user',
      listeners({ create: true, issuerRef: { name: 'company', kind: 'ClusterIssuer' } }),
      ['Certificate/orders-server-certificate', 'Certificate/orders-controller'],
    ],
    [
      'no certificate that the user has brought',
      { ...listeners({ create: true }, { internal: OWN }), clientSSLCertSecret: { name: 'my-client' } },
      SELF,
    ],
    ['nothing where the operator signs', listeners({ create: true, pkiBackend: 'operator' }), []],
  ])('%s', (_name, spec, expected) => {
    expect(names(made(spec))).toEqual(expected);
  });

  test('everything in the namespace of the cluster, owned by it', () => {
    for (const { metadata } of made(listeners({ create: true }))) {
      expect(metadata.namespace).toBe('kafka');
      expect(metadata.ownerReferences).toEqual([expect.objectContaining({ kind: 'KafkaCluster', uid: 'u-1' })]);
    }
  });

  test('a CA whose key stays when its certificate is renewed, and leafs whose keys change', () => {
    const certificates = made(listeners({ create: true })).filter(({ kind }) => kind === 'Certificate');
    expect(certificates.map((c) => [at(c, 'spec.isCA'), at(c, 'spec.privateKey.rotationPolicy'), at(c, 'spec.issuerRef.name')])).toEqual([
      [true, 'Never', 'orders-self-signer'],
      [false, 'Always', 'orders-issuer'],
      [false, 'Always', 'orders-issuer'],
    ]);
  });

  test.each([
    ['ECDSA-P256', 'ECDSA', 256],
    ['ECDSA-P384', 'ECDSA', 384],
    ['RSA-2048', 'RSA', 2048],
    ['RSA-4096', 'RSA', 4096],
  ])('keys of type %s, for PEM files of Java', (keyType, algorithm, size) => {
    for (const one of made(listeners({ create: true, keyType })).filter(({ kind }) => kind === 'Certificate'))
      expect(at(one, 'spec.privateKey')).toMatchObject({ algorithm, size, encoding: 'PKCS8' });
  });

  test('Secrets that the operator sees, with times and signer of the spec', () => {
    const [server] = made(
      listeners({ issuerRef: { name: 'vault', group: 'issuers.example.com', kind: 'Signer' }, duration: '36h', renewBefore: '10m' }),
    );
    expect(at(server!, 'spec')).toMatchObject({
      secretName: 'orders-server-certificate',
      secretTemplate: { labels: { app: 'kafka', kafka_cr: 'orders', 'app.kubernetes.io/managed-by': 'kafka-operator' } },
      duration: '36h0m0s',
      renewBefore: '10m0s',
      issuerRef: { name: 'vault', group: 'issuers.example.com', kind: 'Signer' },
    });
  });

  test('names by their kind', () => {
    const of = cluster(DEDICATED, listeners({ create: true }));
    const leaf = {
      secret: 's',
      profile: { ...askedLeafs(of, undefined)[0]!.profile, names: ['DNS:a', 'IP:192.0.2.1', 'IP:2001:db8::1', 'URI:spiffe://x/y'] },
    };
    const spec = at(certManagerManifests(of, [leaf]).at(-1)!, 'spec') as Json;
    expect([spec['dnsNames'], spec['ipAddresses'], spec['uris']]).toEqual([['a'], ['192.0.2.1', '2001:db8::1'], ['spiffe://x/y']]);
  });
});

test.each([
  [0, '0s'],
  [30_000, '30s'],
  [90_000, '1m30s'],
  [600_000, '10m0s'],
  [7_776_000_000, '2160h0m0s'],
])('%d milliseconds are %s as Go writes them', (milliseconds, text) => {
  expect(goDuration(milliseconds)).toBe(text);
});
