/** What of an object is worth keeping in memory. A store applies one of these before it keeps anything. */
import { createHash } from 'node:crypto';
import type { KubeObject } from './kube-types';

export type Transform = (object: KubeObject) => KubeObject;

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without managedFields and kubectl's copy of the object: often more than half of it. */
export function withoutBookkeeping(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  const annotations = object.metadata.annotations;
  if (annotations?.[lastApplied] === undefined) return { ...object, metadata };
  const { [lastApplied]: __, ...others } = annotations;
  return { ...object, metadata: { ...metadata, annotations: others } };
}

/** For Secrets and ConfigMaps: `data`, `binaryData` and `stringData` are replaced by `dataHash`, a SHA-256 over the sorted entries. */
export function withoutData(object: KubeObject): KubeObject {
  const { data, binaryData, stringData, ...rest } = withoutBookkeeping(object);
  return { ...rest, dataHash: hashOf([data, binaryData, stringData]) };
}

/** For kinds of which only labels and the like matter. */
export function metadataOnly(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = withoutBookkeeping(object);
  return { apiVersion, kind, metadata };
}

function hashOf(parts: readonly unknown[]): string {
  const sorted = parts.map((part) => Object.entries((part ?? {}) as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}
