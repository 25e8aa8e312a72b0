/**
 * A cluster whose certificates the real controllers of cert-manager make: its own CA, certificates of brokers, one that is renewed
 * under running brokers, and users by a Certificate and by a signing request of Kubernetes.
 */
import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { serverCertificateName } from '../../../lib/constructs/naming';
import { CERTIFICATE, USER } from '../../../operator/kinds';
import { secretOf, shownAt, textIn } from '../certificates';
import { applyCluster, podsOf, running, wipeCluster, type ClusterOptions } from '../cluster';
import { figure, seconds } from '../figures';
import { kube, mustKubectl, NAMESPACE, until } from '../kubernetes';
import { identitiesOf } from '../outside';
import { userReady } from '../users';

const ROOT = join(__dirname, '../../..');
const INSTALL = join(ROOT, 'tools/cert-manager/install.yaml');
/** Made by test/e2e/run. */
const CRDS = process.env.CERT_MANAGER_CRDS ?? '';
const NAME = 'certified';
const OPERATOR = 'kafka-operator';
const PORT = 29_092;
const BROKERS = [100, 101];
const BUSY = { seconds: 180 };

const certified: ClusterOptions = {
  name: NAME,
  nodes: { controllers: [0], brokers: BROKERS },
  storage: 'emptyDir',
  spec: {
    listenersConfig: {
      sslSecrets: { tlsSecretName: 'certified-ca', create: true, pkiBackend: 'cert-manager' },
      internalListeners: [
        { name: 'internal', type: 'ssl', containerPort: PORT, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'ssl', containerPort: 29_093, usedForControllerCommunication: true },
      ],
    },
  },
};

const host = (id: number): string => `${NAME}-${String(id)}.${NAME}-headless.${NAMESPACE}.svc.cluster.local`;
const shown = (): Promise<readonly string[]> => Promise.all(BROKERS.map(async (id) => (await shownAt(host(id), PORT)).fingerprint));
const issued = async (): Promise<string> =>
  new X509Certificate(textIn(await secretOf(serverCertificateName(NAME)), 'tls.crt')).fingerprint256;

const user = (name: string, spec: Readonly<Record<string, unknown>>) =>
  kube.apply(
    USER,
    {
      apiVersion: USER.apiVersion,
      kind: USER.kind,
      metadata: { name, namespace: NAMESPACE },
      spec: { clusterRef: { name: NAME }, secretName: `${name}-secret`, ...spec },
    },
    { force: true },
  );

const keysOf = async (secret: string): Promise<readonly string[]> => {
  const text = await mustKubectl(['-n', NAMESPACE, 'get', 'secret', secret, '--ignore-not-found', '-o', 'json']);
  return text === '' ? [] : Object.keys((JSON.parse(text) as { data?: object }).data ?? {}).sort();
};

beforeAll(async () => {
  await mustKubectl(['apply', '--server-side', '-f', CRDS]);
  await mustKubectl(['apply', '-f', INSTALL]);
  await mustKubectl(['-n', 'cert-manager', 'rollout', 'status', 'deployment/cert-manager', '--timeout=120s']);
  const helm = join(ROOT, 'node_modules/.bin/helm');
  const upgraded = spawnSync(
    helm,
    [
      'upgrade',
      OPERATOR,
      join(ROOT, 'charts/kafka-operator'),
      '-n',
      OPERATOR,
      '--reuse-values',
      '--set',
      'certSigning.enabled=true',
      '--wait',
    ],
    { encoding: 'utf8' },
  );
  if (upgraded.status !== 0) throw new Error(upgraded.stderr);
});

afterAll(async () => {
  await mustKubectl([
    '-n',
    NAMESPACE,
    'delete',
    'kafkausers',
    'by-certificate',
    'by-request',
    '--ignore-not-found',
    '--wait=true',
    '--timeout=60s',
  ]);
  await wipeCluster(NAME);
  await mustKubectl(['delete', '--ignore-not-found', '--wait=false', '-f', INSTALL, '-f', CRDS]);
});

describe('a cluster whose certificates cert-manager makes', () => {
  it('runs with them', async () => {
    const began = Date.now();
    await applyCluster(certified);
    await running(NAME);
    figure('with cert-manager, from apply to ClusterRunning', seconds(Date.now() - began));
    const fingerprint = await issued();
    expect(await shown()).toEqual(BROKERS.map(() => fingerprint));
  });

  it('takes a renewed certificate without a restart', async () => {
    const before = [identitiesOf(await podsOf(NAME)), await issued()] as const;
    const conditions = [
      {
        type: 'Issuing',
        status: 'True',
        reason: 'ManuallyTriggered',
        message: 'by the test',
        lastTransitionTime: new Date().toISOString(),
      },
    ];
    await kube.mergePatch(
      { kind: CERTIFICATE, namespace: NAMESPACE, name: serverCertificateName(NAME) },
      { status: { conditions } },
      'status',
    );
    await until('another certificate is issued', async () => (await issued()) !== before[1], BUSY);
    const next = await issued();
    await until('every broker shows it', async () => (await shown()).every((fingerprint) => fingerprint === next), BUSY);
    expect(identitiesOf(await podsOf(NAME))).toEqual(before[0]);
  });

  it('has users by Certificates, with key stores', async () => {
    await user('by-certificate', { includeJKS: true });
    const wanted = ['ca.crt', 'keystore.jks', 'keystore.p12', 'password', 'tls.crt', 'tls.key', 'truststore.jks', 'truststore.p12'];
    await until('its Secret has every key', async () => (await keysOf('by-certificate-secret')).join() === wanted.join(), BUSY);
    await userReady('by-certificate');
  });

  it('has users by signing requests, approved for an issuer of cert-manager', async () => {
    const signerName = `issuers.cert-manager.io/${NAMESPACE}.${NAME}-issuer`;
    await user('by-request', { pkiBackendSpec: { pkiBackend: 'k8s-csr', signerName } });
    await until(
      'its Secret has a certificate',
      async () => (await keysOf('by-request-secret')).join() === 'ca.crt,chain.pem,tls.crt,tls.key',
      BUSY,
    );
    await userReady('by-request');
  });
});
