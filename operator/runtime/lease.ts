/**
 * Leader election on a coordination.k8s.io/v1 Lease: one of several instances acts, the others stand by.
 *
 * The invariant: two never lead at once. Writes carry the resourceVersion, so of two candidates one loses. A candidate
 * takes the Lease only after it has itself seen it unchanged for the whole lease duration: clocks of others are not
 * compared. A leader that could not renew for the renew deadline, which is shorter than the lease duration, stops leading
 * before anyone else may start; the deadline runs from when the last good renewal was *sent*.
 *
 *     leader     renew ──── renew ──x────x────x── lost          (deadline 10 s)
 *     candidate        sees ........................ takes over  (duration 15 s)
 */
import { sleep, systemClock } from './clock';
import type { Clock, Timer } from './clock';
import { isAlreadyExists, isConflict, isNotFound } from './kube-error';
import type { Kind, KubeDraft, KubeObject, ObjectRef } from './kube-types';
import { describeError } from './log';
import type { Logger } from './log';

export const leaseKind: Kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases', namespaced: true };

/** The half of the client that the election uses. */
export interface LeaseApi {
  get(ref: ObjectRef): Promise<KubeObject>;
  create(kind: Kind, draft: KubeDraft): Promise<KubeObject>;
  replace(kind: Kind, draft: KubeDraft, options?: { readonly timeout?: number }): Promise<KubeObject>;
}

export interface LeaseOptions {
  readonly api: LeaseApi;
  readonly namespace: string;
  readonly name: string;
  /**
   * Unique among live processes. The name of the Pod will do inside a cluster (its container has ended before it is started
   * again, so the new process goes on with the Lease of the old one at once); elsewhere add something random.
   */
  readonly identity: string;
  readonly log: Logger;
  /** Called once, when this process leads. */
  readonly onLeading: () => void;
  /** Called when it no longer does: end the process, nothing else is safe. Not called on a clean stop. */
  readonly onLost: (why: string) => void;
  /** Milliseconds: 15 000, 10 000, 2 000. */
  readonly leaseDuration?: number;
  readonly renewDeadline?: number;
  readonly retryPeriod?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

interface LeaseSpec {
  readonly holderIdentity?: string;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
  readonly leaseTransitions?: number;
}

export class LeaseElection {
  readonly #options: LeaseOptions;
  readonly #clock: Clock;
  readonly #duration: number;
  readonly #deadline: number;
  readonly #period: number;
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #seen: KubeObject | undefined;
  /** When we first saw the Lease as it is now. */
  #seenAt = 0;
  #lastGood = 0;
  #deadlineTimer: Timer | undefined;
  #state: 'standing by' | 'leading' | 'lost' = 'standing by';

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#duration = options.leaseDuration ?? 15_000;
    this.#deadline = options.renewDeadline ?? 10_000;
    this.#period = options.retryPeriod ?? 2_000;
    if (this.#deadline >= this.#duration || this.#period >= this.#deadline) {
      throw new Error(
        'cannot elect a leader: the lease duration must be longer than the renew deadline, and that longer than the retry period',
      );
    }
  }

