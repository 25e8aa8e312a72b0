/** Does at Kafka what the steps of a pass say: one request for what is alike. */
import type { ConfigChange } from '../clients/kafka/connection';
import { KafkaError } from '../clients/kafka/kafka-error';
import type { TopicAdmin, PerTopic } from '../clients/kafka/topic-admin';
import type { TopicStep } from '../decide/topics/topic-step';
import type { Refusal, SeenTopic } from '../decide/topics/topic-view';
import type { TopicCache } from './topic-cache';

type Kind = TopicStep['deed']['kind'];
type StepOf<K extends Kind> = TopicStep & { readonly deed: Extract<TopicStep['deed'], { kind: K }> };

export const stepsOf = <K extends Kind>(steps: readonly TopicStep[], kind: K): readonly StepOf<K>[] =>
  steps.filter((step): step is StepOf<K> => step.deed.kind === kind);

/** Kafka says that it is so already, and the list does not show it yet. */
const TOPIC_EXISTS = 36;
const UNKNOWN_TOPIC = 3;
/** Timed out, no leader, not the controller, too much at once, being reassigned already: to be tried again soon. */
const PASSING = [5, 6, 7, 8, 13, 41, 60, 89];

export interface DoneAtKafka {
  /** By uid. */
  readonly refused: ReadonlyMap<string, Refusal>;
  /** Steps that Kafka took. */
  readonly done: readonly TopicStep[];
  /** Everything that was done is seen; else it is too early to decide again. */
  readonly shown: boolean;
}

/** Throws KafkaError when a request as a whole fails; what was done before it stays done. */
export async function doAtKafka(steps: readonly TopicStep[], admin: TopicAdmin, cache: TopicCache, now: number): Promise<DoneAtKafka> {
  const tally = new Tally(now);
  const created = stepsOf(steps, 'create');
  if (created.length > 0) tally.add(created, await admin.createTopics(created.map(({ deed }) => deed.topic)), [TOPIC_EXISTS]);
  const deleted = stepsOf(steps, 'delete');
  if (deleted.length > 0) tally.add(deleted, await admin.deleteTopics(deleted.map(({ object }) => object.topic)), [UNKNOWN_TOPIC]);
  await change(stepsOf(steps, 'change'), { admin, cache, tally });
  await move(stepsOf(steps, 'move'), { admin, cache, tally });
  await unthrottle(stepsOf(steps, 'unthrottle'), { admin, cache, tally });
  const shown = tally.done.length === 0 || (await cache.shows((topics) => tally.done.every((step) => isShown(step, topics))));
  for (const { object, deed } of tally.done)
    if (deed.kind === 'create') cache.took(object.topic, new Map(Object.entries(deed.topic.config)));
  return { refused: tally.refused, done: tally.done, shown: shown && tally.passing === 0 };
}

interface Hands {
  readonly admin: TopicAdmin;
  readonly cache: TopicCache;
  readonly tally: Tally;
}

async function change(steps: readonly StepOf<'change'>[], { admin, cache, tally }: Hands): Promise<void> {
  const grown = steps.filter(({ deed }) => deed.grow !== undefined);
  const altered = steps.filter(({ deed }) => deed.settings.length > 0);
  const refused = new Map<string, { readonly code: number; readonly message: string }>();
  const gather = (answer: PerTopic): void => {
    for (const [topic, refusal] of answer) refused.set(topic, refusal);
  };
  if (grown.length > 0) gather(await admin.createPartitions(new Map(grown.map(({ object, deed }) => [object.topic, deed.grow ?? 0]))));
  if (altered.length > 0) {
    const answer = await admin.alterTopicConfigs(new Map(altered.map(({ object, deed }) => [object.topic, deed.settings])));
    for (const { object, deed } of altered) {
      const values = deed.settings.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const]));
      if (!answer.has(object.topic)) cache.took(object.topic, new Map(values));
    }
    gather(answer);
  }
  tally.add(steps, refused);
}

