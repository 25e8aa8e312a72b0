/** A cluster that is left to the operator, moment by moment: what is planned is carried out, time passes, the status is written. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { decide } from '../../operator/decide/decide';
import type { Plan } from '../../operator/decide/plan';
import { report } from '../../operator/decide/report';
import { settle, simulate, withStatus, type Circumstances } from '../../operator/decide/simulate';
import { withCruiseControl } from '../../operator/decide/simulate-cruise-control';
import type { World } from '../../operator/decide/world';
import { NOW } from './makers';

export interface Moment {
  /** What was seen in it. */
  readonly before: World;
  /** What became of it. */
  readonly world: World;
  /** What was planned in it. */
  readonly plan: Plan;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const MOMENT_MS = 10_000;

interface Company {
  /** Changes the world right before a plan is made. */
  readonly befalls?: (world: World, at: number) => World;
  readonly circumstances?: Circumstances;
}

/** The moments to come, the first one included. */
export function moments(cluster: ResolvedCluster, start: World, count: number, company: Company = {}): readonly Moment[] {
  const { befalls = (world: World) => world, circumstances = {} } = company;
  const all: Moment[] = [];
  let world = withCruiseControl(start, cluster);
  for (let at = 0; at < count; at += 1) {
    const now = NOW + at * MOMENT_MS;
    const before = befalls(world, at);
    const plan = decide(cluster, before, now);
    const acted = plan.actions.reduce(simulate, before);
    const settled = settle(withCruiseControl(acted, cluster), { ...circumstances, now });
    const outcomes = plan.actions.map((action) => ({ action, result: 'done' as const }));
    world = withStatus(settled, report(cluster, { world: settled, plan: decide(cluster, settled, now), outcomes, now }));
    all.push({ before, world, plan, now });
  }
  return all;
}
