/**
 * TLS and SASL of a node's listeners. Keys and certificates are PEM files, one for each listener, whatever they were made from: a store
 * needs a password, and a password would have to stand somewhere. What is said under the name of a listener serves the node as a client of
 * that listener too, so brokers and controllers show each other what they show to everybody.
 */
import type { NodeRole } from './node-role';
import { listenersOf, openListeners, type AdvertisedAddresses, type ServerListener, type ServerListeners } from './listeners';
import { hasRole } from './quorum';
import { scramMechanism } from './scram';
import type { Generated } from './server-properties';

/** Where a node finds `<listener>.pem`: its key (PKCS #8), its certificate and those of the CAs in between. */
export const KEYSTORE_DIRECTORY = '/keystores';
/** Where a node finds `<listener>.pem`: the certificates of the CAs that it trusts. */
export const TRUST_DIRECTORY = '/trust';

export const keystoreFile = (listener: string): string => `${KEYSTORE_DIRECTORY}/${listener}.pem`;
export const truststoreFile = (listener: string): string => `${TRUST_DIRECTORY}/${listener}.pem`;

/** Stands for a listener where Cruise Control's own certificate, and whom it trusts, are meant. */
export const CLIENT = 'client';

/** How a client that is no node connects to a listener, without its login; nothing for plaintext. */
export const clientProperties = (
  listener: Pick<ServerListener, 'protocol'>,
  { keystore, truststore }: { readonly keystore: string; readonly truststore: string },
): Readonly<Record<string, string>> => ({
  ...(listener.protocol === 'plaintext' ? {} : { 'security.protocol': listener.protocol.toUpperCase() }),
  ...(hasTls(listener)
    ? { 'ssl.keystore.type': 'PEM', 'ssl.keystore.location': keystore, 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': truststore }
    : {}),
});

interface Roles {
  readonly roles: readonly NodeRole[];
}

export const hasTls = ({ protocol }: Pick<ServerListener, 'protocol'>): boolean => protocol === 'ssl' || protocol === 'sasl_ssl';
export const hasSasl = ({ protocol }: Pick<ServerListener, 'protocol'>): boolean => protocol.startsWith('sasl_');

/** Listeners with TLS that a node opens or, as the client of another node, connects to: those of its roles, and the quorum's. */
export function tlsListeners<L extends ServerListener>(
  listeners: { readonly internal: readonly L[]; readonly controller: L; readonly external?: readonly L[] },
  node: Roles,
  addresses?: AdvertisedAddresses,
): readonly L[] {
  const all = [...openListeners(listeners, node, addresses), ...listenersOf(listeners, { roles: [...new Set([...node.roles, QUORUM])] })];
  return all.filter(hasTls);
}

/** Brokers are clients of the quorum. */
const QUORUM: NodeRole = 'controller';

interface SecurityContext {
  /** What users wrote for the node. */
  readonly written: Readonly<Record<string, string>>;
  readonly addresses?: AdvertisedAddresses | undefined;
}

export function generatedSecurity(listeners: ServerListeners, node: Roles, { written, addresses }: SecurityContext): Generated {
  const tls = tlsListeners(listeners, node, addresses).map((listener) => tlsOf(listener));
  const brokers = hasRole(node, 'broker') ? listenersOf(listeners, { roles: ['broker'] }) : [listeners.interBroker];
  // A controller opens none of them and yet refuses to start with a mechanism among brokers that no listener offers.
  const sasl = [...openListeners(listeners, node, addresses), ...brokers].map((listener) => saslOf(listener, written));
  return Object.assign({}, ...tls, ...sasl, amongBrokers(listeners, written)) as Generated;
}

/** Passwords belong to other kinds of stores: Kafka refuses them beside PEM. */
function tlsOf({ name, clientAuth = 'required' }: ServerListener): Generated {
  const key = (rest: string): string => `listener.name.${name}.ssl.${rest}`;
  return {
    [key('client.auth')]: clientAuth,
    [key('keystore.type')]: 'PEM',
    [key('keystore.location')]: keystoreFile(name),
    [key('keystore.password')]: undefined,
    [key('keystore.key')]: undefined,
    [key('keystore.certificate.chain')]: undefined,
    [key('key.password')]: undefined,
    [key('truststore.type')]: 'PEM',
    [key('truststore.location')]: truststoreFile(name),
    [key('truststore.password')]: undefined,
    [key('truststore.certificates')]: undefined,
  };
}

const ENABLED = 'sasl.enabled.mechanisms';

/** Mechanisms that the user chose are the user's. */
function saslOf(listener: ServerListener, written: SecurityContext['written']): Generated {
  const key = `listener.name.${listener.name}.${ENABLED}`;
  if (!hasSasl(listener) || written[key] !== undefined || written[ENABLED] !== undefined) return {};
  return { [key]: 'SCRAM-SHA-512,SCRAM-SHA-256' };
}

const AMONG_BROKERS = 'sasl.mechanism.inter.broker.protocol';

function amongBrokers({ interBroker }: ServerListeners, written: SecurityContext['written']): Generated {
  const mechanism = hasSasl(interBroker) ? scramMechanism(interBroker, written) : undefined;
  return mechanism === undefined || written[AMONG_BROKERS] !== undefined ? {} : { [AMONG_BROKERS]: mechanism };
}
