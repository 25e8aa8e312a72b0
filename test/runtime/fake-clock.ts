/** A clock that tests move by hand. */
import type { Clock, Timer } from '../../operator/runtime/clock';

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  #now: number;
  #alarms: Alarm[] = [];

  constructor(now = Date.parse('2025-01-01T00:00:00Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(milliseconds: number, run: () => void): Timer {
    const alarm = { at: this.#now + milliseconds, run };
    this.#alarms.push(alarm);
    return {
      cancel: () => {
        this.#alarms = this.#alarms.filter((one) => one !== alarm);
      },
    };
  }

  /** How many alarms are set. */
  get pending(): number {
    return this.#alarms.length;
  }

  /** Milliseconds until the next alarm; undefined when there is none. */
  get next(): number | undefined {
    return this.#alarms.length === 0 ? undefined : Math.min(...this.#alarms.map((alarm) => alarm.at)) - this.#now;
  }

  /** Moves the time; alarms ring in order, and promises settle after each. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await settle();
    for (;;) {
      const alarm = this.#alarms.filter((one) => one.at <= end).sort((a, b) => a.at - b.at)[0];
      if (alarm === undefined) break;
      this.#now = Math.max(this.#now, alarm.at);
      this.#alarms = this.#alarms.filter((one) => one !== alarm);
      alarm.run();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets promises that are ready settle. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits (real time) until the condition holds; fails after `limit` milliseconds. */
export async function until(condition: () => boolean, limit = 15_000): Promise<void> {
  const end = Date.now() + limit;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`cannot go on: after ${String(limit)} ms the condition does not hold: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

/** Real time, in milliseconds: for what must not happen meanwhile. */
export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
