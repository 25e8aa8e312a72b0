import { kafkaClusterCrd } from '../../../lib/api/crd';
import { kafkaClusterSpec } from '../../../lib/api/kafka-cluster';
import { kafkaTopicSpec } from '../../../lib/api/kafka-topic';
import { kafkaUserSpec } from '../../../lib/api/kafka-user';
import { structuralSchema, type StructuralSchema } from '../../../lib/api/structural-schema';
import { rootSchema } from './admission';
import { spec } from './specs';

const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];
const FORBIDDEN = [
  '$ref',
  '$schema',
  'definitions',
  'const',
  'patternProperties',
  'propertyNames',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
];

/** What makes a schema unfit for a CRD, with the place. */
function violations(schema: StructuralSchema, path = ''): string[] {
  const keywords = FORBIDDEN.filter((keyword) => keyword in schema).map((keyword) => `${path}: ${keyword}`);
  return [
    ...keywords,
    ...typeViolations(schema, path),
    ...keyViolations(schema, path),
    ...childrenOf(schema).flatMap(([name, child]) => violations(child, `${path}.${name}`)),
  ];
}

function typeViolations(schema: StructuralSchema, path: string): string[] {
  const isUntyped = schema['x-kubernetes-int-or-string'] === true;
  const hasType = isUntyped ? schema.type === undefined : TYPES.includes(schema.type ?? '');
  const isMapAndObject = schema.properties !== undefined && schema.additionalProperties !== undefined;
  const isListOfNothing = schema.type === 'array' && schema.items === undefined;
  return [
    ...(hasType ? [] : [`${path}: type ${String(schema.type)}`]),
    ...(isMapAndObject ? [`${path}: properties beside additionalProperties`] : []),
    ...(isListOfNothing ? [`${path}: no items`] : []),
  ];
}

function childrenOf(schema: StructuralSchema): [string, StructuralSchema][] {
  const rest: [string, StructuralSchema | undefined][] = [
    ['[]', schema.items],
    ['*', schema.additionalProperties],
  ];
  return [
    ...Object.entries(schema.properties ?? {}),
    ...rest.filter((entry): entry is [string, StructuralSchema] => entry[1] !== undefined),
  ];
}

/** Keys of a keyed list must be there in every entry. */
function keyViolations(schema: StructuralSchema, path: string): string[] {
  const keys = (schema['x-kubernetes-list-map-keys'] ?? []) as readonly string[];
  const given = (key: string): boolean =>
    (schema.items?.required ?? []).includes(key) || schema.items?.properties?.[key]?.default !== undefined;
  return keys.filter((key) => !given(key)).map((key) => `${path}: key ${key} may be missing`);
}

function described(schema: StructuralSchema): string[] {
  return Object.entries(schema.properties ?? {})
    .filter(([, child]) => child.description === undefined)
    .map(([name]) => name);
}

test('the schema is structural', () => {
  expect(violations(rootSchema())).toEqual([]);
});

test.each([
  ['an open type', { type: 'object', properties: { a: {} } }],
  ['a union', { type: 'object', properties: { a: { type: 'string', anyOf: [] } } }],
  ['a key that may be missing', { type: 'array', items: { type: 'object', properties: {} }, 'x-kubernetes-list-map-keys': ['a'] }],
])('the check sees %s', (_name, schema) => {
  expect(violations(schema as StructuralSchema)).toHaveLength(1);
});

test('the CRD is far below the limit of 256 KiB', () => {
  expect(JSON.stringify(kafkaClusterCrd()).length).toBeLessThan(128 * 1024);
});

test('the CRD is plain JSON and the same each time', () => {
  expect(JSON.parse(JSON.stringify(kafkaClusterCrd()))).toEqual(kafkaClusterCrd());
});

const specSchema = (...path: readonly string[]): StructuralSchema =>
  path.reduce<StructuralSchema>(
    (schema, name) => (name === '[]' ? schema.items : schema.properties?.[name]) ?? {},
    rootSchema().properties?.['spec'] ?? {},
  );

test('only what cannot be guessed is required', () => {
  expect(specSchema().required).toEqual(['brokers', 'listenersConfig']);
});

test('every field of the spec, of a broker and of a listener has a text for kubectl explain', () => {
  const places = [[], ['brokers', '[]'], ['brokers', '[]', 'brokerConfig'], ['listenersConfig', 'internalListeners', '[]']];
  expect(places.flatMap((path) => described(specSchema(...path)))).toEqual([]);
});

test('nothing that brokers and groups share has a default, which would win over the group', () => {
  expect(JSON.stringify(specSchema('brokers', '[]', 'brokerConfig'))).not.toContain('"default":');
  expect(JSON.stringify(specSchema('envoyConfig'))).not.toContain('"default":');
});

test('Helm keeps the CRD, and its names are Koperator’s', () => {
  const crd = kafkaClusterCrd();
  expect(crd.metadata).toEqual({ name: 'kafkaclusters.kafka.banzaicloud.io', annotations: { 'helm.sh/resource-policy': 'keep' } });
  expect(crd['spec']).toMatchObject({
    group: 'kafka.banzaicloud.io',
    scope: 'Namespaced',
    names: { kind: 'KafkaCluster', plural: 'kafkaclusters', shortNames: ['kcl'] },
  });
});

test('kubectl shows state, brokers, version and age, and the rest with -o wide', () => {
  const [version] = (kafkaClusterCrd()['spec'] as { versions: { additionalPrinterColumns: { name: string; priority: number }[] }[] })
    .versions;
  const names = (priority: number) =>
    version?.additionalPrinterColumns.filter((column) => column.priority === priority).map(({ name }) => name);
  expect(names(0)).toEqual(['State', 'Brokers', 'Kafka', 'Age']);
  expect(names(1)).toEqual(['Reason', 'Cluster alert count', 'Last successful upgrade', 'Upgrade error count']);
});

/** The API server's defaulting: leaves of what is there, parents with a default first. */
function defaulted(schema: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => defaulted(schema.items ?? {}, item));
  if (typeof value !== 'object' || value === null) return value;
  const missing = Object.entries(schema.properties ?? {}).filter(([name, child]) => child.default !== undefined && !(name in value));
  const filled = { ...value, ...Object.fromEntries(missing.map(([name, child]) => [name, child.default])) };
  return Object.fromEntries(
    Object.entries(filled).map(([name, field]) => [name, defaulted(schema.properties?.[name] ?? schema.additionalProperties ?? {}, field)]),
  );
}

test('the API server and the operator fill in the same defaults', () => {
  const written = spec({
    alertManagerConfig: {},
    changePolicy: { windows: [{ schedule: '0 2 * * *', duration: '2h' }] },
    additionalPorts: [{ containerPort: 5005 }],
  });
  expect(defaulted(specSchema(), written)).toEqual(kafkaClusterSpec.parse(written));
});

// Server-side apply leaves null where somebody takes the last entry of a map away by `{}` (seen with Kubernetes 1.34).
test('every map of text takes null', () => {
  const maps = (schema: StructuralSchema, path: string): string[] => [
    ...(schema.additionalProperties?.type === 'string' && schema['nullable'] !== true ? [path] : []),
    ...childrenOf(schema).flatMap(([name, child]) => maps(child, `${path}.${name}`)),
  ];
  expect([kafkaClusterSpec, kafkaTopicSpec, kafkaUserSpec].flatMap((one) => maps(structuralSchema(one), 'spec'))).toEqual([]);
});
