/**
 * Rebalances by a schedule (`cruiseControl.rebalanceSchedule`, in UTC). Each time that comes round makes one operation, named
 * after that time; what was missed while nobody looked is made good once, with the last of them. Which time was served last is
 * kept in the status, beside the schedule it belongs to: an operation that expired is not made again, and a schedule that is new
 * begins with its next time, not with one of last week.
 */
import type { ResolvedCruiseControl, ResolvedWindow } from '../../../lib/api/resolved-cluster';
import { operationManifest } from '../../../lib/constructs/cruise-control-operation';
import { LABEL } from '../../../lib/constructs/naming';
import type { Context, Rule } from '../context';
import { liveOf } from '../context';
import { operationsIn } from '../operation-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { isoSeconds, millisecondsOf } from '../rfc3339';
import { startsOf } from '../windows';

export const REBALANCE_LABEL = LABEL.rebalance;

export const rebalanceOnSchedule: Rule = (context) => {
  const due = dueOf(context);
  if (due === undefined) return [];
  const { schedule, last } = due;
  const manifest = operationManifest(context.cluster, {
    operation: 'rebalance',
    parameters: {},
    serial: Math.floor(last / 1000),
    labels: { [REBALANCE_LABEL]: 'scheduled' },
  });
  const known = context.world.cluster.status.scheduledRebalance;
  if (known?.schedule !== schedule) return [served(schedule, last, 'a new schedule begins with its next time')];
  if ((millisecondsOf(known.last) ?? 0) >= last) return [];
  if (liveOf(context, manifest) !== undefined) return [served(schedule, last, 'its operation is made')];
  if (operationsIn(context.world).some((view) => isScheduled(view.object) && !view.final)) return [];
  return [
    {
      kind: 'apply',
      risk: 'disruptive',
      manifest,
      creates: true,
      reasons: [reason('RebalanceDue', `rebalanceSchedule was due ${isoSeconds(last)}`)],
    },
  ];
};

const isScheduled = ({ metadata }: { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }): boolean =>
  metadata.labels?.[REBALANCE_LABEL] === 'scheduled';

/** The schedule, and its last and next time, in milliseconds since the epoch; undefined: there is none, or it cannot be read. */
function dueOf({ cluster, now }: Pick<Context, 'cluster' | 'now'>): { schedule: string; last: number; next: number } | undefined {
  const wish = cluster.cruiseControl;
  if (wish?.rebalanceSchedule === undefined) return undefined;
  const known = windows.get(wish) ?? { schedule: wish.rebalanceSchedule, timeZone: 'UTC', durationMs: 0 };
  windows.set(wish, known);
  const starts = startsOf(known, now);
  return starts === undefined ? undefined : { schedule: known.schedule, ...starts };
}

/** The same value for the same wish, by which what was found of it is kept. */
const windows = new WeakMap<ResolvedCruiseControl, ResolvedWindow>();

/** When it comes round next, in milliseconds since the epoch. */
export const nextRebalance = (context: Pick<Context, 'cluster' | 'now'>): readonly number[] => {
  const due = dueOf(context);
  return due === undefined ? [] : [due.next];
};

const served = (schedule: string, last: number, why: string): Proposal => ({
  kind: 'record',
  risk: 'safe',
  status: { scheduledRebalance: { schedule, last: isoSeconds(last) } },
  reasons: [reason('RebalanceDue', why)],
});
