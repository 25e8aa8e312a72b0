/** Certificates with real keys against the scripted API server: what is decided is issued, and a kill after any write loses nothing. */
import { X509Certificate } from 'node:crypto';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { act } from '../../../operator/act/act';
import type { Hands } from '../../../operator/act/executor';
import type { Action, Outcome } from '../../../operator/decide/action';
import type { SecretObject } from '../../../operator/decide/certificate-view';
import { contextFor } from '../../../operator/decide/decide';
import { identityIn } from '../../../operator/decide/identity';
import { issueCertificates } from '../../../operator/decide/rules/certificates';
import { keepCredentials } from '../../../operator/decide/rules/credentials';
import { writeKeystores } from '../../../operator/decide/rules/keystores';
import { replaceAuthority } from '../../../operator/decide/rules/replace-authority';
import type { LiveObject, World } from '../../../operator/decide/world';
import { SECRET } from '../../../operator/kinds';
import { publicFacts } from '../../../operator/observe/secret-transform';
import { readJks } from '../../../operator/pki/jks';
import { FakeApiServer } from '../../runtime/fake-api-server';
import { connect, type Connected } from '../../runtime/fake-client';
import { emptyWorld, NOW, withAnnotation } from '../../world/makers';
import { clusterFrom } from '../../world/cluster-file';
import { tlsCluster, tlsYaml } from '../../world/tls';
import { withStatus } from '../../../operator/decide/simulate';

/** Keys are drawn and signed, and key stores encrypted. */
jest.setTimeout(60_000);

let server: FakeApiServer;
let connected: Connected;

beforeEach(async () => {
  server = await FakeApiServer.start();
  connected = connect(server, { requestTimeout: 10_000 });
});

afterEach(async () => {
  connected.transport.close();
  await server.close();
});

const RULES = [issueCertificates, replaceAuthority, writeKeystores, keepCredentials];
const born = (cluster = tlsCluster()): World =>
  withStatus(emptyWorld(cluster), { clusterID: 'AAAAAAAAAAAAAAAAAAAAAA', quorum: 'Forming', initialControllers: [0, 1, 2] });

const hands = (): Hands => ({
  kube: connected.client,
  store: () => undefined,
  preflight: () => Promise.resolve([]),
  kafka: () => undefined,
  cruiseControl: () => {
    throw new Error('not here');
  },
});

/** What the stores would show. */
function seen(world: World): World {
  const own = server.list(SECRET, 'kafka').filter((o) => o.metadata.labels?.['kafka_cr'] === 'orders');
  return { ...world, objects: [...world.objects.filter((o) => o.kind !== 'Secret'), ...own.map((o) => publicFacts(o) as LiveObject)] };
}

function wished(cluster: ReturnType<typeof tlsCluster>, world: World, now: number): readonly Action[] {
  const identity = identityIn(world, cluster);
  if (identity.kind !== 'known') throw new Error('not born');
  const context = contextFor(cluster, world, identity, { now });
  return RULES.flatMap((rule) => rule(context));
}

async function passes(
  cluster: ReturnType<typeof tlsCluster>,
  world: World,
  { now = NOW, most = 12, kube = connected.client }: { readonly now?: number; readonly most?: number; readonly kube?: Hands['kube'] } = {},
): Promise<readonly Outcome[]> {
  const all: Outcome[] = [];
  for (let at = 0; at < most; at += 1) {
    const current = seen(world);
    const actions = wished(cluster, current, now);
    if (actions.length === 0) return all;
    all.push(...(await act({ actions, held: [], wakeAfter: undefined }, current.cluster, { ...hands(), kube })));
  }
  throw new Error(`no end: ${JSON.stringify(all.map((o) => [o.action.kind, o.result, o.message]))}`);
}

const secret = (name: string) => server.get(SECRET, 'kafka', name)!;
const text = (name: string, key: string): string =>
  Buffer.from((secret(name)['data'] as Record<string, string>)[key] ?? '', 'base64').toString('utf8');
const facts = (name: string): SecretObject => publicFacts(secret(name));
const names = (): readonly string[] =>
  server
    .list(SECRET, 'kafka')
    .map((o) => o.metadata.name)
    .sort();

test('a new cluster gets a CA, its leafs and the key stores, which hold keys that fit', async () => {
  await passes(tlsCluster(), born());
  expect(names()).toEqual([
    'orders-ca-certificate',
    'orders-controller',
    'orders-keystores',
    'orders-quorum-certificate',
    'orders-server-certificate',
  ]);
  const authority = new X509Certificate(text('orders-ca-certificate', 'ca.crt'));
  for (const name of ['orders-server-certificate', 'orders-quorum-certificate', 'orders-controller']) {
    expect(new X509Certificate(text(name, 'tls.crt')).verify(authority.publicKey)).toBe(true);
    expect(facts(name).tls?.problem).toBeUndefined();
  }
  expect(text('orders-keystores', 'internal.pem')).toContain(text('orders-server-certificate', 'tls.crt').trim());
  expect(text('orders-keystores', 'controller.pem')).toContain(text('orders-quorum-certificate', 'tls.key').trim());
  expect(text('orders-keystores', 'client.pem')).toContain(text('orders-controller', 'tls.crt').trim());
});

