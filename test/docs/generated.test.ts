import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaClusterCrd } from '../../lib/api/crd';
import { operationCrd } from '../../lib/api/operation-crd';
import { userCrd } from '../../lib/api/user-crd';
import { topicCrd } from '../../lib/api/topic-crd';
import { generated } from '../../tools/generate';

const files = generated([kafkaClusterCrd(), operationCrd(), userCrd(), topicCrd()]);

test('a CRD and a reference are generated for each kind', () => {
  expect(files.map(({ path }) => path)).toEqual([
    'charts/kafka-operator/files/crds/kafkaclusters.yaml',
    'docs/reference/kafkacluster.md',
    'charts/kafka-operator/files/crds/cruisecontroloperations.yaml',
    'docs/reference/cruisecontroloperation.md',
    'charts/kafka-operator/files/crds/kafkausers.yaml',
    'docs/reference/kafkauser.md',
    'charts/kafka-operator/files/crds/kafkatopics.yaml',
    'docs/reference/kafkatopic.md',
  ]);
});

test.each(files.map(({ path, text }) => [path, text] as const))('%s is what make generate writes', (path, text) => {
  expect(readFileSync(join(__dirname, '../..', path), 'utf8')).toBe(text);
});

test('every field of the spec has a meaning', () => {
  const rows = [files[1]!, files[3]!, files[5]!, files[7]!]
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('| `spec.'));
  expect(rows.length).toBeGreaterThan(200);
  expect(rows.filter((row) => /\|\s*\|$/u.test(row))).toEqual([]);
});
