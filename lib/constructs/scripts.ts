/** The scripts that run in the broker's container, in an immutable ConfigMap named by its content. */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { scriptsName, shortHash } from './naming';
import { READY_SCRIPT } from './scripts/ready';
import { START_SCRIPT } from './scripts/start';

const SCRIPTS: Readonly<Record<string, string>> = { 'ready.sh': READY_SCRIPT, 'start.sh': START_SCRIPT };

const REVISION = shortHash(JSON.stringify(SCRIPTS));

/** Name of the ConfigMap that holds the scripts of this version of the library. */
export const scriptsConfigName = (cluster: ResolvedCluster): string => scriptsName(cluster.name, REVISION);

export function scriptsManifest(cluster: ResolvedCluster): Manifest {
  return manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name: scriptsConfigName(cluster) }),
    immutable: true,
    data: SCRIPTS,
  });
}
