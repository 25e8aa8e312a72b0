/** Carries out a plan: phase by phase, what is independent at the same time, nothing after a phase that went wrong for it. */
import type { Action, Outcome } from '../decide/action';
import { phaseOf } from '../decide/order';
import type { Plan } from '../decide/plan';
import type { Reason } from '../decide/reason';
import type { ClusterView } from '../decide/world';
import { execute, type Hands } from './executor';

/** Writes of one plan under way at once. */
const PARALLEL = 16;

export async function act(plan: Plan, cluster: ClusterView, hands: Hands): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const phase of phases(plan.actions)) {
    const broken = new Set(outcomes.filter((o) => o.result !== 'done').map((o) => o.action.node));
    const sound = phase.filter((action) => action.node === undefined || !broken.has(action.node));
    const refusals = await lastLook(sound, hands, outcomes);
    outcomes.push(...refusals);
    const left = sound.filter((action) => !refusals.some((r) => r.action === action));
    outcomes.push(...(await inParallel(left, (action) => execute(action, cluster, hands))));
  }
  return outcomes;
}

/** One look for the whole wave, and one for what changes the quorum: each goes together or not at all. */
async function lastLook(actions: readonly Action[], hands: Hands, before: readonly Outcome[]): Promise<readonly Outcome[]> {
  const wave = actions.filter((a) => a.kind === 'restartNode' && a.running);
  const quorum = actions.filter(changesQuorum);
  const stops = refused(wave, () =>
    hands.preflight(
      wave.flatMap((a) => a.node ?? []),
      wave,
      before,
    ),
  );
  const changes = refused(quorum, () => hands.preflight([], quorum, before));
  return [...(await stops), ...(await changes)];
}

/** A voter comes or goes, or what is left of one, or of a broker, or a claim. */
const changesQuorum = (action: Action): boolean =>
  action.kind === 'addVoter' ||
  action.kind === 'removeVoter' ||
  action.kind === 'unregisterBroker' ||
  (action.kind === 'delete' && action.risk === 'destructive' && action.node !== undefined && action.force !== true);

async function refused(actions: readonly Action[], look: () => Promise<readonly Reason[]>): Promise<readonly Outcome[]> {
  if (actions.length === 0) return [];
  const message = await look().then(
    (reasons) => reasons.map((r) => r.message).join('; '),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  return message === '' ? [] : actions.map((action) => ({ action, result: 'refused', message }));
}

function phases(actions: readonly Action[]): readonly (readonly Action[])[] {
  const numbers = [...new Set(actions.map(phaseOf))].sort((a, b) => a - b);
  return numbers.map((n) => actions.filter((a) => phaseOf(a) === n));
}

async function inParallel(actions: readonly Action[], run: (action: Action) => Promise<Outcome>): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const waiting = [...actions];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) outcomes.push(await run(next));
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, actions.length) }, worker));
  return outcomes;
}
