import type { Action } from './action';
import type { Reason } from './reason';

/** An action that a rule wishes for. */
export type Proposal = Action;

/** A proposal that is refused for now, with all the reasons. */
export interface Held {
  /** What was wished for, in words, for example `restart broker 2`. */
  readonly what: string;
  readonly node?: number;
  readonly reasons: readonly Reason[];
}

/** What one pass does, what it does not do and why, and when to look again. */
export interface Plan {
  /** In order. */
  readonly actions: readonly Action[];
  readonly held: readonly Held[];
  /** Milliseconds; undefined: only when something changes. */
  readonly wakeAfter: number | undefined;
}
