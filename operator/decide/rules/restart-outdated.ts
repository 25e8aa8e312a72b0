/**
 * A Pod that ended for good (evicted, failed, shut down with its Kubernetes node) is removed so that it can be made anew;
 * a Pod that was started from another specification than the wanted one, or whose restart somebody asks for, is restarted.
 * Restart means delete and create: the volumes and the identity stay.
 */
import type { NodeManifests } from '../../../lib/constructs/cluster';
import type { RestartNode } from '../action';
import { addressChanges } from '../advertised';
import { liveOf, targetOf, type Context, type Rule } from '../context';
import { dataMounts, isGivenUp, leavingVolumes, type LeavingVolume } from '../leaving-volume';
import { whyToLoad } from '../loading';
import { goingVolumes } from '../lost-volume';
import { lossOf } from '../node-loss';
import type { NodeView, PodView } from '../node-view';
import type { Proposal } from '../plan';
import { podDifferences } from '../pod-differences';
import { resizeOf } from '../pod-resize';
import { reason, type Reason } from '../reason';
import { whyAsked } from '../restart-asked';
import { revisionOf } from '../revision';
import { apply } from './apply-drift';
import { whyNotTaken } from './load-certificates';

export const restartOutdated: Rule = (context) =>
  context.views.flatMap((view): readonly Proposal[] => {
    const { pod } = view;
    if (pod === undefined || pod.terminating || lossOf(view, context) !== undefined) return [];
    const reasons = whyRestart(context, view, pod);
    if (reasons.length === 0) return [];
    const config = (context.nodes.get(view.node.id)?.config ?? []).filter((m) => liveOf(context, m) === undefined);
    return [...config.map((m) => apply(m, undefined, view.node.id)), restart(context, view, pod, reasons)];
  });

function restart(context: Context, view: NodeView, pod: PodView, reasons: readonly Reason[]): RestartNode {
  const running = pod.running && !ended(pod);
  const volumes = running ? emptiedVolumes(context, view, pod) : [];
  const without = volumes.map(({ mountPath, claim }) => ({ mountPath, target: targetOf(claim) }));
  return {
    kind: 'restartNode',
    risk: running ? 'disruptive' : 'safe',
    node: view.node.id,
    target: targetOf(pod.object),
    running,
    reasons: [...reasons, ...drained(volumes)],
    ...(without.length === 0 ? {} : { without }),
  };
}

/** Volumes that left the spec, that its Pod mounts and the next one does not; one that was given up is not said to be empty. */
function emptiedVolumes({ nodes }: Context, view: NodeView, pod: PodView): readonly LeavingVolume[] {
  const wanted = nodes.get(view.node.id);
  if (wanted === undefined) return [];
  const [before, after] = [dataMounts(pod.object), dataMounts(wanted.pod)];
  return leavingVolumes(view).filter((v) => !isGivenUp(v.claim) && before.includes(v.mountPath) && !after.includes(v.mountPath));
}

const drained = (volumes: readonly LeavingVolume[]): readonly Reason[] =>
  volumes.map(({ mountPath }) => reason('Drained', `Kafka says that nothing is left on ${mountPath}`));

export const ended = (pod: PodView): boolean => pod.phase === 'Failed' || pod.phase === 'Succeeded';

function whyRestart(context: Context, view: NodeView, pod: PodView): readonly Reason[] {
  if (ended(pod)) {
    const said = (pod.object.status as { reason?: string } | undefined)?.reason ?? pod.phase;
    return [reason('PodFailed', `its Pod ended: ${said}`)];
  }
  const wanted = context.nodes.get(view.node.id);
  if (wanted === undefined) return [];
  return [
    ...outdated(context, wanted, { ...view, pod }),
    ...givenUp(view),
    ...underResourced(wanted, pod),
    ...whyAsked(context, wanted, pod),
    ...[whyToLoad(pod, context)].filter((why) => why !== undefined),
    ...whyNotTaken(view, context),
  ];
}

function outdated(context: Context, wanted: NodeManifests, view: NodeView & { readonly pod: PodView }): readonly Reason[] {
  if (revisionOf(wanted.pod) === view.pod.revision) return [];
  return [...addressChanges(view, context), reason('PodOutdated', podDifferences(wanted, view.pod, context.live))];
}

/** A claim that somebody deleted stays as long as a Pod uses it: the node is restarted with an empty volume in its place. */
const givenUp = (view: NodeView): readonly Reason[] =>
  goingVolumes(view).map((mountPath) => reason('VolumeLost', `its claim of ${mountPath} was deleted and is made anew`));

/** CPU or memory differ and cannot change while it runs. */
function underResourced(wanted: NodeManifests, pod: PodView): readonly Reason[] {
  const resize = resizeOf(wanted.pod, pod);
  return resize?.how === 'restart' ? [resize.why] : [];
}
