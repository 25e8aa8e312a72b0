/** NetworkPolicies of the proxies in front of the brokers: anybody, at the ports that are there for clients. */
import type { NetworkPolicyPort } from 'kubernetes-types/networking/v1';
import type { ResolvedCluster } from '../api/resolved-cluster';
import type { Draft } from './draft';
import { envoySelector } from './envoy-deployment';
import { brokerPorts, envoyWays, wayLabels } from './envoy-way';
import { gatewayLabels } from './istio-labels';
import { routesOf } from './istio-routes';
import type { Manifest } from './manifest';
import { ENVOY_APP, ISTIO_APP, networkPolicyName, wayName } from './naming';
import { MESH_PORTS, policy, tcp } from './network-policy';

export const proxyPolicies = (cluster: ResolvedCluster): readonly Manifest[] => [...ofEnvoys(cluster), ...ofIstio(cluster)];

/** Load balancers ask for health at the port that is there for it. */
const ofEnvoys = (cluster: ResolvedCluster): readonly Manifest[] =>
  envoyWays(cluster).map((entry) => {
    const { listener, way } = entry;
    const ports = [listener.targetPort, way.envoy.healthCheckPort, ...brokerPorts(entry).map(({ port }) => port)];
    return policy(cluster, {
      name: networkPolicyName(cluster.name, 'envoy', wayName(listener.name, way.name)),
      app: ENVOY_APP,
      labels: wayLabels(entry),
      selector: envoySelector(cluster, entry),
      admissions: [{ ports: ranges(ports), from: undefined }],
    });
  });

function ofIstio(cluster: ResolvedCluster): readonly Manifest[] {
  if (cluster.ingressController !== 'istioingress') return [];
  const listeners = cluster.listeners.external.filter(({ accessMethod }) => accessMethod === 'LoadBalancer');
  return listeners.flatMap((listener) =>
    listener.ways.map((way) => {
      const place = { cluster, listener, way };
      const labels = gatewayLabels(place);
      return policy(cluster, {
        name: networkPolicyName(cluster.name, 'meshgateway', wayName(listener.name, way.name)),
        app: ISTIO_APP,
        labels,
        selector: labels,
        admissions: [
          { ports: ranges([listener.targetPort, ...routesOf(place).map(({ targetPort }) => targetPort), ...MESH_PORTS]), from: undefined },
        ],
      });
    }),
  );
}

/** Sorted; neighbours are one range, so that hundreds of brokers are a few lines. */
function ranges(ports: readonly number[]): readonly Draft<NetworkPolicyPort>[] {
  const sorted = [...new Set(ports)].sort((a, b) => a - b);
  const firsts = sorted.filter((port, at) => at === 0 || sorted[at - 1] !== port - 1);
  const lasts = sorted.filter((port, at) => sorted[at + 1] !== port + 1);
  return firsts.map((first, at) => ({ ...tcp(first), endPort: lasts[at] === first ? undefined : lasts[at] }));
}
