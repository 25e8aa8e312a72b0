/** The CustomResourceDefinition of KafkaUser, made from the schemas. */
import type { Manifest } from '../constructs/manifest';
import { GROUP } from '../constructs/naming';
import { kafkaUserSpec, kafkaUserStatus } from './kafka-user';
import { structuralSchema } from './structural-schema';

const column = (name: string, jsonPath: string, description: string, priority = 0) => ({
  ...{ name, jsonPath, type: 'string' },
  ...{ priority, description },
});

const columns = [
  column('Cluster', '.spec.clusterRef.name', 'The KafkaCluster'),
  column('Principal', '.status.principal', 'Who Kafka takes it for'),
  column('Ready', '.status.conditions[?(@.type=="Ready")].status', 'Whether credential, ACLs and quotas are there'),
  column('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why it is ready or not'),
  column('Secret', '.status.secret', 'The Secret with the credential', 1),
  column('Ends', '.status.certificate.notAfter', 'When the certificate ends; it is renewed before', 1),
  { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date', priority: 0 },
];

const schema = () => ({
  type: 'object',
  description:
    'A user of a KafkaCluster: its credential, its ACLs and its quotas. Deleting it takes all three away; connections that are open stay open until they end.',
  required: ['spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(kafkaUserSpec),
    status: structuralSchema(kafkaUserStatus),
  },
});

/** The CRD `kafkausers.kafka.banzaicloud.io`, version v1alpha1. Helm keeps it when a release is removed. */
export function userCrd(): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `kafkausers.${GROUP}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: GROUP,
      names: {
        kind: 'KafkaUser',
        listKind: 'KafkaUserList',
        plural: 'kafkausers',
        singular: 'kafkauser',
        shortNames: ['ku'],
        categories: ['kafka-operator'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
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
