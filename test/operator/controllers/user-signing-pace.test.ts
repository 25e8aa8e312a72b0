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
