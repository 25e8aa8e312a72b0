import * as fc from 'fast-check';
import { valueProblem } from '../../../../lib/kafka/settings/setting-value';
import { MINORS, settingIn, settingNames } from '../../../../lib/kafka/settings/settings-table';

// Each was given to KafkaConfig of 3.9.2, 4.1.2 and 4.3.1, which took or refused it as said here.
test.each([
  ['log.retention.hours', ' 7 ', undefined],
  ['log.retention.hours', 'seven', 'must be a whole number'],
  ['log.retention.bytes', '+5', undefined],
  ['log.retention.bytes', '1e9', 'must be a whole number'],
  ['log.retention.bytes', '0x10', 'must be a whole number'],
  ['log.retention.bytes', '9223372036854775808', 'must be a whole number of 64 bits'],
  ['num.network.threads', '', 'must be a whole number'],
  ['num.io.threads', '0', 'must be in [1,...]'],
  ['min.insync.replicas', '0', 'must be in [1,...]'],
  ['log.cleaner.io.buffer.load.factor', '0.9f', undefined],
  ['log.cleaner.min.cleanable.ratio', '1.1', 'must be in [0,...,1]'],
  ['log.cleaner.min.cleanable.ratio', 'half', 'must be a number'],
  ['auto.create.topics.enable', 'TRUE', undefined],
  ['controlled.shutdown.enable', 'yes', 'must be true or false'],
  ['compression.type', 'brotli', 'must be of [uncompressed, zstd, lz4, snappy, gzip, producer]'],
  ['compression.gzip.level', '0', 'must be in [1,...,9] or -1'],
  ['compression.gzip.level', '-1', undefined],
  ['log.message.timestamp.type', 'createtime', 'must be of [CreateTime, LogAppendTime]'],
  ['group.consumer.migration.policy', 'UPGRADE', undefined],
  ['ssl.client.auth', 'REQUIRED', 'must be of [required, requested, none]'],
  ['listener.name.internal.ssl.client.auth', 'REQUIRED', 'must be of [required, requested, none]'],
  ['log.cleanup.policy', 'compact , delete', undefined],
  ['log.cleanup.policy', '', undefined],
  ['log.cleanup.policy', 'compact,remove', 'must be of [compact, delete]'],
  ['inter.broker.protocol.version', '3.6', undefined],
  ['no.such.key', 'x', undefined],
])('%s=%j: %s', (key, value, problem) => expect(valueProblem(key, value, '3.9.2')).toBe(problem));

test('a value that a config provider fills in is not judged', () =>
  expect(valueProblem('num.io.threads', '${env:THREADS}', '4.3.1')).toBeUndefined());

test('a segment may be small in 3.9 and not in 4', () =>
  expect(['3.9.2', '4.0.1', undefined].map((version) => valueProblem('log.segment.bytes', '1000', version))).toEqual([
    undefined,
    'must be in [1048576,...]',
    undefined,
  ]));

test("Kafka's own defaults are never refused", () => {
  const refused = MINORS.flatMap((minor) =>
    settingNames().filter((name) => {
      const value = settingIn(name, minor)?.default;
      return value !== undefined && valueProblem(name, value, minor) !== undefined;
    }),
  );
  expect(refused).toEqual([]);
});

test('no value makes the check itself fail', () =>
  fc.assert(
    fc.property(fc.constantFrom(...settingNames()), fc.string(), (name, value) =>
      ['string', 'undefined'].includes(typeof valueProblem(name, value, '4.3.1')),
    ),
  ));
