/** The cluster that most unit tests are about: three combined nodes with rack awareness, and dedicated ones. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { clusterFrom } from './cluster-file';

const yaml = (groups: string, nodes: string, spec: string): string => `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  rackAwareness: { labels: [topology.kubernetes.io/zone] }
  disruptionBudget: { create: true, budget: "1" }
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
${groups}
  brokers:
${nodes}
${spec}
`;

const STORAGE = 'storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }]';

/** `spec` is YAML of further fields, each line indented by two. */
export const threeNodes = (spec = ''): ResolvedCluster =>
  clusterFrom(
    yaml(
      `    all: { processRoles: [controller, broker], ${STORAGE} }`,
      [0, 1, 2].map((id) => `    - { id: ${id}, brokerConfigGroup: all }`).join('\n'),
      spec,
    ),
  );

/** Three controllers (0 to 2) and three brokers (100 to 102). */
export const dedicatedNodes = (spec = ''): ResolvedCluster =>
  clusterFrom(
    yaml(
      `    controllers: { processRoles: [controller], ${STORAGE} }\n    brokers: { processRoles: [broker], ${STORAGE} }`,
      [0, 1, 2, 100, 101, 102].map((id) => `    - { id: ${id}, brokerConfigGroup: ${id < 100 ? 'controllers' : 'brokers'} }`).join('\n'),
      spec,
    ),
  );
