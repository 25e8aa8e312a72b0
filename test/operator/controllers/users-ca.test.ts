/** A CA is replaced under KafkaUsers of two namespaces, each step as soon as what they said on its Secret allows it. */
import { X509Certificate } from 'node:crypto';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { fingerprintOf } from '../../../operator/pki/pem';
import type { KeyPair } from '../../../operator/pki/issue';
import { until } from '../../runtime/fake-clock';
import { SECRET, SIGNING_REQUEST } from '../../../operator/kinds';
import { certificateFor } from './request-signer';
import { UsersEnvironment } from './users-environment';

jest.setTimeout(30_000);

const USERS = [
  ['alice', 'kafka'],
  ['bob', 'apps'],
] as const;
const NAMESPACES = { userNamespaces: ['apps'] };

let env: UsersEnvironment;
beforeEach(async () => {
  env = await UsersEnvironment.start();
});
afterEach(() => env.close());

const printOf = ({ certificate }: KeyPair): string => fingerprintOf(new X509Certificate(certificate));
const said = (annotation: string): readonly string[] | undefined => env.authorityAnnotation(annotation)?.split(',');
const trustedBy = (name: string, namespace: string): readonly string[] =>
  (env.secret(name, namespace)['ca.crt'] ?? '')
    .match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g)
    ?.map((pem) => fingerprintOf(new X509Certificate(pem))) ?? [];
const shows = (name: string, namespace: string, by: KeyPair): boolean =>
  new X509Certificate(env.secret(name, namespace)['tls.crt'] ?? '').verify(new X509Certificate(by.certificate).publicKey);

test('where there are no users that is said too', async () => {
  const first = await env.authority();
  await until(() => said(ANNOTATION.usersTrust)?.join() === printOf(first), 5000);
  expect(said(ANNOTATION.usersSignedBy)).toEqual(['']);
  const next = await env.authority('next');
  env.putAuthority(first, [next, first]);
  await until(() => said(ANNOTATION.usersTrust)?.includes(printOf(next)) === true, 5000);
});

test('every Secret trusts whoever signs, all the way; a user that is not accepted holds nobody up', async () => {
  const first = await env.authority('first');
  env.place(NAMESPACES);
  for (const [name, namespace] of USERS) env.apply(name, {}, namespace);
  env.apply('mallory', { dnsNames: ['*.orders-headless.kafka.svc'] }, 'apps');
  for (const [name, namespace] of USERS) await env.ready(name, namespace);
  await env.becomes('mallory', 'SpecAccepted', 'False DnsNameReserved', 'apps');
  expect(env.secret('mallory', 'apps')).toEqual({});

  const next = await env.authority('next');
  env.putAuthority(first, [next, first]);
  await until(() => said(ANNOTATION.usersTrust)?.includes(printOf(next)) === true, 5000);
  for (const [name, namespace] of USERS) {
    expect(trustedBy(name, namespace)).toEqual([printOf(next), printOf(first)]);
    expect(shows(name, namespace, first)).toBe(true);
  }

  env.putAuthority(next, [next, first]);
  await until(() => said(ANNOTATION.usersSignedBy)?.join() === printOf(next), 5000);
  for (const [name, namespace] of USERS) {
    expect(trustedBy(name, namespace)).toEqual([printOf(next), printOf(first)]);
    expect(shows(name, namespace, next)).toBe(true);
  }

  env.putAuthority(next, [next]);
  await until(() => USERS.every(([name, namespace]) => trustedBy(name, namespace).join() === printOf(next)), 5000);
  for (const [name, namespace] of USERS) expect(shows(name, namespace, next)).toBe(true);
});

test('a user by a signing request is waited for, trusts the next CA as soon as it is there, and keeps its key and its certificate', async () => {
  const first = await env.authority('first');
  const spec = { pkiBackendSpec: { pkiBackend: 'k8s-csr', signerName: 'clusterissuers.cert-manager.io/company' }, includeJKS: true };
  env.apply('alice', spec);
  const approved = () => env.server.list(SIGNING_REQUEST).find(({ status }) => JSON.stringify(status ?? {}).includes('Approved'));
  await until(() => approved() !== undefined, 4_000);
  const request = approved()!;
  const certificate = Buffer.from(await certificateFor(request, first)).toString('base64');
  env.server.patch(SIGNING_REQUEST, undefined, request.metadata.name, { status: { ...(request['status'] as object), certificate } });
  await env.ready('alice');
  const before = env.secret('alice');
  await until(() => said(ANNOTATION.usersSignedBy)?.join() === printOf(first), 5000);

  const next = await env.authority('next');
  env.putAuthority(first, [next, first]);
  await until(() => said(ANNOTATION.usersTrust)?.includes(printOf(next)) === true, 5000);
  expect(trustedBy('alice', 'kafka')).toEqual([printOf(next), printOf(first)]);
  const { 'tls.key': key, 'tls.crt': crt, password, 'truststore.jks': trust } = before;
  expect(env.secret('alice')).toMatchObject({ 'tls.key': key, 'tls.crt': crt, password });
  expect(env.secret('alice')['truststore.jks']).not.toBe(trust);
  const version = env.server.get(SECRET, 'kafka', 'alice-credential')?.metadata.resourceVersion;
  env.place({ userNamespaces: ['apps'] });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(env.server.get(SECRET, 'kafka', 'alice-credential')?.metadata.resourceVersion).toBe(version);
});
