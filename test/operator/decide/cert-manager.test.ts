import { decide } from '../../../operator/decide/decide';
import { certificatesValid } from '../../../operator/decide/certificates-status';
import { nodeViews } from '../../../operator/decide/node-view';
import { withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { clusterFrom } from '../../world/cluster-file';
import { emptyWorld, NOW, pass } from '../../world/makers';

const cluster = clusterFrom(`
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  listenersConfig:
    internalListeners:
      - { type: ssl, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
    sslSecrets: { tlsSecretName: orders-ca, create: true, pkiBackend: cert-manager }
  brokers:
    - { id: 0, brokerConfig: { processRoles: [broker, controller], storageConfigs: [{ mountPath: /logs, emptyDir: {} }] } }
`);

const ABSENT = ['Certificate.cert-manager.io', 'Issuer.cert-manager.io'];
const born = pass(cluster, emptyWorld(cluster));
const asked = pass(cluster, born);

const said = (world: World): string =>
  certificatesValid({ cluster, world, views: nodeViews(cluster, world), now: NOW }, [])
    .map(({ status, reason, message }) => `${status} ${reason}: ${message}`)
    .join();

const applied = (world: World): readonly string[] =>
  decide(cluster, world, NOW).actions.flatMap((a) => (a.kind === 'apply' ? [`${a.manifest.kind}/${a.manifest.metadata.name}`] : []));

const server = (world: World): LiveObject =>
  world.objects.find((o) => o.kind === 'Certificate' && o.metadata.name === 'orders-server-certificate')!;

describe('a cluster whose certificates cert-manager makes', () => {
  test('asks for them, starts nothing without them, and makes none itself', () => {
    expect(applied(born)).toEqual(
      expect.arrayContaining([
        'Issuer/orders-self-signer',
        'Certificate/orders-ca-certificate',
        'Issuer/orders-issuer',
        'Certificate/orders-server-certificate',
        'Certificate/orders-controller',
      ]),
    );
    const { actions } = decide(cluster, asked, NOW);
    expect(actions.filter(({ kind }) => kind === 'createPod' || kind === 'issueCertificate')).toEqual([]);
  });

  test('asks for nothing where cert-manager is not installed, and says what to do', () => {
    const world = { ...born, absentKinds: ABSENT };
    expect(applied(world).filter((name) => /^(Certificate|Issuer)\//.test(name))).toEqual([]);
    expect(said(world)).toMatch(
      /^False KindNotInstalled: Kubernetes does not know Certificate.cert-manager.io, Issuer.cert-manager.io; install cert-manager/,
    );
    const { held } = decide(cluster, world, NOW);
    expect(held).toContainEqual(expect.objectContaining({ what: 'apply    what asks for certificates' }));
  });

  test('says so where cert-manager does not answer', () => {
    expect(said(asked)).toMatch(/^False CertificatePending: .*cert-manager says nothing of certificate\/orders-server-certificate yet/);
  });

  test('says what cert-manager says', () => {
    const certificate = server(asked);
    const conditions = [
      { type: 'Ready', status: 'False', message: 'Referenced "Issuer" not found', observedGeneration: certificate.metadata.generation },
    ];
    expect(said(withObject(asked, { ...certificate, status: { conditions } }))).toContain(
      'certificate/orders-server-certificate: Referenced "Issuer" not found',
    );
  });

  test('puts right what somebody changed', () => {
    const certificate = server(asked);
    const changed = withObject(asked, { ...certificate, spec: { ...(certificate['spec'] as object), duration: '1h0m0s' } });
    expect(applied(changed)).toContain('Certificate/orders-server-certificate');
  });
});
