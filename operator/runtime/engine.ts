/**
 * The runtime without its base class: stores kept by reflectors, queues of controllers, one Lease. Handlers run only while
 * this instance leads and after every store has its first list, so none of them ever decides on half a picture.
 */
import type { Clock } from './clock';
import { LeaseElection } from './lease';
import type { LeaseApi, LeaseOptions } from './lease';
import type { HealthView } from './health';
import type { Handler, Kind, KubeObject } from './kube-types';
import type { Logger } from './log';
import type { RuntimeMetrics } from './metrics';
import { DEFINITION, OptionalKinds, UNTOLD } from './optional-kinds';
import { Reflector } from './reflector';
import type { Asking, ListWatch, ReflectorLimits, ReflectorOptions } from './reflector';
import { KindStore } from './store';
import type { Transform } from './transform';
import { WorkQueue } from './work-queue';
import type { QueueOptions } from './work-queue';

export interface WatchKindOptions {
  /** Undefined: all namespaces. One list and one watch for each. */
  readonly namespaces?: readonly string[] | undefined;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly indexBy?: (object: KubeObject) => string | undefined;
  /** What is kept of each object; default: all but managedFields. */
  readonly transform?: Transform;
  /** Its CustomResourceDefinition may not be installed: while it is not, the store is empty and `absent`. */
  readonly optional?: boolean;
}

export interface ControllerOptions {
  /** Default 1. */
  readonly workers?: number;
  readonly backOff?: QueueOptions['backOff'];
}

export type LeaseSettings = Pick<LeaseOptions, 'namespace' | 'name' | 'identity' | 'leaseDuration' | 'renewDeadline' | 'retryPeriod'>;

