/**
 * `configurationBackup` (contract 1.5): gzip and base64 of the JSON of a node's own entry in the spec. A node that left
 * the spec is rebuilt from it, so that a broker which dies before its replicas are moved away can be brought back.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RecordedNode } from '../../lib/api/resolve';
import type { RawObject, ResolvedNode } from '../../lib/api/resolved-cluster';
import type { ClusterStatus } from './world';

const made = new WeakMap<RawObject, string>();

export function backupOf(node: ResolvedNode): string {
  const text = made.get(node.entry) ?? gzipSync(JSON.stringify(node.entry)).toString('base64');
  made.set(node.entry, text);
  return text;
}

/** Every node that the status remembers; one that cannot be read is left out. */
export function recordedNodes(status: ClusterStatus): readonly RecordedNode[] {
  return Object.entries(status.brokersState ?? {}).flatMap(([id, { configurationBackup }]) => {
    const spec = configurationBackup === undefined ? undefined : decoded(configurationBackup);
    return spec === undefined ? [] : [{ id: Number(id), spec }];
  });
}

function decoded(backup: string): RawObject | undefined {
  try {
    const value: unknown = JSON.parse(gunzipSync(Buffer.from(backup, 'base64')).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as RawObject) : undefined;
  } catch {
    return undefined;
  }
}
