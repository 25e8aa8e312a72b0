/**
 * Brokers are not restarted while replicas are moved, and nothing is moved while brokers are restarted: either alone leaves
 * every partition its minimum, both together need not. Who has begun ends; when both could begin, the restart that may go now
 * goes first, so a roll is carried to its end, and an operation goes before a restart that waits for a person or a window.
 *
 * A roll is not held for ever: deleting the operation stops it, and what does not serve may be restarted at any time. When
 * Cruise Control itself cannot be seen, Kafka's word that nothing is being reassigned is enough.
 */
import type { Context } from './context';
import type { GateVerdict } from './gate';
import type { NodeView } from './node-view';
import { movesNow } from './operation-request';
import { operationsIn, runs } from './operation-view';
import type { Held, Proposal } from './plan';
import { reason, type Reason, type ReasonCode } from './reason';
import { healingIn } from './self-healing';
import type { World } from './world';

/** Why brokers that serve are not stopped now. */
export function whyOperationHolds(serving: readonly NodeView[], context: Pick<Context, 'world' | 'now'>): readonly Reason[] {
  const { world } = context;
  if (!serving.some((v) => v.node.roles.includes('broker'))) return [];
  const current = operationsIn(world).find(movesNow);
  const seen = world.cruiseControl;
  if (seen?.state !== 'known') return current === undefined || isKnownStill(world) ? [] : [inFlightReason(current.name)];
  if (current !== undefined) return [inFlightReason(current.name)];
  // What it repairs by itself holds them as well: self-healing.ts.
  if (seen.value.execution.idle || healingIn(context) !== undefined) return [];
  return [reason('OperationInFlight', 'Cruise Control carries out something that no operation asked for')];
}

const inFlightReason = (name: string): Reason =>
  reason('OperationInFlight', `${name} moves replicas; delete it to stop it, if this cannot wait`);

const isKnownStill = ({ kafka }: World): boolean => kafka.state === 'known' && kafka.value.reassigning?.length === 0;

/** It begins something that moves replicas. */
export const beginsMoves = (proposal: Proposal): boolean =>
  (proposal.kind === 'recordOperation' && proposal.reasons.some((r) => r.code === 'OperationDue')) ||
  (proposal.kind === 'askCruiseControl' && proposal.endpoint !== 'stop_proposal_execution');

/** Reasons of a restart that is a part of a roll under way and goes on by itself. */
const ROLLING: readonly ReasonCode[] = ['Soaking', 'OnTrial', 'WaveInFlight', 'OneAtATime', 'BudgetFollowsGate'];
/** The same, while a node that has just come back catches up; of a broken disk they last, and moving replicas is the remedy. */
const CATCHING_UP: readonly ReasonCode[] = ['UnderReplicated', 'MinInSync', 'QuorumMajority', 'NoQuorumLeader'];
const CAUGHT_UP_WITHIN_MS = 300_000;

/** The verdict without the beginnings of operations, while a roll is under way. */
export function rollFirst(verdict: GateVerdict, context: Pick<Context, 'views' | 'now'>): GateVerdict {
  const begins = verdict.allowed.filter(beginsMoves);
  const until = caughtUpAt(context);
  if (begins.length === 0 || !isRolling(verdict, until === undefined ? ROLLING : [...ROLLING, ...CATCHING_UP])) return verdict;
  const why = reason('WaveInFlight', 'brokers are being restarted; replicas are moved after that', until);
  const held: readonly Held[] = begins.map((p) => ({ what: runs(nameOf(p)), reasons: [why] }));
  return { allowed: verdict.allowed.filter((p) => !beginsMoves(p)), held: [...verdict.held, ...held] };
}

/** When a node that came back just now should have caught up, in milliseconds since the epoch; undefined: none did. */
function caughtUpAt({ views, now }: Pick<Context, 'views' | 'now'>): number | undefined {
  const until = Math.max(0, ...views.map((v) => v.pod?.readySince ?? 0)) + CAUGHT_UP_WITHIN_MS;
  return until > now ? until : undefined;
}

const nameOf = (p: Proposal): string => (p.kind === 'recordOperation' ? p.target.name : p.kind === 'askCruiseControl' ? p.operation : '');

const isRolling = ({ allowed, held }: GateVerdict, codes: readonly ReasonCode[]): boolean =>
  allowed.some((p) => p.kind === 'restartNode' && p.running) ||
  held.some((h) => h.what.startsWith('restart') && h.reasons.every((r) => codes.includes(r.code)));
