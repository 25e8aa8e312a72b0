/** The ways in that Envoys serve, and which port or host name leads to which broker: listeners, clusters and Service ask here. */
import { hostOfTemplate } from '../api/host-name';
import type { ResolvedCluster, ResolvedExternalListener, ResolvedIngress, ResolvedNode } from '../api/resolved-cluster';
import { membersOf } from './ingress-members';
import { LABEL, wayLabel } from './naming';

export interface EnvoyWay {
  readonly listener: ResolvedExternalListener;
  readonly way: ResolvedIngress;
  /** Brokers that it leads to, by id. */
  readonly members: readonly ResolvedNode[];
}

/** One for each external listener of access method LoadBalancer and each of its ways in; none when somebody else leads clients in. */
export function envoyWays(cluster: ResolvedCluster): readonly EnvoyWay[] {
  if (cluster.ingressController !== 'envoy') return [];
  return cluster.listeners.external
    .filter(({ accessMethod }) => accessMethod === 'LoadBalancer')
    .flatMap((listener) => listener.ways.map((way) => ({ listener, way, members: membersOf(cluster, way) })));
}

export const wayLabels = ({ listener, way }: Pick<EnvoyWay, 'listener' | 'way'>): Readonly<Record<string, string>> => ({
  [LABEL.externalListener]: wayLabel(listener.name, way.name),
});

/** All brokers share one port and are told apart by the host name that a TLS client asks for. */
export const sharesOnePort = ({ listener }: Pick<EnvoyWay, 'listener'>): boolean => listener.startingPort < 0;

export interface BrokerPort {
  readonly node: ResolvedNode;
  readonly port: number;
}

const LAST_PORT = 65535;

/**
 * The port of each broker; none in one-port mode. Envoy refuses a second listener on a port, and a refused one takes others along, so a
 * broker that left the spec loses its port to what the spec says now.
 */
export function brokerPorts(entry: EnvoyWay): readonly BrokerPort[] {
  const { listener, way, members } = entry;
  if (sharesOnePort(entry)) return [];
  const taken = new Set([listener.targetPort, way.envoy.healthCheckPort]);
  return members
    .map((node) => ({ node, port: listener.startingPort + node.id }))
    .filter(({ port }) => port > 0 && port <= LAST_PORT && !taken.has(port));
}

export interface BrokerName {
  readonly node: ResolvedNode;
  readonly name: string;
}

/** The host name of each broker in one-port mode, in the lower case in which Envoy compares; each name once. */
export function brokerNames({ way, members }: EnvoyWay): readonly BrokerName[] {
  const template = way.brokerHostnameTemplate;
  if (template === undefined) return [];
  const named = members.map((node) => ({ node, name: hostOfTemplate(template, node.id).toLowerCase() }));
  const anyCast = anyCastName(way);
  return named.filter(({ name }, at) => name !== anyCast && named.findIndex((other) => other.name === name) === at);
}

/** The host name by which clients ask for any broker in one-port mode; undefined: an address, which a TLS client does not ask for. */
export function anyCastName({ hostnameOverride }: Pick<ResolvedIngress, 'hostnameOverride'>): string | undefined {
  const name = hostnameOverride?.toLowerCase();
  return name === undefined || /^[\d.]+$/.test(name) ? undefined : name;
}
