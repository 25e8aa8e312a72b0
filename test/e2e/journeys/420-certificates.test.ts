import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { ANNOTATION, authorityName, clientCertificateName, podName, serverCertificateName } from '../../../lib/constructs/naming';
import { SECRET, USER } from '../../../operator/kinds';
import { certificatesIn, clientOf, secretOf, shownAt, textIn, type Client } from '../certificates';
import { applyCluster, clusterObject, conditionOf, podsOf, running, wipeCluster, type ClusterOptions } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, NAMESPACE, until } from '../kubernetes';
import { annotate, change, condition } from '../live';
import { identitiesOf } from '../outside';
import { consume, createTopic, produce, type Produced } from '../records';

const NAME = 'secure';
const BROKERS = [100, 101, 102] as const;
const PORT = 29_092;
const OWN_PORT = 29_094;
const BUSY = { seconds: 240 };

const internal = [
  { name: 'internal', type: 'ssl', containerPort: PORT, usedForInnerBrokerCommunication: true },
  { name: 'controller', type: 'ssl', containerPort: 29_093, usedForControllerCommunication: true },
];
const own = { name: 'own', type: 'ssl', containerPort: OWN_PORT, sslClientAuth: 'none', serverSSLCertSecret: { name: 'secure-own' } };

const secure: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: BROKERS },
  config: ['authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer'],
  spec: {
    // A CA that is replaced is trusted for five seconds more, not for thirty days.
    listenersConfig: { internalListeners: internal, sslSecrets: { tlsSecretName: 'secure-ca', create: true, caOverlap: '5s' } },
  },
};

interface SecureSpec {
  listenersConfig: { internalListeners: Record<string, unknown>[] };
}
const changed = (how: (spec: SecureSpec) => void): Promise<void> =>
  change((spec) => {
    how(spec as unknown as SecureSpec);
  }, NAME);

