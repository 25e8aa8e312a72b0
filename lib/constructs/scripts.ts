/** The scripts that run in the broker's container, in an immutable ConfigMap named by its content. */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { formatsUsers } from './credentials';
import { childMetadata, manifest } from './draft';
import { usesNodeAddress, type ExternalOfNode } from './facts';
import { advertisesKubeNode } from './ingress-members';
import type { Manifest } from './manifest';
import { scriptsName, shortHash } from './naming';
import { READY_SCRIPT } from './scripts/ready';
import { startScript } from './scripts/start';

/**
 * What the start script of a node must do besides. Nodes that need none of it start with the script that they always had: nobody is
 * restarted for a script that it does not need.
 */
interface Needs {
  /** It advertises an address of its Kubernetes node. */
  readonly address: boolean;
  /** It is formatted with the users of the operator. */
  readonly users: boolean;
}

const SCRIPTS = new Map<string, Readonly<Record<string, string>>>();

function scriptsFor({ address, users }: Needs): { readonly revision: string; readonly data: Readonly<Record<string, string>> } {
  const data = SCRIPTS.get(`${address}/${users}`) ?? { 'ready.sh': READY_SCRIPT, 'start.sh': startScript({ address, users }) };
  SCRIPTS.set(`${address}/${users}`, data);
  return { revision: shortHash(JSON.stringify(data)), data };
}

/** Name of the ConfigMap that holds the scripts of this version of the library, as a node that is reached there needs them. */
export const scriptsConfigName = (cluster: ResolvedCluster, node: ResolvedNode, external: ExternalOfNode = {}): string =>
  scriptsName(cluster.name, scriptsFor({ address: usesNodeAddress(external), users: formatsUsers(cluster, node) }).revision);

/** What any node of the cluster may start with. */
export function scriptsManifests(cluster: ResolvedCluster): readonly Manifest[] {
  const needs: readonly Needs[] = [
    { address: false, users: false },
    ...cluster.nodes.flatMap((node) => {
      const users = formatsUsers(cluster, node);
      return [...(users ? [{ address: false, users }] : []), ...(advertisesKubeNode(cluster, node) ? [{ address: true, users }] : [])];
    }),
  ];
  const distinct = new Map(needs.map((need) => [scriptsFor(need).revision, scriptsFor(need).data] as const));
  return [...distinct].map(([revision, data]) => scriptsOf(cluster, revision, data));
}

const scriptsOf = (cluster: ResolvedCluster, revision: string, data: Readonly<Record<string, string>>): Manifest =>
  manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name: scriptsName(cluster.name, revision) }),
    immutable: true,
    data,
  });
