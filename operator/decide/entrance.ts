/** Where the Service of a way in is reached, as it says itself; undefined: it does not say yet. */
import type { ResolvedCluster, ResolvedExternalListener, ResolvedIngress } from '../../lib/api/resolved-cluster';
import { serviceHost } from '../../lib/kafka/address';
import { envoyServiceName, meshGatewayName } from '../../lib/constructs/naming';
import { millisecondsOf } from './rfc3339';
import { compareText, objectsOf } from './node-view';
import type { KubeNodeView, ListenerAddress, LiveObject, World } from './world';

export interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  /** Live Services, by name. */
  readonly services: ReadonlyMap<string, LiveObject>;
}

export const seenIn = (cluster: ResolvedCluster, world: World): Seen => ({
  cluster,
  world,
  services: new Map(objectsOf(world, 'Service').map((s) => [s.metadata.name, s] as const)),
});

/** The Service of a way in through Envoy or Istio; undefined: what leads in is told apart by host names alone. */
export function serviceOfWay(
  { cluster }: Pick<Seen, 'cluster'>,
  listener: ResolvedExternalListener,
  way: ResolvedIngress,
): string | undefined {
  switch (cluster.ingressController) {
    case 'envoy':
      return envoyServiceName(cluster.name, listener.name, way.name);
    case 'istioingress':
      return meshGatewayName(cluster.name, listener.name, way.name);
    default:
      return undefined;
  }
}

/** The host by which clients find the proxies of a way in. */
export function hostOfService(seen: Seen, name: string, way: ResolvedIngress, before: string | undefined): string | undefined {
  if (way.hostnameOverride !== undefined) return way.hostnameOverride;
  if (way.serviceType === 'ClusterIP') return serviceHost(seen.cluster, name);
  if (way.serviceType === 'NodePort') return anyNodeAddress(seen.world.kubeNodes, before) ?? before;
  return balancerOf(seen.services.get(name)) ?? before;
}

/** At which port a port of the Service is reached. */
export const portOfService = (seen: Seen, name: string, way: ResolvedIngress, port: number): number | undefined =>
  way.serviceType === 'NodePort' ? nodePortOf(seen.services.get(name), port) : port;

/** A host name goes before an address: it stays when the address changes. */
function balancerOf(service: LiveObject | undefined): string | undefined {
  const { loadBalancer = {} } = (service?.status ?? {}) as {
    loadBalancer?: { ingress?: readonly { readonly hostname?: string; readonly ip?: string }[] };
  };
  const [first] = loadBalancer.ingress ?? [];
  return filled(first?.hostname) ?? filled(first?.ip);
}

const filled = (text: string | undefined): string | undefined => (text === '' ? undefined : text);

/** The node port of a Service's port; undefined while Kubernetes has not picked one. */
export function nodePortOf(service: LiveObject | undefined, port: number): number | undefined {
  const { ports = [] } = (service?.spec ?? {}) as { ports?: readonly { readonly port: number; readonly nodePort?: number }[] };
  return ports.find((p) => p.port === port)?.nodePort;
}

/** Of a type of v1.NodeAddressType. */
export const addressOfNode = (node: KubeNodeView | undefined, type = 'InternalIP'): string | undefined =>
  node?.addresses?.find((a) => a.type === type)?.address;

/** Through any Kubernetes node; the one that clients know as long as there is one of that address. */
function anyNodeAddress(kubeNodes: readonly KubeNodeView[], before: string | undefined): string | undefined {
  const ready = kubeNodes.filter((n) => n.ready && !n.outOfService).sort((a, b) => compareText(a.name, b.name));
  const addresses = ready.flatMap((node) => addressOfNode(node) ?? []);
  return before !== undefined && addresses.includes(before) ? before : addresses[0];
}

/** When a Service was made, in milliseconds since the epoch; of one that is missing, when anything of the cluster was; undefined: nothing is there. */
export function madeAt({ world, services }: Seen, name: string): number | undefined {
  const service = services.get(name);
  const objects = service === undefined ? world.objects.filter((o) => o.kind === 'Service' || o.kind === 'ConfigMap') : [service];
  const times = objects.flatMap((o) => millisecondsOf(o.metadata.creationTimestamp) ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}

// ---- what was said last --------------------------------------------------------------------------------------------

export const ANY_BROKER = 'any-broker';

/** `any-broker`, or `any-broker-<way>`. */
export const anyBrokerName = (way: string): string => (way === '' ? ANY_BROKER : `${ANY_BROKER}-${way}`);

export const brokerName = (id: number): string => `broker-${String(id)}`;

export const statusesOf = ({ world }: Pick<Seen, 'world'>, listener: string): readonly ListenerAddress[] =>
  world.cluster.status.listenerStatuses?.externalListeners?.[listener] ?? [];

/** Host and port of what the status says under a name. */
export function lastKnown(
  seen: Pick<Seen, 'world'>,
  listener: string,
  name: string,
): { readonly host: string; readonly port: number } | undefined {
  const found = /^(.+):(\d+)$/.exec(statusesOf(seen, listener).find((a) => a.name === name)?.address ?? '');
  return found === null ? undefined : { host: (found[1] ?? '').replace(/^\[(.*)\]$/, '$1'), port: Number(found[2]) };
}
