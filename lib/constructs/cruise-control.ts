/** Everything that is made for the Cruise Control of a cluster; nothing when it has none, or one that is there already. */
import type { Service } from 'kubernetes-types/core/v1';
import type { Construct } from 'constructs';
import type { ResolvedCluster } from '../api/resolved-cluster';
import { serviceHost } from '../kafka/address';
import { CRUISE_CONTROL_PORT } from '../kafka/cruise-control-properties';
import { cruiseControlConfigManifest, cruiseControlFiles, cruiseControlJmxManifest } from './cruise-control-config';
import { cruiseControlDeployment, cruiseControlSelector } from './cruise-control-deployment';
import { childMetadata, manifest, ManifestObject } from './draft';
import type { GrownClaims, SecurityFacts } from './facts';
import type { Manifest } from './manifest';
import { CRUISE_CONTROL_APP, cruiseControlServiceName } from './naming';
import { METRICS_PORT, servicePort } from './ports';

/** The Service, both ConfigMaps, the Deployment. */
export function cruiseControlManifests(cluster: ResolvedCluster, security?: SecurityFacts, grown?: GrownClaims): readonly Manifest[] {
  const { cruiseControl } = cluster;
  if (cruiseControl === undefined || cruiseControl.external !== undefined) return [];
  const files = cruiseControlFiles(cluster, cruiseControl, grown);
  return [
    service(cluster),
    cruiseControlJmxManifest(cluster, cruiseControl),
    cruiseControlConfigManifest(cluster, files),
    cruiseControlDeployment(cluster, cruiseControl, { files, security }),
  ];
}

/** Scheme, host and port at which the cluster's Cruise Control is asked; undefined: it has none. */
export function cruiseControlOrigin(cluster: ResolvedCluster): string | undefined {
  const { cruiseControl } = cluster;
  if (cruiseControl === undefined) return undefined;
  const own = `http://${serviceHost(cluster, cruiseControlServiceName(cluster.name))}:${String(CRUISE_CONTROL_PORT)}`;
  return cruiseControl.external?.origin ?? own;
}

const service = (cluster: ResolvedCluster): Manifest =>
  manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, { name: cruiseControlServiceName(cluster.name), app: CRUISE_CONTROL_APP }),
    spec: {
      type: 'ClusterIP',
      selector: cruiseControlSelector(cluster),
      ports: [servicePort('cc', CRUISE_CONTROL_PORT, 'http'), servicePort('metrics', METRICS_PORT, 'http')],
    },
  });

/** An object of Cruise Control as a construct. */
export class CruiseControlObject extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `cruise-control-${content.kind.toLowerCase()}-${content.metadata.name}`, content);
  }
}
