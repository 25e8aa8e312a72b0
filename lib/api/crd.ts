/** The CustomResourceDefinition of KafkaCluster, made from the schemas. */
import { GROUP } from '../constructs/naming';
import type { Manifest } from '../constructs/manifest';
import { nameRules } from './cluster-metadata';
import { kafkaClusterSpec } from './kafka-cluster';
import { kafkaClusterStatus } from './cluster-status';
import { structuralSchema } from './structural-schema';

/** Priority 0 is shown always, 1 with `-o wide`. */
const shown = (name: string, jsonPath: string, description: string) => ({ name, jsonPath, type: 'string', priority: 0, description });
const wide = (name: string, jsonPath: string, description: string) => ({ ...shown(name, jsonPath, description), priority: 1 });

const columns = [
  shown('State', '.status.state', 'What the cluster is doing'),
  shown('Brokers', '.status.brokers', 'Ready nodes and wanted nodes'),
  shown('Kafka', '.status.kafkaVersion', 'Version of Kafka'),
  wide('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why it is ready or not'),
  { ...wide('Cluster alert count', '.status.alertCount', 'Alerts that are firing'), type: 'integer' },
  wide('Last successful upgrade', '.status.rollingUpgradeStatus.lastSuccess', 'When the last rolling restart ended'),
  wide('Upgrade error count', '.status.rollingUpgradeStatus.errorCount', 'Alerts that count as failures of an upgrade'),
  { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date', priority: 0 },
];

const schema = () => ({
  type: 'object',
  description: 'A Kafka cluster made of plain Pods.',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(kafkaClusterSpec),
    status: structuralSchema(kafkaClusterStatus),
  },
  'x-kubernetes-validations': nameRules,
});

/**
 * The CRD `kafkaclusters.kafka.banzaicloud.io`, version v1beta1. Helm keeps it when a release is removed, because deleting
 * a CRD deletes every KafkaCluster. `kcl` and the category are chosen so that no other Kafka operator's names are shadowed.
 */
export function kafkaClusterCrd(): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `kafkaclusters.${GROUP}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: GROUP,
      names: {
        kind: 'KafkaCluster',
        listKind: 'KafkaClusterList',
        plural: 'kafkaclusters',
        singular: 'kafkacluster',
        shortNames: ['kcl'],
        categories: ['kafka-operator'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1beta1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema() },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}
