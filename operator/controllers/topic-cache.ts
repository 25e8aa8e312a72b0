/**
 * What one pass after another knows of the topics of one Kafka: a list of all of them in one request, when something changed and
 * once a minute else; settings only of the keys that KafkaTopics speak of, and only when they may have changed. An idle cluster
 * costs that one request.
 */
import type { KafkaAdmin } from '../clients/kafka/connect-admin';
import type { ConfigEntry } from '../clients/kafka/connection';
import { LIST_KEYS, RATE_KEYS } from '../decide/topics/throttle';
import type { SeenPlacement, SeenTopic, TopicsView } from '../decide/topics/topic-view';

/** Milliseconds between two lists while nothing happens. */
export const LIST_EVERY = 60_000;
/** Somebody else may have changed settings; a list does not show it. */
export const SETTINGS_EVERY = 300_000;
/** Brokers hear of a change a moment after it was made. */
const SHOWN_WITHIN = 2_000;
const LOOK_AGAIN_AFTER = 40;

const setIn = (entries: readonly ConfigEntry[]): ReadonlyMap<string, string> =>
  new Map(entries.flatMap(({ key, value }) => (value === null ? [] : [[key, value] as const])));

type Topics = ReadonlyMap<string, SeenTopic>;

/** Partitions that have other replicas than before. */
function changedBetween(
  before: Topics = new Map(),
  after: Topics = new Map(),
): readonly { readonly topic: string; readonly partition: number }[] {
  return [...after.values()].flatMap(({ name, partitions }) => {
    const had = new Map(before.get(name)?.partitions.map(({ partition, replicas }) => [partition, replicas.join()]));
    return partitions
      .filter(({ partition, replicas }) => (had.get(partition) ?? replicas.join()) !== replicas.join())
      .map(({ partition }) => ({ topic: name, partition }));
  });
}

export class TopicCache {
  private topics: ReadonlyMap<string, SeenTopic> | undefined;
  private readonly settings = new Map<string, ReadonlyMap<string, string>>();
  private readonly readings = new Map<string, string>();
  private placement: SeenPlacement | undefined;
  private listedAt = -Infinity;
  private settingsSince = -Infinity;
  /** Values that were sent and not read since, by topic. */
  private readonly sent = new Map<string, ReadonlyMap<string, string>>();

  constructor(
    private readonly admin: KafkaAdmin['topics'],
    private readonly now: () => number,
  ) {}

  /** Lists again when it must, or when the list is old. Throws KafkaError. */
  async refresh(changed: boolean): Promise<TopicsView> {
    if (changed || this.now() - this.listedAt >= LIST_EVERY) await this.list();
    if (this.now() - this.settingsSince >= SETTINGS_EVERY) {
      this.settings.clear();
      this.settingsSince = this.now();
    }
    return this.view();
  }

  view(): TopicsView {
    const { topics = new Map<string, SeenTopic>(), settings, placement, readings } = this;
    return { topics, settings, placement, readings };
  }

  async list(): Promise<void> {
    const listed = await this.admin.listTopics();
    const before = this.topics;
    this.topics = new Map(listed.map((topic) => [topic.name, topic]));
    this.listedAt = this.now();
    this.placement = undefined;
    for (const name of this.settings.keys()) if (this.topics.get(name)?.id !== before?.get(name)?.id) this.forgetSettings(name);
  }

  /** Lists until what was done is shown, for a moment; false: it is not. */
  async shows(isShown: (topics: ReadonlyMap<string, SeenTopic>) => boolean): Promise<boolean> {
    const until = this.now() + SHOWN_WITHIN;
    for (;;) {
      await this.list();
      if (isShown(this.view().topics)) return true;
      if (this.now() >= until) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_AFTER));
    }
  }

  async askSettings(keys: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const found = await this.admin.describeTopicConfigs(keys);
    for (const topic of keys.keys()) {
      const own = setIn(found.get(topic) ?? []);
      this.settings.set(topic, own);
      this.read(topic, own);
    }
  }

  /**
   * `asked`: topics whose replicas move or are to, besides those that were asked for before. The topics are listed once more
   * after it: what moved when they were listed first may have arrived before it was asked what moves, and what begins to move after it was
   * asked looks like replicas that nobody moves. A partition that changed in between is taken for one that moves.
   */
  async askPlacement(asked: readonly string[]): Promise<void> {
    const topics = [...new Set([...(this.placement?.throttled.keys() ?? []), ...asked])];
    const [brokers, moves, defaults, lists] = await Promise.all([
      this.admin.listBrokers(),
      this.admin.listReassignments(),
      this.admin.describeBrokerDefaults(),
      this.admin.describeTopicConfigs(new Map(topics.map((topic) => [topic, LIST_KEYS]))),
    ]);
    const before = this.topics;
    await this.list();
    const moving = [...moves, ...changedBetween(before, this.topics)];
    const rates = setIn(defaults.filter(({ key }) => RATE_KEYS.includes(key)));
    this.placement = {
      ...{ brokers, rates, reassigning: new Set(moving.map(({ topic, partition }) => `${topic}-${String(partition)}`)) },
      throttled: new Map(topics.map((topic) => [topic, setIn(lists.get(topic) ?? [])])),
    };
  }

  forgetSettings(topic: string): void {
    this.settings.delete(topic);
  }

  /** Kafka took these values; how it tells them is learned when they are read next. */
  took(topic: string, values: ReadonlyMap<string, string>): void {
    this.sent.set(topic, values);
    this.forgetSettings(topic);
  }

  private read(topic: string, own: ReadonlyMap<string, string>): void {
    for (const [key, value] of this.sent.get(topic) ?? []) {
      const told = own.get(key);
      if (told !== undefined && told !== value) this.readings.set(`${topic} ${key} ${value}`, told);
    }
    this.sent.delete(topic);
  }
}
