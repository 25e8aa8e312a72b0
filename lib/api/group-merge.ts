/**
 * A group is a base and the broker adds to it: scalars of the broker win, maps are merged, lists are joined with those of
 * the group first. Entries that have a key are one entry, the broker's, in the group's place. So a storage that is added to
 * one broker stands behind those of the group and never takes the metadata log away from the first of them (decision 4).
 */
import type { z } from 'zod';
import type { brokerConfig } from './broker-config';
import { isObject, own } from './json';
import type { RawObject } from './resolved-cluster';

export type BrokerConfig = z.output<typeof brokerConfig>;

const KEY_OF_LIST: Readonly<Record<string, string>> = {
  storageConfigs: 'mountPath',
  initContainers: 'name',
  containers: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
};

/** Lists of the broker that take the place of the group's. */
const REPLACED_LISTS: readonly string[] = ['processRoles'];

/** The group's configuration with the broker's laid over it. */
export function mergedBrokerConfig(group: BrokerConfig | undefined, broker: BrokerConfig | undefined): BrokerConfig {
  if (group === undefined || broker === undefined) return group ?? broker ?? {};
  const affinity = mergedAffinity(group.affinity, broker.affinity);
  return { ...(merged(group, broker, '') as BrokerConfig), ...(affinity === undefined ? {} : { affinity }) };
}

function merged(base: unknown, over: unknown, field: string): unknown {
  if (isUnset(over)) return base;
  if (Array.isArray(base) && Array.isArray(over)) return joined(base, over, field);
  if (!isObject(base) || !isObject(over)) return over;
  return mergedFields(base, over, merged);
}

type Merge = (base: unknown, over: unknown, field: string) => unknown;

function mergedFields(base: RawObject, over: RawObject, merge: Merge): RawObject {
  const names = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return Object.fromEntries(names.map((name) => [name, merge(own(base, name), own(over, name), name)]));
}

/** An empty text says as little as none. */
const isUnset = (value: unknown): boolean => value === undefined || value === '';

function joined(base: readonly unknown[], over: readonly unknown[], field: string): readonly unknown[] {
  if (REPLACED_LISTS.includes(field)) return over.length > 0 ? over : base;
  const key = KEY_OF_LIST[field];
  if (key === undefined) return [...base, ...over];
  const keyOf = (item: unknown): unknown => (isObject(item) ? own(item, key) : item);
  const byKey = new Map([...base, ...over].map((item) => [keyOf(item), item]));
  return [...byKey.values()];
}

type Affinity = BrokerConfig['affinity'];

/** Affinity is a condition as a whole, so its lists are replaced, not joined: joined terms would mean "or". */
function mergedAffinity(group: Affinity, broker: Affinity): Affinity {
  return overlaid(group, broker) as Affinity;
}

function overlaid(base: unknown, over: unknown): unknown {
  if (isUnset(over) || (Array.isArray(over) && over.length === 0)) return base;
  return isObject(base) && isObject(over) ? mergedFields(base, over, overlaid) : over;
}
