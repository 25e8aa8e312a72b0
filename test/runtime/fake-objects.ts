/** The memory of the fake API server: objects with versions and owners, and the writes as the real server does them. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeMeta, KubeObject, Preconditions } from '../../operator/runtime/kube-types';
import { isRecord, leavesOf, printOwners, printPath, segmentsOf, valueAt, withLeaf, withoutLeaf } from './fake-fields';
import type { FieldOwner } from './fake-fields';

/** Where objects of one kind live: `v1/pods`, `apps/v1/deployments`. */
export type Resource = string;

export interface Draft {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: Partial<KubeMeta>;
  readonly [field: string]: unknown;
}

export interface Write {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly subresource?: string | undefined;
  readonly manager: string;
}

export interface HistoryEvent {
  readonly resource: Resource;
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly previous: KubeObject | undefined;
}

/** An answer that is a Status. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly details?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }
}

interface Stored {
  readonly object: KubeObject;
  readonly owners: readonly FieldOwner[];
}

export class FakeObjects {
  readonly #stored = new Map<string, Stored>();
  readonly history: HistoryEvent[] = [];
  readonly #listeners: ((event: HistoryEvent) => void)[] = [];
  version = 100;
  now: () => Date = () => new Date();

  onEvent(listener: (event: HistoryEvent) => void): void {
    this.#listeners.push(listener);
  }

  get(resource: Resource, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#stored.get(keyOf(resource, namespace, name))?.object;
  }

  list(resource: Resource, namespace?: string): KubeObject[] {
    const prefix = namespace === undefined ? `${resource} ` : `${resource} ${namespace}/`;
    const keys = [...this.#stored.keys()].filter((key) => key.startsWith(prefix)).sort();
    return keys.flatMap((key) => this.#stored.get(key)?.object ?? []);
  }

  create(write: Write, draft: Draft): KubeObject {
    if (this.#find(write) !== undefined) {
      throw new Refusal(409, 'AlreadyExists', `${write.resource.split('/').at(-1) ?? ''} "${write.name}" already exists`);
    }
    return this.#born(write, draft, 'Update');
  }

  /** PUT: the whole object, or of a subresource its status. */
  replace(write: Write, draft: Draft): KubeObject {
    const { object } = this.#need(write);
    checkVersion(write, object, draft.metadata?.resourceVersion);
    const metadata = { ...draft.metadata, ...serverMeta(object) };
    const next = write.subresource === 'status' ? { ...object, status: draft['status'] } : { ...draft, metadata, status: object['status'] };
    return this.#update(write, next as KubeObject);
  }

  mergePatch(write: Write, patch: unknown): KubeObject {
    const { object } = this.#need(write);
    const patchMeta = isRecord(patch) && isRecord(patch['metadata']) ? patch['metadata'] : {};
    checkVersion(write, object, typeof patchMeta['resourceVersion'] === 'string' ? patchMeta['resourceVersion'] : undefined);
    const merged = merge(object, patch) as KubeObject;
    const metadata = { ...merged.metadata, ...serverMeta(object) };
    const next =
      write.subresource === 'status' || write.subresource === 'approval'
        ? { ...object, status: merged['status'] }
        : { ...merged, metadata, status: object['status'] };
    return this.#update(write, next);
  }

  apply(write: Write, draft: Draft, options: { readonly force: boolean; readonly dryRun: boolean }): KubeObject {
    const found = this.#find(write);
    if (found === undefined) {
      if (write.subresource !== undefined) throw notFound(write);
      return options.dryRun ? ({ ...draft, metadata: { ...draft.metadata } } as KubeObject) : this.#born(write, draft, 'Apply');
    }
    checkVersion(write, found.object, draft.metadata?.resourceVersion);
    const wanted = write.subresource === 'status' ? { status: draft['status'] } : { ...draft, status: undefined };
    const merged = applyTo(found, wanted, { manager: write.manager, subresource: write.subresource, force: options.force });
    if (merged === undefined) return found.object;
    if (options.dryRun) return merged.object;
    return this.#commit(write, merged.object, [...merged.others, this.#owner(write, 'Apply', merged.paths)]);
  }

  /**
   * Pods with a grace period and objects with finalizers stay, terminating. Returns the object while it stays, undefined when it is gone.
   */
  delete(write: Write, preconditions: Preconditions, graceSeconds?: number): KubeObject | undefined {
    const { object, owners } = this.#need(write);
    checkPreconditions(write, object, preconditions);
    const grace = write.resource === 'v1/pods' ? (graceSeconds ?? specGrace(object)) : 0;
    const waits = grace > 0 || (object.metadata.finalizers ?? []).length > 0;
    if (!waits) {
      this.#end(write, object);
      return undefined;
    }
    if (object.metadata.deletionTimestamp !== undefined) return object;
    const metadata = { ...object.metadata, deletionTimestamp: time(this.now()), deletionGracePeriodSeconds: grace };
    return this.#commit(write, { ...object, metadata }, owners);
  }

  /** The end of a termination (the kubelet has stopped the containers), or of any object without more ado. */
  end(resource: Resource, namespace: string | undefined, name: string): void {
    const write = { resource, namespace, name, manager: 'kubelet' };
    this.#end(write, this.#need(write).object);
  }

  #born(write: Write, draft: Draft, operation: FieldOwner['operation']): KubeObject {
    const object = {
      ...draft,
      metadata: { ...draft.metadata, name: write.name, ...(write.namespace === undefined ? {} : { namespace: write.namespace }) },
    } as unknown as KubeObject;
    const metadata = { ...object.metadata, uid: randomUUID(), creationTimestamp: time(this.now()) };
    return this.#commit(write, { ...object, metadata }, [this.#owner(write, operation, leavesOf(object))]);
  }

  #update(write: Write, next: KubeObject): KubeObject {
    const { object, owners } = this.#need(write);
    const clean = JSON.parse(JSON.stringify(next)) as KubeObject;
    const leaves = leavesOf(clean);
    const changed = new Set(
      [...leaves].filter((path) => !isDeepStrictEqual(valueAt(clean, segmentsOf(path)), valueAt(object, segmentsOf(path)))),
    );
    if (changed.size === 0 && isDeepStrictEqual(leaves, leavesOf(object))) return object;
    const isMine = (owner: FieldOwner): boolean =>
      owner.manager === write.manager && owner.operation === 'Update' && owner.subresource === write.subresource;
    const kept = owners.map((owner) => ({
      ...owner,
      paths: new Set([...owner.paths].filter((path) => leaves.has(path) && !changed.has(path))),
    }));
    const mine = this.#owner(write, 'Update', new Set([...(kept.find(isMine)?.paths ?? []), ...changed]));
    return this.#commit(
      write,
      clean,
      [...kept.filter((owner) => !isMine(owner)), mine].filter((owner) => owner.paths.size > 0),
    );
  }

  #commit(write: Write, object: KubeObject, owners: readonly FieldOwner[]): KubeObject {
    const before = this.#find(write)?.object;
    this.version += 1;
    const generation = generationOf(before, object);
    const managedFields = printOwners(owners, object.apiVersion);
    const stored = { ...object, metadata: { ...object.metadata, ...generation, resourceVersion: String(this.version), managedFields } };
    const ends = stored.metadata.deletionTimestamp !== undefined && (stored.metadata.finalizers ?? []).length === 0 && !graceful(stored);
    if (ends) this.#stored.delete(keyOf(write.resource, write.namespace, write.name));
    else this.#stored.set(keyOf(write.resource, write.namespace, write.name), { object: stored, owners });
    this.#tell({
      resource: write.resource,
      version: this.version,
      type: ends ? 'DELETED' : before === undefined ? 'ADDED' : 'MODIFIED',
      object: stored,
      previous: before,
    });
    return stored;
  }

  #end(write: Write, object: KubeObject): void {
    this.#stored.delete(keyOf(write.resource, write.namespace, write.name));
    this.version += 1;
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } };
    this.#tell({ resource: write.resource, version: this.version, type: 'DELETED', object: last, previous: object });
  }

  /** Ends every object whose owners are all gone, until nothing changes; returns how many. */
  collectGarbage(): number {
    const uids = new Set([...this.#stored.values()].map(({ object }) => object.metadata.uid));
    const orphans = [...this.#stored.entries()].filter(([, { object }]) => {
      const owners = object.metadata.ownerReferences ?? [];
      return owners.length > 0 && owners.every((owner) => !uids.has(owner.uid)) && object.metadata.deletionTimestamp === undefined;
    });
    for (const [key, { object }] of orphans) {
      const resource = key.slice(0, key.indexOf(' '));
      this.delete({ resource, namespace: object.metadata.namespace, name: object.metadata.name, manager: 'garbage-collector' }, {});
    }
    return orphans.length === 0 ? 0 : orphans.length + this.collectGarbage();
  }

  #owner(write: Write, operation: FieldOwner['operation'], paths: ReadonlySet<string>): FieldOwner {
    const owner = { manager: write.manager, operation, time: time(this.now()), paths };
    return write.subresource === undefined ? owner : { ...owner, subresource: write.subresource };
  }

  #find(write: Write): Stored | undefined {
    return this.#stored.get(keyOf(write.resource, write.namespace, write.name));
  }

  #need(write: Write): Stored {
    const found = this.#find(write);
    if (found === undefined) throw notFound(write);
    return found;
  }

  #tell(event: HistoryEvent): void {
    this.history.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

