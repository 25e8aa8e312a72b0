/** The scripts that run in the broker's container, in an immutable ConfigMap named by its content. */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import { usesNodeAddress, type ExternalOfNode } from './facts';
import { advertisesKubeNode } from './ingress-members';
import type { Manifest } from './manifest';
import { scriptsName, shortHash } from './naming';
import { READY_SCRIPT } from './scripts/ready';
import { START_SCRIPT, START_WITH_ADDRESS } from './scripts/start';

const SCRIPTS: Readonly<Record<string, string>> = { 'ready.sh': READY_SCRIPT, 'start.sh': START_SCRIPT };

/** Of brokers that advertise an address of their Kubernetes node; others are not restarted for a script that they do not need. */
const SCRIPTS_WITH_ADDRESS: typeof SCRIPTS = { ...SCRIPTS, 'start.sh': START_WITH_ADDRESS };

const REVISION = shortHash(JSON.stringify(SCRIPTS));
const REVISION_WITH_ADDRESS = shortHash(JSON.stringify(SCRIPTS_WITH_ADDRESS));

/** Name of the ConfigMap that holds the scripts of this version of the library, as a node that is reached there needs them. */
export const scriptsConfigName = (cluster: ResolvedCluster, external: ExternalOfNode = {}): string =>
  scriptsName(cluster.name, usesNodeAddress(external) ? REVISION_WITH_ADDRESS : REVISION);

/** What any node of the cluster may start with. */
export function scriptsManifests(cluster: ResolvedCluster): readonly Manifest[] {
  const needsAddress = cluster.nodes.some((node) => advertisesKubeNode(cluster, node));
  const plain = scriptsOf(cluster, REVISION, SCRIPTS);
  return needsAddress ? [plain, scriptsOf(cluster, REVISION_WITH_ADDRESS, SCRIPTS_WITH_ADDRESS)] : [plain];
}

const scriptsOf = (cluster: ResolvedCluster, revision: string, data: typeof SCRIPTS): Manifest =>
  manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name: scriptsName(cluster.name, revision) }),
    immutable: true,
    data,
  });
