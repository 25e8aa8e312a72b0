/**
 * The objects of one kind as last seen. It knows our own writes: a pass that follows a write sees its effect at once, an
 * event that is older than the write does not undo it, and the echo of the write wakes nobody. What somebody else changed
 * always leads to exactly one event, also when we wrote over it before its event came.
 *
 * Versions (metadata.resourceVersion) are compared as numbers, within one uid and between successive uids of one name.
 */
import { authorshipOf, bearsOurMark, isOurs } from './authorship';
import type { Authorship } from './authorship';
import { systemClock } from './clock';
import type { Clock } from './clock';
import { EchoWait } from './echo-wait';
import type { Kind, KubeObject, Store, StoreEvent } from './kube-types';
import { silentLogger } from './log';
import type { Logger } from './log';
import { parseVersion } from './resource-version';
import { withoutBookkeeping } from './transform';
import type { Transform } from './transform';

export interface StoreOptions {
  readonly kind: Kind;
  /** The key under which `byIndex` finds an object; undefined: under none. */
  readonly indexBy?: (object: KubeObject) => string | undefined;
  /** Default: without managedFields. */
  readonly transform?: Transform;
  /** By which our own writes are known; default `kafka-operator`. */
  readonly fieldManager?: string;
  readonly log?: Logger;
  readonly clock?: Clock;
  /** Milliseconds for which the event of a write of ours waits for the answer to it; default 250. */
  readonly echoWait?: number;
}

/** What a list saw: all objects of the kind (in one namespace, when it is given) at one version. */
export interface Snapshot {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly namespace?: string | undefined;
  /** From `beginList`, called before the list was asked for. */
  readonly mark: number;
}

interface Entry {
  readonly object: KubeObject;
  readonly version: bigint;
  /** The newest version that a watch or a list has shown. */
  readonly seen: bigint;
  /** Versions that our own writes made and that no event has shown yet. */
  readonly own: readonly bigint[];
  readonly authorship: Authorship;
  readonly indexKey: string | undefined;
}

const unknownBefore = { seen: 0n, own: [] as readonly bigint[], known: undefined };

export type StoreHandler = (event: StoreEvent) => void;

/** Deletes of ours whose event never comes (it was outside the selector) are forgotten, oldest first, beyond this many. */
const mostTombstones = 10_000;

/** Answers that come after the end of their object are late by moments; so many ends are remembered. */
const mostEnds = 1_000;

export class KindStore implements Store {
  readonly kind: Kind;
  readonly #options: StoreOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #index = new Map<string, Set<string>>();
  readonly #handlers: StoreHandler[] = [];
  readonly #echoes: EchoWait;
  /** Uids that our deletes ended, with the moment (a counter) when. */
  readonly #tombstones = new Map<string, number>();
  /** By uid: objects whose name we made anew, and whose end no event or list has shown yet. */
  readonly #succeeded = new Map<string, KubeObject>();
  /** By uid: the version with which objects ended. An answer that a watch has overtaken does not bring them back. */
  readonly #ends = new Map<string, bigint>();
  readonly #listed = new Map<string, bigint>();
  readonly #onSynced: (() => void)[] = [];
  /** Namespaces (empty: all) in which the server does not know the kind. */
  readonly #lacking = new Set<string>();
  readonly #onPresence: (() => void)[] = [];
  #moment = 0;
  #expectedLists = 1;
  readonly #lists = new Set<string>();

  constructor(options: StoreOptions) {
    this.kind = options.kind;
    this.#options = options;
    this.#echoes = new EchoWait(options.clock ?? systemClock, options.echoWait ?? 250);
  }

  get synced(): boolean {
    return this.#lists.size >= this.#expectedLists;
  }

