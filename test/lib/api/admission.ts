/**
 * What an API server does with a KafkaCluster at apply, as far as the schema says it: types and bounds, keyed lists,
 * CEL rules and transition rules with their correlation by list key. The CEL cost limits are the real server's own.
 */
import { Environment } from '@marcbachmann/cel-js';
import { kafkaClusterCrd } from '../../../lib/api/crd';
import { kafkaClusterSpec } from '../../../lib/api/kafka-cluster';
import { parseQuantity } from '../../../lib/api/quantity';
import type { StructuralSchema } from '../../../lib/api/structural-schema';

class Quantity {
  constructor(readonly bytes: number) {}
}

/** Kubernetes' additions to CEL that the rules use. */
const environment = new Environment({ unlistedVariablesAreDyn: true })
  .registerType('Quantity', Quantity)
  .registerFunction('isQuantity(dyn): bool', (text: string) => parseQuantity(text) !== undefined)
  .registerFunction('quantity(dyn): Quantity', (text: string) => new Quantity(parseQuantity(text) ?? 0))
  .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.bytes < b.bytes);

interface Version {
  readonly schema: { readonly openAPIV3Schema: StructuralSchema };
}

export const rootSchema = (): StructuralSchema =>
  (kafkaClusterCrd()['spec'] as { versions: Version[] }).versions[0]!.schema.openAPIV3Schema;

const SCHEMA = rootSchema();

/** The messages with which an object is refused; `old` is what is stored already. */
export function refusals(spec: unknown, old?: unknown, name = 'kafka'): readonly string[] {
  const parsed = kafkaClusterSpec.safeParse(spec);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const object = (of: unknown) => ({ metadata: { name }, spec: of });
  const before = old === undefined ? undefined : object(kafkaClusterSpec.parse(old));
  return walk(SCHEMA, object(parsed.data), before, '');
}

/** Whatever the kind: `path: message` of every rule that an object breaks. Types and bounds are not looked at. */
export const brokenRules = (schema: StructuralSchema, object: unknown, old?: unknown): readonly string[] => walk(schema, object, old, '');

function walk(schema: StructuralSchema, value: unknown, old: unknown, path: string): string[] {
  const own = rulesOf(schema)
    .filter(({ rule }) => !rule.includes('oldSelf') || old !== undefined)
    .filter(({ rule }) => environment.evaluate(readable(rule), { self: celValue(value), oldSelf: celValue(old) }) !== true)
    .map(({ message }) => `${path}: ${message}`);
  return [...own, ...duplicates(schema, value, path), ...children(schema, value, old, path)];
}

/** The evaluator has no has() behind an index, the real one does: `has(a[b].c)` is `'c' in a[b]` for it. */
const readable = (rule: string): string => rule.replace(/has\(([\w.]+\[[\w.]+\](?:\.\w+)*)\.(\w+)\)/g, "('$2' in $1)");

interface Rule {
  readonly rule: string;
  readonly message: string;
}
const rulesOf = (schema: StructuralSchema): readonly Rule[] => (schema['x-kubernetes-validations'] ?? []) as readonly Rule[];

type Fields = Readonly<Record<string, unknown>>;
const keysOf = (schema: StructuralSchema): readonly string[] => (schema['x-kubernetes-list-map-keys'] ?? []) as readonly string[];
const identity = (schema: StructuralSchema, item: unknown): string => JSON.stringify(keysOf(schema).map((key) => (item as Fields)[key]));

function duplicates(schema: StructuralSchema, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [];
  const ids =
    schema['x-kubernetes-list-type'] === 'set'
      ? value.map(String)
      : keysOf(schema).length > 0
        ? value.map((item) => identity(schema, item))
        : [];
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${path}: Duplicate value: ${id}`);
}

function children(schema: StructuralSchema, value: unknown, old: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const before = Array.isArray(old) && keysOf(schema).length > 0 ? old : [];
    return value.flatMap((item: unknown, index) =>
      walk(
        schema.items ?? {},
        item,
        before.find((other) => identity(schema, other) === identity(schema, item)),
        `${path}[${String(index)}]`,
      ),
    );
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const child = schema.properties?.[name] ?? schema.additionalProperties;
    return child === undefined ? [] : walk(child, field, (old as Fields | undefined)?.[name], `${path}.${name}`);
  });
}

/** CEL knows integers, not numbers. */
function celValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(celValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, celValue(field)]));
}
