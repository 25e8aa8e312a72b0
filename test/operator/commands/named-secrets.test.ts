import { lookAtNamedSecrets } from '../../../operator/commands/named-secrets';
import { KubeError } from '../../../operator/runtime/kube-error';
import type { KubeObject, ObjectRef } from '../../../operator/runtime/kube-types';
import { clusterFrom } from '../../world/cluster-file';
import { testAuthority } from '../../tls/authority';
import { dedicatedNodes } from '../../world/three-nodes';

const withOwn = clusterFrom(`
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  listenersConfig:
    internalListeners:
      - { type: ssl, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true, sslClientAuth: none, serverSSLCertSecret: { name: mine } }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    all: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers:
    - { id: 0, brokerConfigGroup: all }
`);

const kubeWith = (answer: (ref: ObjectRef) => KubeObject | KubeError) => {
  const asked: string[] = [];
  const get = async (ref: ObjectRef): Promise<KubeObject> => {
    asked.push(`${ref.namespace ?? ''}/${ref.name}`);
    const found = answer(ref);
    if (found instanceof Error) throw found;
    return found;
  };
  return { asked, get };
};
const refusal = (status: number, reason: string) => (ref: ObjectRef) => new KubeError({ status, reason, said: 'no', verb: 'get', ref });

describe('Secrets of the user that a spec names', () => {
  it('are not asked for where there are none', async () => {
    const kube = kubeWith(refusal(404, 'NotFound'));
    expect([await lookAtNamedSecrets(kube, dedicatedNodes()), kube.asked]).toEqual([{}, []]);
  });

  it('are seen by what their certificates say, without a value', async () => {
    const issued = await (await testAuthority()).issue('mine');
    const data = { 'tls.crt': Buffer.from(issued.cert).toString('base64'), 'tls.key': Buffer.from(issued.key).toString('base64') };
    const metadata = { name: 'mine', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
    const kube = kubeWith(() => ({ apiVersion: 'v1', kind: 'Secret', metadata, data }));
    const seen = await lookAtNamedSecrets(kube, withOwn);
    expect(seen).toMatchObject({
      namedSecrets: { mine: { state: 'known', value: { tls: { certificate: { fingerprint: issued.fingerprint } } } } },
    });
    expect([kube.asked, JSON.stringify(seen).includes(data['tls.key'])]).toEqual([['kafka/mine'], false]);
  });

  it('may not exist, which is known', async () => {
    await expect(lookAtNamedSecrets(kubeWith(refusal(404, 'NotFound')), withOwn)).resolves.toEqual({
      namedSecrets: { mine: { state: 'known', value: undefined } },
    });
  });

  it('may be hidden, which is said', async () => {
    await expect(lookAtNamedSecrets(kubeWith(refusal(403, 'Forbidden')), withOwn)).resolves.toMatchObject({
      namedSecrets: { mine: { state: 'unknown', why: expect.stringContaining('Forbidden') } },
    });
  });
});
