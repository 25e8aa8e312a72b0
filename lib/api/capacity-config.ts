/**
 * `capacityConfig`: what brokers can bear, in the words of Cruise Control. Its entries are kept as they were written, those of
 * brokers that it leaves out are generated, unless it has an entry for −1, which stands for every broker.
 */
import { isObject, own } from './json';
import type { Problem } from './problem';
import type { RawObject } from './resolved-cluster';

/** An entry, exactly as it was written. */
export interface WrittenCapacity {
  readonly id: number;
  readonly entry: RawObject;
}

/** The entries of a text that `checkCapacityConfig` finds nothing wrong with; none for a text that it refuses. */
export function writtenCapacities(text: string | undefined): readonly WrittenCapacity[] {
  return text === undefined ? [] : entriesIn(text).entries;
}

export function checkCapacityConfig(text = ''): readonly Problem[] {
  if (text.trim() === '') return [];
  const { wrong } = entriesIn(text);
  if (wrong === undefined) return [];
  const shape =
    '{ "brokerCapacities": [ { "brokerId": "0", "capacity": { "DISK": "100000", "CPU": "100", "NW_IN": "125000", "NW_OUT": "125000" } } ] }';
  return [
    {
      path: 'spec.cruiseControlConfig.capacityConfig',
      code: 'Invalid',
      message: `cannot use capacityConfig: ${wrong}; its shape is ${shape}`,
    },
  ];
}

interface Entries {
  readonly entries: readonly WrittenCapacity[];
  readonly wrong: string | undefined;
}

const refused = (wrong: string): Entries => ({ entries: [], wrong });

function entriesIn(text: string): Entries {
  const list = listIn(text);
  if (typeof list === 'string') return refused(list);
  const ids = list.map((entry) => (isObject(entry) ? idOf(entry) : undefined));
  const wrong = list.map((entry, at) => whatIsWrong(entry, ids, at)).find((found) => found !== undefined);
  if (wrong !== undefined) return refused(wrong);
  return { entries: list.map((entry, at) => ({ id: ids[at] ?? -1, entry: entry as RawObject })), wrong: undefined };
}

/** The list, or what is wrong with the text. */
function listIn(text: string): readonly unknown[] | string {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return `it is no JSON (${(error as Error).message})`;
  }
  const list = isObject(root) ? own(root, 'brokerCapacities') : undefined;
  return Array.isArray(list) ? (list as readonly unknown[]) : 'it has no list brokerCapacities';
}

function idOf(entry: RawObject): number | undefined {
  const id = own(entry, 'brokerId');
  const text = typeof id === 'number' || typeof id === 'string' ? String(id).trim() : '';
  return /^(?:-1|\d{1,10})$/.test(text) ? Number(text) : undefined;
}

const RESOURCES = ['DISK', 'CPU', 'NW_IN', 'NW_OUT'];

function whatIsWrong(entry: unknown, ids: readonly (number | undefined)[], at: number): string | undefined {
  const id = ids[at];
  if (id === undefined || !isObject(entry)) return `entry ${String(at)} has no brokerId that is a node id or -1`;
  if (ids.indexOf(id) < at) return `broker ${String(id)} has two entries`;
  const capacity = own(entry, 'capacity');
  const missing = RESOURCES.filter((name) => !isObject(capacity) || !isAmount(own(capacity, name)));
  return missing.length === 0 ? undefined : `the capacity of broker ${String(id)} lacks ${missing.join(', ')}`;
}

/** A number, or numbers by log directory or by what is counted. */
const isAmount = (value: unknown): boolean =>
  isObject(value) ? Object.keys(value).length > 0 && Object.values(value).every(isNumber) : isNumber(value);

const isNumber = (value: unknown): boolean =>
  (typeof value === 'number' || typeof value === 'string') && /^\d+(?:\.\d+)?$/.test(String(value).trim());
