/**
 * What an earlier `ingressController`, listener or ingress configuration left behind. Clients may still come in by it, and they are
 * none of those who can be asked, so it is kept until `removeUnusedIngressResources` says otherwise. What belongs to a way in that
 * still stands (a budget that is switched off), or to a broker that is gone for good, is of no use to any client and just goes.
 */
import type { Manifest } from '../../lib/constructs/manifest';
import { INGRESS_APPS, LABEL } from '../../lib/constructs/naming';
import { filesWithout } from './any-cast';
import type { Context } from './context';
import { isOfEarlierLife, isOurs, nodeIdOf } from './node-view';
import type { Held } from './plan';
import { reason } from './reason';
import { revisionOf } from './revision';
import type { LiveObject } from './world';

type Seen = Pick<Context, 'cluster' | 'shared' | 'world'>;
type Labelled = Pick<Manifest | LiveObject, 'metadata'>;

const appOf = ({ metadata }: Labelled): string => metadata.labels?.[LABEL.app] ?? '';
const isOfIngress = (object: Labelled): boolean => INGRESS_APPS.includes(appOf(object));

/** Who takes the traffic, and where: `envoyingress/external`. */
const wayOf = (object: Labelled): string => `${appOf(object)}/${object.metadata.labels?.[LABEL.externalListener] ?? ''}`;

/** Everything that is wanted of ways in. */
export const ingressWanted = ({ cluster, shared }: Omit<Seen, 'world'>): readonly Manifest[] => [
  ...shared.filter(isOfIngress),
  ...filesWithout(cluster, new Set()),
];

/** It is not wanted; may it go, now? */
export const mayGo = (object: LiveObject, context: Context): boolean =>
  !leadsIn(object, context) || (context.cluster.removeUnusedIngress && isMovedOver(context));

/** Somebody may come in by it, of whom nobody knows. Policies lead nobody in. */
function leadsIn(object: LiveObject, context: Omit<Seen, 'world'>): boolean {
  if (!isOfIngress(object) || object.kind === 'NetworkPolicy') return false;
  const id = nodeIdOf(object);
  if (id !== undefined && !context.cluster.nodes.some((node) => node.id === id)) return false;
  return !ingressWanted(context).some((manifest) => wayOf(manifest) === wayOf(object));
}

/**
 * Nobody needs an earlier way in any more: what leads in now has its addresses, and every broker advertises them. Until then clients
 * come in where they did before.
 */
function isMovedOver(context: Context): boolean {
  const { cluster, views, nodes, live } = context;
  const named = cluster.listeners.external.every(({ ways }) => ways.every((way) => way.hostnameOverride !== undefined));
  const balanced = context.shared.filter((m) => isOfIngress(m) && (m.spec as { type?: string } | undefined)?.type === 'LoadBalancer');
  const stands = balanced.every((m) => {
    const service = live.get(`Service/${m.metadata.name}`);
    return service !== undefined && (named || hasAddress(service));
  });
  return stands && views.every(({ node, pod }) => pod === undefined || pod.revision === revisionOf(nodes.get(node.id)?.pod));
}

function hasAddress({ status }: LiveObject): boolean {
  const { loadBalancer } = (status ?? {}) as { loadBalancer?: { ingress?: readonly unknown[] } };
  return (loadBalancer?.ingress ?? []).length > 0;
}

const MADE_BY_OTHERS = ['Pod'];

/** One line for each way in. */
export function keptIngress(context: Seen): readonly Held[] {
  if (context.cluster.removeUnusedIngress) return [];
  const { objects, cluster } = context.world;
  const wanted = new Set(ingressWanted(context).map((m) => `${m.kind}/${m.metadata.name}`));
  const left = objects
    .filter((o) => isOfIngress(o) && isOurs(o) && !MADE_BY_OTHERS.includes(o.kind) && !isOfEarlierLife(o, cluster.uid))
    .filter((o) => !wanted.has(`${o.kind}/${o.metadata.name}`) && leadsIn(o, context));
  return [...new Set(left.map(wayOf))].sort().map((way) => ({
    what: `remove   ${way}`,
    reasons: [reason('IngressKept', 'clients may still come in by what is left of it; removeUnusedIngressResources: true removes it')],
  }));
}
