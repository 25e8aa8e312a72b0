/**
 * The Kubernetes API as raw JSON over kept connections, with one error type and a time-out on every call. Objects pass
 * through untouched, so fields that are newer than this program are never lost.
 */
import { systemClock, sleep } from './clock';
import type { Clock } from './clock';
import { KubeError, errorOfAnswer } from './kube-error';
import type { KubeTarget } from './kube-error';
import { collectionPath, objectPath, withQuery } from './kube-path';
import type { Query } from './kube-path';
import type { Kind, KubeApi, KubeDraft, KubeObject, ListOptions, ObjectRef, Preconditions } from './kube-types';
import { readLines, readText } from './line-reader';
import { TransportError } from './transport';
import type { HttpAnswer, HttpRequest, HttpStream, Transport } from './transport';

/** One request that ended, for metrics. `code` is the HTTP status, or `Timeout` or `Unreachable`. */
export interface RequestSample {
  readonly verb: string;
  readonly resource: string;
  readonly code: string;
  readonly seconds: number;
}

export interface KubeClientOptions {
  readonly transport: Transport;
  /** Default `kafka-operator`. */
  readonly fieldManager?: string;
  /** Milliseconds for everything but watches; default 10 000. */
  readonly requestTimeout?: number;
  readonly onRequest?: (sample: RequestSample) => void;
  readonly clock?: Clock;
  /** How often a read is asked again after a broken connection, and any call after a 429 or 503 with Retry-After; default 2. */
  readonly retries?: number;
}

interface Reading extends ListOptions {
  /** Objects come as PartialObjectMetadata: without spec and status, which are never transferred. */
  readonly metadataOnly?: boolean;
}

export interface PageOptions extends Reading {
  readonly limit?: number;
  readonly continue?: string;
}

export interface ListPage {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  /** Absent on the last page. */
  readonly continue?: string;
}

export interface WatchOptions extends Reading {
  readonly resourceVersion: string;
  /** Seconds after which the server ends the watch. */
  readonly timeoutSeconds: number;
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly object: unknown };

interface Call extends HttpRequest {
  readonly verb: string;
  readonly ref: KubeTarget;
}

interface ApplyOptions {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

const mergePatchType = 'application/merge-patch+json';
const applyPatchType = 'application/apply-patch+yaml';
const metadataType = (as: string): string => `application/json;as=${as};g=meta.k8s.io;v=v1`;
/** A server that wants a longer pause than this gets an error instead; the work queue waits better than a blocked worker. */
const longestPause = 5_000;
/** The last words of a container; enough for a Java stack trace. */
const logLimitBytes = 65_536;

export class KubeClient implements KubeApi {
  readonly #transport: Transport;
  readonly #fieldManager: string;
  readonly #timeout: number;
  readonly #onRequest: (sample: RequestSample) => void;
  readonly #clock: Clock;
  readonly #retries: number;

  constructor(options: KubeClientOptions) {
    this.#transport = options.transport;
    this.#fieldManager = options.fieldManager ?? 'kafka-operator';
    this.#timeout = options.requestTimeout ?? 10_000;
    this.#onRequest = options.onRequest ?? (() => undefined);
    this.#clock = options.clock ?? systemClock;
    this.#retries = options.retries ?? 2;
  }

  async get(ref: ObjectRef): Promise<KubeObject> {
    return this.#object({ ...this.#call('get', ref), method: 'GET', path: objectPath(ref) });
  }

  async list(kind: Kind, options: ListOptions = {}): Promise<{ items: readonly KubeObject[]; resourceVersion: string }> {
    const items: KubeObject[] = [];
    let page = await this.listPage(kind, { ...options, limit: 500 });
    items.push(...page.items);
    while (page.continue !== undefined) {
      page = await this.listPage(kind, { ...options, limit: 500, continue: page.continue });
      items.push(...page.items);
    }
    return { items, resourceVersion: page.resourceVersion };
  }

