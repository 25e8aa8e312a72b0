/**
 * Approval of plans (`changePolicy.approval: Required`; decision 34, docs/decisions/0012). Disruptive steps wait until somebody
 * names the hash of exactly these steps, in the spec or by annotation. Then the steps are written into the status before the
 * first is taken, and from there on each of them may be taken, in whatever order is safe, while the approval stands: so a
 * roll goes on although its plan shrinks with every step, and an operator that was killed knows what was approved.
 *
 * A step says what is disrupted and what it becomes, nothing of clocks, of why it waits or of whom leads: those change by
 * themselves, and an approval that they could void would be asked for again and again.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION, shortHash } from '../../lib/constructs/naming';
import type { Action } from './action';
import type { Context } from './context';
import { describe } from './explain';
import { servesNobody } from './health';
import type { NodeView } from './node-view';
import type { Proposal } from './plan';
import { reason, type Reason } from './reason';
import { revisionOf } from './revision';
import type { World } from './world';

export interface Approval {
  /** `changePolicy.approval` is Required. */
  readonly required: boolean;
  /** Of `steps`. */
  readonly hash: string;
  /** Every disruptive step that is pending, in a fixed order; not empty. */
  readonly steps: readonly string[];
  /** How many of them wait for an approval. */
  readonly waiting: number;
  /** The hash is approved, and what it means is not yet in the status: nothing disruptive happens before. */
  readonly toRecord: boolean;
}

type Seen = Pick<Context, 'cluster' | 'views' | 'world' | 'nodes'>;

/** Undefined: nothing disruptive is pending. */
export function approvalOf(proposals: readonly Proposal[], context: Seen): Approval | undefined {
  const steps = stepsOf(proposals, context);
  if (steps.length === 0) return undefined;
  const hash = planHash(steps);
  const { cluster, world } = context;
  if (cluster.changePolicy.approval === 'Automatic') return { required: false, hash, steps, waiting: 0, toRecord: false };
  const named = namedHashes(cluster, world);
  const recorded = world.cluster.status.approval;
  const approved = recorded !== undefined && named.includes(recorded.hash) ? recorded.steps : [];
  const waiting = steps.filter((step) => !approved.includes(step)).length;
  return { required: true, hash, steps, waiting, toRecord: waiting > 0 && named.includes(hash) };
}

/** Writes down what was approved; empty when there is nothing to write. */
export function recordApproval(approval: Approval | undefined): readonly Proposal[] {
  if (approval?.toRecord !== true) return [];
  const { hash, steps } = approval;
  const count = steps.length === 1 ? '1 disruptive step' : `${String(steps.length)} disruptive steps`;
  return [
    {
      kind: 'record',
      risk: 'safe',
      status: { approval: { hash, steps } },
      reasons: [reason('Approved', `plan ${hash} is approved: ${count}`)],
    },
  ];
}

/** Why a disruptive wish waits for somebody's word; undefined: it does not. */
export function whyNotApproved(proposal: Proposal, context: Seen & Pick<Context, 'approval'>): Reason | undefined {
  const { approval, cluster, world } = context;
  if (approval?.required !== true) return undefined;
  const { hash, toRecord } = approval;
  if (toRecord) return reason('ApprovalNeeded', `plan ${hash} is approved; what it means is written down first`);
  const recorded = world.cluster.status.approval;
  const stands = recorded !== undefined && namedHashes(cluster, world).includes(recorded.hash);
  if (stands && recorded.steps.includes(stepOf(proposal, context) ?? '')) return undefined;
  const moved = stands ? `not among the steps of plan ${recorded.hash}, which was approved; ` : '';
  return reason('ApprovalNeeded', `${moved}approve plan ${hash}: changePolicy.approvedPlan, or annotation ${ANNOTATION.approvedPlan}`);
}

/** What may be carried out by somebody's word: GitOps writes the spec, people annotate. */
function namedHashes(cluster: ResolvedCluster, world: World): readonly string[] {
  const named = [cluster.changePolicy.approvedPlan, world.cluster.annotations[ANNOTATION.approvedPlan]];
  return named.flatMap((hash) => (hash === undefined || hash.trim() === '' ? [] : [hash.trim()]));
}

/** Everything disruptive that is wished for, whether it may be done now or not: controllers, brokers, the quorum, features. */
export function stepsOf(proposals: readonly Proposal[], context: Seen): readonly string[] {
  const steps = proposals.flatMap((proposal) => {
    const text = stepOf(proposal, context);
    return text === undefined ? [] : [{ text, kind: KINDS.indexOf(proposal.kind), node: proposal.node ?? -1 }];
  });
  const sorted = steps.sort((a, b) => a.kind - b.kind || a.node - b.node || (a.text < b.text ? -1 : 1));
  return [...new Set(sorted.map((step) => step.text))];
}

const KINDS: readonly Action['kind'][] = ['restartNode', 'resizePod', 'addVoter', 'removeVoter', 'delete', 'updateFeature'];

/** The step in words that stay the same as long as it is the same step; undefined: it needs nobody's word. */
export function stepOf(proposal: Proposal, context: Seen): string | undefined {
  if (proposal.risk === 'safe') return undefined;
  switch (proposal.kind) {
    case 'restartNode':
      return restartStep(proposal, context);
    case 'removeVoter':
    case 'addVoter':
      return `${proposal.kind === 'addVoter' ? 'add' : 'remove'} voter ${String(proposal.node)} ${proposal.directoryId}`;
    case 'updateFeature':
      return `raise ${proposal.feature} to ${String(proposal.level)}`;
    case 'resizePod':
      return `resize ${String(proposal.node)} to ${shortHash(JSON.stringify(proposal.resources), 16)}`;
    default:
      return describe(proposal).replace(/ +/g, ' ');
  }
}

function restartStep({ node, target }: Extract<Proposal, { kind: 'restartNode' }>, context: Seen): string | undefined {
  const view = context.views.find((v) => v.node.id === node);
  const wanted = revisionOf(context.nodes.get(node)?.pod);
  if (view !== undefined && takesBack(view, wanted, context.world)) return undefined;
  // Asked for anew (annotation, taint), it is another step each time: the Pod's uid tells them apart.
  return view?.pod?.revision === wanted ? `restart ${String(node)} as it is (pod ${target.uid})` : `restart ${String(node)} to ${wanted}`;
}

/** A node that serves nobody goes back to what it served with: nobody is disrupted, and nothing new begins. */
const takesBack = (view: NodeView, wanted: string, world: World): boolean =>
  wanted !== '' && view.status.servedRevision === wanted && view.pod?.revision !== wanted && servesNobody(view, world);

/** 16 characters; a letter first, so that YAML never takes it for a number. */
export function planHash(steps: readonly string[]): string {
  const hash = shortHash(steps.join('\n'), 16);
  return `${'abcdef'.charAt(Number.parseInt(hash.charAt(0), 16) % 6)}${hash.slice(1)}`;
}
