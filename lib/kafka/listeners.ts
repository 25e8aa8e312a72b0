/**
 * What a node listens on. A controller opens the quorum's listener and nothing else, a broker everything but it: clients
 * must never reach a controller, nor a broker's configuration promise a port that nobody opens.
 */
import type { NodeRole } from './node-role';
import { hasRole } from './quorum';
import type { Generated } from './server-properties';

/** Stands in `advertised.listeners` for an address of the Kubernetes node that the Pod lands on; the start script puts it in. */
export const NODE_ADDRESS_TOKEN = '@NODE_ADDRESS@';

export interface ServerListener {
  readonly name: string;
  readonly protocol: string;
  readonly containerPort: number;
  /** Whether clients show a certificate: `required`, `requested` or `none`; left out: required. Of no meaning without TLS. */
  readonly clientAuth?: string;
  /** A Secret of the user's own with its certificate; left out: the generated one. */
  readonly ownSecret?: string | undefined;
}

export interface ServerListeners {
  /** In spec order; the controllers' listener may be among them. */
  readonly internal: readonly ServerListener[];
  readonly interBroker: ServerListener;
  readonly controller: ServerListener;
  /** For clients outside, in spec order; left out: none. */
  readonly external?: readonly ServerListener[];
}

/** What a broker advertises for one external listener; without a host an address of its Kubernetes node. */
export interface AdvertisedAddress {
  readonly host: string | undefined;
  readonly port: number;
}

/** By listener; one that is missing is not open to clients yet. */
export type AdvertisedAddresses = Readonly<Record<string, AdvertisedAddress>>;

interface Roles {
  readonly roles: readonly NodeRole[];
}

/** Kafka's name of a listener. */
export const listenerName = (listener: ServerListener): string => listener.name.toUpperCase();

/** The listeners that brokers open, in spec order. */
export const brokerListeners = <L extends ServerListener>(listeners: {
  readonly internal: readonly L[];
  readonly controller: L;
}): readonly L[] => listeners.internal.filter((listener) => listener.name !== listeners.controller.name);

/** The listeners that one node opens: those of its roles, in spec order, the controllers' last. */
export function listenersOf<L extends ServerListener>(
  listeners: { readonly internal: readonly L[]; readonly controller: L },
  node: Roles,
): readonly L[] {
  return [...(hasRole(node, 'broker') ? brokerListeners(listeners) : []), ...(hasRole(node, 'controller') ? [listeners.controller] : [])];
}

/** The external listeners that a broker opens: those whose address is known. Others would promise what nobody can reach. */
export function openListeners<L extends ServerListener>(
  { external = [] }: { readonly external?: readonly L[] },
  node: Roles,
  addresses: AdvertisedAddresses = {},
): readonly L[] {
  return hasRole(node, 'broker') ? external.filter((listener) => Object.hasOwn(addresses, listener.name)) : [];
}

interface ListenerContext {
  /** Host name by which the node is reached. */
  readonly host: string;
  /** Where clients outside reach it. */
  readonly addresses?: AdvertisedAddresses | undefined;
  /** A controller says where it is reached too; Kafka before 3.9 refuses that. */
  readonly namesController: boolean;
  /** What users wrote. */
  readonly written: Readonly<Record<string, string>>;
}

export function generatedListeners(listeners: ServerListeners, node: Roles, context: ListenerContext): Generated {
  const open = openListeners(listeners, node, context.addresses);
  // One that is not open is not named: with its name alone the broker would be restarted once for that and once for its address.
  const all = [...open, ...brokerListeners(listeners), listeners.controller];
  // Kafka refuses both ways of naming the listener among brokers at once; the user's own stays.
  const namedByProtocol = context.written['security.inter.broker.protocol'] !== undefined;
  return {
    listeners: join([...open, ...listenersOf(listeners, node)], (listener) => `${listenerName(listener)}://:${listener.containerPort}`),
    'listener.security.protocol.map': join(all, (listener) => `${listenerName(listener)}:${listener.protocol.toUpperCase()}`),
    'advertised.listeners': advertised(listeners, node, context),
    'inter.broker.listener.name': namedByProtocol ? undefined : listenerName(listeners.interBroker),
    'controller.listener.names': listenerName(listeners.controller),
  };
}

/**
 * Where this node is reached. A controller that does not say it tells the others of the quorum what it takes for its host name, which
 * nobody can resolve who is not found by that one.
 */
function advertised(
  listeners: ServerListeners,
  node: Roles,
  { host, addresses = {}, namesController }: ListenerContext,
): string | undefined {
  const text = (listener: ServerListener, address: AdvertisedAddress = { host, port: listener.containerPort }): string =>
    `${listenerName(listener)}://${hostAndPort(address)}`;
  const outside = openListeners(listeners, node, addresses).map((listener) => text(listener, addresses[listener.name]));
  const inside = listenersOf(listeners, node).filter(({ name }) => namesController || name !== listeners.controller.name);
  const all = [...outside, ...inside.map((listener) => text(listener))];
  return all.length === 0 ? undefined : all.join(',');
}

/** For example `kafka.example.com:19092`; an address of IPv6 in brackets, without a host the token for the address of the Kubernetes node. */
export const hostAndPort = ({ host = NODE_ADDRESS_TOKEN, port }: AdvertisedAddress): string => `${bracketed(host)}:${port}`;

/** An address of IPv6 as it stands before a port. */
export const bracketed = (host: string): string => (host.includes(':') && !host.startsWith('[') ? `[${host}]` : host);

const join = (listeners: readonly ServerListener[], text: (listener: ServerListener) => string): string => listeners.map(text).join(',');
