/**
 * What the status page knows: the last pass over each cluster, and what was done and held lately. It keeps references to what the
 * passes made anyway; nothing is rendered, copied or asked before somebody looks.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import type { Outcome } from '../decide/action';
import { because, describe } from '../decide/explain';
import type { Held, Plan } from '../decide/plan';
import { outcomeLine } from '../decide/report';
import type { ClusterStatus, World } from '../decide/world';

/** One pass over one cluster. */
export interface Seen {
  /** Undefined: its spec is refused. */
  readonly cluster: ResolvedCluster | undefined;
  readonly world: World;
  readonly plan: Plan;
  readonly status: ClusterStatus;
}

/** Something that was decided. */
export interface Decision {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'done' | 'failed' | 'held' | 'let go';
  readonly text: string;
  readonly why: string;
}

export interface ClusterBoard extends Seen {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The newest first; at most `KEPT`. */
  readonly decisions: readonly Decision[];
}

const KEPT = 50;

export class StatusBoard {
  readonly #clusters = new Map<string, ClusterBoard>();
  readonly #now: () => number;

  /** @param troubles what the operator could not do when it began, a sentence each */
  constructor(
    now: () => number,
    readonly troubles: readonly string[] = [],
  ) {
    this.#now = now;
  }

  /** `namespace/name` of every cluster, sorted. */
  get keys(): readonly string[] {
    return [...this.#clusters.keys()].sort();
  }

  get(key: string): ClusterBoard | undefined {
    return this.#clusters.get(key);
  }

  /** @param outcomes of what was done since the pass before */
  pass(key: string, seen: Seen, outcomes: readonly Outcome[]): void {
    const at = this.#now();
    const before = this.#clusters.get(key);
    const news = [...outcomes.map((outcome) => decisionOf(outcome, at)), ...heldNews(before?.plan.held ?? [], seen.plan.held, at)];
    this.#clusters.set(key, { ...seen, at, decisions: [...news.reverse(), ...(before?.decisions ?? [])].slice(0, KEPT) });
  }

  forget(key: string): void {
    this.#clusters.delete(key);
  }
}

const decisionOf = (outcome: Outcome, at: number): Decision => ({
  at,
  kind: outcome.result === 'done' ? 'done' : 'failed',
  text: plain(outcome.result === 'done' ? describe(outcome.action) : outcomeLine(outcome)),
  why: because(outcome.action.reasons),
});

/** What is held that was not, and what was held and is not any more. */
function heldNews(before: readonly Held[], now: readonly Held[], at: number): readonly Decision[] {
  const whats = (held: readonly Held[]): ReadonlySet<string> => new Set(held.map(({ what }) => what));
  const [then, today] = [whats(before), whats(now)];
  const entry = (kind: Decision['kind']) => (held: Held) => ({ at, kind, text: plain(held.what), why: because(held.reasons) });
  return [
    ...now.filter(({ what }) => !then.has(what)).map(entry('held')),
    ...before.filter(({ what }) => !today.has(what)).map(entry('let go')),
  ];
}

/** Words of a plan stand in columns; here they are a sentence. */
export const plain = (text: string): string => text.replace(/ {2,}/g, ' ');
