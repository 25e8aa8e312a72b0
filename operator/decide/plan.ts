import type { Hint } from '../../lib/api/resolved-cluster';
import type { Action } from './action';
import type { Preview } from './preview';
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
  /** What lies ahead: the waves, how long they take, and the hash by which they are approved; undefined when nothing disruptive is pending. */
  readonly preview?: Preview;
  /** What is accepted in the spec and worth a word; undefined when nothing is. */
  readonly hints?: readonly Hint[];
}