/** Throttled first: a copy that has begun is as fast as it goes. */
async function move(steps: readonly StepOf<'move'>[], { admin, tally }: Hands): Promise<void> {
  if (steps.length === 0) return;
  const slow = await throttled(steps, { admin, tally });
  const lists = slow.flatMap(({ object, deed }) =>
    deed.throttle.lists.length === 0 ? [] : [[object.topic, deed.throttle.lists] as const],
  );
  const refused: PerTopic = lists.length === 0 ? new Map() : await admin.alterTopicConfigs(new Map(lists));
  const [going, kept] = [false, true].map((isRefused) => slow.filter(({ object }) => refused.has(object.topic) === isRefused));
  tally.add(kept ?? [], refused);
  const moves = (going ?? []).flatMap(({ deed }) => deed.moves);
  if (moves.length > 0) tally.add(going ?? [], byTopic(await admin.reassign(moves)));
}

/** Those whose replicas cannot be slowed down stay where they are. */
async function throttled(steps: readonly StepOf<'move'>[], { admin, tally }: Omit<Hands, 'cache'>): Promise<readonly StepOf<'move'>[]> {
  const rated = steps.filter(({ deed }) => deed.throttle.rates.length > 0);
  const refusal = await alterRates(
    rated.flatMap(({ deed }) => deed.throttle.rates),
    admin,
  );
  if (refusal === undefined) return steps;
  tally.add(rated, ofAll(rated, refusal));
  return steps.filter((step) => !rated.includes(step));
}

async function unthrottle(steps: readonly StepOf<'unthrottle'>[], { admin, tally }: Hands): Promise<void> {
  const lists = steps.flatMap(({ object, deed: { end } }) =>
    end.lists.length === 0 ? [] : [[object.topic, end.lists.map(unset)] as const],
  );
  const refused: PerTopic = lists.length === 0 ? new Map() : await admin.alterTopicConfigs(new Map(lists));
  const rated = steps.filter(({ deed }) => deed.end.rates.length > 0);
  const refusal = await alterRates(
    rated.flatMap(({ deed }) => deed.end.rates.map(unset)),
    admin,
  );
  const kept = refusal === undefined ? [] : rated;
  tally.add(kept, ofAll(kept, refusal));
  const ended = steps.filter((step) => !kept.includes(step));
  tally.add(ended, refused, [UNKNOWN_TOPIC]);
}

const unset = (key: string): ConfigChange => ({ key, value: undefined });

type Refused = { readonly code: number; readonly message: string } | undefined;

const ofAll = (steps: readonly TopicStep[], refusal: Refused): PerTopic =>
  new Map(refusal === undefined ? [] : steps.map(({ object }) => [object.topic, refusal] as const));

/** Objects that move together want the same of brokers; why Kafka does not let them is theirs alone. */
async function alterRates(changes: readonly ConfigChange[], admin: TopicAdmin): Promise<Refused> {
  const once = new Map(changes.map((change) => [change.key, change]));
  try {
    if (once.size > 0) await admin.alterBrokerDefaults([...once.values()]);
    return undefined;
  } catch (error) {
    if (!(error instanceof KafkaError) || error.kafkaCode === undefined) throw error;
    return { code: error.kafkaCode, message: error.message };
  }
}

class Tally {
  readonly refused = new Map<string, Refusal>();
  readonly done: TopicStep[] = [];
  passing = 0;

  constructor(private readonly at: number) {}

  /** `fine`: codes that say that it is done already. */
  add(steps: readonly TopicStep[], answer: PerTopic, fine: readonly number[] = []): void {
    for (const step of steps) {
      const { uid, generation, topic } = step.object;
      const refusal = answer.get(topic);
      if (refusal === undefined || fine.includes(refusal.code)) this.done.push(step);
      else if (PASSING.includes(refusal.code)) this.passing += 1;
      else this.refused.set(uid, { uid, generation, code: refusal.code, message: refusal.message, at: this.at });
    }
  }
}

/** From answers by `topic-partition`: one of each topic. */
const byTopic = (answer: PerTopic): PerTopic =>
  new Map([...answer].map(([name, refusal]) => [name.slice(0, name.lastIndexOf('-')), refusal]));

function isShown({ object, deed }: TopicStep, topics: ReadonlyMap<string, SeenTopic>): boolean {
  const seen = topics.get(object.topic);
  switch (deed.kind) {
    case 'create':
      return seen !== undefined && seen.partitions.length > 0;
    case 'change':
      return deed.grow === undefined || (seen?.partitions.length ?? 0) >= deed.grow;
    case 'delete':
      return seen === undefined;
    default:
      return true;
  }
}
