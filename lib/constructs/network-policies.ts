/**
 * Who may connect to whom, where the network enforces NetworkPolicies (`networkPolicies: true`). Only what comes in is limited: what
 * goes out depends on names and load balancers that policies do not know. Kubernetes adds policies up, so whoever else must get in
 * (a tool that asks Cruise Control, say) gets a policy of the user's own.
 *
 * | to                                   | from                                                                       |
 * |--------------------------------------|----------------------------------------------------------------------------|
 * | brokers, listeners for clients inside| Pods of any namespace                                                      |
 * | brokers, listeners of the cluster's  | its own nodes, the operator, Cruise Control; Pods of any namespace when no |
 * | own (inter-broker, administration)   | other internal listener is there for clients                               |
 * | brokers, external listeners          | the cluster's own proxies; anybody, where none of them stands in front      |
 * | controllers                          | the cluster's own nodes                                                    |
 * | Cruise Control                       | the operator                                                               |
 * | Envoys and gateways of Istio         | anybody, at the ports of clients and health checks                         |
 * | metrics of all of them               | Pods of any namespace                                                      |
 *
 * The operator may stand in any namespace; it is known by a label that its chart sets (LABEL.operator).
 */
import type { NetworkPolicyPeer } from 'kubernetes-types/networking/v1';
import type { ResolvedCluster, ResolvedExternalListener, ResolvedListener } from '../api/resolved-cluster';
import { CRUISE_CONTROL_PORT } from '../kafka/cruise-control-properties';
import { brokerListeners } from '../kafka/listeners';
import { hasRole } from '../kafka/quorum';
import { cruiseControlSelector } from './cruise-control-deployment';
import type { Draft } from './draft';
import type { Manifest } from './manifest';
import { CRUISE_CONTROL_APP, ENVOY_APP, ISTIO_APP, KAFKA_APP, LABEL, networkPolicyName } from './naming';
import { ANY_POD, mesh, policy, tcp, type Admission, type Peers } from './network-policy';
import { roleLabel } from './node-labels';
import { METRICS_PORT } from './ports';
import { proxyPolicies } from './proxy-policies';

/** Nothing unless the spec asks for them. */
export function networkPolicies(cluster: ResolvedCluster): readonly Manifest[] {
  if (!cluster.networkPolicies) return [];
  const has = (role: 'broker' | 'controller'): boolean => cluster.nodes.some((node) => hasRole(node, role));
  return [
    ...(has('broker') ? [ofNodes(cluster, 'broker', toBrokers(cluster))] : []),
    ...(has('controller') ? [ofNodes(cluster, 'controller', toControllers(cluster))] : []),
    ...toCruiseControl(cluster),
    ...proxyPolicies(cluster),
  ];
}

/** A node of both roles is admitted to by both. */
const ofNodes = (cluster: ResolvedCluster, role: 'broker' | 'controller', admissions: readonly Admission[]): Manifest =>
  policy(cluster, {
    name: networkPolicyName(cluster.name, role),
    app: KAFKA_APP,
    selector: { ...nodesOf(cluster), [roleLabel(role)]: 'true' },
    admissions: [...admissions, ...mesh(cluster)],
  });

const nodesOf = ({ name }: Pick<ResolvedCluster, 'name'>): Readonly<Record<string, string>> => ({
  [LABEL.app]: KAFKA_APP,
  [LABEL.cluster]: name,
});

const OPERATOR: Draft<NetworkPolicyPeer> = { namespaceSelector: {}, podSelector: { matchLabels: { [LABEL.operator]: 'true' } } };

const pods = (matchLabels: Readonly<Record<string, string>>): Draft<NetworkPolicyPeer> => ({ podSelector: { matchLabels } });

const METRICS: Admission = { ports: [tcp(METRICS_PORT)], from: ANY_POD };

function toBrokers(cluster: ResolvedCluster): readonly Admission[] {
  const { listeners, additionalPorts } = cluster;
  const inside = brokerListeners(listeners).map((listener) => ({
    ports: [tcp(listener.containerPort)],
    from: insidePeers(cluster, listener),
  }));
  const outside = listeners.external.map((listener) => ({ ports: [tcp(listener.containerPort)], from: outsidePeers(cluster, listener) }));
  const more = additionalPorts.map((raw) => raw as { readonly containerPort: number; readonly protocol?: string });
  const added = more.map(({ containerPort: port, protocol = 'TCP' }) => ({ ports: [{ port, protocol }], from: undefined }));
  return [...inside, ...outside, ...added, METRICS];
}

/** Those who keep the cluster going. A Cruise Control of somebody else's may run in any Pod. */
function ownPeers(cluster: ResolvedCluster): Peers {
  const { cruiseControl } = cluster;
  if (cruiseControl?.external !== undefined) return ANY_POD;
  const own = [pods(nodesOf(cluster)), OPERATOR];
  return cruiseControl === undefined ? own : [...own, pods(cruiseControlSelector(cluster))];
}

function insidePeers(cluster: ResolvedCluster, listener: ResolvedListener): Peers {
  const { listeners } = cluster;
  const forClients = brokerListeners(listeners).some((other) => !isOwn(cluster, other));
  return isOwn(cluster, listener) && forClients ? ownPeers(cluster) : ANY_POD;
}

const isOwn = ({ listeners }: ResolvedCluster, { name }: ResolvedListener): boolean =>
  name === listeners.interBroker.name || name === listeners.admin.name;

/** Proxies of an earlier `ingressController` may stand a while, so those of both kinds get in. */
function outsidePeers(cluster: ResolvedCluster, listener: ResolvedExternalListener): Peers | undefined {
  const { ingressController: by } = cluster;
  if (listener.accessMethod !== 'LoadBalancer' || (by !== 'envoy' && by !== 'istioingress')) return undefined;
  const proxies = [ENVOY_APP, ISTIO_APP].map((app) => pods({ [LABEL.app]: app, [LABEL.cluster]: cluster.name }));
  return isOwn(cluster, listener) ? [...proxies, ...ownPeers(cluster)] : proxies;
}

const toControllers = (cluster: ResolvedCluster): readonly Admission[] => [
  { ports: [tcp(cluster.listeners.controller.containerPort)], from: [pods(nodesOf(cluster))] },
  METRICS,
];

function toCruiseControl(cluster: ResolvedCluster): readonly Manifest[] {
  const { cruiseControl } = cluster;
  if (cruiseControl === undefined || cruiseControl.external !== undefined) return [];
  return [
    policy(cluster, {
      name: networkPolicyName(cluster.name, 'cruisecontrol'),
      app: CRUISE_CONTROL_APP,
      selector: cruiseControlSelector(cluster),
      admissions: [{ ports: [tcp(CRUISE_CONTROL_PORT)], from: [OPERATOR] }, METRICS, ...mesh(cluster)],
    }),
  ];
}
