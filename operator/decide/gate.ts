/**
 * The only place that may say "not now", and it says why. Rules wish; the gate looks at all wishes together.
 *
 * What it protects here: nothing is written for a cluster that is paused or whose identity is contradictory (that is
 * decided before, in decide.ts); a lost volume is not silently made anew (decision 5); a serving node is stopped only
 * while everything else serves, somebody leads the quorum, the other controllers keep a caught-up majority, and no
 * partition misses a replica through another node's fault; one serving node at a time. A node whose process does not run
 * is not disrupted by being replaced (decision 20), so that a bad setting that stopped everything can be reverted; the same
 * goes for one whose process runs and serves nobody. Its own configuration may be why: of a cluster whose only controller,
 * majority of controllers or last broker hangs, Kafka can tell nothing, and a gate that waited for sight would wait for ever.
 */
import { majorityOf } from '../../lib/kafka/quorum';
import type { Context } from './context';
import { caughtUpVoters, hurtByOthers, notServing, servesNobody } from './health';
import { whyMetadataLogMoved, whyNotRecreated } from './lost-volume';
import type { NodeView } from './node-view';
import { inRestartOrder } from './order';
import type { Held, Proposal } from './plan';
import { describe } from './explain';
import { reason, type Reason } from './reason';
import type { KafkaView, World } from './world';

export interface GateVerdict {
  readonly allowed: readonly Proposal[];
  readonly held: readonly Held[];
}

export function gate(proposals: readonly Proposal[], context: Context): GateVerdict {
  const allowed: Proposal[] = [];
  const held: Held[] = [];
  const refusedNodes = new Set<number>();
  let disrupting: number | undefined;
  for (const proposal of inRestartOrder(proposals, context)) {
    const reasons = whyNot(proposal, context, disrupting);
    if (reasons.length > 0) {
      held.push({ what: describe(proposal), reasons, ...(proposal.node === undefined ? {} : { node: proposal.node }) });
      if (proposal.kind === 'restartNode') refusedNodes.add(proposal.node);
      continue;
    }
    if (proposal.kind === 'restartNode' && proposal.running) disrupting = proposal.node;
    allowed.push(proposal);
  }
  return { allowed: allowed.filter((p) => !waitsForRestart(p, refusedNodes, context)), held: condensed(held) };
}

/** What a node's Pod needs waits with the Pod, for the same reasons: one entry says it. */
function condensed(held: readonly Held[]): readonly Held[] {
  const starts = held.filter((h) => !h.what.startsWith('apply'));
  const sameAsStart = (h: Held): boolean =>
    starts.some((s) => s.node === h.node && JSON.stringify(s.reasons) === JSON.stringify(h.reasons));
  return held.filter((h) => !h.what.startsWith('apply') || !sameAsStart(h));
}

/** The configuration of a node whose restart is held is not applied either (decision 10). */
function waitsForRestart(proposal: Proposal, refused: ReadonlySet<number>, context: Context): boolean {
  if (proposal.kind !== 'apply' || proposal.node === undefined || !refused.has(proposal.node)) return false;
  return context.nodes.get(proposal.node)?.config.some((m) => m.metadata.name === proposal.manifest.metadata.name) ?? false;
}

function whyNot(proposal: Proposal, context: Context, disrupting: number | undefined): readonly Reason[] {
  const view = context.views.find((v) => v.node.id === proposal.node);
  if (view === undefined || proposal.kind === 'annotate') return [];
  const moved = whyMetadataLogMoved(view);
  if (moved !== undefined) return [moved];
  if (proposal.kind === 'restartNode') return proposal.running ? whyNotRestart(view, context, disrupting) : [];
  const why = startsNode(proposal) ? whyNotRecreated(view, context.world) : undefined;
  return why === undefined ? [] : [why];
}

/** It makes a node's Pod or a claim for it. */
const startsNode = (proposal: Proposal): boolean =>
  proposal.kind === 'createPod' || (proposal.kind === 'apply' && proposal.manifest.kind === 'PersistentVolumeClaim' && proposal.creates);

function whyNotRestart(view: NodeView, context: Context, disrupting: number | undefined): readonly Reason[] {
  const first = disrupting === undefined ? [] : [reason('OneAtATime', `one disruption at a time; node ${String(disrupting)} goes first`)];
  return [...first, ...mayStop(view, context)];
}

/** Why a running node may not be stopped now; empty: it may. Asked again, with a fresh look at Kafka, right before the stop. */
export function mayStop(view: NodeView, context: Pick<Context, 'views' | 'world'>): readonly Reason[] {
  const { kafka } = context.world;
  const idle = servesNobody(view, context.world);
  if (kafka.state !== 'known') return idle ? [] : [...busyOthers(view, context.views), ...blindness(kafka, context.views)];
  if (idle) return kafka.value.quorum.leaderId < 0 ? [] : quorumReasons(view, kafka.value);
  return [...busyOthers(view, context.views), ...quorumReasons(view, kafka.value), ...partitionReasons(view, kafka.value)];
}

const busyOthers = (view: NodeView, views: readonly NodeView[]): readonly Reason[] =>
  notServing(views)
    .filter((v) => v.node.id !== view.node.id)
    .map((v) => reason('NodeNotReady', `node ${String(v.node.id)} does not serve; only one node may be down`));

/** A cluster without a broker has nobody who could be asked, and nobody who could be hurt but its controllers. */
function blindness(kafka: Exclude<World['kafka'], { state: 'known' }>, views: readonly NodeView[]): readonly Reason[] {
  if (!views.some((v) => v.node.roles.includes('broker'))) return [];
  return [reason('KafkaUnknown', kafka.state === 'unknown' ? `Kafka cannot be seen: ${kafka.why}` : 'Kafka was not asked yet')];
}

function quorumReasons(view: NodeView, kafka: KafkaView): readonly Reason[] {
  if (kafka.quorum.leaderId < 0) return [reason('NoQuorumLeader', 'no controller leads; a broker that stops now takes up to a minute')];
  const voters = kafka.quorum.voters.length;
  if (!kafka.quorum.voters.some((v) => v.id === view.node.id) || voters <= 2) return [];
  const left = caughtUpVoters(kafka, [view.node.id]).length;
  if (left >= majorityOf(voters)) return [];
  return [
    reason(
      'QuorumMajority',
      `only ${String(left)} of ${String(voters)} voters would be caught up without it, ${String(majorityOf(voters))} are needed`,
    ),
  ];
}

function partitionReasons(view: NodeView, kafka: KafkaView): readonly Reason[] {
  const hurt = hurtByOthers(kafka, view.node.id);
  const first = hurt[0];
  if (first === undefined || !view.node.roles.includes('broker')) return [];
  const more = hurt.length > 1 ? ` and ${String(hurt.length - 1)} more partitions` : '';
  const state = first.leader < 0 ? 'has no leader' : `has ${String(first.isr.length)} of ${String(first.replicas.length)} replicas in sync`;
  return [reason('UnderReplicated', `${first.topic}-${String(first.partition)} ${state}${more}`)];
}
