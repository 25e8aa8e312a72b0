/** The vocabulary of the runtime: Kubernetes objects as raw JSON, kinds, references. The runtime knows nothing of Kafka. */

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMeta;
  readonly [field: string]: unknown;
}

export interface KubeMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly uid: string;
    readonly controller?: boolean;
  }[];
  readonly [field: string]: unknown;
}

/** An object as it is sent: without what the server fills in. */
export interface KubeDraft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** One kind of the API, enough to build its URLs. */
export interface Kind {
  /** For example `v1` or `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** For example `pods`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

export interface ObjectRef {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly name: string;
}

/** Preconditions of a write; the server answers 409 when they do not hold. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface ListOptions {
  /** Undefined: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** The API as the rest of the operator uses it; raw JSON both ways, every call with a time-out. Throws KubeError. */
export interface KubeApi {
  get(ref: ObjectRef): Promise<KubeObject>;
  list(kind: Kind, options?: ListOptions): Promise<{ readonly items: readonly KubeObject[]; readonly resourceVersion: string }>;
  /** Server-side apply with our field manager; `force` takes fields over. */
  apply(
    kind: Kind,
    draft: KubeDraft,
    options?: { readonly force?: boolean; readonly dryRun?: boolean; readonly fieldManager?: string },
  ): Promise<KubeObject>;
  /** Server-side apply of the status subresource. */
  applyStatus(kind: Kind, draft: KubeDraft, options?: { readonly force?: boolean }): Promise<KubeObject>;
  create(kind: Kind, draft: KubeDraft): Promise<KubeObject>;
  /** JSON merge patch; with `resourceVersion` inside the patch's metadata it is conditional. */
  mergePatch(ref: ObjectRef, patch: unknown, subresource?: string): Promise<KubeObject>;
  /** Returns the object while it is still terminating, undefined when it is gone at once. A 404 is success. */
  delete(ref: ObjectRef, preconditions: Preconditions, options?: { readonly gracePeriodSeconds?: number }): Promise<KubeObject | undefined>;
  podLogs(
    namespace: string,
    pod: string,
    options: { readonly container: string; readonly previous?: boolean; readonly tailLines?: number },
  ): Promise<string>;
}

/**
 * The objects of one kind as last seen, kept by one list and watch. It knows our own writes: `record` is called with the
 * answer of every write, and an older event of the same object does not undo it.
 */
export interface Store {
  readonly kind: Kind;
  /** True once the first list is in. */
  readonly synced: boolean;
  /** The server does not know the kind (its definition is not installed): there are none of it, and none can be written. */
  readonly absent: boolean;
  get(namespace: string | undefined, name: string): KubeObject | undefined;
  list(): readonly KubeObject[];
  /** Objects for which the index function (given when the store was made) yields this key. */
  byIndex(key: string): readonly KubeObject[];
  record(object: KubeObject): void;
  /** The answer of a delete that ended the object at once. */
  forget(object: KubeObject): void;
}

/** What happened to an object, after the store knows it. */
export type StoreEvent =
  | { readonly type: 'set'; readonly object: KubeObject; readonly previous: KubeObject | undefined }
  | { readonly type: 'gone'; readonly object: KubeObject };

/** A keyed work queue: one key never runs twice at once, a key added while it runs runs again afterwards. */
export interface Queue {
  add(key: string): void;
  addAfter(key: string, milliseconds: number): void;
}

/** The verdict of a handler: undefined = done until something changes. Throwing = retry with per-key back-off. */
export type Handler = (key: string) => Promise<{ readonly requeueAfter: number } | undefined>;
