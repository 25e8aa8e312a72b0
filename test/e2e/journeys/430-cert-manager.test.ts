/** What is written for cert-manager, against its own definitions; nobody answers here (matrix/cert-manager.test.ts has its controllers). */
import { readFileSync } from 'node:fs';
import { CERTIFICATE, ISSUER } from '../../../operator/kinds';
import { definitionName } from '../../../operator/runtime/optional-kinds';
import { applyCluster, conditionOf, clusterObject, objectsOf, podsOf, wipeCluster, type ClusterOptions } from '../cluster';
import { kube, mustKubectl, until } from '../kubernetes';
import { condition } from '../live';

/** Made by test/e2e/run: the custom resource definitions of cert-manager. */
const CRDS = process.env.CERT_MANAGER_CRDS ?? '';
const NAME = 'certified';

const certified: ClusterOptions = {
  name: NAME,
  nodes: { combined: [0] },
  storage: 'emptyDir',
  spec: {
    listenersConfig: {
      sslSecrets: { tlsSecretName: 'certified-ca', create: true, pkiBackend: 'cert-manager' },
      internalListeners: [
        { name: 'internal', type: 'ssl', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'ssl', containerPort: 29093, usedForControllerCommunication: true },
      ],
    },
  },
};

const names = async (kind: typeof CERTIFICATE): Promise<readonly string[]> =>
  (await objectsOf(NAME, kind)).map((o) => o.metadata.name).sort();

afterAll(async () => {
  await wipeCluster(NAME);
  await mustKubectl(['delete', '--ignore-not-found', '--wait=true', '--timeout=60s', '-f', CRDS]);
});

describe('a cluster whose certificates cert-manager makes', () => {
  it('says what is missing while cert-manager is not installed, and starts nothing', async () => {
    expect(readFileSync(CRDS, 'utf8')).toContain(definitionName(CERTIFICATE));
    await applyCluster(certified);
    await condition('CertificatesValid', 'KindNotInstalled', { name: NAME });
    expect(await podsOf(NAME)).toEqual([]);
  });

  it('asks for everything once its definitions are there, as they want it', async () => {
    await mustKubectl(['apply', '--server-side', '-f', CRDS]);
    const wanted = [`${NAME}-ca-certificate`, `${NAME}-controller`, `${NAME}-quorum-certificate`, `${NAME}-server-certificate`];
    await until('every Certificate is there', async () => (await names(CERTIFICATE)).join() === wanted.join());
    await until('every Issuer is there', async () => (await names(ISSUER)).join() === `${NAME}-issuer,${NAME}-self-signer`);
  });

  it('says that cert-manager does not answer, and writes nothing again and again', async () => {
    await condition('CertificatesValid', 'CertificatePending', { name: NAME });
    expect(conditionOf(await clusterObject(NAME), 'CertificatesValid')?.message).toContain('cert-manager says nothing of certificate/');
    const versions = async () => (await objectsOf(NAME, CERTIFICATE)).map((o) => o.metadata.resourceVersion);
    const before = await versions();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await versions()).toEqual(before);
  });

  it('puts right what somebody changes', async () => {
    const name = `${NAME}-server-certificate`;
    await mustKubectl(['-n', 'e2e', 'patch', 'certificate', name, '--type=merge', '-p', '{"spec":{"duration":"1h0m0s"}}']);
    await until('the duration is that of the spec again', async () => {
      const { spec } = (await kube.get({ kind: CERTIFICATE, namespace: 'e2e', name })) as { spec?: { duration?: string } };
      return spec?.duration === '2160h0m0s';
    });
  });
});
