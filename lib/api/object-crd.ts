/** What the CustomResourceDefinitions of everything besides the KafkaCluster share: version v1alpha1, in a namespace, with a status of its own. */
import type { Manifest } from '../constructs/manifest';
import { GROUP } from '../constructs/naming';

export const AGE_COLUMN = { name: 'Age', jsonPath: '.metadata.creationTimestamp', type: 'date', priority: 0 } as const;

export interface ObjectKind {
  readonly kind: string;
  readonly shortName: string;
  readonly description: string;
  readonly columns: readonly object[];
  /** Structural schemas. */
  readonly spec: object;
  readonly status: object;
  /** Koperator's operations have no spec. */
  readonly specRequired: boolean;
  /** Rules over the whole object; left out: none. */
  readonly rules?: readonly object[];
}

/** Helm keeps it when a release is removed. */
export function objectCrd(of: ObjectKind): Manifest {
  const singular = of.kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}`, annotations: { 'helm.sh/resource-policy': 'keep' } },
    spec: {
      group: GROUP,
      names: {
        kind: of.kind,
        listKind: `${of.kind}List`,
        plural,
        singular,
        shortNames: [of.shortName],
        categories: ['kafka-operator'],
      },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schemaOf(of) },
          subresources: { status: {} },
          additionalPrinterColumns: of.columns,
        },
      ],
    },
  };
}

const schemaOf = ({ description, spec, status, specRequired, rules }: ObjectKind) => ({
  type: 'object',
  description,
  ...(specRequired ? { required: ['spec'] } : {}),
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec,
    status,
  },
  ...(rules === undefined ? {} : { 'x-kubernetes-validations': rules }),
});
