/**
 * Maintenance windows (`changePolicy.windows`): when something disruptive may begin. A wave that has begun is finished after
 * its window closed, since what does not run is replaced at any time.
 *
 * The parser is given the instant, the zone and a seed always: without an instant it would ask the clock, without a zone the
 * machine, without a seed (for `H` in a schedule) chance.
 */
import { CronExpressionParser, type CronExpression } from 'cron-parser';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { reason, type Reason } from './reason';
import { isoSeconds } from './rfc3339';

type Windows = ResolvedCluster['changePolicy']['windows'];
type Window = Windows[number];

/** What one window says at an instant; `opensAt` in milliseconds since the epoch. */
type Opening =
  | { readonly state: 'open' }
  | { readonly state: 'closed'; readonly opensAt: number }
  | { readonly state: 'unreadable'; readonly why: string };

/** Why nothing disruptive may begin now; undefined: a window is open, or there are none. */
export function whyClosed(windows: Windows, now: number): Reason | undefined {
  const openings = windows.map((window, at) => openingOf(window, `changePolicy.windows[${String(at)}]`, now));
  if (openings.length === 0 || openings.some((o) => o.state === 'open')) return undefined;
  const unreadable = openings.flatMap((o) => (o.state === 'unreadable' ? [o.why] : []));
  const times = openings.flatMap((o) => (o.state === 'closed' ? [o.opensAt] : []));
  if (times.length === 0) return reason('WindowClosed', unreadable.join('; '));
  const next = Math.min(...times);
  return reason('WindowClosed', [`outside every maintenance window; opens ${isoSeconds(next)}`, ...unreadable].join('; '), next);
}

function openingOf(window: Window, path: string, now: number): Opening {
  const { schedule, timeZone, durationMs } = window;
  if (schedule.trim().split(/\s+/).length !== 5) return unreadable(`${path}.schedule`, schedule, 'write five cron fields');
  const starts = startsOf(window, now);
  if (starts !== undefined) return starts.last + durationMs > now ? { state: 'open' } : { state: 'closed', opensAt: starts.next };
  if (search(schedule, 'UTC', now) === undefined) return unreadable(`${path}.schedule`, schedule, 'it is no cron schedule that ever comes');
  return unreadable(`${path}.timeZone`, timeZone, 'write a zone such as Europe/Berlin');
}

const unreadable = (path: string, written: string, remedy: string): Opening => ({
  state: 'unreadable',
  why: `cannot read ${path} "${written}": ${remedy}`,
});

/** Milliseconds since the epoch: the last start until an instant, and the first one after it. */
interface Starts {
  readonly last: number;
  readonly next: number;
}

/** What was found for a window stays true until its next start: a search takes about a millisecond, and passes are many. */
const found = new WeakMap<Window, Starts>();

/** Undefined when schedule or zone cannot be read. */
export function startsOf(window: Window, now: number): Starts | undefined {
  const known = found.get(window);
  if (known !== undefined && known.last <= now && now < known.next) return known;
  const starts = search(window.schedule, window.timeZone, now);
  if (starts !== undefined) found.set(window, starts);
  return starts;
}

/** Undefined when schedule or zone cannot be read. */
function search(schedule: string, tz: string, now: number): Starts | undefined {
  const at = (currentDate: number): CronExpression => CronExpressionParser.parse(schedule, { currentDate, tz, hashSeed: schedule });
  try {
    // `prev` looks before the given instant: one that starts right now has started.
    return {
      last: at(now + 1)
        .prev()
        .getTime(),
      next: at(now).next().getTime(),
    };
  } catch {
    return undefined;
  }
}