  /** False as soon as the deadline has passed, even when the process was frozen and its timers are late. */
  get leading(): boolean {
    return this.#state === 'leading' && this.#clock.now() < this.#lastGood + this.#deadline;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Stops and, unless `release` is false, empties a Lease that we hold so that another can lead at once. */
  async stop(options: { readonly release?: boolean } = {}): Promise<void> {
    this.#stopped.abort();
    this.#deadlineTimer?.cancel();
    await this.#running;
    const ours = this.#seen !== undefined && holderOf(this.#seen) === this.#options.identity;
    if (this.#state !== 'lost' && ours && options.release !== false) await this.#release();
    this.#state = 'lost';
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted && this.#state !== 'lost') {
      await this.#attempt();
      await sleep(this.#clock, this.#pause(), this.#stopped.signal);
    }
  }

  /** A leader that must look again does so at once: its deadline runs. Candidates spread out. */
  #pause(): number {
    if (this.#state !== 'leading') return this.#period * (1 + 0.2 * (this.#options.random ?? Math.random)());
    return this.#seen === undefined ? this.#period / 20 : this.#period;
  }

  async #attempt(): Promise<void> {
    const sentAt = this.#clock.now();
    try {
      if (this.#seen === undefined || this.#state !== 'leading') this.#look(await this.#read());
      const lease = this.#seen;
      if (lease !== undefined && !this.#mayTake(lease)) {
        this.#lose(`${holderOf(lease)} holds the lease`);
        return;
      }
      this.#look(await this.#write(lease));
      this.#good(sentAt);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #read(): Promise<KubeObject | undefined> {
    const { api, namespace, name } = this.#options;
    try {
      return await api.get({ kind: leaseKind, namespace, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #look(lease: KubeObject | undefined): void {
    const changed = lease?.metadata.resourceVersion !== this.#seen?.metadata.resourceVersion;
    if (changed || lease === undefined) this.#seenAt = this.#clock.now();
    this.#seen = lease;
  }

  #mayTake(lease: KubeObject): boolean {
    const holder = holderOf(lease);
    if (holder === '' || holder === this.#options.identity) return true;
    const lasts = (specOf(lease).leaseDurationSeconds ?? this.#duration / 1000) * 1000;
    return this.#clock.now() - this.#seenAt >= lasts;
  }

  #write(lease: KubeObject | undefined): Promise<KubeObject> {
    const { api, namespace, name, identity } = this.#options;
    const old = lease === undefined ? {} : specOf(lease);
    const now = microTime(this.#clock.now());
    const same = old.holderIdentity === identity;
    const spec: LeaseSpec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(this.#duration / 1000)),
      acquireTime: same ? (old.acquireTime ?? now) : now,
      renewTime: now,
      leaseTransitions: (old.leaseTransitions ?? 0) + (same || lease === undefined ? 0 : 1),
    };
    if (lease === undefined) return api.create(leaseKind, { ...draft(namespace, name), spec });
    const metadata = { ...draft(namespace, name).metadata, resourceVersion: lease.metadata.resourceVersion };
    return api.replace(leaseKind, { ...draft(namespace, name), metadata, spec }, { timeout: this.#deadline / 2 });
  }

  #good(sentAt: number): void {
    if (this.#state === 'lost' || this.#stopped.signal.aborted) return;
    this.#lastGood = sentAt;
    this.#deadlineTimer?.cancel();
    this.#deadlineTimer = this.#clock.after(this.#lastGood + this.#deadline - this.#clock.now(), () => {
      this.#lose(`the lease could not be renewed for ${String(this.#deadline)} ms`);
    });
    if (this.#state === 'leading') return;
    this.#state = 'leading';
    this.#options.log.info('leads', { lease: this.#options.name, identity: this.#options.identity });
    this.#options.onLeading();
  }

  #failed(error: unknown): void {
    // Somebody wrote the Lease: look again before the next attempt.
    if (isConflict(error) || isAlreadyExists(error) || isNotFound(error)) this.#seen = this.#state === 'leading' ? undefined : this.#seen;
    this.#options.log.debug('an attempt on the lease failed', { lease: this.#options.name, error: describeError(error) });
  }

  #lose(why: string): void {
    if (this.#state !== 'leading' || this.#stopped.signal.aborted) return;
    this.#state = 'lost';
    this.#deadlineTimer?.cancel();
    this.#options.log.error('no longer leads', { lease: this.#options.name, why });
    this.#options.onLost(why);
  }

  async #release(): Promise<void> {
    const { api, namespace, name, log } = this.#options;
    const lease = this.#seen;
    if (lease === undefined) return;
    const metadata = { ...draft(namespace, name).metadata, resourceVersion: lease.metadata.resourceVersion };
    const spec: LeaseSpec = { ...specOf(lease), holderIdentity: '', leaseDurationSeconds: 1, renewTime: microTime(this.#clock.now()) };
    try {
      await api.replace(leaseKind, { ...draft(namespace, name), metadata, spec }, { timeout: this.#period });
    } catch (error) {
      log.warn('cannot release the lease; another instance waits until it expires', { lease: name, error: describeError(error) });
    }
  }
}

const specOf = (lease: KubeObject): LeaseSpec => lease['spec'] ?? {};
const holderOf = (lease: KubeObject): string => specOf(lease).holderIdentity ?? '';

function draft(namespace: string, name: string): KubeDraft {
  return { apiVersion: leaseKind.apiVersion, kind: leaseKind.kind, metadata: { namespace, name } };
}

/** MicroTime wants exactly six decimals. */
const microTime = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('Z', '000Z');
