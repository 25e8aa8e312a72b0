/**
 * What a node listens on. A controller opens the quorum's listener and nothing else, a broker everything but it: clients
 * must never reach a controller, nor a broker's configuration promise a port that nobody opens.
 */
import type { NodeRole } from './node-role';
import { hasRole } from './quorum';
import type { Generated } from './server-properties';

export interface ServerListener {
  readonly name: string;
  readonly protocol: string;
  readonly containerPort: number;
}

export interface ServerListeners {
  /** In spec order; the controllers' listener may be among them. */
  readonly internal: readonly ServerListener[];
  readonly interBroker: ServerListener;
  readonly controller: ServerListener;
}

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

interface ListenerContext {
  /** Host name by which the node is reached. */
  readonly host: string;
  /** What users wrote. */
  readonly written: Readonly<Record<string, string>>;
}

export function generatedListeners(listeners: ServerListeners, node: Roles, context: ListenerContext): Generated {
  const all = [...brokerListeners(listeners), listeners.controller];
  // Kafka refuses both ways of naming the listener among brokers at once; the user's own stays.
  const namedByProtocol = context.written['security.inter.broker.protocol'] !== undefined;
  return {
    listeners: join(listenersOf(listeners, node), (listener) => `${listenerName(listener)}://:${listener.containerPort}`),
    'listener.security.protocol.map': join(all, (listener) => `${listenerName(listener)}:${listener.protocol.toUpperCase()}`),
    'advertised.listeners': advertised(listeners, node, context.host),
    'inter.broker.listener.name': namedByProtocol ? undefined : listenerName(listeners.interBroker),
    'controller.listener.names': listenerName(listeners.controller),
  };
}

/** Controllers are found through the quorum, never through an advertised address. */
function advertised(listeners: ServerListeners, node: Roles, host: string): string | undefined {
  if (!hasRole(node, 'broker')) return undefined;
  return join(brokerListeners(listeners), (listener) => `${listenerName(listener)}://${host}:${listener.containerPort}`);
}

const join = (listeners: readonly ServerListener[], text: (listener: ServerListener) => string): string => listeners.map(text).join(',');
