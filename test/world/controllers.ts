/** Clusters of dedicated controllers, of which one differs from another in who they are, and two brokers (100, 101). */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import type { World } from '../../operator/decide/world';
import { clusterFrom } from './cluster-file';

const STORAGE = 'storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }]';

/** `world`: what is remembered there of nodes that left the spec. `spec` is YAML of further fields, each line indented by two. */
export function withControllers(
  ids: readonly number[],
  options: { readonly world?: World; readonly spec?: string } = {},
  version = '4.3.1',
): ResolvedCluster {
  const node = (id: number, group: string): string => `    - { id: ${id}, brokerConfigGroup: ${group} }`;
  const nodes = [...ids.map((id) => node(id, 'controllers')), ...[100, 101].map((id) => node(id, 'brokers'))];
  const yaml = `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: ${version}
  headlessServiceEnabled: true
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    controllers: { processRoles: [controller], ${STORAGE} }
    brokers: { processRoles: [broker], ${STORAGE} }
  brokers:
${nodes.join('\n')}
${options.spec ?? ''}
`;
  const recorded = options.world === undefined ? [] : recordedNodes(options.world.cluster.status);
  return clusterFrom(yaml, { generation: options.world === undefined ? 1 : 2, recorded });
}
