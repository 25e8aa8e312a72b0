/**
 * What was done at Kafka itself is seen by a look that began afterwards, and by nothing in Kubernetes. A pass that something
 * else wakes before that look (the status that was just written, a Pod) still sees the old Kafka and would do it again: leaders
 * would be elected twice, a voter added twice. So the same thing is not done again on a view from before it.
 *
 * This memory decides nothing: it is worth seconds, and an operator that loses it asks Kafka once more, which harms nobody.
 */
import type { Action, Outcome } from '../decide/action';
import { describe } from '../decide/explain';
import type { KafkaView, Observed } from '../decide/world';
import { isDoneAtKafka } from './looks';

/** A Kafka that shows nothing for so long is asked again; milliseconds. */
export const FORGOTTEN_AFTER_MS = 5_000;

interface Done {
  readonly what: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export class DoneAtKafka {
  private readonly done = new Map<string, readonly Done[]>();

  /** @param now after the outcomes; milliseconds since the epoch */
  note(key: string, outcomes: readonly Outcome[], now: number): void {
    const news = outcomes.filter(isDoneAtKafka).map(({ action }): Done => ({ what: describe(action), at: now }));
    if (news.length > 0) this.done.set(key, [...(this.done.get(key) ?? []).filter((d) => now - d.at < FORGOTTEN_AFTER_MS), ...news]);
  }

  /** Whether the action was done already, after this view of Kafka was taken. */
  isUnseen(key: string, action: Action, { kafka, now }: { readonly kafka: Observed<KafkaView>; readonly now: number }): boolean {
    const seenAt = kafka.state === 'known' ? kafka.value.at : now;
    const what = describe(action);
    return (this.done.get(key) ?? []).some((d) => d.what === what && d.at > seenAt && now - d.at < FORGOTTEN_AFTER_MS);
  }

  forget(key: string): void {
    this.done.delete(key);
  }
}
