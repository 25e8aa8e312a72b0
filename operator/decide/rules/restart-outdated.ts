/**
 * A Pod that ended for good (evicted, failed, shut down with its Kubernetes node) is removed so that it can be made anew;
 * a Pod that was started from another specification than the wanted one, or whose restart somebody asks for, is restarted.
 * Restart means delete and create: the volumes and the identity stay.
 */
import type { NodeManifests } from '../../../lib/constructs/cluster';
import { liveOf, targetOf, type Context, type Rule } from '../context';
import { lossOf } from '../node-loss';
import type { NodeView, PodView } from '../node-view';
import type { Proposal } from '../plan';
import { podDifferences } from '../pod-differences';
import { resizeOf } from '../pod-resize';
import { reason, type Reason } from '../reason';
import { whyAsked } from '../restart-asked';
import { revisionOf } from '../revision';
import { apply } from './apply-drift';

export const restartOutdated: Rule = (context) =>
  context.views.flatMap((view): readonly Proposal[] => {
    const { pod } = view;
    if (pod === undefined || pod.terminating || lossOf(view, context) !== undefined) return [];
    const reasons = whyRestart(context, view, pod);
    if (reasons.length === 0) return [];
    const running = pod.running && !ended(pod);
    const config = (context.nodes.get(view.node.id)?.config ?? []).filter((m) => liveOf(context, m) === undefined);
    return [
      ...config.map((m) => apply(m, undefined, view.node.id)),
      {
        kind: 'restartNode',
        risk: running ? 'disruptive' : 'safe',
        node: view.node.id,
        target: targetOf(pod.object),
        running,
        reasons,
      },
    ];
  });

export const ended = (pod: PodView): boolean => pod.phase === 'Failed' || pod.phase === 'Succeeded';

function whyRestart(context: Context, view: NodeView, pod: PodView): readonly Reason[] {
  if (ended(pod)) {
    const said = (pod.object.status as { reason?: string } | undefined)?.reason ?? pod.phase;
    return [reason('PodFailed', `its Pod ended: ${said}`)];
  }
  const wanted = context.nodes.get(view.node.id);
  if (wanted === undefined) return [];
  return [...outdated(context, wanted, pod), ...underResourced(wanted, pod), ...whyAsked(context, wanted, pod)];
}

const outdated = (context: Context, wanted: NodeManifests, pod: PodView): readonly Reason[] =>
  revisionOf(wanted.pod) === pod.revision ? [] : [reason('PodOutdated', podDifferences(wanted, pod, context.live))];

/** CPU or memory differ and cannot change while it runs. */
function underResourced(wanted: NodeManifests, pod: PodView): readonly Reason[] {
  const resize = resizeOf(wanted.pod, pod);
  return resize?.how === 'restart' ? [resize.why] : [];
}
