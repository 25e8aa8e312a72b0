/** Every message against bytes that real brokers of Kafka 3.9.2 and 4.3.1 accepted and answered (test/fixtures/kafka-wire). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KafkaError } from '../../../../operator/clients/kafka/kafka-error';
import { commonVersion, decodeResponse, encodeRequest } from '../../../../operator/clients/kafka/message';
import type { Message } from '../../../../operator/clients/kafka/message';
import { alterReassignments } from '../../../../operator/clients/kafka/messages/alter-reassignments';
import { alterReplicaLogDirs } from '../../../../operator/clients/kafka/messages/alter-replica-log-dirs';
import { apiVersions } from '../../../../operator/clients/kafka/messages/api-versions';
import { createTopic } from '../../../../operator/clients/kafka/messages/create-topics';
import { describeCluster } from '../../../../operator/clients/kafka/messages/describe-cluster';
import { describeConfigs, describeTopicMinInSync } from '../../../../operator/clients/kafka/messages/describe-configs';
import { describeFeatures } from '../../../../operator/clients/kafka/messages/describe-features';
import { describeLogDirs } from '../../../../operator/clients/kafka/messages/describe-log-dirs';
import { describeQuorum } from '../../../../operator/clients/kafka/messages/describe-quorum';
import { describeTopicPartitions } from '../../../../operator/clients/kafka/messages/describe-topic-partitions';
import { electPreferredLeaders } from '../../../../operator/clients/kafka/messages/elect-leaders';
import { incrementalAlterConfigs } from '../../../../operator/clients/kafka/messages/incremental-alter-configs';
import { listReassignments } from '../../../../operator/clients/kafka/messages/list-reassignments';
import { metadata } from '../../../../operator/clients/kafka/messages/metadata';
import { addRaftVoter, removeRaftVoter } from '../../../../operator/clients/kafka/messages/raft-voter';
import { unregisterBroker } from '../../../../operator/clients/kafka/messages/unregister-broker';
import { updateFeatures } from '../../../../operator/clients/kafka/messages/update-features';

interface Exchange {
  readonly software: string;
  readonly scenario: string;
  readonly message: string;
  readonly version: number;
  readonly ask?: unknown;
  readonly request: string;
  readonly response: string;
  readonly answer?: unknown;
  /** `answer` holds some of the entries only, of this many. */
  readonly entries?: number;
  readonly refused?: { readonly kafkaCode: number; readonly message: string };
}

const MESSAGES = [
  ...[apiVersions, describeCluster, describeQuorum, describeTopicPartitions, metadata, describeLogDirs, describeConfigs],
  ...[incrementalAlterConfigs, electPreferredLeaders, unregisterBroker, addRaftVoter, removeRaftVoter],
  ...[describeFeatures, updateFeatures, describeTopicMinInSync],
  ...[listReassignments, createTopic, alterReassignments, alterReplicaLogDirs],
] as unknown as readonly Message<unknown, unknown>[];

const recorded = ['3.9.2', '4.3.1'].flatMap(
  (software) => JSON.parse(readFileSync(join(__dirname, `../../../fixtures/kafka-wire/kafka-${software}.json`), 'utf8')) as Exchange[],
);

const named = (exchange: Exchange): [string, Exchange] => {
  const { software, scenario, message, version, ask } = exchange;
  return [`${message} v${version} of Kafka ${software}, ${scenario}${ask === undefined ? '' : `, ${JSON.stringify(ask)}`}`, exchange];
};

/** Kafka has one name for what we ask in two ways. */
const messageOf = ({ message, version, ask }: Exchange): Message<unknown, unknown> => {
  if (message === 'DescribeConfigs' && Array.isArray(ask)) return describeTopicMinInSync as Message<unknown, unknown>;
  return MESSAGES.find(({ name, versions }) => name === message && versions.includes(version))!;
};

const answerOf = (exchange: Exchange): unknown => {
  const answer = decodeResponse(messageOf(exchange), exchange.version, Buffer.from(exchange.response, 'base64'));
  return answer instanceof Map ? [...(answer as Map<unknown, unknown>)] : answer;
};

const answered = recorded.filter(({ refused, answer, entries }) => refused === undefined && answer !== undefined && entries === undefined);
const voiceless = recorded.filter(({ refused, answer }) => refused === undefined && answer === undefined);
const lengthy = recorded.filter(({ entries }) => entries !== undefined);
const refusals = recorded.filter(({ refused }) => refused !== undefined);

