/** Everything that leads clients from outside Kubernetes to the brokers, whoever takes the traffic. */
import type { ResolvedCluster } from '../api/resolved-cluster';
import { contourManifests } from './contour-ingress';
import { envoyManifests } from './envoy';
import { externalServices } from './external-services';
import { gatewayManifests } from './gateway-ingress';
import { istioManifests } from './istio-ingress';
import { networkPolicies } from './network-policies';
import type { Manifest } from './manifest';
import { ManifestObject } from './draft';
import type { Construct } from 'constructs';

/** Without the files of the Envoys: which broker is open to new clients changes with the state of the cluster (`envoyConfigMaps`). */
export function ingressManifests(cluster: ResolvedCluster): readonly Manifest[] {
  return [
    ...externalServices(cluster),
    ...envoyManifests(cluster),
    ...istioManifests(cluster),
    ...contourManifests(cluster),
    ...gatewayManifests(cluster),
    ...networkPolicies(cluster),
  ];
}

/** An object of a way in as a construct. */
export class IngressObject extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `ingress-${content.kind.toLowerCase()}-${content.metadata.name}`, content);
  }
}
