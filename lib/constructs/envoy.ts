/** Envoy in front of the brokers: for each way in a Deployment, the Service that takes the traffic, and a disruption budget on request. */
import type { Service, ServicePort, ServiceSpec } from 'kubernetes-types/core/v1';
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1';
import type { ResolvedCluster, ResolvedIngress } from '../api/resolved-cluster';
import { childMetadata, manifest, type Draft } from './draft';
import { envoyDeployment, envoySelector } from './envoy-deployment';
import { brokerPorts, envoyWays, wayLabels, type EnvoyWay } from './envoy-way';
import type { Manifest } from './manifest';
import { ENVOY_APP, envoyBudgetName, envoyServiceName } from './naming';

/** Everything but the ConfigMaps (`envoyConfigMaps`). */
export const envoyManifests = (cluster: ResolvedCluster): readonly Manifest[] =>
  envoyWays(cluster).flatMap((entry) => [service(cluster, entry), envoyDeployment(cluster, entry), ...budget(cluster, entry)]);

function service(cluster: ResolvedCluster, entry: EnvoyWay): Manifest {
  const { listener, way } = entry;
  return manifest<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(cluster, {
      name: envoyServiceName(cluster.name, listener.name, way.name),
      app: ENVOY_APP,
      labels: wayLabels(entry),
      annotations: way.serviceAnnotations,
    }),
    spec: { type: way.serviceType, selector: envoySelector(cluster, entry), ports: ports(entry), ...outsideOf(way) },
  });
}

/** The API takes each of these only with the types of Service that it is made for. */
function outsideOf({ serviceType, externalTrafficPolicy, envoy }: ResolvedIngress): Draft<ServiceSpec> {
  const balanced = serviceType === 'LoadBalancer';
  return {
    externalTrafficPolicy: serviceType === 'ClusterIP' ? undefined : externalTrafficPolicy,
    loadBalancerIP: balanced ? envoy.loadBalancerIP : undefined,
    loadBalancerSourceRanges: balanced && envoy.loadBalancerSourceRanges.length > 0 ? envoy.loadBalancerSourceRanges : undefined,
  };
}

/** Numeric targets, since the template of the Envoys names no broker. Of two with one number the first stays. Never the admin interface. */
function ports(entry: EnvoyWay): readonly Draft<ServicePort>[] {
  const { listener, way } = entry;
  const all: readonly { readonly name: string; readonly port: number; readonly targetPort: number }[] = [
    { name: 'tcp-all-broker', port: listener.anyCastPort, targetPort: listener.targetPort },
    ...brokerPorts(entry).map(({ node, port }) => ({ name: `broker-${node.id}`, port, targetPort: port })),
    { name: 'tcp-health', port: way.envoy.healthCheckPort, targetPort: way.envoy.healthCheckPort },
  ];
  const taken = new Set<number>();
  return all.flatMap((one) => {
    if (taken.has(one.port)) return [];
    taken.add(one.port);
    return [{ ...one, protocol: 'TCP' }];
  });
}

function budget(cluster: ResolvedCluster, entry: EnvoyWay): readonly Manifest[] {
  const { listener, way } = entry;
  const wanted = way.envoy.disruptionBudget;
  if (wanted === undefined) return [];
  const name = envoyBudgetName(cluster.name, listener.name, way.name);
  return [
    manifest<PodDisruptionBudget>({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: childMetadata(cluster, { name, app: ENVOY_APP, labels: wayLabels(entry) }),
      spec: {
        [wanted.strategy]: wanted.budget.endsWith('%') ? wanted.budget : Number(wanted.budget),
        selector: { matchLabels: envoySelector(cluster, entry) },
      },
    }),
  ];
}
