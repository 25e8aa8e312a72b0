/**
 * Where a node is found inside Kubernetes: the one place that says so. The quorum, the advertised listeners, the Services
 * and the operator's own connections all ask here, since a name that two of them spell differently is a node that cannot
 * be reached.
 */
import type { NodeRole } from './node-role';

/** What the names of a cluster are made of; a ResolvedCluster is one. */
export interface AddressScope {
  readonly name: string;
  readonly namespace: string;
  /** For example `cluster.local`. */
  readonly domain: string;
  /** One headless Service for all nodes, or one ClusterIP Service for each. */
  readonly headless: boolean;
}

export interface AddressedNode {
  readonly id: number;
  readonly roles: readonly NodeRole[];
}

/** Full name of a Service. */
export const serviceHost = (cluster: AddressScope, service: string): string => `${service}.${cluster.namespace}.svc.${cluster.domain}`;

/** Full name of a node, the same before its Pod is ready and after its Pod was replaced. */
export function nodeHost(cluster: AddressScope, node: AddressedNode): string {
  const name = `${cluster.name}-${node.id}`;
  return serviceHost(cluster, cluster.headless ? `${name}.${subdomainOf(cluster, node)}` : name);
}

/** The headless Service that a node's name stands under: a combined node is found as a broker. */
export const subdomainOf = (cluster: Pick<AddressScope, 'name'>, node: Pick<AddressedNode, 'roles'>): string =>
  node.roles.includes('broker') ? `${cluster.name}-headless` : `${cluster.name}-controller-headless`;

/** Full name that leads to any broker. */
export const anyBrokerHost = (cluster: AddressScope): string =>
  serviceHost(cluster, cluster.headless ? `${cluster.name}-headless` : `${cluster.name}-all-broker`);
