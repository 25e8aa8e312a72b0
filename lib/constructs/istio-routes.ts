/**
 * Which port or host name of a gateway leads to which broker: what Gateway, VirtualServices and Services agree upon. Ports are
 * those that the proxy listens on. Where all brokers share one port, they are told apart by the host name that a client asks for
 * in its TLS handshake (SNI).
 */
import type { RawObject, ResolvedCluster, ResolvedExternalListener, ResolvedIngress } from '../api/resolved-cluster';
import { serviceHost } from '../kafka/address';
import { membersOf } from './ingress-members';
import { anyBrokerListenerServiceName, brokerListenerServiceName } from './naming';

/** One port for all, told apart by host name. */
export const ONE_PORT = -1;

export interface Way {
  readonly cluster: ResolvedCluster;
  readonly listener: ResolvedExternalListener;
  readonly way: ResolvedIngress;
}

export interface Route {
  /** `broker-<id>` or `all-broker`; part of port names. */
  readonly key: string;
  /** Port of the load balancer. */
  readonly port: number;
  /** Port of the proxy. */
  readonly targetPort: number;
  /** Undefined: by port alone. */
  readonly host: string | undefined;
  /** Full name of the Service that it leads to. */
  readonly service: string;
}

/** By broker id, the any-cast last; without a host name nobody can be told apart on a shared port, so there is no route. */
export function routesOf(place: Way): readonly Route[] {
  const { cluster, listener, way } = place;
  const onePort = listener.startingPort === ONE_PORT;
  const brokers = membersOf(cluster, way).map(({ id }) => ({
    ...(onePort ? shared(listener) : own(listener.startingPort + id)),
    key: `broker-${String(id)}`,
    host: onePort ? way.brokerHostnameTemplate?.replaceAll('%id', String(id)) : undefined,
    service: serviceHost(cluster, brokerListenerServiceName(cluster.name, id, listener.name)),
  }));
  const anyCast = {
    ...shared(listener),
    key: 'all-broker',
    host: onePort ? way.hostnameOverride : undefined,
    service: serviceHost(cluster, anyBrokerListenerServiceName(cluster.name, listener.name)),
  };
  return [...brokers, anyCast].filter(({ host }) => !onePort || host !== undefined);
}

const own = (port: number) => ({ port, targetPort: port });

const shared = (listener: ResolvedExternalListener) => ({ port: listener.anyCastPort, targetPort: listener.targetPort });

/** Where the certificate of `tlsSecretName` lies in the gateway's container; files are read anew when they change. */
export const CERTIFICATE_MOUNT = '/etc/istio/kafka-certificate';

/**
 * TLS options of the servers; undefined: plain TCP. A certificate comes as files, because to read a Secret by its name
 * (`credentialName`) the gateway's service account would need the right to list Secrets.
 */
export function tlsOf({ listener, way }: Pick<Way, 'listener' | 'way'>): RawObject | undefined {
  const { tls } = way.istio;
  const written = tls !== undefined && Object.keys(tls).length > 0 ? tls : undefined;
  if (listener.startingPort !== ONE_PORT) return written;
  if (!mountsCertificate({ listener, way })) return written ?? { mode: 'PASSTHROUGH' };
  return { mode: 'SIMPLE', serverCertificate: `${CERTIFICATE_MOUNT}/tls.crt`, privateKey: `${CERTIFICATE_MOUNT}/tls.key`, ...written };
}

/** The listener's Secret is what the gateway ends TLS with: not where it passes TLS on, nor where it has another certificate. */
export function mountsCertificate({ listener, way }: Pick<Way, 'listener' | 'way'>): boolean {
  const { mode = 'SIMPLE', credentialName, serverCertificate } = way.istio.tls ?? {};
  if (listener.startingPort !== ONE_PORT || listener.tlsSecretName === undefined) return false;
  return (mode === 'SIMPLE' || mode === 'MUTUAL') && credentialName === undefined && serverCertificate === undefined;
}

/** The bytes are TLS of the broker's own, which the gateway does not open. */
export const passesThrough = (tls: RawObject | undefined): boolean =>
  tls !== undefined && ['PASSTHROUGH', 'AUTO_PASSTHROUGH'].includes(String(tls['mode']));
