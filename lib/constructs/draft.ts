/**
 * Manifests are written as plain JSON and checked against the types of the Kubernetes API. Classes of a fixed Kubernetes
 * version would drop fields that are newer than themselves, and users write such fields into their Pods.
 */
import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ResolvedCluster } from '../api/resolved-cluster';
import type { Manifest, ManifestMetadata, OwnerReference } from './manifest';
import { CLUSTER_API_VERSION, KAFKA_APP, LABEL, MANAGED_BY } from './naming';

/** A value of the Kubernetes API while it is being put together: whatever is undefined is left out in the end. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly Draft<Item>[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> | undefined }
    : T;

/** What a user wrote, taken as it is wherever Kubernetes expects a `T`. */
export const asWritten = <T>(value: unknown): Draft<T> => value as Draft<T>;

/** Sorted keys, nothing undefined or null: equal manifests are equal texts. Empty objects and lists stay. */
export function manifest<T extends { readonly apiVersion?: string; readonly kind?: string }>(
  draft: Draft<T> & { readonly metadata: ManifestMetadata },
): Manifest {
  return canonical(draft) as Manifest;
}

export function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(canonical);
  const source = value as Readonly<Record<string, unknown>>;
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(source).sort()) {
    const item = source[key];
    if (item !== undefined && item !== null) sorted[key] = canonical(item);
  }
  return sorted;
}

interface ChildMetadata {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Deleted together with the KafkaCluster; claims are not (decision 7). */
  readonly owned?: boolean;
  /** What it is a part of; Kafka itself when left out. */
  readonly app?: string;
}

/** Metadata of something made for a cluster: what identifies it wins over what users propagate. */
export function childMetadata(cluster: ResolvedCluster, child: ChildMetadata): ManifestMetadata {
  const owners = child.owned === false ? [] : ownerReferences(cluster);
  const annotated = Object.keys(child.annotations ?? {}).length > 0;
  return {
    name: child.name,
    namespace: cluster.namespace,
    labels: { ...cluster.propagatedLabels, ...child.labels, ...clusterLabels(cluster, child.app) },
    ...(annotated ? { annotations: child.annotations ?? {} } : {}),
    ...(owners.length > 0 ? { ownerReferences: owners } : {}),
  };
}

/** The labels by which everything of a cluster is found. */
export const clusterLabels = (cluster: ResolvedCluster, app: string = KAFKA_APP): Readonly<Record<string, string>> => ({
  [LABEL.app]: app,
  [LABEL.cluster]: cluster.name,
  [LABEL.managedBy]: MANAGED_BY,
});

/** None while the KafkaCluster has no uid, that is when it was never applied. */
function ownerReferences(cluster: ResolvedCluster): readonly OwnerReference[] {
  if (cluster.uid === '') return [];
  const { name, uid } = cluster;
  return [{ apiVersion: CLUSTER_API_VERSION, kind: 'KafkaCluster', name, uid, controller: true, blockOwnerDeletion: true }];
}

/** A manifest as a construct, so that it can stand in a chart of somebody's own. */
export class ManifestObject extends ApiObject {
  public constructor(scope: Construct, id: string, content: Manifest) {
    super(scope, id, content as unknown as ApiObjectProps);
  }
}
