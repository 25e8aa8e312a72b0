/**
 * Plays a story: the operator decides on what it sees, the plan is carried out on what is (phase by phase, with the last look
 * before a stop), time passes. Everything that the operator does is judged by the oracle.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Action, Outcome, RestartNode } from '../../operator/decide/action';
import { whyAnyCastHolds } from '../../operator/decide/any-cast';
import { contextFor, decide } from '../../operator/decide/decide';
import { identityIn } from '../../operator/decide/identity';
import { mayStop } from '../../operator/decide/may-stop';
import { phaseOf } from '../../operator/decide/order';
import type { Plan } from '../../operator/decide/plan';
import { whyNotForQuorum } from '../../operator/decide/quorum-guard';
import { report } from '../../operator/decide/report';
import { sameStatus } from '../../operator/decide/same-status';
import { simulate, withStatus } from '../../operator/decide/simulate';
import { whyBudgetsHold } from '../../operator/decide/wave-budget';
import { seen, strike } from './befall';
import { elapse, truthOf, type Game } from './game';
import { judgeAction, judgeStop } from './oracle';
import type { Fault, Mask } from './story';
import { lastGood, wished } from './wish';

interface Hands {
  readonly cluster: ResolvedCluster;
  readonly past: ResolvedCluster | undefined;
  readonly fault: Fault;
  readonly mask: Mask | undefined;
}

/** As act.ts does it: what is independent phase by phase, nothing more for a node after something went wrong for it. */
function carryOut(game: Game, plan: Plan, hands: Hands): readonly Outcome[] | undefined {
  const outcomes: Outcome[] = [];
  const phases = [...new Set(plan.actions.map(phaseOf))].sort((a, b) => a - b);
  let done = 0;
  for (const phase of phases) {
    const failed = new Set(outcomes.filter((o) => o.result !== 'done').map((o) => o.action.node));
    const sound = plan.actions.filter((a) => phaseOf(a) === phase && (a.node === undefined || !failed.has(a.node)));
    const refused = lastLook(game, sound, hands);
    outcomes.push(...refused.map((action) => ({ action, result: 'refused' as const })));
    const left = sound.filter((a) => !refused.includes(a));
    judgeStop(truthOf(game), podDeletions(game, left));
    for (const action of left) {
      if (hands.fault.kind === 'killed' && done >= hands.fault.after) return undefined;
      const result = perform(game, action);
      const lost = hands.fault.kind === 'answerLost' && hands.fault.at === done;
      outcomes.push({ action, result: lost ? 'retry' : result });
      done += 1;
    }
  }
  return outcomes;
}

/** One look for the whole wave and one for what changes the quorum: each goes together or not at all. */
function lastLook(game: Game, actions: readonly Action[], { cluster, past, mask }: Hands): readonly Action[] {
  const wave = actions.filter((a): a is RestartNode => a.kind === 'restartNode' && a.running);
  const changes = actions.filter(
    (a) =>
      a.kind === 'addVoter' ||
      a.kind === 'removeVoter' ||
      a.kind === 'unregisterBroker' ||
      (a.kind === 'delete' && a.risk === 'destructive'),
  );
  if (wave.length === 0 && changes.length === 0) return [];
  const fresh = seen(game, mask === 'staleKafka' ? undefined : mask);
  const identity = identityIn(fresh, cluster);
  if (identity.kind !== 'known') return [...wave, ...changes];
  const context = contextFor(cluster, fresh, identity, { now: game.now, past });
  const views = context.views.filter((v) => wave.some((a) => a.node === v.node.id));
  const stops =
    views.length === 0 ? [] : [...mayStop(views, context), ...whyBudgetsHold(views, context), ...whyAnyCastHolds(views, context)];
  const gone = context.views.filter((v) => changes.some((a) => a.kind === 'delete' && a.target.kind === 'Pod' && a.node === v.node.id));
  const quorum = [...changes.flatMap((change) => whyNotForQuorum(change, context, [])), ...whyAnyCastHolds(gone, context)];
  return [...(stops.length > 0 ? wave : []), ...(quorum.length > 0 ? changes : [])];
}

function podDeletions(game: Game, actions: readonly Action[]): readonly number[] {
  return actions.flatMap((a) => {
    if (a.kind !== 'restartNode' && a.kind !== 'delete') return [];
    return a.target.kind === 'Pod' && isThere(game, a) ? (a.node ?? []) : [];
  });
}

