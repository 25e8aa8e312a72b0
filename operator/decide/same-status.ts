/**
 * Whether a status says the same as the one that stands. A status that says the same is not written: a converged cluster
 * costs no request. Compared is what it says, not how the API server keeps it: keys come back in another order, and so do
 * the items of lists that Kubernetes merges by a key.
 */

export const sameStatus = (a: object, b: object): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return inKeyOrder(value.map(sorted));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

/** A list whose items have a key (`type` of conditions, `name` of addresses) is a map; any other keeps its order. */
function inKeyOrder(items: readonly unknown[]): readonly unknown[] {
  const keyed = items.map((item) => ({ key: keyOf(item), item }));
  if (keyed.some(({ key }) => key === undefined)) return items;
  return keyed.sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1)).map(({ item }) => item);
}

function keyOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { type, name } = item as { readonly type?: unknown; readonly name?: unknown };
  if (typeof type === 'string') return type;
  return typeof name === 'string' ? name : undefined;
}
