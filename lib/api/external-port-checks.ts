/**
 * Ports of what leads clients in. Each proxy has its own set; node ports are shared by all Kubernetes nodes and so by all listeners. A
 * port that is used twice opens for one of its two users only, and a proxy that cannot open one port may refuse all of them.
 */
import { brokersOf, hasProxy, highestId, pathOfWay, problem, type ExternalPlace, type ExternalView } from './external-place';
import type { Problem } from './problem';
import type { Hint, ResolvedIngress } from './resolved-cluster';

export const checkExternalPorts = (view: ExternalView): readonly Problem[] => [
  ...view.places.flatMap((place) => [...checkRange(view, place), ...place.listener.ways.flatMap((way) => checkProxy(view, place, way))]),
  ...checkNodePorts(view),
];

const LAST_PORT = 65535;

function checkRange({ brokers }: ExternalView, { path, listener }: ExternalPlace): readonly Problem[] {
  const { startingPort, accessMethod } = listener;
  const highest = highestId({ brokers });
  const at = `${path}.externalStartingPort`;
  if (startingPort > 0 && startingPort + highest > LAST_PORT) {
    const message = `cannot reach broker ${String(highest)} at port ${String(startingPort + highest)}: ports end at ${String(LAST_PORT)}, choose a lower externalStartingPort or lower ids`;
    return [problem(at, 'OutOfRange', message)];
  }
  if (startingPort === 0 && accessMethod === 'LoadBalancer' && brokers.some(({ id }) => id === 0)) {
    const message =
      'cannot reach broker 0 at port 0: only with accessMethod NodePort Kubernetes picks ports, so write the port of broker 0';
    return [problem(at, 'OutOfRange', message)];
  }
  return [];
}

/** Ports that every gateway of Istio keeps for itself: https://istio.io/latest/docs/ops/deployment/application-requirements/ */
const ISTIOS_OWN: readonly number[] = [15000, 15001, 15004, 15006, 15008, 15020, 15021, 15053, 15090];

interface Use {
  readonly port: number;
  readonly who: string;
  /** Of the Service, of the proxy behind it, or of both. */
  readonly side: 'service' | 'proxy' | 'both';
  /** Relative to the listener. */
  readonly field: string;
}

function checkProxy(view: ExternalView, place: ExternalPlace, way: ResolvedIngress): readonly Problem[] {
  if (!hasProxy(view, place.listener) || view.controller === 'contour') return [];
  const uses = [...usesOfBrokers(view, place, way), ...usesOfAnyCast(place), ...usesOfProxy(view, way)];
  const clash = firstClash(uses);
  if (clash === undefined) return [];
  const [first, second] = clash;
  const message = `cannot use port ${String(first.port)} of a proxy twice${way.name === '' ? '' : ` (${way.name})`}, for ${first.who} and for ${second.who}: choose another ${first.field} or ${second.field}`;
  return [problem(`${first.field === HEALTH ? pathOfWay(place, way) : place.path}.${first.field}`, 'Duplicate', message)];
}

const HEALTH = 'envoyConfig.healthCheckPort';

function usesOfBrokers(view: ExternalView, { listener }: ExternalPlace, way: ResolvedIngress): readonly Use[] {
  if (listener.startingPort <= 0) return [];
  return brokersOf(view, way).map(({ id }) => ({
    port: listener.startingPort + id,
    who: `broker ${String(id)}`,
    side: 'both',
    field: 'externalStartingPort',
  }));
}

const usesOfAnyCast = ({ listener }: ExternalPlace): readonly Use[] => [
  { port: listener.anyCastPort, who: 'the first contact', side: 'service', field: 'anyCastPort' },
  { port: listener.targetPort, who: 'the first contact behind it', side: 'proxy', field: 'ingressControllerTargetPort' },
];

function usesOfProxy({ controller }: ExternalView, { envoy }: ResolvedIngress): readonly Use[] {
  if (controller === 'envoy') return [{ port: envoy.healthCheckPort, who: 'health checks', side: 'both', field: HEALTH }];
  if (controller !== 'istioingress') return [];
  return ISTIOS_OWN.map((port) => ({ port, who: "Istio's own work", side: 'proxy', field: 'port' }));
}

/** Two uses of one port on one side; the first is one that the user can change. */
function firstClash(uses: readonly Use[]): readonly [Use, Use] | undefined {
  const seen = new Map<string, Use>();
  for (const use of uses) {
    const keys = (use.side === 'both' ? ['service', 'proxy'] : [use.side]).map((side) => `${side} ${String(use.port)}`);
    const earlier = keys.map((key) => seen.get(key)).find((found) => found !== undefined);
    if (earlier !== undefined) return [earlier, use];
    keys.forEach((key) => seen.set(key, use));
  }
  return undefined;
}

interface NodePort {
  readonly place: ExternalPlace;
  readonly id: number;
  readonly port: number;
}

function checkNodePorts({ places, brokers }: ExternalView): readonly Problem[] {
  const fixed = places.filter(({ listener }) => listener.accessMethod === 'NodePort' && listener.startingPort > 0);
  const taken = new Map<number, NodePort>();
  return fixed.flatMap((place) => {
    const { path, listener } = place;
    const wanted = brokers.map(({ id }): NodePort => ({ place, id, port: listener.startingPort + id }));
    const clash = wanted.find(({ port }) => taken.has(port));
    const earlier = taken.get(clash?.port ?? 0);
    wanted.forEach((one) => taken.set(one.port, one));
    if (clash === undefined || earlier === undefined) return [];
    const message = `cannot use node port ${String(clash.port)} twice, for broker ${String(earlier.id)} of ${earlier.place.listener.name} and for broker ${String(clash.id)} of ${listener.name}: choose an externalStartingPort further away`;
    return [problem(`${path}.externalStartingPort`, 'Duplicate', message)];
  });
}

/** Of an API server that was not told otherwise (--service-node-port-range). */
const NODE_PORTS = { first: 30000, last: 32767 } as const;

/** Node ports that only an API server with a range of its own accepts. */
export function nodePortHints({ places, brokers }: ExternalView): readonly Hint[] {
  const ids = brokers.map(({ id }) => id);
  return places.flatMap(({ path, listener: { accessMethod, startingPort } }) => {
    if (accessMethod !== 'NodePort' || startingPort <= 0) return [];
    const odd = ids.map((id) => startingPort + id).find((port) => port < NODE_PORTS.first || port > NODE_PORTS.last);
    if (odd === undefined) return [];
    const message = `node port ${String(odd)} is outside of ${String(NODE_PORTS.first)} to ${String(NODE_PORTS.last)}, which an API server accepts only when its --service-node-port-range says so`;
    return [{ path: `${path}.externalStartingPort`, message }];
  });
}
