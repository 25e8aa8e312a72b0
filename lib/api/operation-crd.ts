/** The CustomResourceDefinition of CruiseControlOperation, made from the schemas. */
import type { Manifest } from '../constructs/manifest';
import { cruiseControlOperationSpec, cruiseControlOperationStatus } from './cruise-control-operation';
import { operationBirthRules } from './operation-rules';
import { AGE_COLUMN, objectCrd } from './object-crd';
import { structuralSchema } from './structural-schema';

const column = (name: string, jsonPath: string, description: string) => ({ name, jsonPath, type: 'string', priority: 0, description });

const columns = [
  column('Cluster', '.metadata.labels.kafka_cr', 'The KafkaCluster; without this label nobody carries it out'),
  column('Operation', '.status.currentTask.operation', 'What Cruise Control is to do'),
  column('State', '.status.currentTask.state', 'How far it is; empty: not begun'),
  { ...column('Progress', '.status.progress.percent', 'Percent'), type: 'integer' },
  { ...column('Reason', '.status.conditions[?(@.type=="Ready")].reason', 'Why it is ready or not'), priority: 1 },
  { ...column('Retries', '.status.retryCount', 'How often it was tried again'), type: 'integer', priority: 1 },
  AGE_COLUMN,
];

/** The CRD `cruisecontroloperations.kafka.banzaicloud.io`, version v1alpha1. */
export const operationCrd = (): Manifest =>
  objectCrd({
    kind: 'CruiseControlOperation',
    shortName: 'cco',
    description:
      'One thing that Cruise Control is to do for a KafkaCluster: the one in this namespace that the label kafka_cr names. Deleted while it runs, it is stopped. Label pause: "true": it does not begin.',
    columns,
    spec: structuralSchema(cruiseControlOperationSpec),
    status: structuralSchema(cruiseControlOperationStatus),
    specRequired: false,
    rules: operationBirthRules,
  });
