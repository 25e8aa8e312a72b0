/**
 * What is held for long is told once, as an Event: an operator that waits in silence is one that nobody trusts. The same
 * hold is told again only after it had ended.
 */
import { heldLine } from '../decide/explain';
import type { Held } from '../decide/plan';
import type { EventDraft } from '../act/events';

/** Milliseconds. */
export const HELD_LONG_AFTER = 120_000;

/** Without alerts that a cool-down or a budget of the day holds: what waits by design is no news, and worries nobody. */
export const worrying = (held: readonly Held[]): readonly Held[] =>
  held.filter(({ reasons }) => !reasons.every(({ code, until }) => code === 'AlertWaits' && until !== undefined));

interface Hold {
  readonly since: number;
  readonly told: boolean;
}

export class HeldLong {
  private readonly holds = new Map<string, ReadonlyMap<string, Hold>>();

  /** What is to be told now, and after how many milliseconds to look again; undefined: nothing waits to be told. */
  judge(
    key: string,
    held: readonly Held[],
    now: number,
  ): { readonly events: readonly EventDraft[]; readonly lookAgainIn: number | undefined } {
    const before = this.holds.get(key);
    const current = new Map(worrying(held).map((h) => [heldLine(h).replace(/ {2,}/g, ' '), h] as const));
    const events: EventDraft[] = [];
    const after = new Map<string, Hold>();
    for (const line of current.keys()) {
      const hold = before?.get(line) ?? { since: now, told: false };
      const due = !hold.told && now - hold.since >= HELD_LONG_AFTER;
      if (due)
        events.push({
          type: 'Warning',
          reason: 'HeldForLong',
          message: `held for ${String(Math.round((now - hold.since) / 60_000))} minutes: ${line}`,
        });
      after.set(line, { since: hold.since, told: hold.told || due });
    }
    if (after.size > 0) this.holds.set(key, after);
    else this.holds.delete(key);
    const waiting = [...after.values()].filter((h) => !h.told).map((h) => h.since + HELD_LONG_AFTER - now);
    return { events, lookAgainIn: waiting.length === 0 ? undefined : Math.max(1000, Math.min(...waiting)) };
  }

  forget(key: string): void {
    this.holds.delete(key);
  }
}
