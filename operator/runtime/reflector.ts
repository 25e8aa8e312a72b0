/**
 * Keeps one store equal to the API server: a paged list, then a watch from that version, for as long as the process lives.
 *
 * The invariant: no failure ends it, and none passes unseen. A watch that ends or breaks goes on from the last version
 * seen; a version that the server no longer has leads to a new list, and what vanished meanwhile is reported as gone. A
 * watch on which nothing ends (a half-open connection) is cut by a watchdog after the server should have ended it. A server
 * that was restored from a backup accepts a watch from a version of its lost future and stays silent on it (seen on 1.34);
 * so after a watch that did not live to its time the server is asked, with a list of one object, where it stands.
 */
import { backOff } from './back-off';
import type { BackOffLimits } from './back-off';
import { sleep, systemClock } from './clock';
import type { Clock } from './clock';
import { KubeError, errorOfAnswer, isExpired, isForbidden, isNotFound } from './kube-error';
import type { ListPage, PageOptions, WatchEvent, WatchOptions } from './kube-client';
import type { Kind, KubeObject } from './kube-types';
import { describeError } from './log';
import type { Logger } from './log';
import { parseVersion } from './resource-version';
import type { KindStore } from './store';

/** The half of the client that a reflector uses. */
export interface ListWatch {
  listPage(kind: Kind, options: PageOptions): Promise<ListPage>;
  watch(kind: Kind, options: WatchOptions, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}

export interface ReflectorLimits {
  /** Objects in a page; default 500. */
  readonly pageSize: number;
  /** Seconds after which the server ends a watch, give or take 20 %; default 300. */
  readonly watchSeconds: number;
  /** Milliseconds beyond that until a silent watch is cut; default 30 000. */
  readonly stallGrace: number;
  /** Default 200 ms to 30 s. */
  readonly backOff: BackOffLimits;
  /** Milliseconds; a watch that ends sooner and without an event counts as a failure. Default 1 000. */
  readonly shortestWatch: number;
  /** Failed attempts in a row after which a new list is made, whatever the error was; default 8. */
  readonly failuresBeforeList: number;
}

export interface ReflectorOptions {
  readonly source: ListWatch;
  readonly store: KindStore;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** The server may not know the kind, or never let us see it: then there are none of it, and it is asked again now and then. */
  readonly optional?: Asking | undefined;
  /** Lists and watches carry metadata alone. */
  readonly metadataOnly?: boolean;
  readonly log: Logger;
  readonly limits?: Partial<ReflectorLimits>;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** A watch that was opened again, and why: `ended`, `stalled`, `expired` or `failed`. */
  readonly onRestart?: (resource: string, why: RestartReason) => void;
}

/** How a kind is asked for that the server does not know. */
export interface Asking {
  /** How often with back-off: a definition is there a moment before the server knows its kind. */
  readonly tries: number;
  /** Milliseconds between two questions after that. */
  readonly again: number;
}

export type RestartReason = 'ended' | 'stalled' | 'expired' | 'failed';

export const defaultReflectorLimits: ReflectorLimits = {
  pageSize: 500,
  watchSeconds: 300,
  stallGrace: 30_000,
  backOff: { first: 200, most: 30_000 },
  shortestWatch: 1_000,
  failuresBeforeList: 8,
};

/** Milliseconds before its time at which the end of a watch is no longer taken for the regular one. */
const earlyBy = 5_000;

export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #limits: ReflectorLimits;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  /** From where the next watch goes on; undefined: a list comes first. */
  #version: string | undefined;
  /** The last watch did not end as it should; the server may be another one by now. */
  #unsure = false;
  #failures = 0;
  #failing = false;
  /** A list came in once: what is no longer shown is unknown from then on, never absent. */
  #seen = false;
  /** Answers in a row that the kind is not there. */
  #lacks = 0;
  #asked = new AbortController();

