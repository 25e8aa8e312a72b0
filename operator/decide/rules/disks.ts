/**
 * Volumes come and go. One that was added is given its share, one that left the spec is emptied: one operation each for all
 * brokers concerned, whose end is judged by what Kafka says. When nothing is left on a volume the node is restarted without it
 * (rules/restart-outdated.ts), and then its claim goes as `volumeReclaim` says; kept for good, it is nobody's.
 */
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { Delete } from '../action';
import { targetOf, type Context, type Rule } from '../context';
import { diskFillings, fillingParameters, type DiskFilling } from '../disk-filling';
import { filledBrokers, fillsDisks, FILLS_DISKS, freshOperation, volumeStateOf } from '../disk-operation';
import { diskRemovals } from '../disk-removal';
import { isEmptyDir, seenLogDir } from '../log-dir';
import { diskName, disksIn, isGivenUp, leavingVolumes, dataMounts, type LeavingVolume } from '../leaving-volume';
import { phaseOf } from '../lost-volume';
import { annotationOf, isOurs, mountPathOf, type NodeView } from '../node-view';
import { operationsIn } from '../operation-view';
import type { Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import type { LiveObject } from '../world';
import { EMPTIED } from '../volume-state';
import { logDir } from '../../../lib/kafka/server-properties';

export const moveDisks: Rule = (context) => [
  ...emptied(context),
  ...filled(context),
  ...withdrawn(context),
  ...context.views
    .filter(({ node }) => !node.departing)
    .flatMap((view) => [...released(context, view), ...unmarked(context, view), ...buried(view)]),
];

function emptied(context: Context): readonly Proposal[] {
  const due = diskRemovals(context).filter(({ next }) => next);
  if (due.length === 0) return [];
  const parameters = { brokerid_and_logdirs: due.map(({ view, volume }) => diskName(view.node.id, volume.logDir)).join() };
  const made = Math.max(...due.map(({ view, volume }) => volumeStateOf(view, volume.mountPath)?.operations ?? 0));
  const manifest = freshOperation(context, { operation: 'remove_disks', parameters }, made);
  return [
    {
      kind: 'apply',
      risk: 'safe',
      manifest,
      creates: true,
      reasons: [reason('DiskToDrain', `${named(due.map((d) => ({ ...d, mountPath: d.volume.mountPath })))} left the spec`)],
    },
  ];
}

function filled(context: Context): readonly Proposal[] {
  const due = diskFillings(context);
  if (due.length === 0 || due.some(({ why }) => why !== undefined)) return [];
  const made = Math.max(...due.map(({ view, mountPath }) => volumeStateOf(view, mountPath)?.operations ?? 0));
  const wanted = { operation: 'rebalance' as const, parameters: fillingParameters(due, context), labels: FILLS_DISKS };
  const manifest = freshOperation(context, wanted, made);
  return [
    {
      kind: 'apply',
      risk: 'safe',
      manifest,
      creates: true,
      reasons: [reason('DiskToFill', `${named(due)} ${due.length === 1 ? 'was' : 'were'} added`)],
    },
  ];
}

const NAMED = 5;

function named(due: readonly Pick<DiskFilling, 'view' | 'mountPath'>[]): string {
  const said = due.slice(0, NAMED).map(({ view, mountPath }) => `${mountPath} of broker ${String(view.node.id)}`);
  return said.join(', ') + (due.length > NAMED ? ` and ${String(due.length - NAMED)} more` : '');
}

/** An operation of ours that empties what is wanted again, or what is gone altogether. Others that it was for get another one. */
function withdrawn({ views, world }: Context): readonly Proposal[] {
  const brokers = views.filter((view) => view.node.storage.some((s) => s.leaving !== true && isFilled(view, s.mountPath)));
  const ids = new Set(brokers.map(({ node }) => String(node.id)));
  const idle = operationsIn(world).filter(
    (o) => fillsDisks(o) && o.state === '' && !o.deleting && !filledBrokers(o).some((id) => ids.has(id)),
  );
  const stays = new Set(
    views.flatMap(({ node }) => node.storage.filter((s) => s.leaving !== true).map((s) => diskName(node.id, logDir(s.mountPath)))),
  );
  const leaves = new Set(views.flatMap((view) => leavingVolumes(view).map((v) => diskName(view.node.id, v.logDir))));
  const useless = operationsIn(world)
    .filter((o) => o.ours && !o.final && !o.deleting && disksIn(o).length > 0)
    .filter((o) => disksIn(o).some((disk) => stays.has(disk)) || disksIn(o).every((disk) => !leaves.has(disk)));
  return [...useless, ...idle].map(({ object }) => ({
    kind: 'delete',
    risk: 'safe',
    target: targetOf(object),
    reasons: [reason('RemovalWithdrawn', 'a volume that it is for came back to the spec, or left it')],
  }));
}

/** It is to be filled, or is being filled. */
function isFilled(view: NodeView, mountPath: string): boolean {
  const state = volumeStateOf(view, mountPath)?.cruiseControlVolumeState ?? '';
  return state.startsWith('GracefulDiskRebalance') && !state.endsWith('Succeeded');
}

/** Claims of volumes that their node runs without; the status has to know first, or the volume would count as lost. */
function released({ cluster }: Context, view: NodeView): readonly Proposal[] {
  if (cluster.volumeReclaim !== 'Delete') return [];
  return leavingVolumes(view)
    .filter(({ mountPath, claim }) => isOurs(claim) && !isGivenUp(claim) && !isMounted(view, mountPath))
    .filter(({ mountPath }) => volumeStateOf(view, mountPath)?.cruiseControlVolumeState === EMPTIED)
    .map(({ claim }) =>
      removal(view, claim, 'destructive', reason('Drained', 'its volume left the spec and is empty, and volumeReclaim is Delete')),
    );
}

const isMounted = ({ pod }: NodeView, path: string): boolean => pod !== undefined && dataMounts(pod.object).includes(path);

const removal = ({ node }: NodeView, claim: LiveObject, risk: 'safe' | 'destructive', why: Reason): Delete => ({
  kind: 'delete',
  risk,
  node: node.id,
  target: targetOf(claim),
  reasons: [why],
});

/** The mark of an emptied volume holds for the stop it was made for: not when it is wanted again, nor when it holds something. */
function unmarked({ world }: Context, view: NodeView): readonly Proposal[] {
  const leaving = leavingVolumes(view);
  const outlived = ({ mountPath }: LeavingVolume): boolean =>
    isMounted(view, mountPath) && view.pod?.terminating === false && !isEmptyDir(seenLogDir(world, view.node.id, mountPath));
  return view.claims
    .filter((claim) => (annotationOf(claim, ANNOTATION.emptiedBefore) ?? '') !== '')
    .filter((claim) => leaving.every((v) => v.claim !== claim || outlived(v)))
    .map((claim) => ({
      kind: 'annotate',
      risk: 'safe',
      node: view.node.id,
      target: targetOf(claim),
      annotations: { [ANNOTATION.emptiedBefore]: '' },
      reasons: [reason('RemovalWithdrawn', `${mountPathOf(claim)} is used again`)],
    }));
}

/** A claim whose volume is lost is in the way of a new one; the gate lets it go when nothing is lost with it (decision 5). */
function buried(view: NodeView): readonly Proposal[] {
  if (view.pod !== undefined || !view.hasRun) return [];
  return view.claims
    .filter((claim) => phaseOf(claim) === 'Lost' && !isGivenUp(claim) && view.node.storage.some((s) => s.mountPath === mountPathOf(claim)))
    .map((claim) => removal(view, claim, 'safe', reason('VolumeLost', 'the volume of the claim is lost')));
}
