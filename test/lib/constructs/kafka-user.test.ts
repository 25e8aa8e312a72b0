import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { parse } from 'yaml';
import { KafkaUser, kafkaUserSpec, userManifest } from '../../../lib';
import { USER } from '../../../operator/kinds';

const example = parse(readFileSync(join(__dirname, '../../../examples/user.yaml'), 'utf8')) as {
  metadata: { name: string; namespace: string };
};
const spec = kafkaUserSpec.parse((example as { spec?: unknown }).spec);

test('a user of a chart is the user that a person would write', () => {
  const chart = new Chart(new App(), 'chart');
  new KafkaUser(chart, 'alice', { metadata: example.metadata, spec });
  expect(chart.toJson()).toEqual([{ apiVersion: USER.apiVersion, kind: USER.kind, metadata: example.metadata, spec }]);
});

test('a user without a chart is the same object', () => {
  expect(userManifest(example.metadata, spec)).toMatchObject({
    apiVersion: USER.apiVersion,
    kind: USER.kind,
    metadata: example.metadata,
    spec,
  });
});
