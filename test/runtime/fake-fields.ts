/**
 * Server-side apply in small: who owns which field, conflicts, and the removal of what an owner no longer applies.
 * Lists of records merge by `name` (owner references by `uid`, conditions by `type`, brokers by `id`), finalizers are a set, any other list is one value.
 */

export interface FieldOwner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly time: string;
  /** Paths of leaves, each a list of segments as JSON text. */
  readonly paths: ReadonlySet<string>;
}

type Json = Readonly<Record<string, unknown>>;
type Segments = readonly string[];

export const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const serverFields = new Set([
  ...['apiVersion', 'kind', 'metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.resourceVersion', 'metadata.generation'],
  ...['metadata.creationTimestamp', 'metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds', 'metadata.managedFields'],
]);

/** The paths of all leaves that somebody can own. */
export function leavesOf(object: Json): Set<string> {
  const leaves = new Set<string>();
  walk(object, [], (path) => {
    leaves.add(JSON.stringify(path));
  });
  return leaves;
}

function walk(value: unknown, path: Segments, leaf: (path: Segments) => void): void {
  if (serverFields.has(path.map((part) => part.slice(2)).join('.'))) return;
  const children = childrenOf(value, path);
  if (children === undefined || children.length === 0) {
    if (path.length > 0) leaf(path);
    return;
  }
  for (const [segment, child] of children) walk(child, [...path, segment], leaf);
}

function childrenOf(value: unknown, path: Segments): [string, unknown][] | undefined {
  if (isRecord(value)) return Object.entries(value).flatMap(([name, child]) => (child === undefined ? [] : [[`f:${name}`, child]]));
  if (!Array.isArray(value)) return undefined;
  const last = path.at(-1);
  if (last === 'f:finalizers') return value.map((item) => [`v:${JSON.stringify(item)}`, undefined]);
  const key = mergeKey(value, last);
  return key === undefined ? undefined : (value as Json[]).map((item) => [`k:${JSON.stringify({ [key]: item[key] })}`, item]);
}

/** Lists whose items are known by something else than their name. */
const KEYS: Readonly<Record<string, string>> = {
  'f:ownerReferences': 'uid',
  'f:conditions': 'type',
  'f:brokers': 'id',
  'f:storageConfigs': 'mountPath',
};

function mergeKey(list: readonly unknown[], field: string | undefined): string | undefined {
  if (list.length === 0 || !list.every(isRecord)) return undefined;
  const key = KEYS[field ?? ''] ?? 'name';
  return list.every((item) => ['string', 'number'].includes(typeof item[key])) ? key : undefined;
}

/** The value at a path; undefined when it is not there. */
export function valueAt(object: unknown, path: Segments): unknown {
  let value: unknown = object;
  for (const segment of path) {
    if (segment.startsWith('v:')) return Array.isArray(value) && value.includes(JSON.parse(segment.slice(2))) ? segment : undefined;
    value = segment.startsWith('f:') ? (isRecord(value) ? value[segment.slice(2)] : undefined) : findItem(value, segment);
  }
  return value;
}

function findItem(list: unknown, segment: string): unknown {
  const [[key, wanted] = ['', '']] = Object.entries(JSON.parse(segment.slice(2)) as Json);
  return Array.isArray(list) ? list.find((item) => isRecord(item) && item[key] === wanted) : undefined;
}

/** A copy with the leaf set, and with its parents when they were missing. */
export function withLeaf(value: unknown, path: Segments, leaf: unknown): unknown {
  const [segment, ...rest] = path;
  if (segment === undefined) return takesNothing(leaf, value) ? value : leaf;
  if (segment.startsWith('f:')) {
    const record = isRecord(value) ? value : {};
    return { ...record, [segment.slice(2)]: withLeaf(record[segment.slice(2)], rest, leaf) };
  }
  const list: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : [];
  if (segment.startsWith('v:')) return list.includes(JSON.parse(segment.slice(2))) ? list : [...list, JSON.parse(segment.slice(2))];
  const at = list.indexOf(findItem(list, segment));
  const item = withLeaf(at < 0 ? (JSON.parse(segment.slice(2)) as Json) : list[at], rest, leaf);
  return at < 0 ? [...list, item] : list.with(at, item);
}

/** An empty record, or an empty list applied to one that merges, leaves what others have there. */
function takesNothing(leaf: unknown, value: unknown): boolean {
  if (isRecord(leaf) && isEmpty(leaf)) return isRecord(value);
  return Array.isArray(leaf) && leaf.length === 0 && Array.isArray(value) && mergeKey(value, undefined) !== undefined;
}

/** A copy without the leaf; records and list items that become empty go too. */
export function withoutLeaf(value: unknown, path: Segments): unknown {
  const [segment = '', ...rest] = path;
  if (segment.startsWith('f:') && isRecord(value)) {
    const { [segment.slice(2)]: child, ...others } = value;
    // Who owned an empty record owns nothing of what others have put there.
    const left = rest.length > 0 ? withoutLeaf(child, rest) : isRecord(child) ? child : undefined;
    return left === undefined || isEmpty(left) ? others : { ...value, [segment.slice(2)]: left };
  }
  if (!Array.isArray(value)) return value;
  return segment.startsWith('v:') ? value.filter((item) => item !== JSON.parse(segment.slice(2))) : withoutItemLeaf(value, segment, rest);
}

function withoutItemLeaf(list: readonly unknown[], segment: string, rest: Segments): unknown {
  const item = findItem(list, segment);
  if (item === undefined) return list;
  const key = JSON.parse(segment.slice(2)) as Json;
  // The key stays as long as anything else of the item does.
  const isKey = rest.length === 1 && (rest[0] ?? '').slice(2) in key;
  const left = rest.length === 0 ? {} : isKey ? item : withoutLeaf(item, rest);
  const onlyKey = isRecord(left) && Object.keys(left).every((name) => name in key);
  return onlyKey ? list.filter((other) => other !== item) : list.map((other) => (other === item ? left : other));
}

const isEmpty = (value: unknown): boolean =>
  Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;

export const segmentsOf = (path: string): Segments => JSON.parse(path) as Segments;

/** `.spec.containers[name="kafka"].image`, as conflicts name fields. */
export function printPath(path: string): string {
  return segmentsOf(path)
    .map((part) =>
      part.startsWith('f:')
        ? `.${part.slice(2)}`
        : `[${part
            .slice(2)
            .replace(/[{}]/g, '')
            .replace(/^"(\w+)":/, '$1=')}]`,
    )
    .join('');
}

/** managedFields as objects carry them. */
export function printOwners(owners: readonly FieldOwner[], apiVersion: string): unknown[] {
  return owners.map(({ paths, ...owner }) => {
    let fieldsV1: unknown = {};
    for (const path of paths) fieldsV1 = nest(fieldsV1, segmentsOf(path));
    return { ...owner, apiVersion, fieldsType: 'FieldsV1', fieldsV1 };
  });
}

function nest(tree: unknown, path: Segments): unknown {
  const [segment, ...rest] = path;
  const record = isRecord(tree) ? tree : {};
  return segment === undefined ? record : { ...record, [segment]: nest(record[segment], rest) };
}
