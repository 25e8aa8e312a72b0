/** The messages about topics against bytes that real brokers of Kafka 3.9.2 and 4.3.1 accepted and answered (test/fixtures/kafka-wire). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeResponse, encodeRequest } from '../../../../operator/clients/kafka/message';
import type { Message } from '../../../../operator/clients/kafka/message';
import { listTopics } from '../../../../operator/clients/kafka/messages/list-topics';
import { createPartitions, createTopics, deleteTopics } from '../../../../operator/clients/kafka/messages/topic-changes';
import { alterTopicSettings, describeTopicSettings, reassignPartitions } from '../../../../operator/clients/kafka/messages/topic-settings';

interface Exchange {
  readonly software: string;
  readonly scenario: string;
  /** By the name of our own. */
  readonly message: string;
  readonly version: number;
  readonly ask?: unknown;
  readonly request: string;
  readonly response: string;
  /** Maps as their entries. */
  readonly answer?: unknown;
}

const MESSAGES = {
  ...{ listTopics, createTopics, deleteTopics, createPartitions },
  ...{ alterTopicSettings, describeTopicSettings, reassignPartitions },
} as unknown as Readonly<Record<string, Message<unknown, unknown>>>;

const read = (software: string): readonly Exchange[] =>
  JSON.parse(readFileSync(join(__dirname, `../../../fixtures/kafka-wire/topics-${software}.json`), 'utf8')) as Exchange[];

const exchanges = ['3.9.2', '4.3.1']
  .flatMap(read)
  .map((exchange) => [`${exchange.message}, ${exchange.scenario}, Kafka ${exchange.software}`, exchange] as const);

/** A change without a value takes a key back; JSON leaves it out. */
const written = ({ message, ask, version }: Exchange): string => encodeRequest(MESSAGES[message]!, ask, version).toString('base64');

const decoded = ({ message, version }: Exchange, bytes: Buffer): unknown => {
  const answer = decodeResponse(MESSAGES[message]!, version, bytes);
  return answer instanceof Map ? [...(answer as Map<unknown, unknown>)] : answer;
};

test.each(exchanges)('writes %s as it was accepted', (_what, exchange) => {
  expect(written(exchange)).toBe(exchange.request);
});

test.each(exchanges)('reads the answer to %s', (_what, exchange) => {
  expect(decoded(exchange, Buffer.from(exchange.response, 'base64'))).toEqual(exchange.answer);
});

test.each(exchanges)('finds the answer to %s malformed when it was cut anywhere', (_what, exchange) => {
  const whole = Buffer.from(exchange.response, 'base64');
  for (let length = 0; length < whole.length; length += 1)
    expect(() => decoded(exchange, whole.subarray(0, length))).toThrow(expect.objectContaining({ code: 'malformed' }));
});

test('every message was recorded of both, and refusals of single topics among them', () => {
  const seen = new Set(exchanges.map(([, { software, message }]) => `${software} ${message}`));
  expect(seen.size).toBe(2 * Object.keys(MESSAGES).length);
  const refusals = exchanges.flatMap(([, { message, answer }]) =>
    /^(create|delete|alter|reassign)/.test(message) ? (answer as [string, { code: number }][]) : [],
  );
  expect([...new Set(refusals.map(([, { code }]) => code))].sort((a, b) => a - b)).toEqual([3, 36, 37, 38, 39, 40]);
});

test('what is read is what was there', () => {
  const answerTo = (message: string): unknown => exchanges.find(([, e]) => e.software === '4.3.1' && e.message === message)?.[1].answer;
  const topics = answerTo('listTopics') as readonly { name: string; id: string; partitions: unknown[] }[];
  expect(topics.map(({ name, id, partitions }) => [name, id.length, partitions.length])).toEqual([
    ['a', 22, 2],
    ['b', 22, 1],
    ['c', 22, 1],
  ]);
  const settings = new Map(answerTo('describeTopicSettings') as [string, { key: string; value: string; source: number }[]][]);
  expect([...settings.keys()].sort()).toEqual(['a', 'b']);
  expect(settings.get('a')?.find(({ key }) => key === 'retention.ms')).toMatchObject({ value: '1000', source: 1 });
});
