/**
 * A static quorum (`controller.quorum.voters`) has the members that it was born with. Written with others into the
 * configurations of a rolling restart, the list would differ from node to node, and two majorities could be found in it. So a
 * controller that was added to the spec is left out of everything until the quorum is a dynamic one, and one that left the
 * spec stays in the list.
 */
import type { ResolvedCluster, ResolvedNode } from '../../lib/api/resolved-cluster';
import type { Identity } from './identity';
import type { Held } from './plan';
import { reason } from './reason';

type Known = Pick<Extract<Identity, { kind: 'known' }>, 'initialControllers'>;

/** What a person does to change the controllers of a static quorum. */
export const TO_DYNAMIC = 'make the quorum dynamic first (docs/runbooks/dynamic-quorum.md)';

const made = new WeakMap<ResolvedCluster, { readonly of: string; readonly cluster: ResolvedCluster }>();

/** The cluster without the controllers that its static quorum does not have; the same value for the same wish. */
export function admitted(cluster: ResolvedCluster, identity: Known): ResolvedCluster {
  const strangers = strangersIn(cluster, identity);
  if (strangers.length === 0) return cluster;
  const of = identity.initialControllers.join();
  const known = made.get(cluster);
  if (known?.of === of) return known.cluster;
  const without = { ...cluster, nodes: cluster.nodes.filter((node) => !strangers.includes(node)) };
  made.set(cluster, { of, cluster: without });
  return without;
}

/** The controllers that wait, with the remedy. */
export const notAdmitted = (cluster: ResolvedCluster, identity: Known): readonly Held[] =>
  strangersIn(cluster, identity)
    .filter((node) => !node.departing)
    .map(({ id }) => {
      const why = `the quorum is static and was born with controllers ${identity.initialControllers.join(', ')}; ${TO_DYNAMIC}, or take the node out of the spec`;
      return { what: `start    node ${String(id)}`, node: id, reasons: [reason('IdentityConflict', why)] };
    });

function strangersIn(cluster: ResolvedCluster, { initialControllers }: Known): readonly ResolvedNode[] {
  if (cluster.quorumMode !== 'static') return [];
  return cluster.nodes.filter((node) => node.roles.includes('controller') && !initialControllers.includes(node.id));
}