  get absent(): boolean {
    return this.#lacking.size > 0;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** How many lists (one for each watched namespace) must be in before the store is synced; default 1. */
  expectLists(count: number): void {
    this.#expectedLists = count;
  }

  /** Called once for every observed change, after the store knows it. */
  onEvent(handler: StoreHandler): void {
    this.#handlers.push(handler);
  }

  /** Called once, when the first lists are in. */
  onSynced(handler: () => void): void {
    this.#onSynced.push(handler);
  }

  /** Called whenever `absent` has changed. */
  onPresence(handler: () => void): void {
    this.#onPresence.push(handler);
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#entries.get(keyOf(namespace, name))?.object;
  }

  list(): readonly KubeObject[] {
    return [...this.#entries.values()].map((entry) => entry.object);
  }

  byIndex(key: string): readonly KubeObject[] {
    return [...(this.#index.get(key) ?? [])].flatMap((name) => this.#entries.get(name)?.object ?? []);
  }

  record(object: KubeObject): void {
    const { uid } = object.metadata;
    const key = keyOfObject(object);
    const before = this.#entries.get(key);
    const version = versionOf(object);
    this.#echoes.recorded(key, version);
    if (this.#tombstones.has(uid) || (before === undefined ? version < this.#endOf(uid) : version <= before.version)) return;
    const authorship = this.#authorshipOf(object);
    if (before !== undefined && before.object.metadata.uid !== uid) this.#succeeded.set(before.object.metadata.uid, before.object);
    const { seen, own, known } = before?.object.metadata.uid === uid ? { ...before, known: before.authorship } : unknownBefore;
    this.#put(key, { object, version, seen, own: isOurs(known, authorship) ? [...own, version] : own, authorship });
  }

  forget(object: KubeObject): void {
    const { uid } = object.metadata;
    this.#moment += 1;
    this.#tombstones.set(uid, this.#moment);
    if (this.#tombstones.size > mostTombstones) this.#tombstones.delete(this.#tombstones.keys().next().value ?? '');
    const key = keyOfObject(object);
    if (this.#entries.get(key)?.object.metadata.uid === uid) this.#remove(key);
  }

  /** ADDED or MODIFIED. */
  observe(object: KubeObject): void {
    this.#observe(object, false);
  }

  /** DELETED. */
  vanish(object: KubeObject): void {
    const { uid } = object.metadata;
    const key = keyOfObject(object);
    const entry = this.#entries.get(key);
    this.#ended(uid, versionOf(object));
    if (entry?.object.metadata.uid === uid) this.#remove(key);
    const known = this.#succeeded.delete(uid) || entry?.object.metadata.uid === uid;
    if (!this.#tombstones.delete(uid) && known) this.#emit({ type: 'gone', object: this.#transform(object) });
  }

  /** To be called before a list is asked for; what is forgotten after it may still be in the list. */
  beginList(): number {
    return this.#moment;
  }

  /** The server does not know the kind: there are none of it, until a list comes in. */
  lack(namespace: string | undefined): void {
    const before = this.#lacking.size;
    this.#lacking.add(namespace ?? '');
    this.#replace({ items: [], resourceVersion: '0', namespace, mark: this.beginList() });
    if (before === 0) this.#tellPresence();
  }

  /** The result of a list: what is new or changed is set, what it lacks is gone unless we wrote it after the list was made. */
  replace(snapshot: Snapshot): void {
    const lacked = this.#lacking.delete(snapshot.namespace ?? '');
    this.#replace(snapshot);
    if (lacked && this.#lacking.size === 0) this.#tellPresence();
  }

  #tellPresence(): void {
    for (const handler of this.#onPresence) handler();
  }

  #replace(snapshot: Snapshot): void {
    const scope = snapshot.namespace ?? '';
    const listVersion = parseVersion(snapshot.resourceVersion);
    const rewound = listVersion < (this.#listed.get(scope) ?? 0n);
    const listed = new Map(snapshot.items.map((item) => [keyOfObject(item), item]));
    this.#endSucceeded(snapshot.namespace);
    this.#dropMissing(snapshot, listVersion, { listed, rewound });
    for (const item of listed.values()) this.#observe(item, true);
    this.#listed.set(scope, listVersion);
    this.#lists.add(scope);
    this.#clearTombstones(snapshot.mark);
    if (this.synced) for (const handler of this.#onSynced.splice(0)) handler();
  }

  /** The version up to which a watch has shown everything; by it a list from a restored backup is told from a late one. */
  reached(namespace: string | undefined, resourceVersion: string): void {
    this.#listed.set(namespace ?? '', parseVersion(resourceVersion));
  }

  #observe(object: KubeObject, listed: boolean): void {
    const { uid } = object.metadata;
    if (this.#tombstones.has(uid)) return;
    const key = keyOfObject(object);
    const version = versionOf(object);
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.object.metadata.uid !== uid) {
      if (version < entry.version) return;
      this.#drop(key, entry);
      this.#set(key, object, undefined, listed);
      return;
    }
    if (entry === undefined) this.#set(key, object, undefined, listed);
    else if (version > entry.seen) this.#advance(key, entry, object, listed);
  }

  /** A version of a known object that no event has shown before. A list skips versions, so there it may hide the work of others. */
  #advance(key: string, entry: Entry, object: KubeObject, listed: boolean): void {
    const version = versionOf(object);
    if (version > entry.version) {
      this.#set(key, object, entry, listed);
      return;
    }
    const echo = !listed && entry.own.includes(version);
    const { authorship, indexKey } = entry;
    const own = entry.own.filter((one) => one > version);
    this.#entries.set(key, { object: entry.object, version: entry.version, seen: version, own, authorship, indexKey });
    if (!echo) this.#emit({ type: 'set', object: entry.object, previous: entry.object });
  }

  #set(key: string, object: KubeObject, previous: Entry | undefined, listed: boolean): void {
    const version = versionOf(object);
    const authorship = this.#authorshipOf(object);
    const entry = this.#put(key, { object, version, seen: version, own: [], authorship });
    const tell = (): void => {
      this.#emit({ type: 'set', object: entry.object, previous: previous?.object });
    };
    if (!listed && bearsOurMark(previous?.authorship, authorship)) this.#echoes.hold(key, version, tell);
    else tell();
  }

  #put(key: string, draft: Omit<Entry, 'indexKey'>): Entry {
    this.#remove(key);
    const object = this.#transform(draft.object);
    const indexKey = this.#options.indexBy?.(object);
    // Written part by part: what is spread together gets a hidden class of its own, which costs as much as the object.
    const { version, seen, own, authorship } = draft;
    const entry: Entry = { object, version, seen, own, authorship, indexKey };
    this.#entries.set(key, entry);
    if (indexKey !== undefined) {
      const names = this.#index.get(indexKey) ?? new Set<string>();
      this.#index.set(indexKey, names.add(key));
    }
    return entry;
  }

  #remove(key: string): void {
    const indexKey = this.#entries.get(key)?.indexKey;
    this.#entries.delete(key);
    if (indexKey === undefined) return;
    const names = this.#index.get(indexKey);
    names?.delete(key);
    if (names?.size === 0) this.#index.delete(indexKey);
  }

  #endSucceeded(namespace: string | undefined): void {
    for (const [uid, object] of [...this.#succeeded]) {
      if (namespace !== undefined && object.metadata.namespace !== namespace) continue;
      this.#succeeded.delete(uid);
      this.#emit({ type: 'gone', object });
    }
  }

  /** A list that is older than what we saw (the server was restored from a backup) wins over everything we know. */
  #dropMissing(
    snapshot: Snapshot,
    listVersion: bigint,
    by: { readonly listed: ReadonlyMap<string, unknown>; readonly rewound: boolean },
  ): void {
    for (const [key, entry] of [...this.#entries]) {
      if (snapshot.namespace !== undefined && entry.object.metadata.namespace !== snapshot.namespace) continue;
      if (by.rewound) this.#entries.set(key, { ...entry, version: 0n, seen: 0n, own: [] });
      if (by.listed.has(key) || (!by.rewound && entry.version > listVersion)) continue;
      if (!by.rewound) this.#ended(entry.object.metadata.uid, listVersion);
      this.#drop(key, entry);
    }
  }

  /** What left the selector ends with the version that it still has: it may be taken up again. */
  #endOf(uid: string): bigint {
    return this.#ends.get(uid) ?? 0n;
  }

  #ended(uid: string, version: bigint): void {
    this.#ends.set(uid, version);
    if (this.#ends.size > mostEnds) this.#ends.delete(this.#ends.keys().next().value ?? '');
  }

  #drop(key: string, entry: Entry): void {
    this.#remove(key);
    this.#emit({ type: 'gone', object: entry.object });
  }

  /** A list that was asked for after a delete cannot hold its object, and no event will come for it any more. */
  #clearTombstones(mark: number): void {
    for (const [uid, moment] of [...this.#tombstones]) {
      if (moment <= mark) this.#tombstones.delete(uid);
    }
  }

  #authorshipOf(object: KubeObject): Authorship {
    return authorshipOf(object, this.#options.fieldManager ?? 'kafka-operator');
  }

  #transform(object: KubeObject): KubeObject {
    return (this.#options.transform ?? withoutBookkeeping)(object);
  }

  #emit(event: StoreEvent): void {
    this.#echoes.drop(keyOfObject(event.object));
    for (const handler of this.#handlers) {
      try {
        handler(event);
      } catch (error) {
        const log = this.#options.log ?? silentLogger;
        log.error('cannot handle an event', { resource: this.kind.plural, name: event.object.metadata.name, error });
      }
    }
  }
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;
const keyOfObject = (object: KubeObject): string => keyOf(object.metadata.namespace, object.metadata.name);
const versionOf = (object: KubeObject): bigint => parseVersion(object.metadata.resourceVersion);
