/**
 * A plan played to its end in the simulator: what is decided now is taken to succeed, time passes, and what would be decided
 * then is asked again, until nothing more is done. An approximation, and said so: every Pod starts, every replica catches
 * up, Cruise Control moves what it is told to, nobody edits anything, and a wave takes as long as the preview says. Where a maintenance window or a soak time is
 * awaited, time jumps to its end.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { decide } from '../decide/decide';
import type { Held, Plan } from '../decide/plan';
import { WAVE_SECONDS } from '../decide/preview';
import { report } from '../decide/report';
import { settle, simulate, withStatus } from '../decide/simulate';
import { withCruiseControl } from '../decide/simulate-cruise-control';
import type { World } from '../decide/world';

export interface PlayedPass {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly plan: Plan;
  /** Time jumped to this pass: what was waited for, in words; undefined: it followed at once. */
  readonly waitedFor: string | undefined;
}

export interface Played {
  /** Those that do something, in order. */
  readonly passes: readonly PlayedPass[];
  /** What is held when nothing more is done. */
  readonly held: readonly Held[];
  /** False: the player gave up before the end. */
  readonly ended: boolean;
}

/** Where the player stands; `now` in milliseconds since the epoch. */
export interface Moment {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly now: number;
  readonly past?: ResolvedCluster | undefined;
  readonly waitedFor?: string;
}

/** More than any roll of 300 nodes takes. */
const MOST_TURNS = 2000;
const PASS_MS = 1000;

export function play(start: Moment): Played {
  const passes: PlayedPass[] = [];
  let moment = { ...start, world: withAnswering(start) };
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const plan = planAt(moment);
    const works = plan.actions.length > 0;
    const next = works ? acted(moment, plan) : rested(moment, plan);
    if (next === undefined) return { passes, held: plan.held, ended: true };
    if (works) passes.push({ at: moment.now, plan, waitedFor: moment.waitedFor });
    moment = next;
  }
  return { passes, held: planAt(moment).held, ended: false };
}

/** Nobody asks Cruise Control for a plan: the one that is played with is the toy, which moves what it is told to. */
function withAnswering({ cluster, world }: Moment): World {
  const { cruiseControl, ...rest } = world;
  return cruiseControl === undefined || cruiseControl.state === 'notAsked' ? withCruiseControl(rest, cluster) : world;
}

const planAt = ({ cluster, world, now, past }: Moment): Plan => decide(cluster, world, now, past);

/** The plan was carried out and took its time. */
function acted({ waitedFor: _, ...moment }: Moment, plan: Plan): Moment {
  const stops = plan.actions.some((a) => a.kind === 'restartNode' && a.running);
  const now = moment.now + (stops ? WAVE_SECONDS * 1000 : PASS_MS);
  return remembered({ ...moment, now, world: later({ ...moment, now, world: plan.actions.reduce(simulate, moment.world) }, plan) });
}

/** As the spec is resolved anew: a node that left it is among the others as long as the status remembers it. */
function remembered(moment: Moment): Moment {
  const { brokersState = {} } = moment.world.cluster.status;
  const nodes = moment.cluster.nodes.filter((n) => !n.departing || brokersState[String(n.id)] !== undefined);
  return nodes.length === moment.cluster.nodes.length ? moment : { ...moment, cluster: { ...moment.cluster, nodes } };
}

/** Nothing was done; undefined: and nothing changes by itself. */
function rested(moment: Moment, plan: Plan): Moment | undefined {
  const world = later(moment, plan);
  const next = planAt({ ...moment, world });
  if (JSON.stringify([next.actions, next.held]) !== JSON.stringify([[], plan.held])) return { ...moment, world, now: moment.now + PASS_MS };
  return plan.wakeAfter === undefined ? undefined : { ...moment, now: moment.now + plan.wakeAfter, waitedFor: awaited(plan) };
}

/** The world when time has passed and the status is written. */
function later(moment: Moment, plan: Plan): World {
  const world = settle(moment.world, { now: moment.now });
  const outcomes = plan.actions.map((action) => ({ action, result: 'done' as const }));
  return withStatus(world, report(moment.cluster, { world, plan: planAt({ ...moment, world }), outcomes, now: moment.now }));
}

/** The first thing that ends by itself. */
function awaited({ held }: Plan): string {
  const reasons = held.flatMap((h) => h.reasons).filter((r) => r.until !== undefined);
  return reasons.sort((a, b) => (a.until ?? 0) - (b.until ?? 0))[0]?.message ?? '';
}
