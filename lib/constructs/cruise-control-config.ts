/**
 * The files of Cruise Control and the rules of its exporter. The ConfigMap keeps its name, so what runs is told by the hashes on
 * the Deployment (cruise-control-deployment.ts); unlike a broker it can be restarted whenever nothing is being moved.
 */
import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { ResolvedCluster, ResolvedCruiseControl } from '../api/resolved-cluster';
import { anyBrokerHost } from '../kafka/address';
import { brokersAmong } from '../api/resolved-cruise-control';
import { cruiseControlProperties } from '../kafka/cruise-control-properties';
import { formatProperties } from '../kafka/properties';
import { capacityFile } from './cruise-control-capacity';
import { cruiseControlSecurity } from './cruise-control-security';
import { childMetadata, manifest } from './draft';
import type { GrownClaims } from './facts';
import type { Manifest } from './manifest';
import { CRUISE_CONTROL_APP, cruiseControlConfigName, cruiseControlJmxConfigName } from './naming';

/** Texts by file name. */
export interface CruiseControlFiles {
  readonly 'capacity.json': string;
  readonly 'clusterConfigs.json': string;
  readonly 'cruisecontrol.properties': string;
  readonly 'log4j.properties': string;
}

export function cruiseControlFiles(
  cluster: ResolvedCluster,
  cruiseControl: ResolvedCruiseControl,
  grown?: GrownClaims,
): CruiseControlFiles {
  const properties = cruiseControlProperties({
    config: cruiseControl.config,
    bootstrapServers: `${anyBrokerHost(cluster)}:${cluster.listeners.admin.containerPort}`,
    brokers: brokersAmong(cluster.nodes),
    readOnlyConfig: cluster.readOnlyConfig,
    security: cruiseControlSecurity(cluster, cruiseControl),
  });
  return {
    'capacity.json': capacityFile(cluster, cruiseControl, grown),
    'clusterConfigs.json': cruiseControl.clusterConfig ?? clusterConfigs(cluster),
    'cruisecontrol.properties': formatProperties(properties),
    'log4j.properties': cruiseControl.log4jConfig ?? LOG4J,
  };
}

/** What topics have that do not say otherwise, as far as Cruise Control asks. */
function clusterConfigs({ clusterWideConfig, readOnlyConfig }: ResolvedCluster): string {
  const key = 'min.insync.replicas';
  return `${JSON.stringify({ [key]: clusterWideConfig[key] ?? readOnlyConfig[key] ?? '1' }, null, 4)}\n`;
}

/** To the console alone: files in the container would be lost with it, and grow until then. In the words of Log4j 2, whatever the file is called. */
const LOG4J = `rootLogger.level=INFO
appenders=console
appender.console.type=Console
appender.console.name=STDOUT
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=[%d] %p %m (%c)%n
rootLogger.appenderRefs=console
rootLogger.appenderRef.console.ref=STDOUT
`;

export function cruiseControlConfigManifest(cluster: ResolvedCluster, files: CruiseControlFiles): Manifest {
  return configMap(cluster, cruiseControlConfigName(cluster.name), { ...files });
}

export function cruiseControlJmxManifest(cluster: ResolvedCluster, cruiseControl: ResolvedCruiseControl): Manifest {
  const rules = cruiseControl.pod.jmxExporterConfig ?? 'lowercaseOutputName: true\n';
  return configMap(cluster, cruiseControlJmxConfigName(cluster.name), { 'config.yaml': rules });
}

const configMap = (cluster: ResolvedCluster, name: string, data: Readonly<Record<string, string>>): Manifest =>
  manifest<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: childMetadata(cluster, { name, app: CRUISE_CONTROL_APP }),
    data,
  });
