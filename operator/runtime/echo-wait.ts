/**
 * The event of our own write often overtakes the answer to it. An event that bears our mark is therefore held back for a
 * moment: when the write is recorded meanwhile it was its echo, and nobody is woken; else it is told late, but told.
 */
import type { Clock, Timer } from './clock';

interface Waiting {
  readonly versions: Set<bigint>;
  readonly timer: Timer;
}

export class EchoWait {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #waiting = new Map<string, Waiting>();

  constructor(clock: Clock, milliseconds: number) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
  }

  /** `tell` runs unless every version that waits under this key is recorded in time. */
  hold(key: string, version: bigint, tell: () => void): void {
    const waiting = this.#waiting.get(key);
    waiting?.timer.cancel();
    const timer = this.#clock.after(this.#milliseconds, () => {
      this.#waiting.delete(key);
      tell();
    });
    this.#waiting.set(key, { versions: (waiting?.versions ?? new Set()).add(version), timer });
  }

  recorded(key: string, version: bigint): void {
    const waiting = this.#waiting.get(key);
    waiting?.versions.delete(version);
    if (waiting?.versions.size === 0) this.drop(key);
  }

  /** The key has been told of anyway. */
  drop(key: string): void {
    this.#waiting.get(key)?.timer.cancel();
    this.#waiting.delete(key);
  }
}