describe('messages, against recorded brokers', () => {
  test.each(recorded.map(named))('writes %s as it was accepted', (_name, exchange) => {
    const written = encodeRequest(messageOf(exchange), exchange.ask, exchange.version);
    expect(written.toString('base64')).toBe(exchange.request);
  });

  test.each(answered.map(named))('reads the answer to %s', (_name, exchange) => {
    expect(answerOf(exchange)).toEqual(exchange.answer);
  });

  test.each(voiceless.map(named))('takes the consent to %s', (_name, exchange) => {
    expect(answerOf(exchange)).toBeUndefined();
  });

  test.each(lengthy.map(named))('reads every entry of %s', (_name, exchange) => {
    const entries = answerOf(exchange) as readonly unknown[];
    expect(entries).toHaveLength(exchange.entries!);
    expect(entries).toEqual(expect.arrayContaining(exchange.answer as unknown[]));
  });

  test.each(refusals.map(named))('throws the refusal of %s', (_name, exchange) => {
    expect(() => answerOf(exchange)).toThrow(expect.objectContaining({ code: 'refused', ...exchange.refused }));
  });

  test('every version that we speak was recorded', () => {
    const seen = new Set(recorded.map((exchange) => `${MESSAGES.indexOf(messageOf(exchange))} ${exchange.version}`));
    const spoken = MESSAGES.flatMap(({ versions }, message) => versions.map((version) => `${message} ${version}`));
    expect(spoken.filter((name) => !seen.has(name))).toEqual([]);
  });

  const codeOf = (message: Message<unknown, unknown>, version: number, bytes: Buffer): string => {
    try {
      decodeResponse(message, version, bytes);
      return 'accepted';
    } catch (error) {
      return error instanceof KafkaError ? error.code : 'crashed';
    }
  };

  const short = answered.filter(({ message }) => message !== 'DescribeConfigs');
  test.each(short.map(named))('finds %s malformed when it was cut anywhere', (_name, exchange) => {
    const whole = Buffer.from(exchange.response, 'base64');
    const codes = Array.from(whole, (_byte, length) => codeOf(messageOf(exchange), exchange.version, whole.subarray(0, length)));
    expect([...new Set(codes)]).toEqual(['malformed']);
  });

  test('an answer with bytes left over is malformed', () => {
    const exchange = answered.find(({ message }) => message === 'DescribeQuorum')!;
    const longer = Buffer.concat([Buffer.from(exchange.response, 'base64'), Buffer.from([1])]);
    expect(() => decodeResponse(messageOf(exchange), exchange.version, longer)).toThrow(KafkaError);
  });
});

describe('messages, against bytes made by hand', () => {
  const int16 = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
  const text = (value: string): number[] => [value.length + 1, ...Buffer.from(value)];
  /** An answer to ApiVersions 4 without messages, with these tagged fields. */
  const answerWith = (...tags: readonly number[][]): Buffer => Buffer.from([0, 0, 1, 0, 0, 0, 0, tags.length, ...tags.flat()]);
  const epochOf = (...epoch: readonly number[]): number[] => [1, 8, ...epoch];
  const epochOfNine = epochOf(0, 0, 0, 0, 0, 0, 0, 9);

  test('features that the broker has not learned yet are not known', () => {
    const minusOne = epochOf(255, 255, 255, 255, 255, 255, 255, 255);
    expect(decodeResponse(describeFeatures, 4, answerWith(minusOne))).toBeUndefined();
    expect(decodeResponse(describeFeatures, 4, answerWith())).toBeUndefined();
  });

  test('features are found among tagged fields of a later time, and none is an answer', () => {
    const finalized = [2, ...text('f').concat(int16(3), int16(3), 0)];
    const field = [2, finalized.length, ...finalized];
    expect(decodeResponse(describeFeatures, 4, answerWith(epochOfNine, field, [77, 1, 0]))).toEqual({ finalized: { f: 3 }, supported: {} });
    expect(decodeResponse(describeFeatures, 4, answerWith(epochOfNine))).toEqual({ finalized: {}, supported: {} });
  });

  test('features cut off inside a tagged field are malformed', () => {
    expect(() => decodeResponse(describeFeatures, 4, answerWith(epochOfNine, [2, 2, 9, 0]))).toThrow(
      expect.objectContaining({ code: 'malformed' }),
    );
  });

  test('a topic whose settings may not be read is a refusal that names it', () => {
    const answer = Buffer.from([0, 0, 0, 0, 0, 2, ...int16(29), 0, 2, ...text('own'), 1, 0, 0]);
    expect(() => decodeResponse(describeTopicMinInSync, 4, answer)).toThrow(
      expect.objectContaining({ kafkaCode: 29, message: 'cannot read the configuration of topic own: TOPIC_AUTHORIZATION_FAILED (29)' }),
    );
  });

  test('an election of a partition that needs none is no failure (as 3.9.2 and 4.3.1 answer when partitions are named)', () => {
    const answer = 'AAAAAAAAAAIHb3JkZXJzAgAAAAAAVDBMZWFkZXIgZWxlY3Rpb24gbm90IG5lZWRlZCBmb3IgdG9waWMgcGFydGl0aW9uLgAAAA==';
    expect(() => {
      decodeResponse(electPreferredLeaders, 2, Buffer.from(answer, 'base64'));
    }).not.toThrow();
  });
});

describe('the version of a message', () => {
  test.each([
    ['the highest of both', [0, 1, 2], { min: 0, max: 9 }, 2],
    ['not above what the broker speaks', [0, 1, 2], { min: 0, max: 1 }, 1],
    ['none when the broker is too old', [2], { min: 0, max: 1 }, undefined],
    ['none when the broker is too new', [1], { min: 2, max: 4 }, undefined],
    ['none when the broker does not know the message', [0], undefined, undefined],
  ])('is %s', (_what, ours, theirs, version) => {
    expect(commonVersion(ours, theirs)).toBe(version);
  });
});
