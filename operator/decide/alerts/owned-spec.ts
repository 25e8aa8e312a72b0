/**
 * What alerts own in a spec, read off from `managedFields`, and what is applied next. Server-side apply takes away what a manager leaves
 * out, so every entry that this manager owns is written each time, and nothing else: what others own stays theirs, and what they change
 * is never taken back. (Kubernetes: Server-Side Apply, Field management.)
 */
import type { AlertChange } from '../../../lib/alerts/alert-action';
import { isObject, own } from '../../../lib/api/json';

export const ALERT_MANAGER = 'kafka-operator-alerts';

type Fields = Readonly<Record<string, unknown>>;

interface ManagedEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

const entriesOf = (managedFields: unknown): readonly ManagedEntry[] =>
  Array.isArray(managedFields) ? managedFields.filter(isObject).filter(({ subresource = '' }) => subresource === '') : [];

const isOfAlerts = ({ manager, operation }: ManagedEntry): boolean => manager === ALERT_MANAGER && operation === 'Apply';

/** Brokers whose entries alerts added, and of which nobody else owns a part. */
export function brokersOfAlerts(managedFields: unknown): readonly number[] {
  const entries = entriesOf(managedFields);
  const others = new Set(entries.filter((entry) => !isOfAlerts(entry)).flatMap(({ fieldsV1 }) => brokersIn(fieldsV1)));
  return entries
    .filter(isOfAlerts)
    .flatMap(({ fieldsV1 }) => brokersIn(fieldsV1))
    .filter((id) => !others.has(id));
}

/** Entries of which a part is owned: who writes a part of an entry owns its key as well. */
function brokersIn(fieldsV1: unknown): readonly number[] {
  const brokers = below(below(fieldsV1, 'f:spec'), 'f:brokers');
  return Object.entries(brokers).flatMap(([key, fields]) => {
    const id = key.startsWith('k:') ? keyIn(key).id : undefined;
    return typeof id === 'number' && isObject(fields) ? [id] : [];
  });
}

function below(fields: unknown, name: string): Fields {
  const found = isObject(fields) ? own(fields, name) : undefined;
  return isObject(found) ? found : {};
}

function keyIn(key: string): Fields {
  try {
    const parsed: unknown = JSON.parse(key.slice(2));
    return isObject(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

/** The spec to apply: everything that alerts own already, with the changes. */
export function ownedSpec(object: { readonly spec?: unknown; readonly metadata: object }, changes: readonly AlertChange[]): Fields {
  const managed = entriesOf((object.metadata as { readonly managedFields?: unknown }).managedFields).find(isOfAlerts);
  const fields = below(managed?.fieldsV1, 'f:spec');
  // Fields without names are a leaf, which is taken whole: nothing owned must not be taken for that.
  const spec = Object.keys(fields).length === 0 ? {} : ownedPart(object.spec, fields);
  const before = isObject(spec) ? spec : {};
  const brokers = own(before, 'brokers');
  const after = changes.reduce(entriesWith, Array.isArray(brokers) ? brokers.filter(isObject) : []);
  const { brokers: _, ...others } = before;
  return after.length === 0 ? others : { ...others, brokers: after };
}

/** The part of a value that the fields name; a leaf is taken whole. */
function ownedPart(value: unknown, fields: Fields): unknown {
  const names = Object.keys(fields).filter((name) => name !== '.');
  if (names.length === 0 && (own(fields, '.') === undefined || !Array.isArray(value))) return isEmptyOwner(fields, value) ? {} : value;
  if (Array.isArray(value)) return value.flatMap((item: unknown) => ownedItem(item, fields, names));
  if (!isObject(value)) return value;
  const found = names.flatMap((name) => {
    const key = name.slice(2);
    const part = own(value, key);
    return name.startsWith('f:') && part !== undefined ? [[key, ownedPart(part, below(fields, name))] as const] : [];
  });
  return Object.fromEntries(found);
}

/** An object is owned as such (`.`), and nothing in it. */
const isEmptyOwner = (fields: Fields, value: unknown): boolean => own(fields, '.') !== undefined && isObject(value);

function ownedItem(item: unknown, fields: Fields, names: readonly string[]): readonly unknown[] {
  const name = names.find((one) => isNamed(item, one));
  if (name === undefined) return [];
  if (name.startsWith('v:') || !isObject(item)) return [item];
  const part = ownedPart(item, below(fields, name));
  return [{ ...keyIn(name), ...(isObject(part) ? part : {}) }];
}

function isNamed(item: unknown, name: string): boolean {
  if (name.startsWith('v:')) return JSON.stringify(item) === name.slice(2);
  if (!name.startsWith('k:') || !isObject(item)) return false;
  return Object.entries(keyIn(name)).every(([key, value]) => own(item, key) === value);
}

function entriesWith(brokers: readonly Fields[], change: AlertChange): readonly Fields[] {
  switch (change.kind) {
    case 'addBroker':
      return [...brokers.filter(({ id }) => id !== change.broker.id), change.broker];
    case 'removeBroker':
      return brokers.filter(({ id }) => id !== change.id);
    case 'addStorage': {
      const entry = brokers.find(({ id }) => id === change.broker) ?? { id: change.broker };
      return [...brokers.filter(({ id }) => id !== change.broker), withStorage(entry, change.storage)];
    }
    case 'growClaim':
      return brokers;
  }
}

function withStorage(entry: Fields, storage: Fields): Fields {
  const config = isObject(entry.brokerConfig) ? entry.brokerConfig : {};
  const storages = Array.isArray(config.storageConfigs) ? config.storageConfigs.filter(isObject) : [];
  const others = storages.filter(({ mountPath }) => mountPath !== storage.mountPath);
  return { ...entry, brokerConfig: { ...config, storageConfigs: [...others, storage] } };
}
