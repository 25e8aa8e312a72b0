/**
 * A node is on trial when it was started with another revision than the one it served with last, or is about to be, and does
 * not serve yet. With what it served last may be unknown, for example after the status was lost: no proof either. While one is on
 * trial no other is touched, so a bad image or a bad setting costs one node. When it does not come back the roll has failed: it
 * stays stopped there until the spec changes, whatever `failureThreshold` says, since that is about failures that were there
 * before.
 */
import { lostVolumes } from './lost-volume';
import { serves, type NodeView, type PodView } from './node-view';
import { revisionOf } from './revision';
import { millisecondsOf } from './rfc3339';
import type { Context } from './context';
import { reason, type Reason } from './reason';

/** How long a started node may take to serve before its trial counts as failed; log recovery does not count. */
export const TRIAL_LIMIT_MS = 300_000;

/** Why the container cannot even be started. */
const NEVER_STARTS = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError'];

export type Trial = { readonly state: 'running'; readonly until: number } | { readonly state: 'failed'; readonly why: string };

type Seen = Pick<Context, 'nodes' | 'world' | 'now'>;

/** Undefined: the node is not on trial. */
export function trialOf(view: NodeView, seen: Seen): Trial | undefined {
  const wanted = revisionOf(seen.nodes.get(view.node.id)?.pod);
  if (serves(view) || !view.hasRun || wanted === '') return undefined;
  if (failedBefore(view, seen)) return begins(seen);
  return wanted === view.status.servedRevision ? undefined : trialOfWanted(view, wanted, seen);
}

const begins = ({ now }: Pick<Seen, 'now'>): Trial => ({ state: 'running', until: now + TRIAL_LIMIT_MS });

function trialOfWanted(view: NodeView, wanted: string, seen: Seen): Trial | undefined {
  const { pod } = view;
  if (pod?.terminating === false && pod.revision === wanted) return trialWith(pod, view, seen);
  return isMadeAnew(view) ? begins(seen) : undefined;
}

/** It runs with what it is not known to have served with, and is to have something else: that comes before every other restart. */
export function failedBefore(view: NodeView, { nodes }: Pick<Seen, 'nodes'>): boolean {
  const { pod, status } = view;
  if (pod === undefined || pod.terminating || !pod.running || serves(view) || !view.hasRun) return false;
  return pod.revision !== status.servedRevision && pod.revision !== revisionOf(nodes.get(view.node.id)?.pod);
}

/** Its Pod is made from what is wanted. */
function trialWith(pod: PodView, view: NodeView, { world, now }: Seen): Trial {
  const why = cannotRun(pod);
  if (why !== undefined) return { state: 'failed', why };
  const until = pod.createdAt + TRIAL_LIMIT_MS;
  if (now < until || isRecovering(view, world)) return { state: 'running', until };
  return { state: 'failed', why: 'its process runs and does not serve' };
}

/** Without a Pod, or with one that ends or does not run, it is made anew next; unless it waits for a volume that is lost. */
function isMadeAnew(view: NodeView): boolean {
  const { pod } = view;
  return (pod?.terminating !== false || !pod.running) && lostVolumes(view).length === 0;
}

/** When a node that is being started should be back, in milliseconds since the epoch; undefined: it serves, or is not being started. */
export function backUntil(view: NodeView, now: number): number | undefined {
  const { pod } = view;
  if (serves(view)) return undefined;
  if (pod === undefined) return lostVolumes(view).length > 0 ? undefined : now + TRIAL_LIMIT_MS;
  const until = (millisecondsOf(pod.object.metadata.deletionTimestamp) ?? pod.createdAt) + TRIAL_LIMIT_MS;
  return now < until ? until : undefined;
}

/** Broker state 2: it reads its log after an unclean stop. */
export const isRecovering = (view: NodeView, world: Context['world']): boolean =>
  world.processes?.[String(view.node.id)]?.brokerState === 2;

function cannotRun(pod: PodView): string | undefined {
  if (NEVER_STARTS.includes(pod.waiting)) return `its container cannot be started (${pod.waiting})`;
  if (pod.restarts >= 2 && !pod.running)
    return `its process ended ${String(pod.restarts)} times, last with exit code ${String(pod.lastWords?.exitCode ?? -1)}`;
  return pod.unschedulable === '' ? undefined : `its Pod cannot be placed: ${pod.unschedulable}`;
}

/** Why another node waits for this one. */
export function whyTrialHolds(view: NodeView, context: Seen): Reason | undefined {
  const trial = trialOf(view, context);
  const node = `node ${String(view.node.id)}`;
  if (trial === undefined) return undefined;
  if (trial.state === 'running') return reason('OnTrial', `${node} is started anew and does not serve yet; it goes first`, trial.until);
  return reason('CanaryFailed', `${node} does not come back after the change: ${trial.why}. Change the spec, or take the change back`);
}
