/** `plan` and `world`: the function that the operator runs, printed instead of carried out. */
import { resolve } from '../../lib/api/resolve';
import type { Problem } from '../../lib/api/problem';
import { recordedNodes } from '../decide/configuration-backup';
import { decide } from '../decide/decide';
import { describe, planText } from '../decide/explain';
import type { Plan } from '../decide/plan';
import { simulate } from '../decide/simulate';
import type { World } from '../decide/world';
import type { KubeObject } from '../runtime/kube-types';
import type { Look } from './look';

export interface Planned extends Look {
  /** Undefined when the spec was refused. */
  readonly plan: Plan | undefined;
}

/** @param now milliseconds since the epoch */
export function planOf(look: Look, now: number): Planned {
  const { cluster } = look;
  if (cluster === undefined) return { ...look, plan: undefined };
  const first = decide(cluster, look.world, now);
  if (first.wakeAfter !== 0) return { ...look, plan: first };
  // The identity of a cluster is recorded before anything else is made: what follows at once belongs to the same plan.
  const next = decide(cluster, first.actions.reduce(simulate, look.world), now);
  return { ...look, plan: { ...next, actions: [...first.actions, ...next.actions] } };
}

export function planOutput(planned: Planned, format: string): string {
  const { world, plan, problems } = planned;
  if (format === 'json') return `${JSON.stringify(forMachines(planned), null, 2)}\n`;
  if (format !== 'text') throw new Error(`cannot print as "${format}"; write text or json`);
  return plan === undefined ? refused(problems) : planText(world.cluster, plan);
}

/** Without manifests: they are large, and those of Secrets hold values. */
function forMachines({ world, plan, problems }: Planned): object {
  const actions = (plan?.actions ?? []).map((action) => {
    const { kind, risk, reasons, node } = action;
    return { kind, risk, ...(node === undefined ? {} : { node }), what: describe(action).replace(/ +/g, ' '), reasons };
  });
  const { namespace, name, generation } = world.cluster;
  return { cluster: `${namespace}/${name}`, generation, accepted: plan !== undefined, problems, actions, held: plan?.held ?? [] };
}

const refused = (problems: readonly Problem[]): string =>
  `the spec is refused; nothing would be touched\n${problems.map((p) => `  ${p.path}: ${p.message}\n`).join('')}`;

/** Captured for a bug report or an offline plan; keys and lists are in a stable order. */
export const worldText = (world: World): string => `${JSON.stringify(world, null, 2)}\n`;

/** Plans against a captured World: no connection is made. */
export function offlineWorld(wanted: KubeObject, captured: unknown): Look {
  if (!isWorld(captured)) throw new Error('cannot read the World: it is not what `kafka-operator world` prints');
  const { cluster, problems } = resolve(wanted, recordedNodes(captured.cluster.status));
  return { cluster, problems, world: captured };
}

function isWorld(value: unknown): value is World {
  const candidate = value as Partial<World> | null;
  return typeof candidate === 'object' && candidate !== null && Array.isArray(candidate.objects) && typeof candidate.cluster === 'object';
}
