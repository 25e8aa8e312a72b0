import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaClusterCrd } from '../../lib/api/crd';
import { operationCrd } from '../../lib/api/operation-crd';
import { generated } from '../../tools/generate';

const files = generated([kafkaClusterCrd(), operationCrd()]);

test('a CRD and a reference are generated for each kind', () => {
  expect(files.map(({ path }) => path)).toEqual([
    'charts/kafka-operator/files/crds/kafkaclusters.yaml',
    'docs/reference/kafkacluster.md',
    'charts/kafka-operator/files/crds/cruisecontroloperations.yaml',
    'docs/reference/cruisecontroloperation.md',
  ]);
});

test.each(files.map(({ path, text }) => [path, text] as const))('%s is what make generate writes', (path, text) => {
  expect(readFileSync(join(__dirname, '../..', path), 'utf8')).toBe(text);
});

test('every field of the spec has a meaning', () => {
  const rows = [files[1]!, files[3]!].flatMap(({ text }) => text.split('\n')).filter((line) => line.startsWith('| `spec.'));
  expect(rows.length).toBeGreaterThan(200);
  expect(rows.filter((row) => /\|\s*\|$/u.test(row))).toEqual([]);
});
