/**
 * `onFailure: Rollback`. A node that does not come back with a change is given back what it served with before: its revision is
 * noted as rejected, and as long as the spec asks for just that revision, the node's manifests are those of the last spec with
 * which every node served. The other nodes are left as they are; nothing more of the change is done until the spec changes.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { NodeManifests } from '../../lib/constructs/cluster';
import type { Facts } from '../../lib/constructs/facts';
import type { Context, Rule } from './context';
import { manifestsFor } from './manifests';
import type { NodeView } from './node-view';
import { reason, type Reason } from './reason';
import { revisionOf } from './revision';
import { trialOf } from './trial';

type Nodes = ReadonlyMap<number, NodeManifests>;

/** Nodes whose revision of the spec as it is now was tried and rejected. */
export function rejectedNodes(nodes: Nodes, views: readonly NodeView[]): ReadonlySet<number> {
  const rejected = views.filter(
    (v) => v.status.rejectedRevision !== undefined && v.status.rejectedRevision === revisionOf(nodes.get(v.node.id)?.pod),
  );
  return new Set(rejected.map((v) => v.node.id));
}

/** The manifests with those of rejected nodes taken from the last good spec; the same value when there are none. */
export function withRollback(
  nodes: Nodes,
  rejected: ReadonlySet<number>,
  past: { readonly cluster: ResolvedCluster; readonly facts: Facts } | undefined,
): Nodes {
  if (rejected.size === 0 || past === undefined) return nodes;
  const before = manifestsFor(past.cluster, past.facts).nodes;
  return new Map([...nodes].map(([id, node]) => [id, rejected.has(id) ? (before.get(id) ?? node) : node] as const));
}

/** Notes the revision with which a node failed, when there is something to go back to; forgets one that nobody wants any more. */
export const rollBack: Rule = (context) => [...forgets(context), ...notes(context)];

/** So that the same change may be tried again after another one. */
const forgets: Rule = ({ views, rejected }) => {
  const old = views.filter((v) => v.status.rejectedRevision !== undefined && !rejected.has(v.node.id));
  if (old.length === 0) return [];
  const brokersState = Object.fromEntries(old.map((v) => [String(v.node.id), { rejectedRevision: undefined }]));
  return [
    {
      kind: 'record',
      risk: 'safe',
      status: { brokersState },
      reasons: [reason('RolledBack', 'the change that was rejected is no longer wanted')],
    },
  ];
};

const notes: Rule = (context) => {
  const { cluster, views, nodes, past } = context;
  if (cluster.changePolicy.onFailure !== 'Rollback' || past === undefined) return [];
  const failed = views.filter((v) => v.status.servedRevision !== undefined && trialOf(v, context)?.state === 'failed');
  if (failed.length === 0) return [];
  const brokersState = Object.fromEntries(
    failed.map((v) => [String(v.node.id), { rejectedRevision: revisionOf(nodes.get(v.node.id)?.pod) }] as const),
  );
  const who = failed.map((v) => String(v.node.id)).join(', ');
  return [
    {
      kind: 'record',
      risk: 'safe',
      status: { brokersState },
      reasons: [reason('RolledBack', `node ${who} does not come back and goes back to what it ran before`)],
    },
  ];
};

/** Why a running node is not restarted: the change was rejected elsewhere. */
export function whyRolledBack(view: NodeView, { rejected }: Pick<Context, 'rejected'>): readonly Reason[] {
  if (rejected.size === 0 || rejected.has(view.node.id)) return [];
  return [rolledBack(rejected)];
}

export const rolledBack = (rejected: ReadonlySet<number>): Reason =>
  reason('RolledBack', `node ${[...rejected].join(', ')} did not come back with this change and runs as before; change the spec`);
