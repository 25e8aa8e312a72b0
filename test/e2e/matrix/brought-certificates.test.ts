/**
 * Certificates that people bring along, on real Kafka: a CA of their own with RSA keys that the operator signs with, a key store of keytool
 * on one listener, and clients that may show a certificate there and need not.
 */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { podName, serverCertificateName } from '../../../lib/constructs/naming';
import { SECRET } from '../../../operator/kinds';
import { clientOf, secretOf, shownAt, textIn } from '../certificates';
import { applyCluster, podsOf, running, wipeCluster } from '../cluster';
import { javaFolder } from '../key-stores';
import { kube, NAMESPACE, until } from '../kubernetes';
import { condition } from '../live';
import { identitiesOf } from '../outside';
import { createTopic, missingRecords, produceSome } from '../records';
import { applyUser, userReady } from '../users';

const NAME = 'brought';
const [PORT, STORE_PORT] = [29_092, 29_094];
const PASSWORD = 'of-this-store';
const KEY = '-newkey rsa:2048 -nodes -days 30';
const host = `${podName(NAME, 0)}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;

const folder = mkdtempSync(join(tmpdir(), 'brought-'));
const run = (script: string): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, P: PASSWORD, JAVA: javaFolder() },
  });
const file = (name: string): Buffer => readFileSync(join(folder, name));

async function put(name: string, content: Readonly<Record<string, Buffer | string>>): Promise<void> {
  const data = Object.fromEntries(Object.entries(content).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, type: 'Opaque', data };
  await kube.apply(SECRET, secret, { force: true });
}

/** As people do it with openssl and keytool: a key with what their CA signed in a key store, the CA in a trust store. */
async function putStores(type: 'JKS' | 'PKCS12'): Promise<X509Certificate> {
  run(`rm -f *.store; S="-storetype ${type} -storepass:env P"
    openssl req -x509 ${KEY} -subj /CN=own -addext subjectAltName=DNS:${host} -CA own-ca.crt -CAkey own-ca.key -keyout own.key -out own.crt
    openssl pkcs12 -export -name own -in own.crt -inkey own.key -certfile own-ca.crt -out own.p12 -passout env:P
    "$JAVA/keytool" -importkeystore -srckeystore own.p12 -srcstorepass:env P -destkeystore key.store -deststoretype ${type} -deststorepass:env P
    "$JAVA/keytool" -importcert -noprompt -alias ca -file own-ca.crt -keystore trust.store $S`);
  await put('brought-store', { 'keystore.jks': file('key.store'), 'truststore.jks': file('trust.store'), password: PASSWORD });
  return new X509Certificate(file('own.crt'));
}

beforeAll(async () => {
  run(`openssl req -x509 ${KEY} -subj "/O=people/CN=ca" -keyout ca.key -out ca.crt`);
  run(`openssl req -x509 ${KEY} -subj /CN=own-ca -keyout own-ca.key -out own-ca.crt`);
  await put('brought-ca', { caCert: file('ca.crt'), caKey: file('ca.key') });
  await putStores('JKS');
  const internalListeners = [
    { name: 'internal', type: 'ssl', containerPort: PORT, usedForInnerBrokerCommunication: true },
    { name: 'controller', type: 'ssl', containerPort: 29_093, usedForControllerCommunication: true },
    {
      ...{ name: 'stored', type: 'ssl', containerPort: STORE_PORT },
      ...{ sslClientAuth: 'requested', serverSSLCertSecret: { name: 'brought-store' } },
    },
  ];
  const sslSecrets = { tlsSecretName: 'brought-ca', keyType: 'RSA-2048' };
  await applyCluster({ name: NAME, nodes: { combined: [0] }, spec: { listenersConfig: { internalListeners, sslSecrets } } });
  await running(NAME);
}, 300_000);

afterAll(async () => {
  await wipeCluster(NAME);
  rmSync(folder, { recursive: true });
});

it('the operator signs with the CA of their own, with RSA keys', async () => {
  const certificate = new X509Certificate(textIn(await secretOf(serverCertificateName(NAME)), 'tls.crt'));
  expect([certificate.publicKey.asymmetricKeyType, certificate.issuer]).toEqual(['rsa', 'O=people\nCN=ca']);
  expect(await shownAt(host, PORT, file('ca.crt').toString())).toMatchObject({ trusted: true, fingerprint: certificate.fingerprint256 });
  await condition('CertificatesValid', 'AllCertificatesValid', { name: NAME });
});

it('a user of theirs is known by a certificate of that CA', async () => {
  await applyUser(NAME, 'carol');
  await userReady('carol');
  const client = await clientOf(`${host}:${String(PORT)}`, 'carol');
  await createTopic(client.start, 'brought', { copies: 1 });
  const numbers = await produceSome(client.start, 'brought');
  expect(await missingRecords(client.start, 'brought', numbers)).toEqual([]);
  client.stop();
});

it('the listener of their own shows what keytool made, and lets in who shows no certificate', async () => {
  const own = new X509Certificate(file('own.crt'));
  expect((await shownAt(host, STORE_PORT)).fingerprint).toBe(own.fingerprint256);
  const nobody = { brokers: [`${host}:${String(STORE_PORT)}`], ssl: { ca: [file('own-ca.crt').toString()] } };
  expect(await missingRecords(nobody, 'brought', await produceSome(nobody, 'brought'))).toEqual([]);
});

it('another key store, this time PKCS #12, is taken without a restart', async () => {
  const before = identitiesOf(await podsOf(NAME));
  const { fingerprint256 } = await putStores('PKCS12');
  await until('the listener shows it', async () => (await shownAt(host, STORE_PORT)).fingerprint === fingerprint256, { seconds: 240 });
  await condition('CertificatesValid', 'AllCertificatesValid', { name: NAME });
  expect(identitiesOf(await podsOf(NAME))).toEqual(before);
}, 300_000);
