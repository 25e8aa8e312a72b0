/** The cluster of examples/ssl.yaml, with TLS on every listener, one more of them with a certificate of one's own, and a user who loads it. */
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { clientCertificateName, podName, serverCertificateName } from '../../lib/constructs/naming';
import { KAFKA_CLUSTER, SECRET, USER } from '../../operator/kinds';
import type { KubeDraft } from '../../operator/runtime/kube-types';
import { clientOf, secretOf, shownAt, textIn, type Client } from './certificates';
import { running, wipeCluster } from './cluster';
import { figure, seconds } from './figures';
import { kube, NAMESPACE } from './kubernetes';
import { consume, createTopic, produce, type Produced } from './records';

export const NAME = 'secure';
export const BROKERS = [100, 101, 102] as const;
export const PORT = 29_092;
export const OWN_PORT = 29_095;
export const BUSY = { seconds: 240 };

/** The example, with a certificate of one's own on one more listener, and a former CA trusted for five seconds, not for thirty days. */
function secure(): KubeDraft {
  const { spec, ...draft } = parse(readFileSync(join(__dirname, '../../examples/ssl.yaml'), 'utf8')) as KubeDraft & Example;
  const { internalListeners, sslSecrets } = spec.listenersConfig;
  const own = { name: 'own', type: 'ssl', containerPort: OWN_PORT, sslClientAuth: 'none', serverSSLCertSecret: { name: 'secure-own' } };
  const listenersConfig = { internalListeners: [...internalListeners, own], sslSecrets: { ...sslSecrets, caOverlap: '5s' } };
  return { ...draft, metadata: { name: NAME, namespace: NAMESPACE }, spec: { ...spec, listenersConfig } };
}

interface Example {
  readonly spec: { readonly listenersConfig: { readonly internalListeners: readonly object[]; readonly sslSecrets: object } };
}

export const hostOf = (id: number): string => `${podName(NAME, id)}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;
export const bootstrap = `${hostOf(100)}:${String(PORT)}`;

/** As many threads of a broker show a certificate, each of them the one that it loaded; Kafka gives them its connections in turn. */
const THREADS = 3;

/** What each broker shows on a port; more than one certificate of a broker stand side by side. */
export const shown = (port = PORT): Promise<readonly string[]> => Promise.all(BROKERS.map((id) => shownByThreads(hostOf(id), port)));

async function shownByThreads(host: string, port: number): Promise<string> {
  const seen = new Set<string>();
  for (let thread = 0; thread < THREADS; thread += 1) seen.add((await shownAt(host, port)).fingerprint);
  return [...seen].join(' and ');
}

export const fingerprintIn = (pem: string): string => new X509Certificate(pem).fingerprint256;
export const serverCertificate = async (): Promise<string> => fingerprintIn(textIn(await secretOf(serverCertificateName(NAME)), 'tls.crt'));

let admin: Client | undefined;
let loader: Client | undefined;

/** Makes the cluster, a certificate of one's own beside the generated ones, and the user `loader`. */
export async function secureCluster(): Promise<void> {
  await putOwn(ownCertificate());
  const from = Date.now();
  await kube.apply(KAFKA_CLUSTER, secure(), { force: true });
  await running(NAME);
  figure('apply to ClusterRunning with certificates', seconds(Date.now() - from));
  const spec = {
    secretName: 'loader',
    clusterRef: { name: NAME },
    topicGrants: ['read', 'write'].map((accessType) => ({ topicName: 'renewed', accessType, patternType: 'prefixed' })),
  };
  const metadata = { name: 'loader', namespace: NAMESPACE };
  await kube.apply(USER, { apiVersion: USER.apiVersion, kind: USER.kind, metadata, spec }, { force: true });
  admin = await clientOf(bootstrap, clientCertificateName(NAME));
  loader = await clientOf(bootstrap, 'loader');
}

export async function secureClusterGone(): Promise<void> {
  admin?.stop();
  loader?.stop();
  await wipeCluster(NAME);
  rmSync(folder, { recursive: true, force: true });
}

/** Does something while the user `loader` produces with acks=all and consumes; nothing of it may be lost. */
export async function whileLoaded(topic: string, act: () => Promise<void>): Promise<Produced> {
  if (admin === undefined || loader === undefined) throw new Error('cannot load a cluster that was not made');
  await createTopic(admin.start, topic);
  const consuming = await consume(loader.start, topic);
  const producing = await produce(loader.start, topic);
  const acted = await Promise.allSettled([act()]);
  const produced = await producing.stop();
  const missing = await consuming.missing(produced.acknowledged);
  expect(acted).toEqual([{ status: 'fulfilled', value: undefined }]);
  expect(missing).toEqual([]);
  return produced;
}

const folder = mkdtempSync(join(tmpdir(), 'own-'));
const at = (file: string): string => join(folder, file);

function openssl(...args: readonly string[]): void {
  const made = spawnSync('openssl', args, { encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`cannot ${args[0] ?? ''} with openssl: ${made.stderr}`);
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30'];

/** A certificate as somebody makes one with openssl: of the same subject, names and CA each time, with a key of its own. */
export function ownCertificate(): Readonly<Record<string, string>> {
  const authority = ['-CA', at('ca.crt'), '-CAkey', at('ca.key')];
  if (!existsSync(at('ca.crt'))) openssl('req', '-x509', ...KEY, '-subj', '/CN=own-ca', '-keyout', at('ca.key'), '-out', at('ca.crt'));
  const names = `subjectAltName=DNS:*.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;
  openssl('req', '-x509', ...KEY, '-subj', '/CN=own', '-addext', names, ...authority, '-keyout', at('key'), '-out', at('crt'));
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  return { 'tls.crt': read('crt'), 'tls.key': read('key'), 'ca.crt': read('ca.crt') };
}

export async function putOwn(content: Readonly<Record<string, string>>): Promise<void> {
  const data = Object.fromEntries(Object.entries(content).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const metadata = { name: 'secure-own', namespace: NAMESPACE };
  await kube.apply(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data }, { force: true });
}