  /** One page of a list. Items get the apiVersion and kind that the server leaves out of list items. */
  async listPage(kind: Kind, options: PageOptions): Promise<ListPage> {
    const ref = { kind, namespace: options.namespace };
    const { labelSelector, fieldSelector, limit } = options;
    const query = { labelSelector, fieldSelector, limit, continue: options.continue };
    const path = withQuery(collectionPath(kind, options.namespace), query);
    const headers = acceptOf(options, 'PartialObjectMetadataList');
    const body = (await this.#json({ ...this.#call('list', ref), method: 'GET', path, ...headers })) as {
      readonly kind?: string;
      readonly items?: readonly KubeObject[];
      readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
    };
    const own = { apiVersion: kind.apiVersion, kind: options.metadataOnly === true ? kind.kind : itemKind(body.kind, kind) };
    const items = (body.items ?? []).map((item) => ({ ...item, ...own }));
    const next = body.metadata?.continue;
    const page = { items, resourceVersion: body.metadata?.resourceVersion ?? '0' };
    return next === undefined || next === '' ? page : { ...page, continue: next };
  }

  /** Resolves when the server ends the watch; rejects with KubeError when it breaks or the signal aborts it. */
  async watch(kind: Kind, options: WatchOptions, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void> {
    const ref = { kind, namespace: options.namespace };
    const { labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options;
    const query = { watch: true, allowWatchBookmarks: true, labelSelector, fieldSelector, resourceVersion, timeoutSeconds };
    const path = withQuery(collectionPath(kind, options.namespace), query);
    const call: Call = { ...this.#call('watch', ref), method: 'GET', path, ...acceptOf(options, 'PartialObjectMetadata') };
    const stream = await this.#timed(call, () => this.#transport.open(call, signal));
    try {
      if (stream.status !== 200) throw errorOfAnswer('watch', ref, stream.status, await readText(stream.body, 100_000));
      await readLines(stream.body, (line) => {
        onEvent(parse(line, call) as WatchEvent);
      });
    } catch (error) {
      throw error instanceof KubeError ? error : unreachable(call, error);
    }
  }

  async apply(kind: Kind, draft: KubeDraft, options: ApplyOptions = {}): Promise<KubeObject> {
    return this.#apply(refOf(kind, draft), draft, options);
  }

  async applyStatus(kind: Kind, draft: KubeDraft, options: { readonly force?: boolean } = {}): Promise<KubeObject> {
    return this.#apply(refOf(kind, draft), draft, options, 'status');
  }

  async create(kind: Kind, draft: KubeDraft): Promise<KubeObject> {
    const path = withQuery(collectionPath(kind, draft.metadata.namespace), { fieldManager: this.#fieldManager });
    return this.#object({ ...this.#call('create', refOf(kind, draft)), method: 'POST', path, ...jsonBody(draft) });
  }

  /** PUT of a whole object; with `metadata.resourceVersion` it is conditional. */
  async replace(
    kind: Kind,
    draft: KubeDraft,
    options: { readonly subresource?: string; readonly timeout?: number } = {},
  ): Promise<KubeObject> {
    const ref = refOf(kind, draft);
    const path = withQuery(objectPath(ref, options.subresource), { fieldManager: this.#fieldManager });
    const timeout = options.timeout ?? this.#timeout;
    return this.#object({ ...this.#call('update', ref), method: 'PUT', path, ...jsonBody(draft), timeout });
  }

  async mergePatch(ref: ObjectRef, patch: unknown, subresource?: string): Promise<KubeObject> {
    const path = withQuery(objectPath(ref, subresource), { fieldManager: this.#fieldManager });
    return this.#object({ ...this.#call('patch', ref), method: 'PATCH', path, ...jsonBody(patch, mergePatchType) });
  }

  async delete(
    ref: ObjectRef,
    preconditions: Preconditions,
    options: { readonly gracePeriodSeconds?: number } = {},
  ): Promise<KubeObject | undefined> {
    const { gracePeriodSeconds } = options;
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions, gracePeriodSeconds };
    try {
      const answer = await this.#json({ ...this.#call('delete', ref), method: 'DELETE', path: objectPath(ref), ...jsonBody(body) });
      return stillThere(answer);
    } catch (error) {
      if (error instanceof KubeError && error.status === 404) return undefined;
      throw error;
    }
  }

  async podLogs(
    namespace: string,
    pod: string,
    options: { readonly container: string; readonly previous?: boolean; readonly tailLines?: number },
  ): Promise<string> {
    const ref = { kind: { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true }, namespace, name: pod };
    const { container, previous, tailLines } = options;
    const query: Query = { container, previous, tailLines, limitBytes: logLimitBytes };
    const answer = await this.#answer({ ...this.#call('log', ref), method: 'GET', path: withQuery(objectPath(ref, 'log'), query) });
    return answer.text;
  }

  async #apply(ref: ObjectRef, draft: KubeDraft, options: ApplyOptions, subresource?: string): Promise<KubeObject> {
    const query: Query = {
      fieldManager: options.fieldManager ?? this.#fieldManager,
      force: options.force === true ? true : undefined,
      dryRun: options.dryRun === true ? 'All' : undefined,
    };
    const path = withQuery(objectPath(ref, subresource), query);
    return this.#object({ ...this.#call('apply', ref), method: 'PATCH', path, ...jsonBody(draft, applyPatchType) });
  }

  #call(verb: string, ref: KubeTarget): { verb: string; ref: KubeTarget; timeout: number } {
    return { verb, ref, timeout: this.#timeout };
  }

  async #object(call: Call): Promise<KubeObject> {
    return (await this.#json(call)) as KubeObject;
  }

  async #json(call: Call): Promise<unknown> {
    return parse((await this.#answer(call)).text, call);
  }

  async #answer(call: Call): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.#timed(call, () => this.#transport.send(call));
        if (answer.status < 300) return answer;
        const pause = attempt < this.#retries ? pauseAsked(answer) : undefined;
        if (pause === undefined) throw errorOfAnswer(call.verb, call.ref, answer.status, answer.text);
        await sleep(this.#clock, pause);
      } catch (error) {
        const again = attempt < this.#retries && call.method === 'GET' && error instanceof KubeError && error.reason === 'Unreachable';
        if (!again) throw error;
        await sleep(this.#clock, 100 * 2 ** attempt);
      }
    }
  }

  async #timed<T extends HttpAnswer | HttpStream>(call: Call, run: () => Promise<T>): Promise<T> {
    const start = this.#clock.now();
    const sample = (code: string): void => {
      this.#onRequest({ verb: call.verb, resource: call.ref.kind.plural, code, seconds: (this.#clock.now() - start) / 1000 });
    };
    try {
      const answer = await run();
      sample(String(answer.status));
      return answer;
    } catch (error) {
      const failure = unreachable(call, error);
      sample(failure.reason);
      throw failure;
    }
  }
}

function refOf(kind: Kind, draft: KubeDraft): ObjectRef {
  const { name, namespace } = draft.metadata;
  return namespace === undefined ? { kind, name } : { kind, namespace, name };
}

/** Of a list's own kind, which may be known only from it. */
const itemKind = (listKind: string | undefined, kind: Kind): string => /^(.+)List$/.exec(listKind ?? '')?.[1] ?? kind.kind;

function acceptOf({ metadataOnly }: Reading, as: string): { headers?: Record<string, string> } {
  return metadataOnly === true ? { headers: { Accept: metadataType(as) } } : {};
}

function jsonBody(value: unknown, type = 'application/json'): { body: string; headers: Record<string, string> } {
  return { body: JSON.stringify(value), headers: { 'Content-Type': type } };
}

function parse(text: string, call: Call): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const said = `the answer is not JSON: ${text.slice(0, 80)}`;
    throw new KubeError({ status: 0, reason: 'Malformed', said, verb: call.verb, ref: call.ref });
  }
}

function unreachable(call: Call, error: unknown): KubeError {
  const reason = error instanceof TransportError && error.timedOut ? 'Timeout' : 'Unreachable';
  const said = error instanceof Error ? error.message : String(error);
  return new KubeError({ status: 0, reason, said, verb: call.verb, ref: call.ref });
}

/** Milliseconds, when the server asks for a pause that is short enough to wait for in place. */
function pauseAsked(answer: HttpAnswer): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const seconds = Number(answer.headers['retry-after'] ?? NaN);
  return Number.isFinite(seconds) && seconds * 1000 <= longestPause ? Math.max(seconds * 1000, 50) : undefined;
}

/**
 * What a delete leaves behind. The server answers with a Status when the object is gone; for Pods, claims and Services it
 * answers with the object, gone or not: it stays while it has a grace period or finalizers.
 */
function stillThere(answer: unknown): KubeObject | undefined {
  const object = answer as Partial<KubeObject>;
  if (object.kind === 'Status' || object.metadata === undefined) return undefined;
  const grace = object.metadata['deletionGracePeriodSeconds'];
  const waits = object.metadata.deletionTimestamp !== undefined && typeof grace === 'number' && grace > 0;
  return waits || (object.metadata.finalizers ?? []).length > 0 ? (object as KubeObject) : undefined;
}
