/**
 * The files of the Envoys, one ConfigMap for each external listener and way in. They are apart from the other manifests, because
 * they change with the state of the cluster: a broker that is about to stop is first taken out of what new clients meet.
 */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import { bootstrap } from './envoy-bootstrap';
import { clusterResources } from './envoy-clusters';
import { listenerResources } from './envoy-listeners';
import { certificateFile } from './envoy-tls';
import { envoyWays, wayLabels, type EnvoyWay } from './envoy-way';
import { FILES, resourceFile } from './envoy-xds';
import type { Manifest } from './manifest';
import { ENVOY_APP, envoyConfigName } from './naming';

/**
 * @param withdrawn ids of brokers that are about to stop. They stay reachable at their own address; new clients meet others first,
 *   as long as there are any.
 */
export const envoyConfigMaps = (cluster: ResolvedCluster, withdrawn: ReadonlySet<number>): readonly Manifest[] =>
  envoyWays(cluster).map((entry) => configMap(cluster, entry, withdrawn));

/** The text of the bootstrap: an Envoy that started with another one is replaced. */
export const bootstrapText = (cluster: ResolvedCluster, entry: EnvoyWay): string =>
  `${JSON.stringify(bootstrap(cluster, entry), undefined, 1)}\n`;

function configMap(cluster: ResolvedCluster, entry: EnvoyWay, withdrawn: ReadonlySet<number>): Manifest {
  const { listener, way } = entry;
  return manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, {
      name: envoyConfigName(cluster.name, listener.name, way.name),
      app: ENVOY_APP,
      labels: wayLabels(entry),
    }),
    data: {
      [FILES.bootstrap]: bootstrapText(cluster, entry),
      [FILES.listeners]: resourceFile(listenerResources(entry)),
      [FILES.clusters]: resourceFile(clusterResources(cluster, entry, withdrawn)),
      ...(listener.tlsSecretName === undefined ? {} : { [FILES.certificate]: certificateFile() }),
    },
  });
}
