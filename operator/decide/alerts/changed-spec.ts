/** The spec as it will be, whether that could be accepted, and whether a change is there already. */
import type { AlertChange } from '../../../lib/alerts/alert-action';
import { isObject, own } from '../../../lib/api/json';
import { parseQuantity } from '../../../lib/api/quantity';
import type { RawObject } from '../../../lib/api/resolved-cluster';
import { resolve } from '../../../lib/api/resolve';
import { requestOf } from '../rules/volumes';
import type { Seen } from './action-view';

type Entry = Readonly<Record<string, unknown>>;

/** The spec with the changes, as a person would have written them. Growing a claim changes nothing in it. */
export function specWith(spec: RawObject, changes: readonly AlertChange[]): RawObject {
  const entries = own(spec, 'brokers');
  const before: readonly Entry[] = Array.isArray(entries) ? entries.filter(isObject) : [];
  return { ...spec, brokers: changes.reduce(brokersWith, before) };
}

function brokersWith(brokers: readonly Entry[], change: AlertChange): readonly Entry[] {
  switch (change.kind) {
    case 'addBroker':
      return [...brokers, change.broker];
    case 'removeBroker':
      return brokers.filter(({ id }) => id !== change.id);
    case 'addStorage':
      return brokers.map((entry) => (entry.id === change.broker ? withStorage(entry, change.storage) : entry));
    case 'growClaim':
      return brokers;
  }
}

function withStorage(entry: Entry, storage: Entry): Entry {
  const config = isObject(entry.brokerConfig) ? entry.brokerConfig : {};
  const storages = Array.isArray(config.storageConfigs) ? (config.storageConfigs as readonly unknown[]) : [];
  return { ...entry, brokerConfig: { ...config, storageConfigs: [...storages, storage] } };
}

/** By spec and changes: many alerts ask for the same, pass after pass, and a large spec takes long to resolve. */
const judged = new WeakMap<object, Map<string, string | undefined>>();
const MOST_JUDGED = 256;

/** Why the spec would be refused with the changes; undefined: it would not. */
export function whySpecRefused({ cluster }: Pick<Seen, 'cluster'>, changes: readonly AlertChange[]): string | undefined {
  if (changes.every(({ kind }) => kind === 'growClaim')) return undefined;
  const known = judged.get(cluster.written) ?? new Map<string, string | undefined>();
  judged.set(cluster.written, known);
  const key = JSON.stringify(changes);
  if (known.size >= MOST_JUDGED) known.clear();
  if (!known.has(key)) known.set(key, problemsWith(cluster, changes));
  return known.get(key);
}

function problemsWith({ name, namespace, uid, generation, written }: Seen['cluster'], changes: readonly AlertChange[]): string | undefined {
  const { problems } = resolve({ metadata: { name, namespace, uid, generation }, spec: specWith(written, changes) });
  return problems.length === 0 ? undefined : problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}

/** It has been made: the spec says so, or the claim. */
export function isMade(change: AlertChange, { cluster, views }: Pick<Seen, 'cluster' | 'views'>): boolean {
  const wanted = (id: number) => cluster.nodes.find((node) => node.id === id && !node.departing);
  switch (change.kind) {
    case 'addBroker':
      return wanted(change.broker.id) !== undefined;
    case 'removeBroker':
      return wanted(change.id) === undefined;
    case 'addStorage':
      return wanted(change.broker)?.storage.some((s) => s.mountPath === change.storage.mountPath && s.leaving !== true) ?? false;
    case 'growClaim': {
      const claim = views.flatMap(({ claims }) => claims).find(({ metadata }) => metadata.name === change.claim);
      return claim !== undefined && (parseQuantity(requestOf(claim)) ?? 0) >= (parseQuantity(change.size) ?? Number.POSITIVE_INFINITY);
    }
  }
}
