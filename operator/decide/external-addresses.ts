/**
 * Where clients outside Kubernetes reach each broker (contract 2.11). An address that is not there yet holds the listener that
 * needs it and nothing else: the broker runs without that listener. One that is gone for a moment, since a Service was deleted or a
 * load balancer is being moved, is taken to be what it was last: brokers that were restarted to advertise less, and once more to
 * advertise the same again, would help nobody.
 */
import type { ResolvedCluster, ResolvedExternalListener, ResolvedIngress, ResolvedNode } from '../../lib/api/resolved-cluster';
import { anyBrokerHost } from '../../lib/kafka/address';
import { hasRole } from '../../lib/kafka/quorum';
import type { ExternalAddress, ExternalOfNode, Facts } from '../../lib/constructs/facts';
import { isContours } from '../../lib/constructs/contour-ingress';
import { waysFor } from '../../lib/constructs/ingress-members';
import { brokerListenerServiceName } from '../../lib/constructs/naming';
import {
  ANY_BROKER,
  anyBrokerName,
  brokerName,
  hostOfService,
  lastKnown,
  madeAt,
  nodePortOf,
  portOfService,
  seenIn,
  serviceOfWay,
  statusesOf,
  type Seen,
} from './entrance';
import type { World } from './world';

/** How one broker is reached through one listener. */
export type Reached =
  | {
      readonly state: 'known';
      readonly address: ExternalAddress;
      /** Name of the way in. */
      readonly way: string;
    }
  | {
      readonly state: 'pending';
      readonly why: string;
      /** When what gets the address was made, in milliseconds since the epoch; undefined: it is not there yet. */
      readonly since: number | undefined;
    };

/** Where any broker answers, by way in; undefined: not known yet. */
export interface AnyBroker {
  readonly way: string;
  readonly address: ExternalAddress | undefined;
}

export interface ExternalAddresses {
  /** By node id and listener; brokers only. */
  readonly nodes: ReadonlyMap<number, Readonly<Record<string, Reached>>>;
  /** By listener; none where nobody stands for all brokers. */
  readonly any: Readonly<Record<string, readonly AnyBroker[]>>;
}

const NONE: ExternalAddresses = { nodes: new Map(), any: {} };

const found = new WeakMap<World, { readonly of: ResolvedCluster; readonly addresses: ExternalAddresses }>();

/** @param cluster with the ways in that brokers are still known by (former-ingress.ts) */
export function externalAddresses(cluster: ResolvedCluster, world: World): ExternalAddresses {
  if (cluster.listeners.external.length === 0) return NONE;
  const known = found.get(world);
  if (known?.of === cluster) return known.addresses;
  const addresses = addressesIn(seenIn(cluster, world));
  found.set(world, { of: cluster, addresses });
  return addresses;
}

function addressesIn(seen: Seen): ExternalAddresses {
  const { external } = seen.cluster.listeners;
  const brokers = seen.cluster.nodes.filter((node) => hasRole(node, 'broker'));
  const ofNode = (node: ResolvedNode) => Object.fromEntries(external.map((listener) => [listener.name, reached(seen, listener, node)]));
  return {
    nodes: new Map(brokers.map((node) => [node.id, ofNode(node)] as const)),
    any: Object.fromEntries(external.map((listener) => [listener.name, anyBrokers(seen, listener)])),
  };
}

/** The part of the facts; nothing for a cluster without external listeners. */
export function externalFacts(cluster: ResolvedCluster, world: World): Pick<Facts, 'external'> {
  const { nodes } = externalAddresses(cluster, world);
  if (nodes.size === 0) return {};
  return { external: Object.fromEntries([...nodes].map(([id, of]) => [id, knownOf(of)])) };
}

const knownOf = (of: Readonly<Record<string, Reached>>): ExternalOfNode =>
  Object.fromEntries(Object.entries(of).flatMap(([name, r]) => (r.state === 'known' ? [[name, r.address] as const] : [])));

/** By its first way in; while that has no address, by one that clients still know it by. */
function reached(seen: Seen, listener: ResolvedExternalListener, node: ResolvedNode): Reached {
  const ways = waysFor(listener, node).map((way) => reachedBy(seen, { listener, way }, node));
  const known = ways.find((r) => r.state === 'known');
  const why = `no ingress configuration of listener ${listener.name} has broker ${String(node.id)}: brokerIngressMapping names others`;
  // Nobody waits for what no time brings.
  return known ?? ways[0] ?? { state: 'pending', why, since: 0 };
}

/** Contour takes some of access method ClusterIP too. */
const accessOf = ({ cluster }: Pick<Seen, 'cluster'>, listener: ResolvedExternalListener): ResolvedExternalListener['accessMethod'] =>
  isContours(cluster, listener) ? 'LoadBalancer' : listener.accessMethod;

/** Listeners that a proxy or gateway leads to. */
export const balancedListeners = (cluster: ResolvedCluster): readonly ResolvedExternalListener[] =>
  cluster.listeners.external.filter((listener) => accessOf({ cluster }, listener) === 'LoadBalancer');

interface Through {
  readonly listener: ResolvedExternalListener;
  readonly way: ResolvedIngress;
}

function reachedBy(seen: Seen, through: Through, node: ResolvedNode): Reached {
  switch (accessOf(seen, through.listener)) {
    case 'NodePort':
      return byNodePort(seen, through, node);
    case 'ClusterIP':
      return byClusterIP(seen, through, node);
    case 'LoadBalancer':
      return byBalancer(seen, through, node);
  }
}