const hostOf = (id: number): string => `${podName(NAME, id)}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;
const bootstrap = `${hostOf(100)}:${String(PORT)}`;

/** What each broker shows on a port. */
const shown = (port = PORT): Promise<readonly string[]> =>
  Promise.all(BROKERS.map(async (id) => (await shownAt(hostOf(id), port)).fingerprint));

const fingerprintIn = (pem: string): string => new X509Certificate(pem).fingerprint256;
const serverCertificate = async (): Promise<string> => fingerprintIn(textIn(await secretOf(serverCertificateName(NAME)), 'tls.crt'));

let admin: Client;
let loader: Client;

beforeAll(async () => {
  const from = Date.now();
  await applyCluster(secure);
  await running(NAME);
  figure('apply to ClusterRunning with certificates', seconds(Date.now() - from));
  await kube.apply(
    USER,
    {
      apiVersion: USER.apiVersion,
      kind: USER.kind,
      metadata: { name: 'loader', namespace: NAMESPACE },
      spec: {
        secretName: 'loader',
        clusterRef: { name: NAME },
        topicGrants: ['read', 'write'].map((accessType) => ({ topicName: 'renewed', accessType, patternType: 'prefixed' })),
      },
    },
    { force: true },
  );
  admin = await clientOf(bootstrap, clientCertificateName(NAME));
  loader = await clientOf(bootstrap, 'loader');
});
afterAll(async () => {
  admin.stop();
  loader.stop();
  await wipeCluster(NAME);
});

/** Does something while the user `loader` produces with acks=all and consumes; nothing of it may be lost. */
async function whileLoaded(topic: string, act: () => Promise<void>): Promise<Produced> {
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

describe('certificates that nobody thought of', () => {
  it('cover every broker by its name, and nobody comes in without one', async () => {
    const { 'ca.crt': ca } = (await secretOf(serverCertificateName(NAME))).data as Record<string, string>;
    const seen = await Promise.all(BROKERS.map((id) => shownAt(hostOf(id), PORT, Buffer.from(ca ?? '', 'base64').toString())));
    expect(seen.map(({ trusted }) => trusted)).toEqual([true, true, true]);
    await condition('CertificatesValid', 'AllCertificatesValid', { name: NAME });
    const impatient = { retries: 0 };
    const stranger = new Kafka({ brokers: [bootstrap], ssl: { rejectUnauthorized: false }, retry: impatient, logLevel: logLevel.NOTHING });
    const asking = stranger.admin();
    await expect(asking.connect()).rejects.toThrow();
    await asking.disconnect();
  }, 60_000);

  it('are renewed three times under load without any restart, and no record is lost', async () => {
    const pods = identitiesOf(await podsOf(NAME));
    const times: number[] = [];
    const { acknowledged, longestStall } = await whileLoaded('renewed-leaf', async () => {
      for (const round of ['1', '2', '3']) {
        const before = await serverCertificate();
        const from = Date.now();
        await annotate(ANNOTATION.renewCertificates, round, NAME);
        const fresh = await until('the certificate is another one', async () => {
          const now = await serverCertificate();
          return now === before ? undefined : now;
        });
        await until('every broker shows it', async () => (await shown()).every((fingerprint) => fingerprint === fresh), BUSY);
        times.push(Date.now() - from);
      }
      await running(NAME);
    });
    figure('renewed certificates shown by three brokers after', times.map(seconds).join(', '));
    figure('three renewals under load', `${String(acknowledged.size)} records, longest produce stall ${seconds(longestStall)}`);
    expect(identitiesOf(await podsOf(NAME))).toEqual(pods);
  }, 600_000);

  it('survive the replacement of their CA under load; the old one is dropped', async () => {
    const before = certificatesIn(textIn(await secretOf(authorityName(NAME)), 'ca.crt'));
    expect(before).toHaveLength(1);
    const from = Date.now();
    const { acknowledged, longestStall } = await whileLoaded('renewed-ca', async () => {
      await annotate(ANNOTATION.renewAuthority, '1', NAME);
      await until(
        'the old CA is dropped',
        async () => {
          const now = certificatesIn(textIn(await secretOf(authorityName(NAME)), 'ca.crt'));
          return now.length === 1 && now[0] !== before[0];
        },
        { seconds: 480 },
      );
      await running(NAME, 400);
    });
    figure(
      'a CA replaced under load',
      `${seconds(Date.now() - from)}, ${String(acknowledged.size)} records, longest produce stall ${seconds(longestStall)}`,
    );
    const ca = textIn(await secretOf('loader'), 'ca.crt');
    expect(certificatesIn(ca)).toHaveLength(1);
    const seen = await Promise.all(BROKERS.map((id) => shownAt(hostOf(id), PORT, ca)));
    expect(seen.map(({ trusted }) => trusted)).toEqual([true, true, true]);
  }, 1_200_000);
});

describe('a certificate of your own beside them', () => {
  it('is shown on its own listener, and the others keep theirs', async () => {
    await putOwn(selfSigned('first'));
    await changed((spec) => spec.listenersConfig.internalListeners.push(own));
    await running(NAME, 400);
    const mine = fingerprintIn(textIn(await secretOf('secure-own'), 'tls.crt'));
    expect(await shown(OWN_PORT)).toEqual([mine, mine, mine]);
    expect(new Set(await shown())).toEqual(new Set([await serverCertificate()]));
  }, 600_000);

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no PEM at all', { 'tls.crt': 'x', 'tls.key': 'y' }],
    ['a megabyte of nothing', { 'tls.crt': 'A'.repeat(1_000_000), 'tls.key': 'y' }],
    ['a key that is not its own', {}],
  ])(
    'that is %s ends in a condition, and the listener goes on with what it had',
    async (_, content) => {
      const before = await shown(OWN_PORT);
      const other = selfSigned('other');
      const wrong =
        Object.keys(content).length > 0 ? content : { 'tls.crt': selfSigned('first')['tls.crt'] ?? '', 'tls.key': other['tls.key'] ?? '' };
      await putOwn(wrong);
      const { message } = await condition('CertificatesValid', 'CertificateUnusable', { name: NAME });
      expect(message).toContain('secure-own');
      expect(await shown(OWN_PORT)).toEqual(before);
      expect(conditionOf(await clusterObject(NAME), 'Ready')?.status).toBe('True');
    },
    200_000,
  );

  it('that is right again is taken without a restart', async () => {
    const pods = identitiesOf(await podsOf(NAME));
    await putOwn(selfSigned('first'));
    const mine = fingerprintIn(textIn(await secretOf('secure-own'), 'tls.crt'));
    await until('every broker shows it', async () => (await shown(OWN_PORT)).every((fingerprint) => fingerprint === mine), BUSY);
    await condition('CertificatesValid', 'AllCertificatesValid', { name: NAME });
    expect(identitiesOf(await podsOf(NAME))).toEqual(pods);
  }, 300_000);
});

/** As somebody makes one with openssl; always of the same subject and names. */
function selfSigned(name: string): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'own-'));
  try {
    const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'crt')];
    const names = `subjectAltName=DNS:*.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;
    const made = spawnSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-days',
        '30',
        '-subj',
        `/CN=own-${name === 'other' ? 'first' : name}`,
        '-addext',
        names,
        ...files,
      ],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`cannot make a certificate: ${made.stderr}`);
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
    return { 'tls.crt': read('crt'), 'tls.key': read('key'), 'ca.crt': read('crt') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function putOwn(content: Readonly<Record<string, string>>): Promise<void> {
  const data = Object.fromEntries(Object.entries(content).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  const metadata = { name: 'secure-own', namespace: NAMESPACE };
  await kube.apply(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data }, { force: true });
}
