/**
 * The rack of a node is that of the Kubernetes node that its Pod was bound to (decision 11). It is written to a small
 * ConfigMap of its own, for which the start script waits; so the revision of the configuration does not depend on where
 * the Pod landed, and the user's spec is never written.
 */
import type { ResolvedNode } from '../../../lib/api/resolved-cluster';
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { placementManifest, waitsForPlacement } from '../../../lib/constructs/placement';
import { stamped } from '../drift';
import { liveOf, targetOf, type Context, type Rule } from '../context';
import type { NodeView, PodView } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { applyIfNeeded } from './apply-drift';

export const placeRacks: Rule = (context) =>
  context.views.flatMap((v) => (waitsForPlacement(context.cluster, v.node) ? place(context, v) : []));

function place(context: Context, view: NodeView): readonly Proposal[] {
  const rack = rackOf(context, view);
  if (rack === undefined || view.pod === undefined) return [];
  const wanted = placement(context, view, view.pod.kubeNode, rack);
  const applies = applyIfNeeded(context, wanted, view.node.id);
  return applies.length > 0 && liveOf(context, wanted) !== undefined ? [...applies, nudge(view, view.pod)] : applies;
}

/** A Pod that landed elsewhere than the one before has the old placement mounted: a changed annotation makes the kubelet look again at once instead of within a minute. */
function nudge(view: NodeView, pod: PodView): Proposal {
  const why = reason('Drift', `it landed on ${pod.kubeNode}; its kubelet is to fetch the new placement at once`);
  const annotations = { [ANNOTATION.placedOn]: pod.kubeNode };
  return { kind: 'annotate', risk: 'safe', node: view.node.id, target: targetOf(pod.object), annotations, reasons: [why] };
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
