/**
 * The library without the operator. A platform team describes its clusters as code: one function gives every team the same
 * KafkaCluster, and the objects that it would lead to can be looked at (or tested) long before anything is applied.
 *
 * In a project of your own the import is from the package; here it is from the tree.
 */
import { App, Chart } from 'cdk8s';
import { KafkaCluster, KafkaClusterResources, resolve, type KafkaClusterSpec, type Manifest } from '../../lib';

/** What this platform wants of every cluster; teams say the rest. */
export function platformSpec(team: { readonly brokers: number; readonly diskSize: string }): KafkaClusterSpec {
  const volume = {
    mountPath: '/kafka-logs',
    pvcSpec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: team.diskSize } } },
  };
  return {
    kafkaVersion: '4.3.1',
    rackAwareness: { labels: ['topology.kubernetes.io/zone'] },
    disruptionBudget: { create: true, budget: '1' },
    listenersConfig: {
      internalListeners: [
        { name: 'internal', type: 'plaintext', containerPort: 29092, usedForInnerBrokerCommunication: true },
        { name: 'controller', type: 'plaintext', containerPort: 29093, usedForControllerCommunication: true },
      ],
    },
    brokerConfigGroups: {
      controllers: { processRoles: ['controller'], storageConfigs: [volume] },
      brokers: { processRoles: ['broker'], storageConfigs: [volume] },
    },
    brokers: [
      ...[0, 1, 2].map((id) => ({ id, brokerConfigGroup: 'controllers' })),
      ...Array.from({ length: team.brokers }, (_, at) => ({ id: 100 + at, brokerConfigGroup: 'brokers' })),
    ],
  };
}

/** The custom resource, for clusters that the operator runs: commit it, or apply it. */
export function ordersCluster(): readonly Manifest[] {
  const chart = new Chart(new App(), 'orders', { disableResourceNameHashes: true });
  new KafkaCluster(chart, 'cluster', {
    metadata: { name: 'orders', namespace: 'kafka' },
    spec: platformSpec({ brokers: 3, diskSize: '100Gi' }),
  });
  return chart.toJson() as Manifest[];
}

/** What the operator would make of it: Pods, ConfigMaps, claims and Services, as typed constructs in a chart of your own. */
export function ordersResources(): readonly Manifest[] {
  const { cluster, problems } = resolve(ordersCluster()[0]);
  if (cluster === undefined) throw new Error(problems.map((p) => `${p.path}: ${p.message}`).join('\n'));
  const chart = new Chart(new App(), 'orders-resources', { disableResourceNameHashes: true });
  new KafkaClusterResources(chart, 'resources', { cluster, facts: { clusterId: 'MkU3OEVBNTcwNTJENDM2Qg', format: {} } });
  return chart.toJson() as Manifest[];
}
