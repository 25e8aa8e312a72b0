/**
 * What was last told of the settings and features of one cluster. They change seldom and cost a question to each broker, so
 * they are read every 30 s at most. Each answer has its own age: a broker that does not answer loses its own entry only, and is
 * asked again sooner, since it is most likely on its way back.
 */
import type { KafkaReader } from '../clients/kafka/connection';
import type { DynamicSetting } from '../decide/world';
import { KeptAnswer } from './kept-answer';
import { configsView, describeDynamic } from './kafka-settings';
import type { ConfigsOf, SettingsView } from './kafka-settings';

/** A little under the 30 s between two looks at a calm cluster, so that each of them reads. */
const READ_EVERY_MS = 29_000;
const RETRY_EVERY_MS = 2_000;

const READ_SELDOM = { readEveryMs: READ_EVERY_MS, retryEveryMs: RETRY_EVERY_MS } as const;

export class SettingsMemory {
  /** Levels once told are no worse for being old; settings of a broker that is silent are not known. */
  private readonly features = new KeptAnswer((reader) => reader.describeFeatures(), { onFailure: 'keep', ...READ_SELDOM });
  private readonly configs = new Map<ConfigsOf, KeptAnswer<readonly DynamicSetting[]>>();

  /** Which resources are of interest from now on. True when one of them was not before. */
  want(interests: readonly ConfigsOf[]): boolean {
    for (const of of [...this.configs.keys()]) if (!interests.includes(of)) this.configs.delete(of);
    const strangers = interests.filter((of) => !this.configs.has(of));
    for (const of of strangers)
      this.configs.set(of, new KeptAnswer((reader) => describeDynamic(reader, of), { onFailure: 'drop', ...READ_SELDOM }));
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

  private all(): readonly Pick<KeptAnswer<unknown>, 'read' | 'expire' | 'abandon'>[] {
    return [this.features, ...this.configs.values()];
  }
}
