/**
 * The rack of a node is that of the Kubernetes node that its Pod was bound to (decision 11), and so is the address by which node
 * ports are reached. Both are written to a small ConfigMap of its own, for which the start script waits; so the revision of the
 * configuration does not depend on where the Pod landed, and the user's spec is never written.
 */
import type { ResolvedNode } from '../../../lib/api/resolved-cluster';
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { advertisesKubeNode } from '../../../lib/constructs/ingress-members';
import { hasRack, placementManifest, waitsForPlacement, type Placement } from '../../../lib/constructs/placement';
import { addressOfNode } from '../entrance';
import { stamped } from '../drift';
import { liveOf, targetOf, type Context, type Rule } from '../context';
import type { NodeView, PodView } from '../node-view';
import type { Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import { applyIfNeeded } from './apply-drift';

export const placeRacks: Rule = (context) =>
  context.views.flatMap((v) => (waitsForPlacement(context.cluster, v.node) ? place(context, v) : []));

function place(context: Context, view: NodeView): readonly Proposal[] {
  const where = placementOf(context, view);
  if (where === undefined || view.pod === undefined) return [];
  const wanted = placement(context, view, where);
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

function placement(context: Context, view: NodeView, where: Placement): Manifest {
  const at = JSON.stringify([where, context.cluster.uid]);
  const known = built.get(view.node);
  if (known?.at === at) return known.manifest;
  const manifest = stamped(placementManifest(context.cluster, view.node, where));
  built.set(view.node, { at, manifest });
  return manifest;
}

/** Undefined while the Pod is not bound, or its Kubernetes node lacks what is asked of it. */
function placementOf(context: Context, view: NodeView): Placement | undefined {
  const { cluster } = context;
  const rack = hasRack(cluster, view.node) ? rackOf(context, view) : '';
  const asksAddress = advertisesKubeNode(cluster, view.node);
  const address = asksAddress ? kubeNodeAddress(context, view) : undefined;
  if (rack === undefined || (asksAddress && address === undefined) || view.pod === undefined || view.pod.kubeNode === '') return undefined;
  return { nodeName: view.pod.kubeNode, rack, ...(address === undefined ? {} : { address }) };
}

/** The address that a broker with node ports advertises; undefined while its Pod is not bound, or its Kubernetes node has none of that type. */
export const kubeNodeAddress = ({ world }: Pick<Context, 'world'>, { node, pod }: NodeView): string | undefined =>
  addressOfNode(
    world.kubeNodes.find((n) => n.name === pod?.kubeNode),
    node.nodePort.addressType,
  );

/** Why a broker would wait where its Pod is: its Kubernetes node has no address that clients could be told. */
export function whyNoAddress(view: NodeView, { cluster, world }: Pick<Context, 'cluster' | 'world'>): Reason | undefined {
  const { pod, node } = view;
  if (!advertisesKubeNode(cluster, node) || pod === undefined || pod.kubeNode === '') return undefined;
  if (kubeNodeAddress({ world }, view) !== undefined) return undefined;
  const type = node.nodePort.addressType ?? 'InternalIP';
  const message = `Kubernetes node ${pod.kubeNode} has no address of type ${type} that clients outside could be told; set nodePortNodeAddressType, nodePortExternalIP or hostnameOverride`;
  return reason('AddressPending', message);
}

/** The values of the rack labels in spec order, comma-joined; undefined while the Pod is not bound or a label is missing. */
export function rackOf(context: Pick<Context, 'cluster' | 'world'>, view: NodeView): string | undefined {
  const kubeNode = context.world.kubeNodes.find((n) => n.name === view.pod?.kubeNode);
  const values = context.cluster.rackLabels.map((label) => kubeNode?.labels[label]);
  return values.length === 0 || values.some((v) => v === undefined || v === '') ? undefined : values.join(',');
}
