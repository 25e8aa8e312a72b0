/** Whether clients outside Kubernetes get in; nothing is said of a cluster that lets nobody in. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { advertisesKubeNode } from '../../lib/constructs/ingress-members';
import type { Manifest } from '../../lib/constructs/manifest';
import { envoyName, meshGatewayName } from '../../lib/constructs/naming';
import { notAdvertised } from './advertised';
import { hasReadyPod, whyNotRolledOut } from './cruise-control-view';
import type { Judgement } from './conditions';
import { serviceOfWay } from './entrance';
import { balancedListeners, externalAddresses } from './external-addresses';
import { withFormerIngress } from './former-ingress';
import { objectsOf, type NodeView } from './node-view';
import { kubeNodeAddress } from './rules/place-rack';
import type { LiveObject, World } from './world';

type Said = Omit<Judgement, 'type'>;

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  /** Brokers that stay. */
  readonly brokers: readonly NodeView[];
}

export function externalAccessReady(wish: ResolvedCluster, views: readonly NodeView[], world: World): readonly Judgement[] {
  if (wish.listeners.external.length === 0) return [];
  const brokers = views.filter(({ node }) => node.roles.includes('broker') && !node.departing);
  const seen: Seen = { cluster: withFormerIngress(wish, world), world, brokers };
  const said = whyNoKind(seen) ?? whyNoAddress(seen) ?? whyNoProxy(seen) ?? whyNotTold(seen) ?? SERVES;
  return [{ type: 'ExternalAccessReady', ...said }];
}

const SERVES: Said = {
  status: 'True',
  reason: 'ExternalListenersServe',
  message: 'every broker advertises its addresses for clients outside',
};

const no = (reason: Said['reason'], message: string): Said => ({ status: 'False', reason, message });

/** What leads in where it is not our own proxy, by `ingressController`. */
const KINDS: Readonly<Record<ResolvedCluster['ingressController'], readonly string[]>> = {
  envoy: [],
  istioingress: ['Gateway.networking.istio.io', 'VirtualService.networking.istio.io'],
  contour: ['HTTPProxy.projectcontour.io'],
  gateway: ['Gateway.gateway.networking.k8s.io', 'TLSRoute.gateway.networking.k8s.io'],
};

function whyNoKind(seen: Seen): Said | undefined {
  const absent =
    balancedListeners(seen.cluster).length === 0
      ? []
      : KINDS[seen.cluster.ingressController].filter((k) => seen.world.absentKinds?.includes(k));
  if (absent.length === 0) return undefined;
  const { ingressController } = seen.cluster;
  return no(
    'KindNotInstalled',
    `ingressController ${ingressController} needs ${absent.join(' and ')}: install the definitions, or choose another one`,
  );
}

function whyNoAddress(seen: Seen): Said | undefined {
  const why = [...new Set([...pending(seen), ...nameless(seen), ...unplaced(seen)])];
  return why.length === 0 ? undefined : no('AddressPending', listed(why));
}

function pending({ cluster, world, brokers }: Seen): readonly string[] {
  const { nodes } = externalAddresses(cluster, world);
  const all = brokers.flatMap(({ node }) => Object.values(nodes.get(node.id) ?? {}));
  return all.flatMap((reached) => (reached.state === 'pending' ? [reached.why] : []));
}

/** Ways in at which nobody can ask for any broker, though they will have an address. */
function nameless(seen: Seen): readonly string[] {
  const { any } = externalAddresses(seen.cluster, seen.world);
  return balancedListeners(seen.cluster).flatMap((listener) =>
    listener.ways.flatMap((way) => {
      const service = serviceOfWay(seen, listener, way);
      const known = (any[listener.name] ?? []).some((a) => a.way === way.name && a.address !== undefined);
      return service === undefined || known ? [] : [`service/${service} has no address yet`];
    }),
  );
}

const unplaced = ({ cluster, world, brokers }: Seen): readonly string[] =>
  brokers
    .filter(
      (v) =>
        advertisesKubeNode(cluster, v.node) && v.pod !== undefined && v.pod.kubeNode !== '' && kubeNodeAddress({ world }, v) === undefined,
    )
    .map(({ node, pod }) => `Kubernetes node ${pod?.kubeNode ?? ''} has no address of type ${node.nodePort.addressType ?? 'InternalIP'}`);

const NAMED = 5;

const listed = (what: readonly string[]): string =>
  [...what.slice(0, NAMED), ...(what.length > NAMED ? [`and ${String(what.length - NAMED)} more`] : [])].join('; ');

function whyNoProxy(seen: Seen): Said | undefined {
  const deployments = new Map(objectsOf(seen.world, 'Deployment').map((d) => [d.metadata.name, d] as const));
  const why = proxiesOf(seen).flatMap((name) => {
    const deployment = deployments.get(name);
    if (deployment === undefined) return [`Deployment ${name} is not there yet`];
    if (hasReadyPod(deployment)) return [];
    const said = whyNotRolledOut(deployment, seen.world, (pod) => selects(deployment, pod));
    return [`Deployment ${name} has no ready Pod${said === '' ? '' : `: ${said}`}`];
  });
  return why.length === 0 ? undefined : no('ProxyNotReady', listed(why));
}

type Labelled = Pick<Manifest | LiveObject, 'metadata'>;

function selects(deployment: LiveObject, { metadata }: Labelled): boolean {
  const { selector } = (deployment.spec ?? {}) as { selector?: { matchLabels?: Readonly<Record<string, string>> } };
  const labels = Object.entries(selector?.matchLabels ?? {});
  return labels.length > 0 && labels.every(([key, value]) => metadata.labels?.[key] === value);
}

/** Names of the Deployments that the operator makes. */
function proxiesOf({ cluster }: Seen): readonly string[] {
  const { ingressController, name } = cluster;
  if (ingressController !== 'envoy' && ingressController !== 'istioingress') return [];
  const nameOf = ingressController === 'envoy' ? envoyName : meshGatewayName;
  return balancedListeners(cluster).flatMap((listener) => listener.ways.map((way) => nameOf(name, listener.name, way.name)));
}

function whyNotTold({ cluster, world, brokers }: Seen): Said | undefined {
  const silent = brokers
    .map((view) => ({ id: view.node.id, listeners: notAdvertised(cluster, view, world) }))
    .filter((b) => b.listeners.length > 0);
  if (silent.length === 0) return undefined;
  const listeners = [...new Set(silent.flatMap((b) => b.listeners))].sort();
  const ids = silent.slice(0, 10).map((b) => String(b.id));
  const who = `${ids.join(', ')}${silent.length > 10 ? ' …' : ''}`;
  return no('AddressNotAdvertised', `brokers ${who} were not started yet with their addresses of listener ${listeners.join(', ')}`);
}
