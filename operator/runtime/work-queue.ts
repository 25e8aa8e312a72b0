/**
 * A keyed work queue: level-triggered, so a key added ten times while it waits runs once, and one added while it runs runs
 * again afterwards. One key never runs twice at once; different keys run side by side, up to the number of workers.
 */
import { backOff } from './back-off';
import type { BackOffLimits } from './back-off';
import { sleep, systemClock } from './clock';
import type { Clock, Timer } from './clock';
import type { Handler, Queue } from './kube-types';
import type { Logger } from './log';

export interface QueueMetrics {
  /** Keys that wait for a worker; none while the queue is not open, for then nobody is behind with them. */
  depth(queue: string, keys: number): void;
  /** Seconds between a key's first add and its run. */
  waited(queue: string, seconds: number): void;
  ran(queue: string, seconds: number, result: 'done' | 'failed'): void;
}

export interface QueueOptions {
  readonly name: string;
  readonly handler: Handler;
  /** Default 1. */
  readonly workers?: number;
  readonly log: Logger;
  /** Of a key whose handler throws; default 250 ms to 60 s. */
  readonly backOff?: BackOffLimits;
  readonly metrics?: QueueMetrics;
  readonly clock?: Clock;
  readonly random?: () => number;
}

interface Appointment {
  readonly at: number;
  readonly timer: Timer;
}

export class WorkQueue implements Queue {
  readonly name: string;
  readonly #options: QueueOptions;
  readonly #workers: number;
  readonly #clock: Clock;
  /** Keys that wait, with the time of their first add, oldest first. */
  readonly #dirty = new Map<string, number>();
  readonly #processing = new Map<string, Promise<void>>();
  readonly #appointments = new Map<string, Appointment>();
  readonly #failures = new Map<string, number>();
  #open = false;
  #stopped = false;

  constructor(options: QueueOptions) {
    this.name = options.name;
    this.#options = options;
    this.#workers = options.workers ?? 1;
    this.#clock = options.clock ?? systemClock;
  }

  /** Keys that wait, without those that have an appointment. */
  get depth(): number {
    return this.#dirty.size;
  }

  get running(): number {
    return this.#processing.size;
  }

  add(key: string): void {
    if (this.#stopped || this.#dirty.has(key)) return;
    this.#dirty.set(key, this.#clock.now());
    this.#measureDepth();
    this.#dispatch();
  }

  /** Of several appointments of a key the earliest holds; a run of the key cancels it. */
  addAfter(key: string, milliseconds: number): void {
    if (this.#stopped) return;
    const at = this.#clock.now() + milliseconds;
    const existing = this.#appointments.get(key);
    if (existing !== undefined && existing.at <= at) return;
    existing?.timer.cancel();
    const timer = this.#clock.after(milliseconds, () => {
      this.#appointments.delete(key);
      this.add(key);
    });
    this.#appointments.set(key, { at, timer });
  }

  /** Handlers run from now on; before, keys only gather. */
  start(): void {
    if (this.#stopped) return;
    this.#open = true;
    this.#measureDepth();
    this.#dispatch();
  }

  /** No further handler starts; keys gather again. */
  pause(): void {
    this.#open = false;
    this.#measureDepth();
  }

  /** Starts nothing more and waits for the handlers that run, at most `limit` milliseconds (default 10 000). True: all ended. */
  async stop(limit = 10_000): Promise<boolean> {
    this.#stopped = true;
    this.#open = false;
    this.#dirty.clear();
    this.#measureDepth();
    for (const { timer } of this.#appointments.values()) timer.cancel();
    this.#appointments.clear();
    const enough = new AbortController();
    const all = Promise.all(this.#processing.values()).then(() => {
      enough.abort();
    });
    if (this.#processing.size > 0) await Promise.race([all, sleep(this.#clock, limit, enough.signal)]);
    return this.#processing.size === 0;
  }

  #dispatch(): void {
    if (!this.#open) return;
    for (const [key, since] of this.#dirty) {
      if (this.#processing.size >= this.#workers) return;
      if (this.#processing.has(key)) continue;
      this.#dirty.delete(key);
      this.#measureDepth();
      this.#options.metrics?.waited(this.name, (this.#clock.now() - since) / 1000);
      this.#begin(key);
    }
  }

  #begin(key: string): void {
    this.#cancelAppointment(key);
    const run = this.#run(key).then(() => {
      this.#processing.delete(key);
      this.#dispatch();
    });
    this.#processing.set(key, run);
  }

  async #run(key: string): Promise<void> {
    // Handlers never run inside add(): the caller is often an event that is still being handed round.
    await Promise.resolve();
    const start = this.#clock.now();
    let result: 'done' | 'failed' = 'done';
    try {
      const verdict = await this.#options.handler(key);
      this.#failures.delete(key);
      if (verdict !== undefined) this.addAfter(key, verdict.requeueAfter);
    } catch (error) {
      result = 'failed';
      this.#retryLater(key, error);
    }
    this.#options.metrics?.ran(this.name, (this.#clock.now() - start) / 1000, result);
  }

  #retryLater(key: string, error: unknown): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    const wait = backOff(this.#options.backOff ?? { first: 250, most: 60_000 }, failures, this.#options.random ?? Math.random);
    this.#options.log.warn('a pass failed; it will be tried again', {
      queue: this.name,
      key,
      failures,
      retryInMs: Math.round(wait),
      error,
    });
    this.addAfter(key, wait);
  }

  #cancelAppointment(key: string): void {
    this.#appointments.get(key)?.timer.cancel();
    this.#appointments.delete(key);
  }

  #measureDepth(): void {
    this.#options.metrics?.depth(this.name, this.#open ? this.#dirty.size : 0);
  }
}
