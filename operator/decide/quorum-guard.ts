/**
 * What the gate asks before the quorum changes. A change of voters needs a majority twice: of the voters that are, to be
 * decided, and of those that will be, to go on. A voter that goes therefore leaves a majority of the present voters caught up
 * without it; of two voters neither can be spared that way, and the change to one is safe while both are caught up. One change
 * at a time, and no restart beside it: each is judged by a quorum that stands still, and no broker goes before a controller that waits.
 */
import { majorityOf } from '../../lib/kafka/quorum';
import type { AddVoter, Delete, RemoveVoter } from './action';
import { whyCutsOff } from './bootstrap-guard';
import { changeableQuorum, isCaughtUp, isController, votes } from './changeable-quorum';
import type { Context } from './context';
import { whyMetadataForbids, whyNotRaised } from './features';
import { CAUGHT_UP_WITHIN_MS, standingVoters } from './health';
import { isLeavingController, whyStillInUse } from './leaving-controller';
import { serves, type NodeView } from './node-view';
import type { Proposal } from './plan';
import { reason, type Reason } from './reason';
import { whyNotRemoved, whyVoteStays } from './removal-guard';
import type { KafkaView } from './world';

/** Why a proposal must not be carried out with regard to the quorum and what it has finalised; empty: it may. `allowed` are those let go in this pass. */
export function whyNotForQuorum(proposal: Proposal, context: Context, allowed: readonly Proposal[]): readonly Reason[] {
  switch (proposal.kind) {
    case 'addVoter':
    case 'removeVoter':
      return whyNotChange(proposal, context, allowed);
    case 'delete':
      return [...whyNotDeleted(proposal, context), ...whyNotRemoved(proposal, context)];
    case 'unregisterBroker':
      return whyNotRemoved(proposal, context);
    case 'createPod':
      return context.views.some((view) => view.node.id === proposal.node && view.hasRun) ? forbidden(context) : [];
    case 'restartNode':
      return [...forbidden(context), ...(proposal.running ? afterChange(allowed) : [])];
    case 'updateFeature':
      return whyNotRaised(proposal, context, allowed);
    default:
      return [];
  }
}

function whyNotDeleted({ node, target }: Delete, context: Context): readonly Reason[] {
  const view = context.views.find((each) => each.node.id === node);
  if (view === undefined || !isLeavingController(view)) return [];
  const { kafka } = context.world;
  const cutOff = target.kind !== 'Pod' || kafka.state !== 'known' ? undefined : whyCutsOff(view, kafka.value.quorum.voters, context);
  return [whyStillInUse(view, target.kind, context), cutOff].filter((why) => why !== undefined);
}

function forbidden(context: Context): readonly Reason[] {
  const why = whyMetadataForbids(context);
  return why === undefined ? [] : [why];
}

function afterChange(allowed: readonly Proposal[]): readonly Reason[] {
  const change = allowed.find((p) => p.kind === 'addVoter' || p.kind === 'removeVoter');
  return change === undefined ? [] : [reason('OneAtATime', `one change of the quorum at a time; voter ${String(change.node)} goes first`)];
}

function whyNotChange(proposal: AddVoter | RemoveVoter, context: Context, allowed: readonly Proposal[]): readonly Reason[] {
  const kafka = changeableQuorum(context);
  if (kafka === undefined) return [reason('KafkaUnknown', 'no quorum is seen whose members can change')];
  const more = proposal.kind === 'addVoter' ? whyNotAdd(proposal, kafka, context) : whyNotRemove(proposal, kafka, context);
  return [...afterChange(allowed), ...more];
}

function whyNotAdd(proposal: AddVoter, kafka: KafkaView, { views }: Context): readonly Reason[] {
  const { observers, voters } = kafka.quorum;
  const observer = observers.find((each) => each.id === proposal.node && each.directoryId === proposal.directoryId);
  const serving = views.some((view) => view.node.id === proposal.node && serves(view));
  const [caughtUp, needed] = [standingVoters(kafka, views, []).length, majorityOf(voters.length)];
  return [
    ...(serving ? [] : [reason('NodeNotReady', `node ${String(proposal.node)} does not serve`)]),
    ...(observer !== undefined && isCaughtUp(observer, kafka) ? [] : [reason('VoterBehind', 'it has not caught up with the quorum yet')]),
    ...(caughtUp >= needed
      ? []
      : [tooFew(`only ${String(caughtUp)} of ${String(voters.length)} voters are caught up, ${String(needed)} are needed`)]),
  ];
}

const tooFew = (message: string): Reason => reason('QuorumMajority', message);

function whyNotRemove(proposal: RemoveVoter, kafka: KafkaView, context: Context): readonly Reason[] {
  const { views } = context;
  const view = views.find((each) => each.node.id === proposal.node);
  const leaves = view?.node.departing === true;
  const held = view === undefined ? [] : whyVoteStays(view, context);
  return [
    ...held,
    ...whyNoMajorityWithout(proposal.node, kafka, views),
    ...(leaves ? missingFirst(kafka, views) : stillVoting(proposal, kafka)),
  ];
}

function missingFirst(kafka: KafkaView, views: readonly NodeView[]): readonly Reason[] {
  const missing = views.find((view) => isController(view) && !view.node.departing && !votes(view, kafka));
  return missing === undefined ? [] : [reason('VoterBehind', `controller ${String(missing.node.id)} of the spec is to vote first`)];
}

/** A directory is lost when it is silent, not when another one of its number speaks. */
function stillVoting({ node, directoryId }: RemoveVoter, kafka: KafkaView): readonly Reason[] {
  const voter = kafka.quorum.voters.find((each) => each.id === node && each.directoryId === directoryId);
  if (voter === undefined || (kafka.quorum.leaderId !== node && !isCaughtUp(voter, kafka))) return [];
  return [reason('StillInUse', 'it voted with that directory a moment ago', voter.lastCaughtUpAt + CAUGHT_UP_WITHIN_MS)];
}

function whyNoMajorityWithout(id: number, kafka: KafkaView, views: readonly NodeView[]): readonly Reason[] {
  const { length: present } = kafka.quorum.voters;
  if (present <= 1) return [tooFew('it is the only voter; nobody would hold the metadata')];
  const left = standingVoters(kafka, views, [id]).length;
  if (present === 2)
    return standingVoters(kafka, views, []).length === 2
      ? []
      : [tooFew('only 1 of 2 voters is caught up, 2 are needed for a change to one')];
  const needed = majorityOf(present);
  if (left >= needed) return [];
  return [tooFew(`only ${String(left)} of ${String(present)} voters would be caught up without it, ${String(needed)} are needed`)];
}
