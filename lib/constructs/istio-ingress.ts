/**
 * Ways in through Istio: for each one a gateway of its own (a Deployment that Istio's injector turns into a proxy, and its
 * Service), a Gateway, VirtualServices, and DestinationRules.
 *
 * Gateway, VirtualServices and Services follow the brokers; the Deployment does not, so that a broker more or less restarts no
 * gateway and cuts no connection. What the gateway leads to are Services of its own, one for each broker: Istio knows no names of
 * single Pods of a headless Service, and so nothing here changes when the cluster goes over from one scheme of Services to the other.
 *
 * A Gateway selects Pods in every namespace, and two Gateways that select the same Pods share their ports, without a word of
 * anybody. So the namespace is among the labels of the selector.
 */
import type { RawObject, ResolvedCluster, ResolvedExternalListener } from '../api/resolved-cluster';
import { serviceHost } from '../kafka/address';
import { gatewayDeployment, gatewayService } from './istio-gateway';
import { istioManifest, type DestinationRuleSpec, type GatewayServer, type RouteDestination } from './istio-objects';
import { ONE_PORT, passesThrough, routesOf, tlsOf, type Route, type Way } from './istio-routes';
import { brokerServices } from './istio-services';
import { gatewayLabels } from './istio-labels';
import type { Manifest } from './manifest';
import { anyBrokerListenerServiceName, istioGatewayName, virtualServiceName } from './naming';

/** For every external listener of access method LoadBalancer; nothing unless `ingressController` is `istioingress`. */
export function istioManifests(cluster: ResolvedCluster): readonly Manifest[] {
  if (cluster.ingressController !== 'istioingress') return [];
  const listeners = cluster.listeners.external.filter(({ accessMethod }) => accessMethod === 'LoadBalancer');
  return listeners.flatMap((listener) => [...brokerServices(cluster, listener), ...waysIn(cluster, listener)]);
}

const waysIn = (cluster: ResolvedCluster, listener: ResolvedExternalListener): readonly Manifest[] =>
  listener.ways.flatMap((way) => {
    const place: Way = { cluster, listener, way };
    const routes = routesOf(place);
    const networking = routes.length === 0 ? [] : [gateway(place, routes), ...virtualServices(place, routes), ...destinationRules(place)];
    return [gatewayDeployment(place), gatewayService(place, routes), ...networking];
  });

const nameOf = ({ cluster, listener, way }: Way, named: typeof istioGatewayName): string => named(cluster.name, listener.name, way.name);

function gateway(place: Way, routes: readonly Route[]): Manifest {
  const labels = gatewayLabels(place);
  return istioManifest(place.cluster, 'Gateway', {
    name: nameOf(place, istioGatewayName),
    labels,
    spec: { selector: labels, servers: serversOf(routes, tlsOf(place)) },
  });
}

/** TLS that is passed on: one server for each port, with all of its names. Else one for each route: it opens only its own name. */
function serversOf(routes: readonly Route[], tls: RawObject | undefined): readonly GatewayServer[] {
  const first = routes[0];
  const sharesPort = first !== undefined && routes.every(({ targetPort }) => targetPort === first.targetPort) && first.host !== undefined;
  if (passesThrough(tls) && sharesPort) return [serverOf({ key: 'sni', targetPort: first.targetPort }, routes, tls)];
  return routes.map((route) => serverOf(route, [route], tls));
}

/** The port's name tells Istio the protocol as well: `tcp-…`, `tls-…`. */
function serverOf(
  { key, targetPort }: Pick<Route, 'key' | 'targetPort'>,
  routes: readonly Route[],
  tls: RawObject | undefined,
): GatewayServer {
  const hosts = routes.map(({ host }) => `./${host ?? '*'}`);
  if (tls === undefined) return { port: { name: `tcp-${key}`, number: targetPort, protocol: 'TCP' }, hosts };
  return { port: { name: `tls-${key}`, number: targetPort, protocol: 'TLS' }, hosts, tls };
}

/**
 * One for all routes. Only where TLS ends at a shared port there is one for each: a route of what is no longer TLS knows no host
 * name, its VirtualService does.
 */
function virtualServices(place: Way, routes: readonly Route[]): readonly Manifest[] {
  const tls = tlsOf(place);
  const name = nameOf(place, virtualServiceName);
  const byName = place.listener.startingPort === ONE_PORT && !passesThrough(tls);
  if (byName) return routes.map((route) => virtualService(place, `${name}-${route.key}`, { routes: [route], tls }));
  return [virtualService(place, name, { routes, tls })];
}

interface Routed {
  readonly routes: readonly Route[];
  readonly tls: RawObject | undefined;
}

function virtualService(place: Way, name: string, { routes, tls }: Routed): Manifest {
  const { cluster, listener, way } = place;
  const route = ({ service }: Route): readonly RouteDestination[] => [
    { destination: { host: service, port: { number: listener.containerPort } } },
  ];
  const bySni = routes.map((to) => ({ match: [{ port: to.targetPort, sniHosts: [to.host ?? '*'] }], route: route(to) }));
  const byPort = routes.map((to) => ({ match: [{ port: to.targetPort }], route: route(to) }));
  return istioManifest(cluster, 'VirtualService', {
    name,
    labels: gatewayLabels(place),
    annotations: way.istio.virtualServiceAnnotations,
    spec: {
      hosts: [...new Set(routes.map(({ host }) => host ?? '*'))],
      gateways: [nameOf(place, istioGatewayName)],
      ...(passesThrough(tls) ? { tls: bySni } : { tcp: byPort }),
    },
  });
}

/** Half-open connections to nodes that are gone are found out; connecting to one that is silent takes no ten seconds. */
const CONNECTION: DestinationRuleSpec['trafficPolicy'] = {
  connectionPool: { tcp: { connectTimeout: '2s', tcpKeepalive: { time: '30s', interval: '30s', probes: 3 } } },
};

/** A broker whose port is closed is left out for a while: it may not have this listener yet, or its Kubernetes node is gone. */
const LEAVE_OUT: NonNullable<DestinationRuleSpec['trafficPolicy']['outlierDetection']> = {
  consecutive5xxErrors: 1,
  interval: '2s',
  baseEjectionTime: '10s',
  maxEjectionPercent: 100,
};

/**
 * How the gateway connects to brokers, and nobody else: other clients of these Services are not bound by it. Nothing is said of
 * mutual TLS, since Istio finds out by itself whether a broker has a sidecar; a rule that said it would be wrong for the others.
 */
function destinationRules(place: Way): readonly Manifest[] {
  const { cluster, listener } = place;
  const labels = gatewayLabels(place);
  const rule = (suffix: string, host: string, trafficPolicy: DestinationRuleSpec['trafficPolicy']): Manifest =>
    istioManifest(cluster, 'DestinationRule', {
      name: `${nameOf(place, istioGatewayName)}-${suffix}`,
      labels,
      spec: { host, exportTo: ['.'], workloadSelector: { matchLabels: labels }, trafficPolicy },
    });
  const anyBroker = serviceHost(cluster, anyBrokerListenerServiceName(cluster.name, listener.name));
  return [
    rule('brokers', serviceHost(cluster, '*'), CONNECTION),
    rule('any-broker', anyBroker, { ...CONNECTION, outlierDetection: LEAVE_OUT }),
  ];
}
