import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROBLEM_CODES } from '../../lib/api/problem';
import { documented, given, union, unique } from './tables';

const page = 'errors.md';

test('docs/errors.md: every problem code is explained once, and nothing else', () => {
  expect([...documented(page, 'Problems of a spec')].sort()).toEqual([...PROBLEM_CODES].sort());
});

test('docs/errors.md: every code of a KafkaError is explained once, and nothing else', () => {
  const codes = union('operator/clients/kafka/kafka-error.ts', 'KafkaErrorCode');
  expect(codes).toContain('timeout');
  expect([...documented(page, 'Errors of Kafka')].sort()).toEqual([...codes].sort());
});

test('docs/errors.md: every reason of our own in a KubeError is explained once, and nothing else', () => {
  const files = readdirSync(join(__dirname, '../../operator/runtime')).map((file) => `operator/runtime/${file}`);
  expect([...documented(page, 'Errors of the Kubernetes API')].sort()).toEqual(unique(files.flatMap((file) => given(file, 'reason'))));
});
