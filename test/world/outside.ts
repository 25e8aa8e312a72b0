/** Clusters that clients outside Kubernetes reach: three combined nodes with external listeners. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { clusterFrom } from './cluster-file';

interface Options {
  /** YAML of one broker's `brokerConfig`, by id. */
  readonly configs?: Readonly<Record<number, string>>;
  /** YAML of further fields of the spec. */
  readonly spec?: string;
}

/** @param listeners YAML, one for each external listener; plaintext at port 9094 and on unless they say otherwise */
export const outside = (listeners: readonly string[], { configs = {}, spec = '' }: Options = {}): ResolvedCluster =>
  clusterFrom(`
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
    externalListeners: ${listeners.length === 0 ? '[]' : ''}
${listeners.map((text, at) => `      - { type: plaintext, containerPort: ${9094 + at}, ${text} }`).join('\n')}
  brokerConfigGroups:
    all: { processRoles: [controller, broker], storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }] }
  brokers:
${[0, 1, 2].map((id) => `    - { id: ${id}, brokerConfigGroup: all, brokerConfig: { ${configs[id] ?? ''} } }`).join('\n')}
  ${spec}
`);
