/**
 * Whether a step of the removal of a broker may be taken now. Asked by the gate, and once more of Kafka itself right before the step
 * (operator/act/preflight.ts): between a look and what follows from it, a topic may have been made.
 */
import type { Delete, UnregisterBroker } from './action';
import { whyCutsOff } from './bootstrap-guard';
import { votes } from './changeable-quorum';
import type { Context } from './context';
import { leavingOf, type Leaving } from './leaving-broker';
import type { NodeView } from './node-view';
import { isLeavingBroker, wasDrained } from './put-down';
import { reason, type Reason } from './reason';

type Seen = Pick<Context, 'cluster' | 'world' | 'views'>;

/** Why not; empty: it may, or it is no step of a removal. */
export function whyNotRemoved(proposal: Delete | UnregisterBroker, seen: Seen): readonly Reason[] {
  const view = seen.views.find((each) => each.node.id === proposal.node);
  if (view === undefined || !isLeavingBroker(view)) return [];
  const leaving = leavingOf(view, seen);
  if (proposal.kind === 'unregisterBroker') return leaving.stage === 'fenced' ? whyVotes(view, seen) : [whyNotYet(leaving)];
  // Of a lost Kubernetes node: it is not stopped by that.
  if (proposal.force === true) return [];
  if (proposal.target.kind === 'Pod') return leaving.stage === 'drained' ? whyNotStopped(view, seen) : [whyNotYet(leaving)];
  return leaving.stage === 'forgotten' ? whyVotes(view, seen) : [whyNotYet(leaving)];
}

function whyNotStopped(view: NodeView, seen: Seen): readonly Reason[] {
  const { kafka } = seen.world;
  if (!wasDrained(view)) return [reason('StillInUse', 'it is written down first that it holds nothing')];
  const cutOff = kafka.state === 'known' ? whyCutsOff(view, kafka.value.quorum.voters, seen) : undefined;
  return [...whyVotes(view, seen), ...(cutOff === undefined ? [] : [cutOff])];
}

function whyVotes(view: NodeView, { world: { kafka } }: Seen): readonly Reason[] {
  return kafka.state === 'known' && votes(view, kafka.value) ? [reason('StillInUse', 'its controller has a vote, which goes first')] : [];
}

function whyNotYet(leaving: Leaving): Reason {
  if ('why' in leaving) return leaving.why;
  return reason('StillInUse', NEXT[leaving.stage]);
}

const NEXT = {
  drained: 'its Pod goes first',
  fenced: 'Kafka is to forget it first',
  forgotten: 'Kafka does not know it any more',
} as const;

/** Why its vote stays for now: nothing of it goes before it holds no replica. */
export function whyVoteStays(view: NodeView, seen: Seen): readonly Reason[] {
  if (!isLeavingBroker(view)) return [];
  const leaving = leavingOf(view, seen);
  return 'why' in leaving && leaving.stage !== 'stopping' && leaving.stage !== 'stopped' ? [leaving.why] : [];
}
