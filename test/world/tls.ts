/** Clusters with TLS for tests. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { clusterFrom } from './cluster-file';

interface Wish {
  /** Lines of `sslSecrets`, for example `duration: 1h`. */
  readonly ssl?: string;
  /** Lines of the spec. */
  readonly more?: string;
  /** Of the listener `internal`, for example `serverSSLCertSecret: { name: mine }`. */
  readonly internal?: string;
}

/** Three combined nodes, every listener with TLS. */
export const tlsYaml = ({ ssl = '', more = '', internal = '' }: Wish = {}): string => `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  readOnlyConfig: ""
  disruptionBudget: { create: true, budget: "1" }
  ${more}
  listenersConfig:
    sslSecrets: { tlsSecretName: orders-ca, create: true${ssl === '' ? '' : `, ${ssl}`} }
    internalListeners:
      - { type: ssl, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true${internal === '' ? '' : `, ${internal}`} }
      - { type: ssl, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    all:
      processRoles: [controller, broker]
      storageConfigs: [{ mountPath: /kafka-logs, pvcSpec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } } }]
  brokers:
    - { id: 0, brokerConfigGroup: all }
    - { id: 1, brokerConfigGroup: all }
    - { id: 2, brokerConfigGroup: all }
`;

export const tlsCluster = (wish: Wish = {}): ResolvedCluster => clusterFrom(tlsYaml(wish));
