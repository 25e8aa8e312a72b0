/** docs/configuration.md says what resolve does: its examples are accepted without a hint, its tables hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { resolve } from '../../../lib/api/resolve';
import { cluster, combined, groupedSpec, spec } from './specs';

type Json = Record<string, unknown>;

const page = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
const examples = [...page.matchAll(/^ {4}spec:\n(?: {6}.*\n)+/gmu)].map(
  ([text]) => (parse(text.replace(/^ {4}/gmu, '')) as { readonly spec: Json }).spec,
);

test('there are examples', () => expect(examples).toHaveLength(2));

test.each(examples.map((example) => [Object.keys(example).join(', '), example] as const))(
  'accepted without a hint: %s',
  (_name, example) => {
    const groups = { ...(groupedSpec()['brokerConfigGroups'] as Json), ...(example['brokerConfigGroups'] as Json | undefined) };
    const { cluster: resolved, problems } = resolve(cluster(groupedSpec({ ...example, brokerConfigGroups: groups })));
    expect(problems).toEqual([]);
    expect(resolved?.hints).toEqual([]);
    expect(resolved?.fieldsNotActedUpon).toEqual([]);
  },
);

const outcome = (changes: Json): string => {
  const { cluster: resolved, problems } = resolve(cluster(spec({ kafkaVersion: '4.3.1', ...changes })));
  const [problem] = problems;
  if (problem !== undefined) return `refused: ${problem.message}`;
  const [hint] = resolved?.hints ?? [];
  return hint === undefined ? 'accepted' : `hint: ${hint.message}`;
};
const ofBroker = (config: string): Json => ({ brokers: [combined(0, { config })] });

test.each<[string, Json, RegExp]>([
  ['a read-only setting in a dynamic field', { clusterWideConfig: 'num.partitions=3' }, /^refused: .*readOnlyConfig/],
  ['its spelling that can change', { clusterWideConfig: 'log.retention.hours=3' }, /^refused: .*log\.retention\.ms/],
  [
    'a setting of single brokers',
    { clusterWideConfig: 'listener.name.internal.ssl.keystore.type=PEM' },
    /^refused: .*brokerConfig\.config/,
  ],
  ['an unknown setting in a dynamic field', ofBroker('num.netwrok.threads=3'), /^refused: .*num\.network\.threads/],
  ['a value of another type', { readOnlyConfig: 'num.partitions=many' }, /^refused: .*whole number/],
  [
    'a setting with which it does not start',
    { readOnlyConfig: 'delegation.token.master.key=x' },
    /^refused: .*delegation\.token\.secret\.key/,
  ],
  ['one more', { readOnlyConfig: 'control.plane.listener.name=x', kafkaVersion: '3.9.2' }, /^refused: .*does not start/],
  ['a generated setting in the file', { readOnlyConfig: 'log.dirs=/a' }, /^hint: .*storageConfigs/],
  ['a generated setting in a dynamic field', ofBroker('listeners=A://:1'), /^refused: .*listenersConfig/],
  ['broker.id', { readOnlyConfig: 'broker.id=1' }, /^refused: /],
  ['a dynamic setting in the file', { readOnlyConfig: 'log.retention.ms=1' }, /^hint: .*clusterWideConfig/],
  ['a removed setting', { readOnlyConfig: 'inter.broker.protocol.version=3.9' }, /^hint: .*metadataVersion/],
  ['a misspelt setting in the file', { readOnlyConfig: 'num.netwrok.threads=3' }, /^hint: .*did you mean/],
  ['a metadata version by half its name', { metadataVersion: '4.3' }, /^refused: .*4\.3-IV0/],
])('the page is right about %s', (_name, changes, told) => expect(outcome(changes)).toMatch(told));