test('the server Secret has key stores for Java that open with its password', async () => {
  await passes(tlsCluster(), born());
  const data = secret('orders-server-certificate')['data'] as Record<string, string>;
  const password = text('orders-server-certificate', 'password');
  expect(readJks(Buffer.from(data['keystore.jks'] ?? '', 'base64'), password).key).toContain('PRIVATE KEY');
  expect(readJks(Buffer.from(data['truststore.jks'] ?? '', 'base64'), password).trusted).toHaveLength(1);
});

test('the password of the key stores stays when the certificate is renewed', async () => {
  const cluster = tlsCluster();
  await passes(cluster, born());
  const [password, certificate] = [text('orders-controller', 'password'), text('orders-controller', 'tls.crt')];
  await passes(cluster, withAnnotation(born(), ANNOTATION.renewCertificates, 'now'));
  expect(text('orders-controller', 'password')).toBe(password);
  expect(text('orders-controller', 'tls.crt')).not.toBe(certificate);
  expect(secret('orders-controller').metadata.annotations?.[ANNOTATION.renewCertificates]).toBe('now');
});

/** The client of an operator that is dead after so many writes. */
function dyingAfter(most: number): Hands['kube'] {
  let writes = 0;
  const alive = <T>(write: () => Promise<T>): Promise<T> => ((writes += 1) > most ? Promise.reject(new Error('dead')) : write());
  const { client } = connected;
  const dying: Pick<Hands['kube'], 'get' | 'create' | 'mergePatch'> = {
    get: (ref) => client.get(ref),
    create: (kind, draft) => alive(() => client.create(kind, draft)),
    mergePatch: (ref, patch) => alive(() => client.mergePatch(ref, patch)),
  };
  return dying as Hands['kube'];
}

test.each([0, 1, 2, 3, 4])('an operator that dies after %i writes leaves what the next one ends', async (most) => {
  const cluster = tlsCluster();
  await passes(cluster, born(), { most: 4, kube: dyingAfter(most) }).catch(() => undefined);
  expect(names()).toHaveLength(most);
  const before = names().map((name) => [name, text(name, 'tls.crt')]);
  await passes(cluster, born());
  expect(names()).toHaveLength(5);
  expect(before.map(([name = '']) => [name, text(name, 'tls.crt')])).toEqual(before);
  const held = secret('orders-keystores').metadata.annotations?.[ANNOTATION.keystoresOf] ?? '';
  expect(held).toContain(`internal=${facts('orders-server-certificate').tls?.certificate?.fingerprint ?? '?'}`);
});

test('a Secret that somebody else made under one of our names is left alone, and told', async () => {
  server.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'orders-ca-certificate', namespace: 'kafka' }, data: { mine: 'eA==' } });
  const cluster = tlsCluster();
  const actions = wished(cluster, seen(born()), NOW);
  const [outcome] = await act({ actions, held: [], wakeAfter: undefined }, born().cluster, hands());
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(outcome?.message).toContain('was not made by this operator');
  expect(secret('orders-ca-certificate')['data']).toEqual({ mine: 'eA==' });
});

test('a Secret of ours that lost the label by which it is found is left alone, and the way out is told', async () => {
  const labels = { 'app.kubernetes.io/managed-by': 'kafka-operator' };
  const metadata = { name: 'orders-ca-certificate', namespace: 'kafka', labels };
  server.put({ apiVersion: 'v1', kind: 'Secret', metadata, data: { mine: 'eA==' } });
  const [outcome] = await act(
    { actions: wished(tlsCluster(), seen(born()), NOW), held: [], wakeAfter: undefined },
    born().cluster,
    hands(),
  );
  expect(outcome).toMatchObject({ result: 'failed' });
  expect(outcome?.message).toContain('kubectl -n kafka label --overwrite secret orders-ca-certificate kafka_cr=orders');
  expect(secret('orders-ca-certificate')['data']).toEqual({ mine: 'eA==' });
});

test('a Secret that changed since it was seen is not written over', async () => {
  const cluster = tlsCluster();
  await passes(cluster, born());
  const world = seen(withAnnotation(born(), ANNOTATION.renewCertificates, 'now'));
  server.patch(SECRET, 'kafka', 'orders-controller', { metadata: { annotations: { touched: 'yes' } } });
  const before = text('orders-controller', 'tls.crt');
  const outcomes = await act({ actions: wished(cluster, world, NOW), held: [], wakeAfter: undefined }, world.cluster, hands());
  expect(outcomes.find(({ action }) => action.kind === 'issueCertificate' && action.certificate === 'client')).toMatchObject({
    result: 'retry',
  });
  expect(text('orders-controller', 'tls.crt')).toBe(before);
});

