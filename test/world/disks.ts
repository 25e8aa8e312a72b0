/** A cluster of three controllers and three brokers, of which 101 has a second disk or not. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { clusterFrom } from './cluster-file';
import { converged, withPartitions } from './makers';
import type { World } from '../../operator/decide/world';

export const SECOND = '/kafka-logs2';
export const BROKER = 101;

const storage = (path: string): string => `{ mountPath: ${path}, pvcSpec: { resources: { requests: { storage: 1Gi } } } }`;

interface Wish {
  /** Mount paths besides `/kafka-logs`. */
  readonly more?: readonly string[];
  readonly volumeReclaim?: 'Retain' | 'Delete';
  readonly cruiseControl?: boolean;
  readonly generation?: number;
}

export function withDisks({ more = [], volumeReclaim = 'Delete', cruiseControl = true, generation = 1 }: Wish = {}): ResolvedCluster {
  const added = more.length === 0 ? '' : `, brokerConfig: { storageConfigs: [${more.map(storage).join(', ')}] }`;
  return clusterFrom(
    `
apiVersion: kafka.banzaicloud.io/v1beta1
kind: KafkaCluster
metadata: { name: orders, namespace: kafka }
spec:
  kafkaVersion: 4.3.1
  headlessServiceEnabled: true
  volumeReclaim: ${volumeReclaim}
  ${cruiseControl ? 'cruiseControlConfig: {}' : ''}
  listenersConfig:
    internalListeners:
      - { type: plaintext, name: internal, containerPort: 29092, usedForInnerBrokerCommunication: true }
      - { type: plaintext, name: controller, containerPort: 29093, usedForControllerCommunication: true }
  brokerConfigGroups:
    controllers: { processRoles: [controller], storageConfigs: [${storage('/kafka-logs')}] }
    brokers: { processRoles: [broker], storageConfigs: [${storage('/kafka-logs')}] }
  brokers:
${[0, 1, 2].map((id) => `    - { id: ${String(id)}, brokerConfigGroup: controllers }`).join('\n')}
    - { id: 101, brokerConfigGroup: brokers${added} }
    - { id: 102, brokerConfigGroup: brokers }
    - { id: 103, brokerConfigGroup: brokers }
`,
    { generation },
  );
}

/** It runs, and has a topic with a replica on each broker. */
export const running = (cluster: ResolvedCluster): World =>
  converged(
    cluster,
    withPartitions(
      converged(cluster),
      [0, 1, 2, 3].map((partition) => ({
        topic: 'orders',
        partition,
        leader: 101 + (partition % 3),
        replicas: [101, 102, 103],
        isr: [101, 102, 103],
      })),
    ),
  );
