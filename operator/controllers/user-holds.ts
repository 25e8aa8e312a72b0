/**
 * What failed for good is not tried at each pass, for a thousand users would be a thousand attempts at each event: it waits for its time,
 * or for what it depends on to be another (`by`).
 */
import { isConflict, isNotFound, isUnavailable } from '../runtime/kube-error';
import type { UserOutcome } from '../decide/users/user-status';

export type Failed = NonNullable<UserOutcome['failed']>;

/** Somebody else was first. */
const SOON = 1_000;
export const RETRY_SILENT = 5_000;
export const RETRY_REFUSED = 30_000;

/** When what threw this is tried again, in milliseconds. */
export function retryAfter(error: unknown): number {
  if (isConflict(error)) return SOON;
  return isUnavailable(error) || isNotFound(error) ? RETRY_SILENT : RETRY_REFUSED;
}

export const earliest = (...waits: readonly (number | undefined)[]): number | undefined => {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

interface Held {
  readonly failed: Failed;
  readonly by: string;
  readonly until: number;
}

/** By key of the user. */
export class UserHolds {
  private readonly held = new Map<string, Held>();

  constructor(private readonly now: () => number) {}

  hold(key: string, by: string, failed: Failed): void {
    this.held.set(key, { failed, by, until: this.now() + RETRY_REFUSED });
  }

  /** Why it is not tried now; undefined: it may be. */
  of(key: string, by: string): Failed | undefined {
    const known = this.held.get(key);
    return known !== undefined && known.by === by && known.until > this.now() ? known.failed : undefined;
  }

  /** Of users that are gone, and of what is over. */
  prune(users: ReadonlySet<string>): void {
    for (const [key, { until }] of this.held) if (until <= this.now() || !users.has(key)) this.held.delete(key);
  }

  free(key: string): void {
    this.held.delete(key);
  }

  /** When the first one is over, in milliseconds; undefined: there is none. */
  get dueIn(): number | undefined {
    const ends = [...this.held.values()].map(({ until }) => until);
    return ends.length === 0 ? undefined : Math.min(...ends) - this.now();
  }
}
