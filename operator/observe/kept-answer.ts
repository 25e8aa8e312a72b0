/** One question to Kafka that is asked again from time to time, and its last answer. */
import type { KafkaReader } from '../clients/kafka/connection';

const NEVER = Number.NEGATIVE_INFINITY;

/** When to ask again, and what a failure does to the answer before it. */
export interface Keeping {
  readonly onFailure: 'keep' | 'drop';
  readonly readEveryMs: number;
  /** After a failure. */
  readonly retryEveryMs: number;
}

/** One answer and its age. */
export class KeptAnswer<T> {
  private answer: { readonly value: T; readonly askedAt: number } | undefined;
  private askedAt = NEVER;
  private failed = false;
  private asking: Promise<T> | undefined;

  constructor(
    private readonly question: (reader: KafkaReader) => Promise<T>,
    private readonly keeping: Keeping,
  ) {}

  /** Undefined: not known. */
  get value(): T | undefined {
    return this.answer?.value;
  }

  /** The answer to a question that was asked at that time or later; undefined: none. */
  since(time: number): T | undefined {
    return this.answer !== undefined && this.answer.askedAt >= time ? this.answer.value : undefined;
  }

  /** Asks when it is due; never throws. */
  async read(reader: KafkaReader, now: number): Promise<void> {
    const { readEveryMs, retryEveryMs, onFailure } = this.keeping;
    const due = this.asking === undefined && now - this.askedAt >= (this.failed ? retryEveryMs : readEveryMs);
    if (!due) return;
    const asking = Promise.resolve(reader).then(this.question);
    this.asking = asking;
    this.askedAt = now;
    try {
      const value = await asking;
      this.take(asking, { value, askedAt: now }, false);
    } catch {
      this.take(asking, onFailure === 'keep' ? this.answer : undefined, true);
    }
  }

  /** To be asked again; an answer that is on its way does not count, the one before stays until then. */
  expire(): void {
    this.asking = undefined;
    this.askedAt = NEVER;
  }

  /** To be asked again, and nothing is known until then. */
  forget(): void {
    this.expire();
    this.answer = undefined;
  }

  /** The connection of what is being asked is gone: that is no word of the broker's. */
  abandon(): void {
    if (this.asking !== undefined) this.expire();
  }

  private take(asking: Promise<T>, answer: { readonly value: T; readonly askedAt: number } | undefined, failed: boolean): void {
    if (this.asking !== asking) return;
    this.asking = undefined;
    this.answer = answer;
    this.failed = failed;
  }
}
