/** Plain JSON as it comes from YAML files and the API server. */
import type { RawObject } from './resolved-cluster';

/** Deeper than any object that Kubernetes accepts in practice; what lies below is cut off, so that nothing can overflow the stack. */
const MAX_DEPTH = 100;

export const isObject = (value: unknown): value is RawObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of an object's own field: names such as `constructor` are not found by accident. */
export const own = <T>(object: Readonly<Record<string, T>> | undefined, field: string): T | undefined =>
  object !== undefined && Object.hasOwn(object, field) ? object[field] : undefined;

/** Without fields that are null: the API server drops them before it fills in defaults, and so do we. */
export function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth + 1));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(entries.map(([name, field]) => [name, withoutNulls(field, depth + 1)]));
}
