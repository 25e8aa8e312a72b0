/** `plan` and `world`: the function that the operator runs, printed instead of carried out. */
import { resolve } from '../../lib/api/resolve';
import type { Problem } from '../../lib/api/problem';
import { GROUP } from '../../lib/constructs/naming';
import { recordedNodes } from '../decide/configuration-backup';
import { decide } from '../decide/decide';
import { actionLine, heldLine, planText } from '../decide/explain';
import type { Plan } from '../decide/plan';
import { isoSeconds, millisecondsOf } from '../decide/rfc3339';
import { simulate } from '../decide/simulate';
import type { World } from '../decide/world';
import type { KubeObject } from '../runtime/kube-types';
import { asIfApplied, type Look } from './look';
import { forMachines } from './plan-json';
import { play, type Played } from './play';

export interface Planned extends Look {
  /** Undefined when the spec was refused. */
  readonly plan: Plan | undefined;
  /** The plan played to its end; undefined when nobody asked for it. */
  readonly played?: Played;
}

/** What is written down at once before the next step: the identity of a new cluster, an approval. */
const ROUNDS = 3;

/** @param now milliseconds since the epoch */
export function planOf(look: Look, now: number, untilDone = false): Planned {
  const { cluster, past } = look;
  if (cluster === undefined) return { ...look, plan: undefined };
  const played = untilDone ? { played: play({ cluster, world: look.world, now, past }) } : {};
  let [world, plan] = [look.world, decide(cluster, look.world, now, past)];
  for (let round = 1; round < ROUNDS && goesOnAtOnce(plan); round += 1) {
    world = plan.actions.reduce(simulate, world);
    const next = decide(cluster, world, now, past);
    plan = { ...next, actions: [...plan.actions, ...next.actions] };
  }
  return { ...look, plan, ...played };
}

/** What follows belongs to the same plan, unless something is stopped first. */
const goesOnAtOnce = ({ wakeAfter, actions }: Plan): boolean => wakeAfter === 0 && actions.every((a) => a.risk === 'safe');

export function planOutput(planned: Planned, format: string): string {
  const { world, plan, played, problems } = planned;
  if (format === 'json') return `${JSON.stringify(forMachines(planned), null, 2)}\n`;
  if (format !== 'text') throw new Error(`cannot print as "${format}"; write text or json`);
  if (plan === undefined) return refused(problems);
  return `${planText(world.cluster, plan)}${played === undefined ? '' : playedText(played)}`;
}

const refused = (problems: readonly Problem[]): string =>
  `the spec is refused; nothing would be touched\n${problems.map((p) => `  ${p.path}: ${p.message}\n`).join('')}`;

/** Captured for a bug report or an offline plan; keys and lists are in a stable order. */
export const worldText = (world: World): string => `${JSON.stringify(world, null, 2)}\n`;

/** Plans against a captured World: no connection is made. */
export function offlineWorld(wanted: KubeObject, captured: unknown): Look {
  if (!isWorld(captured)) throw new Error('cannot read the World: it is not what `kafka-operator world` prints');
  const { cluster, problems } = resolve(asIfApplied(wanted, captured.cluster.uid), recordedNodes(captured.cluster.status));
  const written = Object.entries(wanted.metadata.annotations ?? {}).filter(([key]) => key.startsWith(GROUP));
  const annotations = { ...captured.cluster.annotations, ...Object.fromEntries(written) };
  return { cluster, problems, world: { ...captured, cluster: { ...captured.cluster, annotations } } };
}

/**
 * The moment for which an offline plan is made: when Kafka was looked at; of a World without sight of Kafka, when the newest
 * of its objects was created. So the same World gives the same plan on any day.
 */
export function momentOf(world: World): number {
  if (world.kafka.state === 'known') return world.kafka.value.at;
  return Math.max(0, ...world.objects.map((o) => millisecondsOf(o.metadata.creationTimestamp) ?? 0));
}

/** @param text what `--now` says */
export function momentFrom(text: string): number {
  const now = millisecondsOf(text);
  if (now === undefined) throw new Error(`cannot read --now ${text}: write a time in UTC such as 2026-01-04T02:00:00Z`);
  return now;
}

function isWorld(value: unknown): value is World {
  const candidate = value as Partial<World> | null;
  return typeof candidate === 'object' && candidate !== null && Array.isArray(candidate.objects) && typeof candidate.cluster === 'object';
}

/** Ends with a newline. */
function playedText({ passes, held, ended }: Played): string {
  const lines = ['until done, in the simulator: every node comes back, and nothing else happens meanwhile'];
  passes.forEach(({ at, plan, waitedFor }, index) => {
    if (waitedFor !== undefined) lines.push(`wait until ${isoSeconds(at)}: ${waitedFor}`);
    lines.push(`pass ${String(index + 1)}`, ...plan.actions.map((action) => `  ${actionLine(action)}`));
  });
  const count = passes.length === 1 ? '1 pass' : `${String(passes.length)} passes`;
  lines.push(ended ? `nothing is left to do after ${count}` : `given up after ${count}`);
  if (held.length > 0) lines.push('held in the end', ...held.map((h) => `  -  ${heldLine(h)}`));
  return `${lines.join('\n')}\n`;
}
