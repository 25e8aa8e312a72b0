/**
 * What was last told of the settings and features of one cluster. They change seldom and cost a question to each broker, so
 * they are read every 30 s at most. Each answer has its own age: a broker that does not answer loses its own entry only, and is
 * asked again sooner, since it is most likely on its way back.
 */
import type { KafkaReader } from '../clients/kafka/connection';
import type { DynamicSetting } from '../decide/world';
import { configsView, describeDynamic } from './kafka-settings';
import type { ConfigsOf, SettingsView } from './kafka-settings';

/** A little under the 30 s between two looks at a calm cluster, so that each of them reads. */
const READ_EVERY_MS = 29_000;
const RETRY_EVERY_MS = 2_000;
const NEVER = Number.NEGATIVE_INFINITY;

/** One answer and its age. */
class Kept<T> {
  value: T | undefined;
  private askedAt = NEVER;
  private failed = false;
  private asking: Promise<T> | undefined;

  constructor(
    private readonly question: (reader: KafkaReader) => Promise<T>,
    /** What a failure does to the answer before it. */
    private readonly onFailure: 'keep' | 'drop',
  ) {}

  /** Asks when it is due; never throws. */
  async read(reader: KafkaReader, now: number): Promise<void> {
    const due = this.asking === undefined && now - this.askedAt >= (this.failed ? RETRY_EVERY_MS : READ_EVERY_MS);
    if (!due) return;
    const asking = Promise.resolve(reader).then(this.question);
    this.asking = asking;
    this.askedAt = now;
    try {
      this.take(asking, await asking, false);
    } catch {
      this.take(asking, this.onFailure === 'keep' ? this.value : undefined, true);
    }
  }

  /** To be asked again; an answer that is on its way does not count, the one before stays until then. */
  expire(): void {
    this.asking = undefined;
    this.askedAt = NEVER;
  }

  /** The connection of what is being asked is gone: that is no word of the broker's. */
  abandon(): void {
    if (this.asking !== undefined) this.expire();
  }

  private take(asking: Promise<T>, value: T | undefined, failed: boolean): void {
    if (this.asking !== asking) return;
    this.asking = undefined;
    this.value = value;
    this.failed = failed;
  }
}

export class SettingsMemory {
  /** Levels once told are no worse for being old; settings of a broker that is silent are not known. */
  private readonly features = new Kept((reader) => reader.describeFeatures(), 'keep');
  private readonly configs = new Map<ConfigsOf, Kept<readonly DynamicSetting[]>>();

  /** Which resources are of interest from now on. True when one of them was not before. */
  want(interests: readonly ConfigsOf[]): boolean {
    for (const of of [...this.configs.keys()]) if (!interests.includes(of)) this.configs.delete(of);
    const strangers = interests.filter((of) => !this.configs.has(of));
    for (const of of strangers) this.configs.set(of, new Kept((reader) => describeDynamic(reader, of), 'drop'));
    return strangers.length > 0;
  }

  /** Asks for all that is due at the same time; resolves when it was answered or given up. Never throws. */
  async read(reader: KafkaReader, now: number): Promise<void> {
    await Promise.all(this.all().map((kept) => kept.read(reader, now)));
  }

  /** Everything is due; what is known stays in the view until it is answered. */
  expire(): void {
    for (const kept of this.all()) kept.expire();
  }

  abandon(): void {
    for (const kept of this.all()) kept.abandon();
  }

  get view(): SettingsView {
    const { value: features } = this.features;
    const answers = [...this.configs].flatMap(([of, { value }]) => (value === undefined ? [] : [[of, value] as const]));
    return {
      ...(features === undefined ? {} : { features }),
      ...(this.configs.size === 0 ? {} : { configs: configsView(new Map(answers)) }),
    };
  }

  private all(): readonly Pick<Kept<unknown>, 'read' | 'expire' | 'abandon'>[] {
    return [this.features, ...this.configs.values()];
  }
}
