/**
 * What is asked of a volume's records before its node is stopped without it, and before its claim is deleted. Asked by the gate,
 * and again by operator/act/preflight.ts of a fresh look at Kafka, while the node still serves the directory in question.
 */
import type { Delete, EmptiedVolume, RestartNode } from './action';
import type { Context } from './context';
import { isEmptyDir, seenLogDir, type SeenLogDir } from './log-dir';
import { dataMounts, leavingVolumes, wasEmptied, wasNeverUsed, type LeavingVolume } from './leaving-volume';
import { phaseOf, whyNotRecreated, whyStopLoses } from './lost-volume';
import { mountPathOf, serves, type NodeView } from './node-view';
import type { Proposal } from './plan';
import { reason, type Reason } from './reason';

type Seen = Pick<Context, 'views' | 'world'>;

/** Why a volume forbids this now; empty: none does. */
export function whyNotForVolumes(proposal: Proposal, context: Seen): readonly Reason[] {
  const view = context.views.find((v) => v.node.id === proposal.node);
  if (view === undefined) return [];
  if (proposal.kind === 'restartNode') return whyNotStopped(proposal, view, context);
  return proposal.kind === 'delete' && proposal.target.kind === 'PersistentVolumeClaim' ? whyClaimStays(proposal, view, context) : [];
}

function whyNotStopped({ without = [] }: RestartNode, view: NodeView, { world }: Seen): readonly Reason[] {
  const lost = whyStopLoses(view, world);
  return [...(lost === undefined ? [] : [lost]), ...without.flatMap((volume) => whyNotEmpty(volume, view, world) ?? [])];
}

function whyNotEmpty({ mountPath }: EmptiedVolume, { node }: NodeView, world: Seen['world']): Reason | undefined {
  if (!node.roles.includes('broker')) return undefined;
  const seen = seenLogDir(world, node.id, mountPath);
  return isEmptyDir(seen) ? undefined : notEmpty(seen, `the log directory on ${mountPath} of node ${String(node.id)}`);
}

/** Of a directory that is not known to be empty. */
export function notEmpty(seen: SeenLogDir, what: string): Reason {
  if (seen === 'unknown') return reason('KafkaUnknown', `its broker does not say what lies in ${what}`);
  if (seen === 'notServed') return reason('HoldsReplicas', `Kafka does not serve ${what}, so nobody can say what lies in it`);
  if (seen.offline)
    return reason('HoldsReplicas', `Kafka says that ${what} is offline: nothing can be moved off it (docs/runbooks/replace-a-disk.md)`);
  return reason('HoldsReplicas', `${replicas(seen.replicas)} in ${what}: ${topicsIn(seen.topics)}`);
}

const replicas = (count: number): string => (count === 1 ? '1 replica lies' : `${String(count)} replicas lie`);

const topicsIn = (topics: readonly string[]): string => {
  const shown = topics.slice(0, 3).join(', ');
  return topics.length > 3 ? `${shown} …` : shown === '' ? 'of unknown topics' : shown;
};

/** Of a claim of a node that stays; the claims of a node that goes are judged with it. */
function whyClaimStays({ target }: Delete, view: NodeView, { world }: Seen): readonly Reason[] {
  if (view.node.departing) return [];
  const claim = view.claims.find((c) => c.metadata.uid === target.uid);
  const volume = leavingVolumes(view).find((v) => v.claim === claim);
  if (claim === undefined) return [reason('StillInUse', 'the claim is another one by now')];
  if (volume !== undefined) return whyVolumeStays(volume, view, world);
  const lost = phaseOf(claim) === 'Lost' ? whyNotRecreated(view, world) : reason('StillInUse', `the spec has ${mountPathOf(claim)}`);
  return lost === undefined ? [] : [lost];
}

function whyVolumeStays(volume: LeavingVolume, view: NodeView, world: Seen['world']): readonly Reason[] {
  const { node, pod } = view;
  const what = `the log directory on ${volume.mountPath} of node ${String(node.id)}`;
  if (!wasEmptied(volume, pod) && !wasNeverUsed(volume, pod))
    return [reason('HoldsReplicas', `${what} was not seen empty before its node was stopped`)];
  if (pod === undefined || dataMounts(pod.object).includes(volume.mountPath) || !serves(view))
    return [reason('NodeNotReady', `node ${String(node.id)} is to serve without ${volume.mountPath} first`)];
  if (!node.roles.includes('broker')) return [];
  const seen = seenLogDir(world, node.id, volume.mountPath);
  return seen === 'notServed' || isEmptyDir(seen) ? [] : [notEmpty(seen, what)];
}
