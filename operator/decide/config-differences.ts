/**
 * What differs between the configuration that a process was started with and the wanted one, key by key. The ConfigMap that
 * a live Pod names is still there (decision 10), so this is read, not remembered. What is sensitive lies in the Secret beside
 * it, whose values nobody sees: of it only that it differs can be said.
 */
import { createHash } from 'node:crypto';
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import type { Manifest } from '../../lib/constructs/manifest';
import { parseProperties } from '../../lib/kafka/properties';
import type { LiveObject } from './world';

/** At most this many keys are named. */
const NAMED_KEYS = 4;

/** Longer values are cut: lists of listeners and voters fill a screen. */
const VALUE_LIMIT = 60;

/** @param have the object of the same kind that the live Pod mounts, if it is still there */
export function configDifferences(wanted: Manifest | undefined, have: LiveObject | undefined): readonly string[] {
  if (wanted === undefined || have === undefined) return ['its configuration file differs'];
  const want = dataOf(wanted);
  const live = dataOf(have);
  const settings = settingDifferences(parseProperties(live[CONFIG_KEY] ?? ''), parseProperties(want[CONFIG_KEY] ?? ''));
  const files = [...new Set([...Object.keys(want), ...Object.keys(live)])].filter(
    (file) => file !== CONFIG_KEY && want[file] !== live[file],
  );
  const named = settings.slice(0, NAMED_KEYS);
  const more = settings.length > NAMED_KEYS ? [`and ${String(settings.length - NAMED_KEYS)} more`] : [];
  return [...(named.length === 0 ? [] : [[...named, ...more].join(', ')]), ...files.sort().map((file) => `${file} differs`)];
}

/** For example `log.cleaner.threads 1 to 2`; by key. */
export function settingDifferences(live: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>>): readonly string[] {
  const keys = [...new Set([...Object.keys(live), ...Object.keys(wanted)])].sort();
  return keys.filter((key) => live[key] !== wanted[key]).map((key) => `${key} ${shown(live[key])} to ${shown(wanted[key])}`);
}

function shown(value: string | undefined): string {
  if (value === undefined) return 'unset';
  if (value === '') return '""';
  return value.length <= VALUE_LIMIT ? value : `${value.slice(0, VALUE_LIMIT)}…`;
}

/** Both undefined: there is nothing sensitive, and there was nothing. */
export function secretDiffers(wanted: Manifest | undefined, have: LiveObject | undefined): boolean {
  if (wanted === undefined || have === undefined) return wanted !== have;
  return hashOf(wanted) !== ((have.dataHash as string | undefined) ?? hashOf(have));
}

const dataOf = (object: Manifest | LiveObject): Readonly<Record<string, string>> => (object.data ?? {}) as Readonly<Record<string, string>>;

/** As the stores reckon it, which keep of a Secret nothing else. */
function hashOf({ data, binaryData, stringData }: Manifest | LiveObject): string {
  const entries = (part: unknown) => Object.entries((part ?? {}) as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([data, binaryData, stringData].map(entries)))
    .digest('hex');
}
