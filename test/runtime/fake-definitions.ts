/** What the fake API server knows of kinds: their definitions, their plurals, and objects of which only metadata is asked for. */
import type { KubeObject } from '../../operator/runtime/kube-types';
import { Refusal } from './fake-objects';
import type { FakeObjects, Resource } from './fake-objects';
import type { ParsedCall } from './fake-request';

const DEFINITIONS = 'apiextensions.k8s.io/v1/customresourcedefinitions';

/** Throws 404 unless a CustomResourceDefinition has the version of the resource. */
export function refuseUnknown(objects: FakeObjects, resource: Resource): void {
  const [group = '', version = '', plural = ''] = resource.split('/');
  const definition = objects.get(DEFINITIONS, undefined, `${plural}.${group}`);
  const { versions = [] } = (definition?.['spec'] ?? {}) as { versions?: readonly { readonly name: string }[] };
  if (!versions.some(({ name }) => name === version))
    throw new Refusal(404, 'NotFound', 'the server could not find the requested resource');
}

export const isPartial = ({ headers }: ParsedCall): boolean => (headers.accept ?? '').includes('as=PartialObjectMetadata');

/** As the server answers who asks for PartialObjectMetadata. */
export const partial = ({ metadata }: KubeObject): KubeObject => ({
  apiVersion: 'meta.k8s.io/v1',
  kind: 'PartialObjectMetadata',
  metadata,
});

/** `NetworkPolicy` gives `networkpolicies`. */
export function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower.endsWith('endpoints')) return lower;
  if (lower.endsWith('y') && !/[aeiou]y$/.test(lower)) return `${lower.slice(0, -1)}ies`;
  return /(s|x|ch)$/.test(lower) ? `${lower}es` : `${lower}s`;
}