export interface EngineOptions {
  readonly api: ListWatch & LeaseApi;
  readonly log: Logger;
  readonly metrics?: RuntimeMetrics;
  /** Undefined: this is the only instance, it leads from the start. */
  readonly lease?: LeaseSettings;
  /** End the process here; queues are closed already. */
  readonly onLost: (why: string) => void;
  readonly fieldManager?: string;
  readonly limits?: Partial<ReflectorLimits>;
  readonly clock?: Clock;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #stores: KindStore[] = [];
  readonly #reflectors: Reflector[] = [];
  #optional: OptionalKinds | undefined;
  readonly #queues: WorkQueue[] = [];
  readonly #whenLeading: (() => void | Promise<void>)[] = [];
  readonly #election: LeaseElection | undefined;
  #state: 'new' | 'started' | 'stopped' = 'new';
  #leads = false;
  #lost = false;
  #working = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    if (options.lease === undefined) return;
    this.#election = new LeaseElection({
      ...options.lease,
      ...clockOf(options),
      api: options.api,
      log: options.log,
      onLeading: () => {
        this.#lead();
      },
      onLost: (why) => {
        this.#lose(why);
      },
    });
  }

  get view(): HealthView {
    const stores: Record<string, boolean> = {};
    for (const { kind, synced } of this.#stores) stores[kind.plural] = synced && stores[kind.plural] !== false;
    return { stopped: this.#state === 'stopped', role: this.#lost ? 'lost' : this.#leads ? 'leading' : 'standing by', stores };
  }

  /** A store of one kind, kept up to date from `start` on (at once when started already). */
  watchKind(kind: Kind, options: WatchKindOptions = {}): KindStore {
    const { log, fieldManager } = this.#options;
    const { indexBy, transform } = options;
    const store = new KindStore({ kind, log, ...clockOf(this.#options), ...defined({ indexBy, transform, fieldManager }) });
    const namespaces = kind.namespaced ? (options.namespaces ?? [undefined]) : [undefined];
    store.expectLists(namespaces.length);
    store.onSynced(() => {
      this.#workWhenReady();
    });
    this.#stores.push(store);
    const { labelSelector, fieldSelector } = options;
    const reflectors = (optional?: Asking): readonly Reflector[] =>
      namespaces.map((namespace) => this.#reflector(store, { namespace, labelSelector, fieldSelector, optional }));
    if (options.optional === true) this.#optionalKinds().add({ store, reflectors, namespaces });
    else for (const reflector of reflectors()) this.#keep(reflector);
    return store;
  }

  /** The definitions are watched from the first optional kind on. */
  #optionalKinds(): OptionalKinds {
    if (this.#optional !== undefined) return this.#optional;
    const definitions = new KindStore({ kind: DEFINITION, log: this.#options.log, transform: nameOnly, ...clockOf(this.#options) });
    this.#optional = new OptionalKinds(definitions);
    this.#keep(this.#reflector(definitions, { optional: UNTOLD, metadataOnly: true }));
    return this.#optional;
  }

  #reflector(store: KindStore, how: Partial<ReflectorOptions>): Reflector {
    const { api, log, limits, metrics } = this.#options;
    const more = defined({ limits, onRestart: metrics?.watchRestart });
    return new Reflector({ source: api, store, log, ...how, ...more, ...clockOf(this.#options) });
  }

  #keep(reflector: Reflector): void {
    this.#reflectors.push(reflector);
    if (this.#state === 'started') reflector.start();
  }

  /** A queue whose handler runs for its keys. Adds before the start, or while standing by, are kept. */
  controller(name: string, handler: Handler, options: ControllerOptions = {}): WorkQueue {
    const { log, metrics } = this.#options;
    const more = defined({ workers: options.workers, backOff: options.backOff, metrics: metrics?.queue });
    const queue = new WorkQueue({ name, handler, log, ...more, ...clockOf(this.#options) });
    this.#queues.push(queue);
    if (this.#working) queue.start();
    return queue;
  }

  /** Runs once, when this instance leads and all stores are synced, before the first handler. An error is logged. */
  whenLeading(run: () => void | Promise<void>): void {
    this.#whenLeading.push(run);
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#options.metrics?.leader(false);
    for (const reflector of this.#reflectors) reflector.start();
    if (this.#election === undefined) this.#lead();
    else this.#election.start();
  }

  /** Handlers that run may end (at most `limit` milliseconds), then the Lease is released, then the watches end. */
  async stop(limit = 10_000): Promise<void> {
    if (this.#state === 'stopped') return;
    this.#state = 'stopped';
    const ended = await Promise.all(this.#queues.map((queue) => queue.stop(limit)));
    await this.#election?.stop({ release: ended.every(Boolean) });
    this.#leads = false;
    this.#options.metrics?.leader(false);
    await Promise.all([...this.#reflectors.map((reflector) => reflector.stop()), this.#optional?.stop()]);
  }

  #lead(): void {
    if (this.#state !== 'started') return;
    this.#leads = true;
    this.#options.metrics?.leader(true);
    this.#workWhenReady();
  }

  #lose(why: string): void {
    this.#leads = false;
    this.#lost = true;
    for (const queue of this.#queues) queue.pause();
    this.#options.metrics?.leader(false);
    this.#options.onLost(why);
  }

  #workWhenReady(): void {
    if (this.#working || !this.#leads || this.#state !== 'started' || !this.#stores.every((store) => store.synced)) return;
    this.#working = true;
    void this.#work();
  }

  async #work(): Promise<void> {
    for (const run of this.#whenLeading) {
      try {
        await run();
      } catch (error) {
        this.#options.log.error('cannot finish what is to be done before leading', { error });
      }
    }
    if (!this.#leads || this.view.stopped) return;
    for (const queue of this.#queues) queue.start();
  }
}

/** Of definitions only that they are there, and that they changed. */
function nameOnly({ apiVersion, kind, metadata: { name, uid, resourceVersion, creationTimestamp } }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: { name, uid, resourceVersion, creationTimestamp } };
}

const clockOf = (options: EngineOptions): { clock?: Clock } => (options.clock === undefined ? {} : { clock: options.clock });

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the undefined ones, so that the defaults of the callee hold. */
function defined<T extends object>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>;
}
