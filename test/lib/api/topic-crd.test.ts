import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { kafkaTopicSpec } from '../../../lib/api/kafka-topic';
import type { StructuralSchema } from '../../../lib/api/structural-schema';
import { topicCrd } from '../../../lib/api/topic-crd';
import { brokenRules } from './admission';

interface Version {
  readonly name: string;
  readonly subresources: object;
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
  readonly additionalPrinterColumns: readonly { readonly name: string; readonly priority: number }[];
}

const crd = topicCrd();
const version = (crd['spec'] as { versions: readonly Version[] }).versions[0]!;
const SCHEMA = version.schema.openAPIV3Schema;

type Fields = Record<string, unknown>;
const object = (spec: Fields = {}, status?: Fields) => ({
  spec: { name: 'orders', partitions: 6, replicationFactor: 3, clusterRef: { name: 'kafka', namespace: 'kafka' }, ...spec },
  ...(status === undefined ? {} : { status }),
});
const refused = (now: unknown, old?: unknown): string => brokenRules(SCHEMA, now, old).join('\n');

test('group, version and names are Koperator’s, and Helm keeps it', () => {
  expect(crd.metadata).toEqual({ name: 'kafkatopics.kafka.banzaicloud.io', annotations: { 'helm.sh/resource-policy': 'keep' } });
  expect(crd['spec']).toMatchObject({
    group: 'kafka.banzaicloud.io',
    scope: 'Namespaced',
    names: { kind: 'KafkaTopic', shortNames: ['kt'] },
  });
  expect(version).toMatchObject({ name: 'v1alpha1', subresources: { status: {} } });
});

test('Koperator’s objects and the example are accepted', () => {
  expect(refused(object({}, { state: 'created', managedBy: 'koperator' }))).toBe('');
  const example = parse(readFileSync(join(__dirname, '../../../examples/topic.yaml'), 'utf8')) as { spec: unknown };
  expect(kafkaTopicSpec.safeParse(example.spec).success).toBe(true);
  expect(refused(example)).toBe('');
});

test('what is left out is the broker’s', () => {
  const written = { name: 'orders', clusterRef: { name: 'kafka' } };
  expect(kafkaTopicSpec.parse(written)).toEqual({ ...written, partitions: -1, replicationFactor: -1, driftPolicy: 'Correct' });
});

test.each<[string, Fields, string]>([
  ['no partitions', { partitions: 0 }, 'at least one partition'],
  ['no replicas', { replicationFactor: 0 }, 'at least one replica'],
  ['a name of one dot', { name: '.' }, 'choose another name'],
  ['a name of two dots', { name: '..' }, 'choose another name'],
])('refuses %s', (_what, spec, says) => {
  expect(refused(object(spec))).toContain(says);
});

test.each<[string, Fields]>([
  ['fewer than −1 partitions', { partitions: -2 }],
  ['fewer than −1 replicas', { replicationFactor: -2 }],
  ['a name with a slash', { name: 'a/b' }],
  ['a name without an end', { name: 'a'.repeat(250) }],
  ['an empty name', { name: '' }],
  ['a policy of its own', { driftPolicy: 'Maybe' }],
])('the schema refuses %s', (_what, spec) => {
  expect(kafkaTopicSpec.safeParse(object(spec).spec).success).toBe(false);
});

const made = { partitions: 6 };
test.each<[string, Fields, Fields | undefined, string]>([
  ['another name', { name: 'other' }, undefined, 'name cannot change'],
  ['another cluster', { clusterRef: { name: 'other', namespace: 'kafka' } }, undefined, 'clusterRef cannot change'],
  ['fewer partitions than it has', { partitions: 5 }, made, 'never become fewer'],
])('refuses the change to %s', (_what, spec, status, says) => {
  expect(refused(object(spec, status), object({}, status))).toContain(says);
});

test.each<[string, Fields, Fields | undefined, Fields]>([
  ['more partitions', { partitions: 7 }, made, {}],
  ['fewer partitions before the topic is made', { partitions: 5 }, undefined, {}],
  ['a number that Kafka refused', { partitions: 8 }, made, { partitions: 100_000 }],
  ['whatever the broker has', { partitions: -1 }, made, {}],
  ['another replication factor', { replicationFactor: 2 }, made, {}],
])('accepts the change to %s', (_what, spec, status, before) => {
  expect(refused(object(spec, status), object(before, status))).toBe('');
});
