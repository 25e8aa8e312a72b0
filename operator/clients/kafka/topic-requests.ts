/**
 * Carries out what topic-admin.ts describes. A request has at most 500 topics, and so many records that the controller takes it: it
 * writes at most 10,000 of them for one request and refuses all topics of a greater one.
 */
import type { ConfigEntry, NewTopic } from './connection';
import type { Links } from './connect';
import type { PerTopic, Refused, TopicAdmin } from './topic-admin';
import { describeConfigs } from './messages/describe-configs';
import { incrementalAlterConfigs } from './messages/incremental-alter-configs';
import { listReassignments } from './messages/list-reassignments';
import { listTopics } from './messages/list-topics';
import { createPartitions, createTopics, deleteTopics } from './messages/topic-changes';
import { alterTopicSettings, describeTopicSettings, reassignPartitions, type TopicQuestion } from './messages/topic-settings';

export const TOPICS_PER_REQUEST = 500;
const RECORDS_PER_REQUEST = 8_000;
/** What a topic with the broker's default number of partitions may have. */
const DEFAULT_PARTITIONS = 12;
/** Kafka's ConfigSource of a topic's own settings. */
const OF_TOPIC = 1;

/** Groups of at most 500, each as light as Kafka wants it; one that is too heavy goes alone. */
export function batches<T>(items: readonly T[], weightOf: (item: T) => number = () => 1): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let [group, weight]: [T[], number] = [[], 0];
  for (const item of items) {
    const its = weightOf(item);
    if (group.length > 0 && (group.length >= TOPICS_PER_REQUEST || weight + its > RECORDS_PER_REQUEST)) {
      groups.push(group);
      [group, weight] = [[], 0];
    }
    group.push(item);
    weight += its;
  }
  return group.length === 0 ? groups : [...groups, group];
}

/** One after another: a second one would only wait for the controller. */
async function inTurn<T>(groups: readonly (readonly T[])[], ask: (group: readonly T[]) => Promise<PerTopic>): Promise<PerTopic> {
  const all = new Map<string, Refused>();
  for (const group of groups) for (const [name, refusal] of await ask(group)) all.set(name, refusal);
  return all;
}

const recordsOf = ({ partitions, config }: NewTopic): number =>
  1 + Math.max(partitions, 0) + (partitions < 0 ? DEFAULT_PARTITIONS : 0) + Object.keys(config).length;

const questionsOf = (topics: readonly string[] | ReadonlyMap<string, readonly string[]>): readonly TopicQuestion[] =>
  'get' in topics ? [...topics].map(([topic, keys]) => ({ topic, keys })) : topics.map((topic) => ({ topic, keys: undefined }));

async function describe({ any }: Links, questions: readonly TopicQuestion[]): Promise<ReadonlyMap<string, readonly ConfigEntry[]>> {
  const found = new Map<string, readonly ConfigEntry[]>();
  for (const group of batches(questions)) {
    for (const [topic, entries] of await any.ask(describeTopicSettings, group))
      found.set(
        topic,
        entries.filter(({ source }) => source === OF_TOPIC),
      );
  }
  return found;
}

export const topicAdmin = (links: Links): TopicAdmin => {
  const { any, brokers, workTimeMs: timeoutMs } = links;
  return {
    listTopics: () => any.ask(listTopics, undefined),
    listBrokers: async () => (await brokers.look()).brokers,
    describeTopicConfigs: (topics) => describe(links, questionsOf(topics)),
    createTopics: (topics) => inTurn(batches(topics, recordsOf), (group) => any.ask(createTopics, { topics: group, timeoutMs })),
    deleteTopics: (names) => inTurn(batches(names), (group) => any.ask(deleteTopics, { topics: group, timeoutMs })),
    createPartitions: (counts) =>
      inTurn(
        batches([...counts], ([, count]) => count),
        (group) => any.ask(createPartitions, { topics: group, timeoutMs }),
      ),
    alterTopicConfigs: (changes) =>
      inTurn(
        batches([...changes], ([, its]) => its.length),
        (group) => any.ask(alterTopicSettings, group),
      ),
    reassign: (moves) => inTurn(batches(moves), (targets) => any.ask(reassignPartitions, { targets, timeoutMs })),
    listReassignments: () => any.ask(listReassignments, { timeoutMs }),
    describeBrokerDefaults: () => any.ask(describeConfigs, { kind: 'clusterDefault' }),
    alterBrokerDefaults: (changes) =>
      any.ask(incrementalAlterConfigs, { resource: { kind: 'clusterDefault' }, changes, validateOnly: false }),
  };
};
