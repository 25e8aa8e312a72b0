/**
 * A node without a Pod gets one, with the configuration that goes with it. The configuration is applied only together
 * with the Pod that is to start with it (decision 10): a ConfigMap that lies ready would be taken by a restart that
 * nobody decided.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { liveOf, type Context, type Rule } from '../context';
import { isGivenUp } from '../leaving-volume';
import { phaseOf } from '../lost-volume';
import { isOfEarlierLife, mountPathOf, type NodeView } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { targetState } from '../revision';
import { apply } from './apply-drift';

export const createPods: Rule = (context) =>
  context.views.flatMap((view): readonly Proposal[] => {
    const wanted = context.nodes.get(view.node.id);
    if (view.pod !== undefined || wanted === undefined || leavesBehind(context, wanted.config) || waitsForClaim(view)) return [];
    const config = wanted.config.filter((m) => liveOf(context, m) === undefined).map((m) => apply(m, undefined, view.node.id));
    const why = view.hasRun ? reason('Missing', 'its Pod is gone') : reason('Missing', 'new node');
    return [...config, { kind: 'createPod', risk: 'safe', node: view.node.id, manifest: stampedWith(wanted.pod, context), reasons: [why] }];
  });

/** A claim that was deleted, or whose volume is lost, goes first: a Pod made now would wait for what never comes. */
const waitsForClaim = ({ node, claims }: NodeView): boolean =>
  claims.some((claim) => (isGivenUp(claim) || phaseOf(claim) === 'Lost') && node.storage.some((s) => s.mountPath === mountPathOf(claim)));

/** What a Pod remembers of the moment it was made; none of it is part of its revision. */
function stampedWith(pod: Manifest, { nodes, world }: Context): Manifest {
  const asked = world.cluster.annotations[ANNOTATION.restart];
  const answered = asked === undefined ? {} : { [ANNOTATION.restartedFor]: asked };
  const annotations = { ...pod.metadata.annotations, [ANNOTATION.target]: targetState(nodes), ...answered };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

/** Configuration of an earlier life of this cluster is on its way out: a Pod made now would lose it. */
const leavesBehind = (context: Context, config: readonly Manifest[]): boolean =>
  [...config, ...context.shared].some((m) => {
    const live = liveOf(context, m);
    return live !== undefined && isOfEarlierLife(live, context.world.cluster.uid);
  });