interface Applier {
  readonly manager: string;
  readonly subresource: string | undefined;
  readonly force: boolean;
}

interface Applied {
  readonly object: KubeObject;
  readonly others: readonly FieldOwner[];
  readonly paths: ReadonlySet<string>;
}

/** Undefined: nothing changes. */
function applyTo(found: Stored, wanted: Draft, by: Applier): Applied | undefined {
  const paths = leavesOf(wanted);
  const isMine = (owner: FieldOwner): boolean =>
    owner.manager === by.manager && owner.operation === 'Apply' && owner.subresource === by.subresource;
  const mine = found.owners.find(isMine)?.paths ?? new Set<string>();
  const taken = (path: string): boolean =>
    paths.has(path) && !isDeepStrictEqual(valueAt(found.object, segmentsOf(path)), valueAt(wanted, segmentsOf(path)));
  const before = found.owners.filter((owner) => !isMine(owner));
  const conflicts = before.flatMap((owner) => [...owner.paths].filter(taken).map((path) => ({ owner, path })));
  if (conflicts.length > 0 && !by.force) throw applyConflict(conflicts);
  const others = before
    .map((owner) => ({ ...owner, paths: new Set([...owner.paths].filter((path) => !taken(path))) }))
    .filter((owner) => owner.paths.size > 0);
  const abandoned = [...mine].filter((path) => !paths.has(path) && !others.some((owner) => owner.paths.has(path)));
  let object: unknown = found.object;
  for (const path of abandoned) object = withoutLeaf(object, segmentsOf(path));
  for (const path of paths) object = withLeaf(object, segmentsOf(path), valueAt(wanted, segmentsOf(path)));
  if (isDeepStrictEqual(mine, paths) && isDeepStrictEqual(object, found.object)) return undefined;
  return { object: object as KubeObject, others, paths };
}

