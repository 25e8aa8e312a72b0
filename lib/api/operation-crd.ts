/** The CustomResourceDefinition of CruiseControlOperation, made from the schemas. */
import type { Manifest } from '../constructs/manifest';
import { GROUP } from '../constructs/naming';
import { cruiseControlOperationSpec, cruiseControlOperationStatus } from './cruise-control-operation';
import { operationBirthRules } from './operation-rules';
import { structuralSchema } from './structural-schema';

const column = (name: string, jsonPath: string, description: string) => ({ name, jsonPath, type: 'string', priority: 0, description });

const columns = [
  column('Cluster', '.metadata.labels.kafka_cr', 'The KafkaCluster; without this label nobody carries it out'),
  column('Operation', '.status.currentTask.operation', 'What Cruise Control is to do'),
  column('State', '.status.currentTask.state', 'How far it is; empty: not begun'),
  { ...column('Progress', '.status.progress.percent', 'Percent'), type: 'integer' },
  { ...column('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why it is ready or not'), priority: 1 },
  { ...column('Retries', '.status.retryCount', 'How often it was tried again'), type: 'integer', priority: 1 },
  { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date', priority: 0 },
];

/** Koperator's objects have no spec, so none is required. */
const schema = () => ({
  type: 'object',
  description:
    'One thing that Cruise Control is to do for a KafkaCluster: the one in this namespace that the label kafka_cr names. Deleted while it runs, it is stopped. Label pause: "true": it does not begin.',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(cruiseControlOperationSpec),
    status: structuralSchema(cruiseControlOperationStatus),
  },
  'x-kubernetes-validations': operationBirthRules,
});

/** The CRD `cruisecontroloperations.kafka.banzaicloud.io`, version v1alpha1. Helm keeps it when a release is removed. */
export function operationCrd(): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `cruisecontroloperations.${GROUP}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: GROUP,
      names: {
        kind: 'CruiseControlOperation',
        listKind: 'CruiseControlOperationList',
        plural: 'cruisecontroloperations',
        singular: 'cruisecontroloperation',
        shortNames: ['cco'],
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
