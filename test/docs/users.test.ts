import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { kafkaUserSpec } from '../../lib/api/kafka-user';
import { USER_CONDITION_REASONS } from '../../operator/decide/users/user-conditions';

const read = (path: string): string => readFileSync(join(__dirname, '../..', path), 'utf8');

test('docs/users.md explains every reason of a KafkaUser, and no other', () => {
  const explained = [...read('docs/users.md').matchAll(/^\| `(\w+)` \| (?:SpecAccepted|Ready|Drifted)/gmu)].map(([, reason]) => reason!);
  expect(explained.sort()).toEqual([...USER_CONDITION_REASONS].sort());
});

test.each(['examples/user.yaml', 'examples/user-scram.yaml'])('%s is a KafkaUser', (path) => {
  const { spec } = parse(read(path)) as { spec: unknown };
  expect(kafkaUserSpec.safeParse(spec).success).toBe(true);
});
