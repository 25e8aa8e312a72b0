/**
 * Cruise Control repairs by itself (`cruiseControlConfig.selfHealing`): replicas of a broker that failed, or of a disk, are made
 * elsewhere, and violated goals are mended. Meanwhile nothing that serves is stopped and nothing else is moved, so that the
 * operator and Cruise Control never act on the same broker at once. What it repairs is told by its executor alone: its list of
 * anomalies names the ones of weeks. Cruise Control that is not seen, or was seen long ago, holds nothing back.
 */
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import { inFlight, operationsIn } from './operation-view';
import { reason, type Reason } from './reason';
import type { AnomalyView, CruiseControlView, World } from './world';

/** Milliseconds; a look comes every few seconds while something moves. */
const SIGHT_LASTS_MS = 180_000;

type Seen = Pick<Context, 'world' | 'now'>;

/** What Cruise Control repairs now, in words; undefined: nothing that is known. */
export function healingIn({ world, now }: Seen): string | undefined {
  const { cruiseControl } = world;
  if (cruiseControl?.state !== 'known' || now - cruiseControl.value.at > SIGHT_LASTS_MS) return undefined;
  const { value } = cruiseControl;
  if (value.execution.idle || isSomebodys(value, world)) return undefined;
  const started = (value.anomalies ?? []).filter(isBegun).reduce<AnomalyView | undefined>(later, undefined);
  return started === undefined ? undefined : `${started.type}${started.description === '' ? '' : `: ${started.description}`}`;
}

/** What it executes was asked for: by an operation, or by somebody who spoke to it directly. */
const isSomebodys = ({ execution: { taskId }, tasks }: CruiseControlView, world: World): boolean =>
  tasks.some((t) => (taskId === '' ? t.status === 'InExecution' : t.id === taskId)) || operationsIn(world).some(inFlight);

const isBegun = ({ status }: AnomalyView): boolean => status === 'FIX_STARTED';

const later = (a: AnomalyView | undefined, b: AnomalyView): AnomalyView => (a === undefined || b.detectedAt >= a.detectedAt ? b : a);

/** Why nothing else is moved; undefined: nothing is repaired. */
export function whyNotMoved(seen: Seen): Reason | undefined {
  const what = healingIn(seen);
  return what === undefined ? undefined : reason('SelfHealing', `Cruise Control repairs by itself: ${what}`);
}

/** Why a broker that serves is not stopped; one that does not is mended as ever. */
export function whyHealing(view: NodeView, seen: Seen): readonly Reason[] {
  const why = serves(view) && view.node.roles.includes('broker') ? whyNotMoved(seen) : undefined;
  return why === undefined ? [] : [why];
}
