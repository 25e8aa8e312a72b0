/** A controller and brokers that come and go, with Cruise Control. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { recordedNodes } from '../../operator/decide/configuration-backup';
import type { BrokerStatus, World } from '../../operator/decide/world';
import { withStatus } from '../../operator/decide/simulate';
import { clusterFrom } from './cluster-file';

const STORAGE = 'storageConfigs: [{ mountPath: /logs, pvcSpec: { resources: { requests: { storage: 1Gi } } } }]';

export interface MovingWish {
  /** What is remembered there of brokers that left the spec. */
  readonly world?: World;
  readonly version?: string;
  /** YAML of further fields, each line indented by two. */
  readonly spec?: string;
}

export function withBrokers(
  ids: readonly number[],
  { world, version = '4.3.1', spec = '  cruiseControlConfig: {}' }: MovingWish = {},
): ResolvedCluster {
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
    - { id: 0, brokerConfigGroup: controllers }
${ids.map((id) => `    - { id: ${String(id)}, brokerConfigGroup: brokers }`).join('\n')}
${spec}
`;
  return clusterFrom(yaml, {
    generation: world === undefined ? 1 : 2,
    recorded: world === undefined ? [] : recordedNodes(world.cluster.status),
  });
}

/** The world with other words about one broker in the status. */
export function withBrokerStatus(world: World, id: number, status: Partial<BrokerStatus>): World {
  const brokers = world.cluster.status.brokersState ?? {};
  return withStatus(world, { brokersState: { ...brokers, [String(id)]: { ...brokers[String(id)], ...status } } });
}
