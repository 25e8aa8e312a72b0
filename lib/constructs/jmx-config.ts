import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import { OWN_JMX_RULES, withReadyRules } from './jmx-rules';
import type { Manifest } from './manifest';
import { jmxConfigName } from './naming';

/** The rule file of the exporter in every node. The exporter reads it again when it changes, so no restart depends on it. */
export function jmxConfigManifest(cluster: ResolvedCluster): Manifest {
  const own = cluster.monitoring.kafkaJmxExporterConfig;
  return manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name: jmxConfigName(cluster.name) }),
    data: { 'config.yaml': own === undefined ? OWN_JMX_RULES : withReadyRules(own) },
  });
}
