/** KafkaClusters for tests, from YAML text. */
import { parse } from 'yaml';
import { resolve, type RecordedNode } from '../../lib/api/resolve';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';

/** Resolves YAML as a live object of generation 1 would be; a refused one fails the test with its problems. */
export function clusterFrom(
  yaml: string,
  options: { readonly generation?: number; readonly recorded?: readonly RecordedNode[] } = {},
): ResolvedCluster {
  const object = parse(yaml) as { metadata: object };
  const metadata = { namespace: 'kafka', uid: 'uid-of-the-cluster', generation: options.generation ?? 1, ...object.metadata };
  const { cluster, problems } = resolve({ ...object, metadata }, options.recorded ?? []);
  if (cluster === undefined) throw new Error(`the spec is refused: ${JSON.stringify(problems, null, 1)}`);
  return cluster;
}