const isThere = ({ world }: Game, { target }: Extract<Action, { kind: 'restartNode' | 'delete' }>): boolean =>
  world.objects.some(
    (o) =>
      o.kind === target.kind &&
      o.metadata.name === target.name &&
      o.metadata.uid === target.uid &&
      o.metadata.resourceVersion === target.resourceVersion,
  );

function perform(game: Game, action: Action): Outcome['result'] {
  if ((action.kind === 'restartNode' || action.kind === 'delete') && !isThere(game, action)) return 'retry';
  judgeAction(truthOf(game), action);
  if (action.kind === 'restartNode' && game.serving.has(action.node)) game.stopped.add(action.node);
  const { kafka } = game.world;
  game.world = simulate(game.world, action);
  if (game.world.kafka !== kafka && game.world.kafka.state === 'known') game.memory = game.world.kafka;
  return 'done';
}

/** One pass of the operator and a moment of the world. Returns the plan. */
function pass(game: Game, fault: Fault, careful: boolean): Plan {
  const mask = fault.kind === 'masked' ? fault.mask : undefined;
  const cluster = wished(game.shape, game.wish, game.world);
  const past = lastGood(game.shape, game.world);
  const world = seen(game, mask);
  const plan = decide(cluster, world, game.now, past);
  if (careful && game.log.length % 5 === 0) sameAgain(plan, decide(cluster, structuredClone(world), game.now, past));
  game.log.push(
    `${fault.kind} ${plan.actions.map((a) => `${a.kind} ${String(a.node ?? '')}`).join(', ')} | ${plan.held.map((h) => `${h.what}: ${h.reasons.map((r) => r.message).join('; ')}`).join(' / ')}`,
  );
  if (fault.kind === 'late') strike(game, fault.strike);
  const outcomes = carryOut(game, plan, { cluster, past, fault, mask });
  elapse(game);
  if (outcomes === undefined) return plan;
  const status = report(cluster, { world: seen(game, mask), plan, outcomes, now: game.now });
  game.world = withStatus(game.world, status);
  return plan;
}

function sameAgain(plan: Plan, again: Plan): void {
  if (JSON.stringify(plan) !== JSON.stringify(again)) throw new Error('it must never happen that the same input gives another plan');
}

export function live(game: Game, fault: Fault): void {
  if (fault.kind === 'edit') game.wish = fault.wish;
  if (fault.kind === 'wait') game.now += 360_000;
  if (fault.kind === 'statusLost') game.world = { ...game.world, cluster: { ...game.world.cluster, status: {} } };
  if (fault.kind === 'approve') approve(game);
  if ('at' in fault && fault.kind !== 'answerLost') strike(game, fault);
  pass(game, fault, true);
}

function approve(game: Game): void {
  const hash = game.world.cluster.status.plan?.hash;
  if (hash === undefined) return;
  const annotations = { ...game.world.cluster.annotations, [ANNOTATION.approvedPlan]: hash };
  game.world = { ...game.world, cluster: { ...game.world.cluster, annotations } };
}

const isRejected = ({ world }: Game): boolean =>
  Object.values(world.cluster.status.brokersState ?? {}).some((b) => b.rejectedRevision !== undefined);

function isStill({ ills, world: { cruiseControl } }: Game, plan: Plan): boolean {
  const moves = cruiseControl?.state === 'known' && !cruiseControl.value.execution.idle;
  return plan.actions.length === 0 && ills.length === 0 && !moves;
}

/** The faults end, what no node can live with is taken back, and the user approves: passes until nothing is planned; undefined: that does not happen. */
export function calmDown(game: Game, most = 160): Plan | undefined {
  game.wish = { ...game.wish, harm: 'none' };
  game.ills = [];
  let quiet = 0;
  for (let at = 0; at < most; at += 1) {
    approve(game);
    // What was rejected once is tried again only after another change.
    if (isRejected(game)) game.wish = { ...game.wish, setting: 3 };
    const before = game.world.cluster.status;
    const plan = pass(game, { kind: 'calm' }, false);
    quiet = isStill(game, plan) && sameStatus(before, game.world.cluster.status) ? quiet + 1 : 0;
    // What is waited for by the clock comes.
    const wait = quiet > 0 ? (plan.wakeAfter ?? 0) : 0;
    game.now += wait;
    if (wait > 0) quiet = 0;
    if (quiet > 2) return plan;
  }
  return undefined;
}
