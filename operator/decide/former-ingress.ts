/**
 * A broker that is mapped to another way in. Its clients know it by the address that it advertises, and it advertises the old one
 * until it is restarted: so it stays a member of the old way in until it serves with a configuration that names the new one.
 * `status.brokersState[].externalListenerConfigNames` are the ways in by which clients may know it; `withFormerIngress` lays those
 * that the spec no longer names over it, before any manifest is made.
 */
import type { ResolvedCluster, ResolvedExternalListener, ResolvedNode } from '../../lib/api/resolved-cluster';
import { membersOf, waysFor } from '../../lib/constructs/ingress-members';
import { hasRole } from '../../lib/kafka/quorum';
import { externalAddresses } from './external-addresses';
import { notAdvertised } from './advertised';
import { serves, type NodeView } from './node-view';
import type { World } from './world';

const namedWays = ({ ways }: ResolvedExternalListener) => ways.filter((way) => way.name !== '');

/** Names of the ways in that lead to a broker by the spec alone, sorted; empty where no listener has any with a name. */
function waysInSpec(cluster: ResolvedCluster, node: ResolvedNode): readonly string[] {
  const { formerIngress: _former, ...plain } = node;
  const names = cluster.listeners.external.flatMap((listener) =>
    namedWays(listener).filter((way) => membersOf({ nodes: [plain] }, way).length > 0),
  );
  return [...new Set(names.map((way) => way.name))].sort();
}

/** Of one look: many ask. */
const seen = new WeakMap<World, { readonly of: ResolvedCluster; readonly cluster: ResolvedCluster }>();

const laid = new WeakMap<ResolvedCluster, { readonly of: string; readonly cluster: ResolvedCluster }>();

/** The cluster with the ways in that brokers are still known by; the same value for the same wish and the same status. */
export function withFormerIngress(cluster: ResolvedCluster, world: World): ResolvedCluster {
  const known = seen.get(world);
  if (known?.of === cluster) return known.cluster;
  const over = laidOver(cluster, world);
  seen.set(world, { of: cluster, cluster: over });
  return over;
}

function laidOver(cluster: ResolvedCluster, world: World): ResolvedCluster {
  const there = new Set(cluster.listeners.external.flatMap((listener) => namedWays(listener).map((way) => way.name)));
  if (there.size === 0) return cluster;
  const former = cluster.nodes.flatMap((node) => {
    const known = world.cluster.status.brokersState?.[String(node.id)]?.externalListenerConfigNames ?? [];
    const wanted = waysInSpec(cluster, node);
    const names = known.filter((name) => there.has(name) && !wanted.includes(name));
    return names.length === 0 || !hasRole(node, 'broker') ? [] : [[node.id, names] as const];
  });
  if (former.length === 0) return cluster;
  const of = JSON.stringify(former);
  const before = laid.get(cluster);
  if (before?.of === of) return before.cluster;
  const byId = new Map(former);
  const nodes = cluster.nodes.map((node) => {
    const formerIngress = byId.get(node.id);
    return formerIngress === undefined ? node : { ...node, formerIngress };
  });
  const over = { ...cluster, nodes };
  laid.set(cluster, { of, cluster: over });
  return over;
}

/** What is remembered of a broker: the ways in by which clients may know it. */
export function knownWays(cluster: ResolvedCluster, view: NodeView, world: World): readonly string[] | undefined {
  const wanted = waysInSpec(cluster, view.node);
  if (!hasRole(view.node, 'broker') || !cluster.listeners.external.some((listener) => namedWays(listener).length > 0)) return undefined;
  const before = view.status.externalListenerConfigNames ?? [];
  const all = [...new Set([...before, ...wanted])].sort();
  return serves(view) && isKnownAsWanted(cluster, view, world) ? wanted : all;
}

/** It was started with the addresses of the ways in that the spec gives it. */
function isKnownAsWanted(cluster: ResolvedCluster, view: NodeView, world: World): boolean {
  const over = withFormerIngress(cluster, world);
  const reached = externalAddresses(over, world).nodes.get(view.node.id) ?? {};
  const asWanted = cluster.listeners.external.every((listener) => {
    const to = reached[listener.name];
    return namedWays(listener).length === 0 || (to?.state === 'known' && to.way === waysFor(listener, view.node)[0]?.name);
  });
  return asWanted && notAdvertised(over, view, world).length === 0;
}