test('the CA is replaced: both are trusted, the next one signs, the old one goes when its time is over', async () => {
  const cluster = tlsCluster({ ssl: 'caOverlap: 1h' });
  await passes(cluster, born());
  const old = text('orders-ca-certificate', 'tls.crt');
  const asked = withAnnotation(born(), ANNOTATION.renewAuthority, 'now');
  await passes(cluster, asked);
  expect(facts('orders-ca-certificate').tls?.authorities).toHaveLength(2);
  expect(text('orders-ca-certificate', 'ca.crt')).toContain(old.trim());
  expect(text('orders-ca-certificate', 'tls.crt')).not.toBe(old);
  const signer = facts('orders-ca-certificate').tls?.certificate?.fingerprint;
  expect(facts('orders-server-certificate').tls?.certificate?.signedBy).toBe(signer);
  expect(facts('orders-server-certificate').tls?.authorities).toHaveLength(2);
  await passes(cluster, asked, { now: NOW + 2 * 3_600_000 });
  expect(facts('orders-ca-certificate').tls?.authorities.map((a) => a.fingerprint)).toEqual([signer]);
  expect(facts('orders-controller').tls?.authorities.map((a) => a.fingerprint)).toEqual([signer]);
  expect(facts('orders-ca-certificate').tls?.keys).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
});

test('passwords are drawn once, stand in the properties of brokers and in the arguments of the first start', async () => {
  const yaml = tlsYaml().replace('type: ssl, name: internal', 'type: sasl_ssl, name: internal');
  const cluster = clusterFrom(yaml);
  await passes(cluster, born(cluster));
  const password = text('orders-sasl', 'kafka-brokers');
  expect(password).toMatch(/^[A-Za-z0-9]{24}$/u);
  expect(text('orders-sasl', 'broker.properties')).toContain(password);
  expect(text('orders-sasl', 'format.args')).toContain('name=kafka-operator');
  expect(text('orders-sasl', 'format.args')).not.toContain(password);
});

const saslYaml = (listener: 'internal' | 'external' = 'internal'): string =>
  listener === 'internal'
    ? tlsYaml().replace('type: ssl, name: internal', 'type: sasl_ssl, name: internal')
    : tlsYaml().replace(
        '    internalListeners:',
        `    externalListeners:
      - { type: sasl_ssl, name: outside, containerPort: 9094, externalStartingPort: 0, accessMethod: NodePort }
    internalListeners:`,
      );
const PASSWORDS = ['kafka-operator', 'kafka-brokers', 'kafka-cruise-control'];
const passwordsIn = (name: string): readonly string[] => PASSWORDS.map((user) => text(name, user));
const remove = (name: string): void => server.remove(SECRET, 'kafka', name);

describe('the passwords that a formed quorum knows', () => {
  const cluster = clusterFrom(saslYaml());
  const formed = (world = born(cluster)): World => withStatus(world, { quorum: 'Formed' });

  test('belong to no KafkaCluster, so that one made again over its volumes finds them', async () => {
    await passes(cluster, born(cluster));
    for (const name of ['orders-sasl', 'orders-sasl-copy']) expect(secret(name).metadata.ownerReferences ?? []).toEqual([]);
    const before = passwordsIn('orders-sasl');
    const again = { ...cluster, uid: 'another' };
    await passes(again, { ...formed(), cluster: { ...formed().cluster, uid: 'another' } });
    expect(passwordsIn('orders-sasl')).toEqual(before);
  });

  test.each([['orders-sasl'], ['orders-sasl-copy']])('come back when somebody deletes %s', async (name) => {
    await passes(cluster, born(cluster));
    const before = passwordsIn('orders-sasl');
    remove(name);
    await passes(cluster, formed());
    expect([passwordsIn('orders-sasl'), passwordsIn('orders-sasl-copy')]).toEqual([before, before]);
    expect(text('orders-sasl', 'broker.properties')).toContain(before[1]);
  });

  test('come back when somebody empties one of them, and the copy never takes the gap over', async () => {
    await passes(cluster, born(cluster));
    const before = passwordsIn('orders-sasl');
    server.patch(SECRET, 'kafka', 'orders-sasl', { data: { 'kafka-brokers': '' } });
    await passes(cluster, formed());
    expect([passwordsIn('orders-sasl'), passwordsIn('orders-sasl-copy')]).toEqual([before, before]);
  });

  test('are not drawn anew when all is lost, unless a way in is left', async () => {
    await passes(cluster, formed());
    expect(names()).not.toContain('orders-sasl');
    const outside = clusterFrom(saslYaml('external'));
    await passes(outside, formed(born(outside)));
    expect(names()).toContain('orders-sasl');
  });
});

test('no outcome, no action and no message holds a key or a password', async () => {
  const outcomes = await passes(tlsCluster(), born());
  const said = JSON.stringify(outcomes.map(({ action, message, result }) => ({ action, message, result })));
  expect(said).not.toContain('PRIVATE KEY');
  expect(said).not.toContain(text('orders-controller', 'password'));
});
