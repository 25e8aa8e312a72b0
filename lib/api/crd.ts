/** The CustomResourceDefinition of KafkaCluster, made from the schemas. */
import { GROUP } from '../constructs/naming';
import type { Manifest } from '../constructs/manifest';
import type { CelRule } from './field';
import { kafkaClusterSpec } from './kafka-cluster';
import { kafkaClusterStatus } from './cluster-status';
import { structuralSchema } from './structural-schema';

const column = (name: string, jsonPath: string, type: string, priority: number, description: string) => ({
  name,
  jsonPath,
  type,
  priority,
  description,
});

const columns = [
  column('State', '.status.state', 'string', 0, 'What the cluster is doing'),
  column('Brokers', '.status.brokers', 'string', 0, 'Ready nodes and wanted nodes'),
  column('Kafka', '.status.kafkaVersion', 'string', 0, 'Version of Kafka'),
  column('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'string', 1, 'Why it is ready or not'),
  column('Cluster alert count', '.status.alertCount', 'integer', 1, 'Alerts that are firing'),
  column('Last successful upgrade', '.status.rollingUpgradeStatus.lastSuccess', 'string', 1, 'When the last rolling restart ended'),
  column('Upgrade error count', '.status.rollingUpgradeStatus.errorCount', 'string', 1, 'Alerts that count as failures of an upgrade'),
  column('Age', '.metadata.creationTimestamp', 'date', 0, ''),
].map(({ description, ...rest }) => (description === '' ? rest : { ...rest, description }));

/** `<name>-controller-headless` is a Service, and those have at most 63 characters and begin with a letter. */
const nameRules: readonly CelRule[] = [
  {
    rule: "self.metadata.name.size() <= 43 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message:
      'the name of the cluster becomes part of the names of Services: begin with a letter, use only lower-case letters, digits and dashes, at most 43 characters',
  },
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
