/** The messages about users against bytes that real brokers of Kafka 3.9.2 and 4.3.1 accepted and answered (test/fixtures/kafka-wire). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeResponse, encodeRequest } from '../../../../operator/clients/kafka/message';
import type { Message } from '../../../../operator/clients/kafka/message';
import { alterScram } from '../../../../operator/clients/kafka/messages/alter-scram';
import { alterUserQuotas } from '../../../../operator/clients/kafka/messages/alter-quotas';
import { createAcls } from '../../../../operator/clients/kafka/messages/create-acls';
import { deleteAcls } from '../../../../operator/clients/kafka/messages/delete-acls';
import { describeAcls } from '../../../../operator/clients/kafka/messages/describe-acls';
import { describeScram } from '../../../../operator/clients/kafka/messages/describe-scram';
import { describeUserQuotas } from '../../../../operator/clients/kafka/messages/describe-quotas';

interface Exchange {
  readonly software: string;
  readonly scenario: string;
  readonly message: string;
  readonly version: number;
  /** `base64` stands for bytes, `entries` at its top for a map. */
  readonly ask?: unknown;
  readonly request: string;
  readonly response: string;
  readonly answer?: unknown;
}

const MESSAGES = [
  ...[describeAcls, createAcls, deleteAcls, describeScram, alterScram, describeUserQuotas, alterUserQuotas],
] as unknown as readonly Message<unknown, unknown>[];

const read = (software: string): readonly Exchange[] =>
  JSON.parse(readFileSync(join(__dirname, `../../../fixtures/kafka-wire/users-${software}.json`), 'utf8')) as Exchange[];

const exchanges = ['3.9.2', '4.3.1']
  .flatMap(read)
  .map((exchange) => [`${exchange.message}, ${exchange.scenario}, Kafka ${exchange.software}`, exchange] as const);

const messageOf = ({ message }: Exchange): Message<unknown, unknown> => MESSAGES.find(({ name }) => name === message)!;

/** What JSON cannot say, said again: bytes, maps, and quotas that are taken away (left out of JSON). */
const asked = ({ ask, message }: Exchange): unknown => {
  const revived = JSON.parse(JSON.stringify(ask ?? null), (_key, value: unknown) => {
    const bytes = (value as { base64?: string } | null)?.base64;
    return bytes === undefined ? value : Buffer.from(bytes, 'base64');
  }) as { entries?: [string, Record<string, number | null>][] } | null;
  if (message !== 'AlterClientQuotas' || revived?.entries === undefined) return revived ?? undefined;
  return new Map(
    revived.entries.map(([user, quotas]) => [
      user,
      Object.fromEntries(Object.entries(quotas).map(([key, value]) => [key, value ?? undefined])),
    ]),
  );
};

/** As JSON has it: what is undefined in a list is null there. */
const plain = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : (JSON.parse(JSON.stringify(value instanceof Map ? [...(value as Map<unknown, unknown>)] : value)) as unknown);

describe('messages about users, against recorded brokers', () => {
  test.each(exchanges)('writes %s as it was accepted', (_name, exchange) => {
    expect(encodeRequest(messageOf(exchange), asked(exchange), exchange.version).toString('base64')).toBe(exchange.request);
  });

  test.each(exchanges)('reads the answer to %s', (_name, exchange) => {
    expect(plain(decodeResponse(messageOf(exchange), exchange.version, Buffer.from(exchange.response, 'base64')))).toEqual(exchange.answer);
  });

  test.each(exchanges)('finds the answer to %s malformed when it was cut anywhere', (_name, exchange) => {
    const whole = Buffer.from(exchange.response, 'base64');
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeResponse(messageOf(exchange), exchange.version, whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'malformed' }),
      );
    }
  });

  test('every version that we speak was recorded from both', () => {
    const seen = new Set(exchanges.map(([, { message, version, software }]) => `${message} ${String(version)} ${software}`));
    const spoken = MESSAGES.flatMap(({ name, versions }) =>
      versions.flatMap((v) => ['3.9.2', '4.3.1'].map((s) => `${name} ${String(v)} ${s}`)),
    );
    expect(spoken.filter((name) => !seen.has(name))).toEqual([]);
  });
});
