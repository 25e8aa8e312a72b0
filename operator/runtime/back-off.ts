/** Waiting longer after each failure, with jitter, so that many waiters do not come back at once. */

export interface BackOffLimits {
  /** Milliseconds after the first failure. */
  readonly first: number;
  /** Milliseconds at most. */
  readonly most: number;
}

/** Milliseconds to wait after `failures` failures in a row (from 1): doubling, within 50 % to 100 % of the step. */
export function backOff(limits: BackOffLimits, failures: number, random: () => number): number {
  const step = Math.min(limits.most, limits.first * 2 ** Math.min(failures - 1, 30));
  return step * (0.5 + random() / 2);
}
