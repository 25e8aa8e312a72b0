/** KafkaUsers whose certificates others sign, at the pace of the real controller: nobody waits for the next regular look. */
import { CERTIFICATE, SECRET, SIGNING_REQUEST } from '../../../operator/kinds';
import type { KubeObject } from '../../../operator/runtime/kube-types';
import { until } from '../../runtime/fake-clock';
import { certificateFor } from './request-signer';
import { install } from './environment';
import { UsersEnvironment } from './users-environment';

jest.setTimeout(30_000);

let env: UsersEnvironment;
beforeEach(async () => {
  env = await UsersEnvironment.start();
});
afterEach(() => env.close());

const APPROVED = '"type":"Approved"';
const requests = (): readonly KubeObject[] => env.server.list(SIGNING_REQUEST);
const approved = (): KubeObject | undefined => requests().find(({ status }) => JSON.stringify(status ?? {}).includes(APPROVED));

test('a signing request is made, approved, and what was issued is taken within seconds', async () => {
  const ca = await env.authority();
  env.apply('alice', { pkiBackendSpec: { pkiBackend: 'k8s-csr', signerName: 'clusterissuers.cert-manager.io/company' } });
  await until(() => approved() !== undefined, 4_000);
  const request = approved()!;
  const certificate = Buffer.from(await certificateFor(request, ca)).toString('base64');
  const { conditions } = request['status'] as { conditions: unknown };
  env.server.patch(SIGNING_REQUEST, undefined, request.metadata.name, { status: { conditions, certificate } });
  await env.ready('alice');
  expect(Object.keys(env.secret('alice')).sort()).toEqual(['ca.crt', 'chain.pem', 'tls.crt', 'tls.key']);
  expect(requests()).toHaveLength(1);
});

test.each([
  ['of the namespace of the cluster', 'kafka'],
  ['of another namespace', 'apps'],
])('a user %s by cert-manager is ready as soon as cert-manager says so', async (_name, namespace) => {
  env.server.custom.add('cert-manager.io/v1/certificates');
  install(env.server, CERTIFICATE);
  await env.authority();
  env.place({ userNamespaces: ['apps'] });
  env.apply('alice', { pkiBackendSpec: { issuerRef: { name: 'company', kind: 'ClusterIssuer' } }, includeJKS: true }, namespace);
  await until(() => env.server.get(CERTIFICATE, namespace, 'alice') !== undefined, 4_000);
  expect(env.secret('alice', namespace)).toEqual({ password: expect.stringMatching(/^\w{24}$/u) as unknown });
  const condition = { type: 'Ready', status: 'True', reason: 'Ready', observedGeneration: 1 };
  env.server.patch(SECRET, namespace, 'alice-credential', { data: { 'tls.crt': 'LS0t' } });
  env.server.patch(CERTIFICATE, namespace, 'alice', { status: { conditions: [condition] } });
  await env.ready('alice', namespace);
});

describe('what belongs to somebody else stays as it is', () => {
  const CERT_MANAGER = { issuerRef: { name: 'company', kind: 'ClusterIssuer' } };
  const SIGNER = { pkiBackend: 'k8s-csr', signerName: 'clusterissuers.cert-manager.io/company' };
  beforeEach(async () => {
    env.server.custom.add('cert-manager.io/v1/certificates');
    install(env.server, CERTIFICATE);
    await env.authority();
  });

  test.each([
    ['cert-manager', CERT_MANAGER],
    ['a signing request', SIGNER],
  ])('a Secret, also of a user by %s', async (_name, pkiBackendSpec) => {
    const theirs = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'alice-credential', namespace: 'kafka' }, data: { a: 'Yg==' } };
    const before = env.server.put(theirs);
    env.apply('alice', { pkiBackendSpec, includeJKS: true });
    await env.becomes('alice', 'Ready', 'False SecretTaken');
    expect(env.server.get(SECRET, 'kafka', 'alice-credential')).toEqual(before);
    expect(requests()).toEqual([]);
  });

  test('a Certificate of the name of the user', async () => {
    const theirs = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'alice', namespace: 'kafka' } };
    const before = env.server.put({ ...theirs, spec: { secretName: 'shop', dnsNames: ['shop.example.com'] } });
    env.apply('alice', { pkiBackendSpec: CERT_MANAGER });
    await env.becomes('alice', 'Ready', 'False CredentialPending');
    await until(() => JSON.stringify(env.status('alice')).includes('belongs to somebody else'), 4_000);
    expect(env.server.get(CERTIFICATE, 'kafka', 'alice')).toEqual(before);
  });

  test('a Certificate of the name of a user that has no use for one', async () => {
    const labels = { 'kafka.banzaicloud.io/user-secret': 'true' };
    const theirs = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'alice', namespace: 'kafka', labels },
      spec: {},
    };
    const before = env.server.put(theirs);
    env.apply('alice');
    await env.ready('alice');
    expect(env.server.get(CERTIFICATE, 'kafka', 'alice')).toEqual(before);
  });

  test('while what a user no longer wants goes from its own Certificate', async () => {
    env.apply('alice', { pkiBackendSpec: CERT_MANAGER, dnsNames: ['alice.example.com'], includeJKS: true });
    const spec = (): Readonly<Record<string, unknown>> =>
      (env.server.get(CERTIFICATE, 'kafka', 'alice')?.['spec'] ?? {}) as Record<string, unknown>;
    await until(() => spec()['keystores'] !== undefined, 4_000);
    env.apply('alice', { pkiBackendSpec: CERT_MANAGER, dnsNames: null, includeJKS: false });
    await until(() => spec()['keystores'] === undefined && spec()['dnsNames'] === undefined, 4_000);
    expect(spec()).toMatchObject({ secretName: 'alice-credential', commonName: 'alice' });
  });
});

test.each([
  ['the operator itself', {}],
  ['a password', { authentication: 'scram-sha-512' }],
])('a user that changes from cert-manager to %s has no Certificate any more', async (_name, spec) => {
  env.server.custom.add('cert-manager.io/v1/certificates');
  install(env.server, CERTIFICATE);
  await env.authority();
  env.apply('alice', { pkiBackendSpec: { issuerRef: { name: 'company', kind: 'ClusterIssuer' } } });
  await until(() => env.server.get(CERTIFICATE, 'kafka', 'alice') !== undefined, 4_000);
  env.apply('alice', { pkiBackendSpec: null, ...spec });
  await env.ready('alice');
  expect(env.server.get(CERTIFICATE, 'kafka', 'alice')).toBeUndefined();
  const verbs = env.server.requests.filter(
    ({ verb, resource, name }) => verb === 'delete' || (verb === 'patch' && resource === 'secrets' && name === 'alice-credential'),
  );
  expect(verbs.map(({ resource }) => resource)[0]).toBe('certificates');
});
