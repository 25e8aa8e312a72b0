/** KafkaClusters as the benchmarks apply them. */
import { KAFKA_CLUSTER } from '../operator/kinds';
import type { KubeDraft } from '../operator/runtime/kube-types';
import { NAMESPACE } from './kubernetes';

export interface ClusterShape {
  readonly name: string;
  /** Ids of nodes by role. */
  readonly combined?: readonly number[];
  readonly controllers?: readonly number[];
  readonly brokers?: readonly number[];
  /** Default: the cluster's own. */
  readonly storageClass?: string;
  /** Rule file of the exporter. */
  readonly jmxRules?: string;
}

/** Small heaps, quick start: what is measured is the operator. */
const SMALL = { kafkaHeapOpts: '-Xmx192m -Xms96m', kafkaJvmPerfOpts: '-XX:+UseSerialGC -XX:TieredStopAtLevel=1' };

const config = (copies: number): string =>
  [
    'auto.create.topics.enable=false',
    `default.replication.factor=${copies}`,
    'log.cleaner.dedupe.buffer.size=4194304',
    `min.insync.replicas=${Math.max(1, copies - 1)}`,
    'offsets.topic.num.partitions=3',
    `offsets.topic.replication.factor=${copies}`,
  ].join('\n');

export function kafkaCluster(shape: ClusterShape): KubeDraft {
  const { name, combined = [], controllers = [], brokers = [], storageClass, jmxRules } = shape;
  const claim = {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
  const group = (processRoles: readonly string[]) => ({
    processRoles,
    ...SMALL,
    resourceRequirements: { requests: { cpu: '50m', memory: '320Mi' } },
    storageConfigs: [{ mountPath: '/kafka-logs', pvcSpec: claim }],
  });
  const nodes = (ids: readonly number[], brokerConfigGroup: string) => ids.map((id) => ({ id, brokerConfigGroup }));
  return {
    apiVersion: KAFKA_CLUSTER.apiVersion,
    kind: KAFKA_CLUSTER.kind,
    metadata: { name, namespace: NAMESPACE },
    spec: {
      kafkaVersion: '4.3.1',
      headlessServiceEnabled: true,
      rackAwareness: { labels: ['topology.kubernetes.io/zone'] },
      disruptionBudget: { create: true, budget: '1' },
      readOnlyConfig: config(Math.min(3, combined.length + brokers.length)),
      listenersConfig: {
        internalListeners: [
          { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
          { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
        ],
      },
      brokerConfigGroups: {
        ...(combined.length === 0 ? {} : { combined: group(['controller', 'broker']) }),
        ...(controllers.length === 0 ? {} : { controllers: group(['controller']) }),
        ...(brokers.length === 0 ? {} : { brokers: group(['broker']) }),
      },
      brokers: [...nodes(combined, 'combined'), ...nodes(controllers, 'controllers'), ...nodes(brokers, 'brokers')],
      ...(jmxRules === undefined ? {} : { monitoringConfig: { kafkaJMXExporterConfig: jmxRules } }),
    },
  };
}
