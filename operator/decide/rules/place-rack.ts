/**
 * The rack of a node is that of the Kubernetes node that its Pod was bound to (decision 11). It is written to a small
 * ConfigMap of its own, for which the start script waits; so the revision of the configuration does not depend on where
 * the Pod landed, and the user's spec is never written.
 */
import type { ResolvedNode } from '../../../lib/api/resolved-cluster';
import type { Manifest } from '../../../lib/constructs/manifest';
import { placementManifest, waitsForPlacement } from '../../../lib/constructs/placement';
import { stamped } from '../drift';
import type { Context, Rule } from '../context';
import type { NodeView } from '../node-view';
import type { Proposal } from '../plan';
import { applyIfNeeded } from './apply-drift';

export const placeRacks: Rule = (context) =>
  context.views.flatMap((v) => (waitsForPlacement(context.cluster, v.node) ? place(context, v) : []));

function place(context: Context, view: NodeView): readonly Proposal[] {
  const rack = rackOf(context, view);
  if (rack === undefined || view.pod === undefined) return [];
  return applyIfNeeded(context, placement(context, view, view.pod.kubeNode, rack), view.node.id);
}

/** Built once per node and place: a pass over many brokers synthesises nothing. */
const built = new WeakMap<ResolvedNode, { readonly at: string; readonly manifest: Manifest }>();

function placement(context: Context, view: NodeView, nodeName: string, rack: string): Manifest {
  const at = `${nodeName}/${rack}/${context.cluster.uid}`;
  const known = built.get(view.node);
  if (known?.at === at) return known.manifest;
  const manifest = stamped(placementManifest(context.cluster, view.node, { nodeName, rack }));
  built.set(view.node, { at, manifest });
  return manifest;
}

/** The values of the rack labels in spec order, comma-joined; undefined while the Pod is not bound or a label is missing. */
export function rackOf(context: Pick<Context, 'cluster' | 'world'>, view: NodeView): string | undefined {
  const kubeNode = context.world.kubeNodes.find((n) => n.name === view.pod?.kubeNode);
  const values = context.cluster.rackLabels.map((label) => kubeNode?.labels[label]);
  return values.length === 0 || values.some((v) => v === undefined || v === '') ? undefined : values.join(',');
}