// ---- proxies and gateways ------------------------------------------------------------------------------------------

/** All brokers share a port and are told apart by host name. */
const isOnePort = ({ cluster }: Pick<Seen, 'cluster'>, { startingPort }: ResolvedExternalListener): boolean =>
  startingPort < 0 || cluster.ingressController === 'contour' || cluster.ingressController === 'gateway';

function byBalancer(seen: Seen, through: Through, node: ResolvedNode): Reached {
  const { listener, way } = through;
  const service = serviceOfWay(seen, listener, way);
  const onePort = isOnePort(seen, listener);
  const host = onePort ? way.brokerHostnameTemplate?.replaceAll('%id', String(node.id)) : hostOf(seen, through, service);
  if (onePort && host === undefined) return unnamed(listener);
  const wanted = onePort ? listener.anyCastPort : listener.startingPort + node.id;
  const port = balancedPort(seen, through, { service, wanted, name: brokerName(node.id) });
  if (host !== undefined && port !== undefined) return { state: 'known', address: { host, port }, way: way.name };
  return pendingAt(seen, service ?? '', host === undefined ? 'address' : 'node port');
}

const unnamed = ({ name }: ResolvedExternalListener): Reached => ({
  state: 'pending',
  why: `listener ${name} has no brokerHostnameTemplate by which its brokers are told apart`,
  since: 0,
});

/** That of the Service; while it has none, the one that clients know. */
const hostOf = (seen: Seen, { listener, way }: Through, service: string | undefined): string | undefined =>
  service === undefined
    ? way.hostnameOverride
    : hostOfService(seen, service, way, lastKnown(seen, listener.name, anyBrokerName(way.name))?.host);

interface Door {
  readonly service: string | undefined;
  /** Port of the Service, or of what stands in its place. */
  readonly wanted: number;
  /** In the status. */
  readonly name: string;
}

const balancedPort = (seen: Seen, { listener, way }: Through, { service, wanted, name }: Door): number | undefined =>
  service === undefined ? wanted : (portOfService(seen, service, way, wanted) ?? lastKnown(seen, listener.name, name)?.port);

const pendingAt = (seen: Seen, service: string, what: 'address' | 'node port'): Reached => ({
  state: 'pending',
  why: `service/${service} has no ${what} yet`,
  since: madeAt(seen, service),
});

function anyBrokers(seen: Seen, listener: ResolvedExternalListener): readonly AnyBroker[] {
  const access = accessOf(seen, listener);
  if (access === 'NodePort') return [];
  if (access === 'ClusterIP') return anyByClusterIP(seen, listener);
  return listener.ways.map((way) => {
    const service = serviceOfWay(seen, listener, way);
    const host = hostOf(seen, { listener, way }, service);
    const door = { service, wanted: listener.anyCastPort, name: anyBrokerName(way.name) };
    const port = balancedPort(seen, { listener, way }, door);
    return { way: way.name, address: host === undefined || port === undefined ? undefined : { host, port } };
  });
}

// ---- Services alone ------------------------------------------------------------------------------------------------

/** A host name is put behind the name of the broker's Service: `<service>.<namespace><hostnameOverride>`. */
const overridden = ({ cluster }: Seen, service: string, suffix: string): string => `${service}.${cluster.namespace}${suffix}`;

function byNodePort(seen: Seen, { listener, way }: Through, node: ResolvedNode): Reached {
  const service = brokerListenerServiceName(seen.cluster.name, node.id, listener.name);
  const external = node.nodePort.externalIPs[listener.name];
  const known = (host: string | undefined, port: number): Reached => ({ state: 'known', address: { host, port }, way: way.name });
  if (external !== undefined && way.hostnameOverride === undefined) return known(external, listener.containerPort);
  const port = listener.startingPort > 0 ? listener.startingPort + node.id : pickedPort(seen, listener, { service, id: node.id });
  if (port === undefined) return pendingAt(seen, service, 'node port');
  return known(way.hostnameOverride === undefined ? undefined : overridden(seen, service, way.hostnameOverride), port);
}

/** The port of an earlier load balancer is none. */
function pickedPort(seen: Seen, listener: ResolvedExternalListener, { service, id }: { service: string; id: number }): number | undefined {
  const balanced = statusesOf(seen, listener.name).some((a) => a.name.startsWith(ANY_BROKER));
  const before = balanced ? undefined : lastKnown(seen, listener.name, brokerName(id))?.port;
  return nodePortOf(seen.services.get(service), listener.containerPort) ?? before;
}

function byClusterIP(seen: Seen, { listener, way }: Through, node: ResolvedNode): Reached {
  const service = brokerListenerServiceName(seen.cluster.name, node.id, listener.name);
  const { namespace, domain } = seen.cluster;
  const host =
    way.hostnameOverride === undefined ? `${service}.${namespace}.svc.${domain}` : overridden(seen, service, way.hostnameOverride);
  return { state: 'known', address: { host, port: listener.containerPort }, way: way.name };
}

/** The name that leads to any broker inside; nobody knows which name does outside. */
const anyByClusterIP = ({ cluster }: Seen, { ways, containerPort: port }: ResolvedExternalListener): readonly AnyBroker[] =>
  ways
    .filter((way) => way.hostnameOverride === undefined)
    .map((way) => ({ way: way.name, address: { host: anyBrokerHost(cluster), port } }));
