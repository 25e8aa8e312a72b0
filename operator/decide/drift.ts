/**
 * Does a live object still say what we applied? Drift is derivable from what is observed, never from a flag: either the
 * hash of what we last applied differs from what we want now, or a field that we want has another value. Fields that we do
 * not set belong to others (defaults of the API server, other controllers) and are none of our business.
 */
import { ANNOTATION, shortHash } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import type { LiveObject } from './world';

/** The manifest with the hash of itself among its annotations. */
export function stamped(manifest: Manifest): Manifest {
  const hash = shortHash(JSON.stringify(manifest), 16);
  const annotations = { ...manifest.metadata.annotations, [ANNOTATION.appliedHash]: hash };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

const HASH = `metadata.annotations.${ANNOTATION.appliedHash}`;

/** Paths that differ, for people; empty: nothing to do. */
export function driftOf(wanted: Manifest, live: LiveObject): readonly string[] {
  const paths: string[] = [];
  for (const [key, value] of Object.entries(wanted)) if (isCompared(wanted.kind, key)) compare(key, value, live[key], paths);
  const fields = paths.filter((path) => path !== HASH);
  return fields.length === 0 && paths.length > 0 ? ['fields that are no longer wanted'] : fields;
}

/** Values of Secrets are not in the World; their names carry a hash of them. */
const isCompared = (kind: string, key: string): boolean =>
  !['apiVersion', 'kind', 'status'].includes(key) && !(kind === 'Secret' && ['data', 'stringData'].includes(key));

function compare(path: string, wanted: unknown, live: unknown, paths: string[]): void {
  if (wanted === undefined || wanted === null) return;
  if (Array.isArray(wanted)) compareList(path, wanted, live, paths);
  else if (typeof wanted === 'object') compareRecord(path, wanted as Record<string, unknown>, live, paths);
  else if (scalar(wanted) !== scalar(live)) paths.push(path);
}

/** Ports and the like may come back as a number for a text. */
const scalar = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

function compareRecord(path: string, wanted: Record<string, unknown>, live: unknown, paths: string[]): void {
  const entries = Object.entries(wanted);
  if (entries.length === 0) return;
  if (typeof live !== 'object' || live === null) {
    paths.push(path);
    return;
  }
  for (const [key, value] of entries) compare(`${path}.${key}`, value, (live as Record<string, unknown>)[key], paths);
}

function compareList(path: string, wanted: readonly unknown[], live: unknown, paths: string[]): void {
  const items = Array.isArray(live) ? (live as readonly unknown[]) : [];
  const named = wanted.every((w) => nameOf(w) !== undefined);
  if (!named && items.length !== wanted.length) {
    paths.push(path);
    return;
  }
  wanted.forEach((item, at) => {
    const other = named ? items.find((i) => nameOf(i) === nameOf(item)) : items[at];
    if (other === undefined) paths.push(`${path}[${nameOf(item) ?? String(at)}]`);
    else compare(`${path}[${nameOf(item) ?? String(at)}]`, item, other, paths);
  });
}

/** The key of an item of a list that Kubernetes merges by name. */
function nameOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return undefined;
  const { name, uid } = item as { name?: unknown; uid?: unknown };
  return typeof name === 'string' ? name : typeof uid === 'string' ? uid : undefined;
}
