/**
 * Whether a version of an object that a write of ours returned was made by that write.
 *
 * A write that changes nothing returns the version that is there, and that may be the work of somebody else which we have
 * not seen yet. Were its event then taken for our echo, nobody would ever look at that change. So a version counts as ours
 * only on evidence, and without evidence its event wakes the handlers once more, which costs a look and no request.
 */
import type { KubeObject } from './kube-types';

interface ManagedField {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsV1?: unknown;
}

export interface Authorship {
  /** What the bookkeeping says of our own writes; changes whenever one of them takes effect (times have whole seconds). */
  readonly ours: string;
  /** True when somebody else has written the object, or when there is no bookkeeping at all. */
  readonly others: boolean;
  readonly deleting: boolean;
}

export function authorshipOf(object: KubeObject, fieldManager: string): Authorship {
  const fields = Array.isArray(object.metadata['managedFields']) ? (object.metadata['managedFields'] as readonly ManagedField[]) : [];
  const ours = fields.filter((field) => field.manager === fieldManager);
  return {
    ours: ours.map(fingerprint).sort().join(' '),
    others: ours.length === 0 || ours.length < fields.length,
    deleting: object.metadata.deletionTimestamp !== undefined,
  };
}

function fingerprint(field: ManagedField): string {
  return [field.operation, field.subresource, field.time, String(JSON.stringify(field.fieldsV1 ?? {}).length)].join('/');
}

/** `before`: of the version that we knew, undefined when we knew none. */
export function isOurs(before: Authorship | undefined, after: Authorship): boolean {
  if (before === undefined) return !after.others;
  return before.ours !== after.ours || (after.deleting && !before.deleting);
}

/** Whether an event shows a version that an instance of ours made; a mark for deletion may be anybody's. */
export function bearsOurMark(before: Authorship | undefined, after: Authorship): boolean {
  return !after.deleting && isOurs(before, after);
}
