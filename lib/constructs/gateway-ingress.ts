/**
 * Ways in through an implementation of the Gateway API: a Gateway with one TLS listener for each way in, and a TLSRoute for each
 * broker and for the first contact. The implementation makes proxy and load balancer; which one it is, the class says
 * (docs/decisions/0017).
 *
 * Brokers are told apart by host name only. By port they could be with a TCPRoute and a listener of the Gateway for each broker,
 * which few implementations have, and a Gateway ends at 64 listeners.
 */
import type { ResolvedCluster, ResolvedExternalListener } from '../api/resolved-cluster';
import { childMetadata, manifest } from './draft';
import type { Manifest } from './manifest';
import { anyBrokerService, entranceServices, namedEntrances, type Facing, type NamedEntrance, type NamedWay } from './named-entrances';
import { ANNOTATION, anyBrokerListenerServiceName, apiGatewayName, GATEWAY_APP, LABEL, wayLabel } from './naming';

export const GATEWAY_API = 'gateway.networking.k8s.io';
const API_VERSION = `${GATEWAY_API}/v1`;

interface Gateway {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly gatewayClassName: string;
    readonly infrastructure: { readonly annotations: Readonly<Record<string, string>> };
    readonly listeners: readonly {
      readonly name: string;
      readonly port: number;
      readonly protocol: 'TLS';
      readonly tls: { readonly mode: 'Passthrough' | 'Terminate'; readonly certificateRefs: readonly Reference[] };
      readonly allowedRoutes: {
        readonly namespaces: { readonly from: 'Same' };
        readonly kinds: readonly { readonly group: string; readonly kind: string }[];
      };
    }[];
  };
}

interface TlsRoute {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly parentRefs: readonly (Reference & { readonly sectionName: string })[];
    readonly hostnames: readonly string[];
    readonly rules: readonly { readonly backendRefs: readonly (Reference & { readonly port: number })[] }[];
  };
}

interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** For every external listener of access method LoadBalancer; nothing unless `ingressController` is `gateway`. */
export function gatewayManifests(cluster: ResolvedCluster): readonly Manifest[] {
  if (cluster.ingressController !== 'gateway') return [];
  const listeners = cluster.listeners.external.filter(({ accessMethod }) => accessMethod === 'LoadBalancer');
  return listeners.flatMap((listener) => [
    ...entranceServices(cluster, listener, facing(listener)),
    anyBrokerService(
      { cluster, listener, way: { name: '' } },
      { ...facing(listener), name: anyBrokerListenerServiceName(cluster.name, listener.name) },
    ),
    ...listener.ways.flatMap((way) => wayIn({ cluster, listener, way })),
  ]);
}

/** Annotations are for what takes the traffic, which is the Gateway. */
const facing = ({ containerPort }: ResolvedExternalListener): Facing => ({ app: GATEWAY_APP, port: containerPort, annotations: {} });

/** The class of the Gateways of a way in; a spec without one is refused (lib/api/gateway-checks.ts). */
export const gatewayClassOf = ({ serviceAnnotations }: Pick<NamedWay['way'], 'serviceAnnotations'>): string =>
  serviceAnnotations[ANNOTATION.gatewayClass] ?? '';

function wayIn(place: NamedWay): readonly Manifest[] {
  const entrances = namedEntrances(place, anyBrokerListenerServiceName(place.cluster.name, place.listener.name));
  return [gateway(place), ...entrances.map((entrance) => tlsRoute(place, entrance))];
}

const nameOf = ({ cluster, listener, way }: NamedWay): string => apiGatewayName(cluster.name, listener.name, way.name);
const labelsOf = ({ listener, way }: NamedWay) => ({ [LABEL.externalListener]: wayLabel(listener.name, way.name) });

/** Name of the listener of the Gateway. */
const SECTION = 'kafka';

/** As many annotations as a Gateway hands on to what is made of it. */
const MOST_HANDED_ON = 8;

function gateway(place: NamedWay): Manifest {
  const { cluster, listener, way } = place;
  const { [ANNOTATION.gatewayClass]: _, ...annotations } = way.serviceAnnotations;
  const count = Object.keys(annotations).length;
  return manifest<Gateway>({
    apiVersion: API_VERSION,
    kind: 'Gateway',
    metadata: childMetadata(cluster, { name: nameOf(place), app: GATEWAY_APP, labels: labelsOf(place), annotations }),
    spec: {
      gatewayClassName: gatewayClassOf(way),
      infrastructure: count > 0 && count <= MOST_HANDED_ON ? { annotations } : undefined,
      listeners: [
        {
          name: SECTION,
          port: listener.anyCastPort,
          protocol: 'TLS',
          tls: tlsOf(listener),
          allowedRoutes: { namespaces: { from: 'Same' }, kinds: [{ group: GATEWAY_API, kind: 'TLSRoute' }] },
        },
      ],
    },
  });
}

const tlsOf = ({ tlsSecretName }: ResolvedExternalListener) =>
  tlsSecretName === undefined
    ? ({ mode: 'Passthrough' } as const)
    : ({ mode: 'Terminate', certificateRefs: [{ group: '', kind: 'Secret', name: tlsSecretName }] } as const);

function tlsRoute(place: NamedWay, { key, host, service }: NamedEntrance): Manifest {
  const { cluster, listener } = place;
  return manifest<TlsRoute>({
    apiVersion: API_VERSION,
    kind: 'TLSRoute',
    metadata: childMetadata(cluster, { name: `${nameOf(place)}-${key}`, app: GATEWAY_APP, labels: labelsOf(place) }),
    spec: {
      parentRefs: [{ group: GATEWAY_API, kind: 'Gateway', name: nameOf(place), sectionName: SECTION }],
      hostnames: [host],
      rules: [{ backendRefs: [{ group: '', kind: 'Service', name: service, port: listener.containerPort }] }],
    },
  });
}