  constructor(options: ReflectorOptions) {
    this.#options = options;
    this.#limits = { ...defaultReflectorLimits, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Whether the server knows an optional kind by now is asked at once. */
  ask(): void {
    this.#lacks = 0;
    this.#asked.abort();
  }

  /** Resolves when the watch is closed. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped()) {
      try {
        if (this.#unsure) await this.#reassure();
        this.#version ??= await this.#list();
        await this.#watch(this.#version);
      } catch (error) {
        if (!this.#isStopped()) await this.#failed(error);
      }
    }
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  get #scope(): Scope {
    const { namespace, labelSelector, fieldSelector, metadataOnly } = this.#options;
    return dropUndefined({ namespace, labelSelector, fieldSelector, metadataOnly });
  }

  async #reassure(): Promise<void> {
    const { source, store } = this.#options;
    const known = this.#version;
    if (known !== undefined) {
      const { resourceVersion } = await source.listPage(store.kind, { ...this.#scope, limit: 1 });
      if (parseVersion(resourceVersion) < parseVersion(known)) this.#version = undefined;
    }
    this.#unsure = false;
  }

  async #list(): Promise<string> {
    const { source, store, namespace } = this.#options;
    const scope = this.#scope;
    const mark = store.beginList();
    const items: KubeObject[] = [];
    let page: ListPage = await source.listPage(store.kind, { ...scope, limit: this.#limits.pageSize });
    items.push(...page.items);
    while (page.continue !== undefined && !this.#isStopped()) {
      page = await source.listPage(store.kind, { ...scope, limit: this.#limits.pageSize, continue: page.continue });
      items.push(...page.items);
    }
    if (this.#isStopped()) return page.resourceVersion;
    store.replace({ items, resourceVersion: page.resourceVersion, namespace, mark });
    this.#seen = true;
    this.#lacks = 0;
    if (this.#failures === 0) this.#recovered();
    return page.resourceVersion;
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { source, store, namespace } = this.#options;
    const timeoutSeconds = Math.max(1, Math.round(this.#limits.watchSeconds * (0.8 + 0.4 * this.#random())));
    const cut = new Cut(this.#stopped.signal);
    const watchdog = this.#clock.after(timeoutSeconds * 1000 + this.#limits.stallGrace, () => {
      cut.now();
    });
    const start = this.#clock.now();
    let events = 0;
    const onEvent = (event: WatchEvent): void => {
      if (this.#isStopped()) return;
      this.#handle(event);
      events += 1;
      this.#recovered();
    };
    try {
      const options = { ...this.#scope, resourceVersion, timeoutSeconds };
      await source.watch(store.kind, options, onEvent, cut.signal);
    } catch (error) {
      throw cut.made ? stalled(store.kind, namespace) : error;
    } finally {
      watchdog.cancel();
      cut.release();
    }
    const lasted = this.#clock.now() - start;
    if (events === 0 && lasted <= this.#limits.shortestWatch) throw tooShort(store.kind, namespace);
    this.#unsure = lasted < timeoutSeconds * 1000 - earlyBy;
    this.#recovered();
    this.#restarted('ended');
  }

  #handle(event: WatchEvent): void {
    const { store, namespace } = this.#options;
    if (event.type === 'ERROR')
      throw errorOfAnswer('watch', { kind: store.kind, namespace }, codeOf(event.object), JSON.stringify(event.object));
    const { resourceVersion } = event.object.metadata;
    if (event.type === 'DELETED') store.vanish(event.object);
    else if (event.type !== 'BOOKMARK') store.observe(event.object);
    this.#version = resourceVersion;
    store.reached(namespace, resourceVersion);
  }

  async #failed(error: unknown): Promise<void> {
    const { optional } = this.#options;
    if (optional !== undefined && this.#isLack(error)) await this.#lack(optional, error);
    else await this.#retry(error);
  }

  async #retry(error: unknown): Promise<void> {
    const expired = isExpired(error);
    this.#failures += 1;
    this.#unsure = true;
    if (expired || this.#failures % this.#limits.failuresBeforeList === 0) this.#version = undefined;
    this.#restarted(expired ? 'expired' : error instanceof KubeError && error.reason === 'Stalled' ? 'stalled' : 'failed');
    const { log, store } = this.#options;
    if (!expired && !this.#failing) {
      this.#failing = true;
      log.warn('lost sight of a kind; trying again', { resource: store.kind.plural, error: describeError(error) });
    }
    // The first relist after an expiry follows at once: nothing is wrong with the server.
    if (expired && this.#failures === 1) return;
    await sleep(this.#clock, backOff(this.#limits.backOff, this.#failures, this.#random), this.#stopped.signal);
  }

  /** A server that hides what it showed before may have lost our permission: then nothing is known of the kind. */
  #isLack(error: unknown): boolean {
    return isNotFound(error) || (isForbidden(error) && !this.#seen);
  }

  /** What the server does not know at all, it has none of. */
  async #lack({ tries, again }: Asking, error: unknown): Promise<void> {
    const { store, namespace, log } = this.#options;
    [this.#version, this.#unsure, this.#seen] = [undefined, false, false];
    this.#lacks += 1;
    this.#asked = new AbortController();
    store.lack(namespace);
    if (isForbidden(error) && this.#lacks === 1)
      log.info('may not see a kind, which counts as not installed', { resource: store.kind.plural, error: describeError(error) });
    const wait = this.#lacks > tries ? again : backOff(this.#limits.backOff, this.#lacks, this.#random);
    await sleep(this.#clock, wait, AbortSignal.any([this.#asked.signal, this.#stopped.signal]));
  }

  #recovered(): void {
    this.#failures = 0;
    if (!this.#failing) return;
    this.#failing = false;
    this.#options.log.info('sees a kind again', { resource: this.#options.store.kind.plural });
  }

  #restarted(why: RestartReason): void {
    this.#options.onRestart?.(this.#options.store.kind.plural, why);
  }
}

/** Aborts when the reflector stops or when the watchdog bites; remembers which. */
class Cut {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #end = (): void => {
    this.#controller.abort();
  };
  made = false;

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    if (outer.aborted) this.#end();
    outer.addEventListener('abort', this.#end, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  now(): void {
    this.made = true;
    this.#end();
  }

  release(): void {
    this.#outer.removeEventListener('abort', this.#end);
  }
}

function stalled(kind: Kind, namespace: string | undefined): KubeError {
  const said = 'the server neither sent anything nor ended the watch in time';
  return new KubeError({ status: 0, reason: 'Stalled', said, verb: 'watch', ref: { kind, namespace } });
}

function tooShort(kind: Kind, namespace: string | undefined): KubeError {
  return new KubeError({ status: 0, reason: 'Ended', said: 'the server ended the watch at once', verb: 'watch', ref: { kind, namespace } });
}

function codeOf(status: unknown): number {
  const code = typeof status === 'object' && status !== null && 'code' in status ? status.code : undefined;
  return typeof code === 'number' ? code : 500;
}

type Scope = Pick<PageOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'>;

function dropUndefined(scope: { readonly [key in keyof Scope]: Scope[key] | undefined }): Scope {
  return Object.fromEntries(Object.entries(scope).filter(([, value]) => value !== undefined));
}