const keyOf = (resource: Resource, namespace: string | undefined, name: string): string => `${resource} ${namespace ?? ''}/${name}`;
const time = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, 'Z');
const graceful = (object: KubeObject): boolean => Number(object.metadata['deletionGracePeriodSeconds'] ?? 0) > 0;

/** Kinds with a spec count its changes. */
function generationOf(before: KubeObject | undefined, object: KubeObject): { generation?: number } {
  if (object['spec'] === undefined) return {};
  const changed = before !== undefined && !isDeepStrictEqual(before['spec'], object['spec']);
  return { generation: (before?.metadata.generation ?? 1) + (changed ? 1 : 0) };
}

function specGrace(object: KubeObject): number {
  const spec = object['spec'];
  return isRecord(spec) && typeof spec['terminationGracePeriodSeconds'] === 'number' ? spec['terminationGracePeriodSeconds'] : 30;
}

/** What a writer cannot change. */
function serverMeta(object: KubeObject): Partial<KubeMeta> {
  const { name, namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  const fields = { name, namespace, uid, creationTimestamp, generation, deletionTimestamp, deletionGracePeriodSeconds };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, name);
    else result[name] = merge(result[name], value);
  }
  return result;
}

const plural = (write: Write): string => write.resource.split('/').at(-1) ?? '';

function notFound(write: Write): Refusal {
  return new Refusal(404, 'NotFound', `${plural(write)} "${write.name}" not found`, { name: write.name, kind: plural(write) });
}

function conflict(write: Write, why: string): Refusal {
  return new Refusal(409, 'Conflict', `Operation cannot be fulfilled on ${plural(write)} "${write.name}": ${why}`, {
    name: write.name,
    kind: plural(write),
  });
}

function checkVersion(write: Write, object: KubeObject, wanted: string | undefined): void {
  if (wanted !== undefined && wanted !== '' && wanted !== object.metadata.resourceVersion) {
    throw conflict(write, 'the object has been modified; please apply your changes to the latest version and try again');
  }
}

function checkPreconditions(write: Write, object: KubeObject, preconditions: Preconditions): void {
  const { uid, resourceVersion } = object.metadata;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(write, `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid})`);
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      write,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the record (${resourceVersion})`,
    );
  }
}

function applyConflict(conflicts: readonly { readonly owner: FieldOwner; readonly path: string }[]): Refusal {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${owner.manager}"`,
    field: printPath(path),
  }));
  const fields = causes.map((cause) => cause.field).join(', ');
  return new Refusal(409, 'Conflict', `Apply failed with ${String(causes.length)} conflict: ${causes[0]?.message ?? ''}: ${fields}`, {
    causes,
  });
}
