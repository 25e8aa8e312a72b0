/**
 * One pass over all KafkaTopics of one KafkaCluster. It takes everything that waits: a burst of applies is a few passes, and each
 * is a list of the topics, one request for what is alike, and the statuses that differ. Within a pass the decision is made anew
 * after everything that was done, until nothing is left to do.
 */
import type { ConnectAdmin, KafkaAdmin } from '../clients/kafka/connect-admin';
import { KafkaError, reasonOf } from '../clients/kafka/kafka-error';
import { EventTrickle } from '../act/object-events';
import { decideTopics, statusOf } from '../decide/topics/decide-topics';
import { topicObject, type TopicObject } from '../decide/topics/topic-object';
import { RETRY_REFUSED, SOON, type TopicStep } from '../decide/topics/topic-step';
import type { Refusal, Situation } from '../decide/topics/topic-view';
import { sameStatus } from '../decide/same-status';
import { TOPIC } from '../kinds';
import { isConflict, isNotFound } from '../runtime/kube-error';
import type { KubeApi, Store } from '../runtime/kube-types';
import type { ActionLog } from './pass-log';
import { LIST_EVERY, TopicCache } from './topic-cache';
import { doAtKafka, stepsOf } from './topic-deeds';
import { forEachBounded } from './for-each-bounded';
import { TopicWrites } from './topic-writes';
import type { TopicMetrics } from './topic-metrics';
import type { TopicPlace } from './topic-places';

export interface TopicPassParts {
  readonly kube: KubeApi;
  readonly store: Store;
  readonly connect: ConnectAdmin;
  /** Where the cluster is, and whether it is there at all. */
  readonly place: (key: string) => TopicPlace;
  readonly now: () => number;
  readonly log: ActionLog;
  readonly metrics?: TopicMetrics;
}

interface Opened {
  /** Of the target: another one is dialled anew. */
  readonly signature: string;
  readonly admin: KafkaAdmin;
  readonly topics: KafkaAdmin['topics'];
  readonly cache: TopicCache;
}

interface ClusterState {
  opened: Opened | undefined;
  /** Something happened since the last list. */
  changed: boolean;
  refusals: ReadonlyMap<string, Refusal>;
  /** Milliseconds since the epoch; undefined: Kafka answers. */
  silentSince: number | undefined;
  /** By uid, milliseconds since the epoch: objects whose topic is being made, changed or deleted. */
  underWay: ReadonlyMap<string, number>;
}

interface Round {
  readonly steps: readonly TopicStep[];
  readonly wakeAfter: number | undefined;
}

const ROUNDS = 12;
const RETRY_SILENT = 5_000;
/** A restart of a broker is no news for every topic: so long a silence is told only to those who wait. */
const TOLD_SILENT_AFTER = 30_000;
/** What is done within so long is told once, when it is done: of hundreds of topics the API server has no write to spare. */
const TOLD_UNDER_WAY_AFTER = 5_000;

export class TopicPasses {
  private readonly states = new Map<string, ClusterState>();
  private readonly writes: TopicWrites;
  private readonly events: EventTrickle;

  constructor(private readonly parts: TopicPassParts) {
    this.writes = new TopicWrites(parts.kube, parts.store);
    this.events = new EventTrickle(parts.kube, (error) => parts.log.warn('an Event was lost', { error: String(error) }));
  }

  /** Something happened to a topic of this cluster, or to the cluster. */
  changed(key: string, topic?: string): void {
    const state = this.states.get(key);
    if (state === undefined) return;
    state.changed = true;
    if (topic !== undefined) state.opened?.cache.forgetSettings(topic);
  }

  /** @param key `namespace/name` of a KafkaCluster */
  async reconcile(key: string): Promise<{ readonly requeueAfter: number } | undefined> {
    if (this.parts.store.byIndex(key).length === 0) {
      this.forget(key);
      return undefined;
    }
    const state = this.stateOf(key);
    const { steps, wakeAfter } = await this.rounds(key, state);
    this.parts.metrics?.seen(key, steps.map(readiness));
    const failures = await this.writeStatuses(steps, state);
    this.complain(key, failures);
    const soonest = failures.length > 0 ? SOON : wakeAfter;
    return { requeueAfter: Math.min(soonest ?? LIST_EVERY, LIST_EVERY) };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.states.values()].flatMap(({ opened }) => (opened === undefined ? [] : [opened.admin.close()])));
    this.states.clear();
  }

  private stateOf(key: string): ClusterState {
    const known = this.states.get(key);
    if (known !== undefined) return known;
    const state: ClusterState = { opened: undefined, changed: true, refusals: new Map(), silentSince: undefined, underWay: new Map() };
    this.states.set(key, state);
    return state;
  }

  private forget(key: string): void {
    void this.states.get(key)?.opened?.admin.close();
    this.states.delete(key);
    this.parts.metrics?.forget(key);
  }

  private async rounds(key: string, state: ClusterState): Promise<Round> {
    let situation = await this.look(key, state);
    for (let round = 0; ; round += 1) {
      const steps = this.decide(key, state, situation);
      const busy = steps.filter(({ deed }) => deed.kind !== 'none');
      if (busy.length === 0) return { steps, wakeAfter: this.wakeAfter(steps, state) };
      if (round >= ROUNDS) return { steps, wakeAfter: SOON };
      const settled = await this.carryOut(key, state, busy);
      if (settled === 'silent') situation = { ...(await this.look(key, state)) };
      else if (situation.kind === 'seen' && state.opened !== undefined) situation = { ...situation, view: state.opened.cache.view() };
      state.changed ||= settled !== 'done';
      if (settled !== 'done') return { steps: this.decide(key, state, situation), wakeAfter: settled === 'silent' ? RETRY_SILENT : SOON };
    }
  }

  private decide(key: string, state: ClusterState, situation: Situation): readonly TopicStep[] {
    const objects = this.parts.store.byIndex(key).map(topicObject);
    const due = this.parts.now() - RETRY_REFUSED;
    state.refusals = new Map([...state.refusals].filter(([, { at }]) => at > due));
    return decideTopics({ objects, situation, refusals: state.refusals });
  }

  private wakeAfter(steps: readonly TopicStep[], state: ClusterState): number | undefined {
    const times = steps.flatMap(({ wakeAfter }) => wakeAfter ?? []);
    if (state.silentSince !== undefined) times.push(RETRY_SILENT);
    if (times.length === 0) return undefined;
    state.changed = true;
    return Math.min(...times);
  }

  /** What is known of the cluster now. Never throws. */
  private async look(key: string, state: ClusterState): Promise<Situation> {
    const place = this.parts.place(key);
    if (place.kind !== 'place') return place;
    const { cluster, target } = place;
    if (target === undefined) return this.silent(state, place, 'no broker of it serves');
    try {
      const { cache } = this.open(key, state, target);
      const { changed } = state;
      state.changed = false;
      const view = await cache.refresh(changed);
      state.silentSince = undefined;
      return { kind: 'seen', cluster, view };
    } catch (error) {
      state.changed = true;
      return this.silent(state, place, reasonOf(error));
    }
  }

  private silent(state: ClusterState, { cluster }: Extract<TopicPlace, { kind: 'place' }>, why: string): Situation {
    state.silentSince ??= this.parts.now();
    return { kind: 'unreachable', cluster, why };
  }

  private open(key: string, state: ClusterState, target: NonNullable<Extract<TopicPlace, { kind: 'place' }>['target']>): Opened {
    const signature = JSON.stringify(target);
    if (state.opened?.signature === signature) return state.opened;
    void state.opened?.admin.close();
    const admin = this.parts.connect(target);
    const topics = this.parts.metrics?.counting(key, admin.topics) ?? admin.topics;
    state.opened = { signature, admin, topics, cache: new TopicCache(topics, this.parts.now) };
    return state.opened;
  }

  /** `later`: something was not taken, or is not seen yet. */
  private async carryOut(key: string, state: ClusterState, steps: readonly TopicStep[]): Promise<'done' | 'later' | 'silent'> {
    const failures = await this.writeObjects(key, steps);
    this.complain(key, failures);
    try {
      const settled = state.opened === undefined || (await this.askAndDo(key, state, state.opened, steps));
      return settled && failures.length === 0 ? 'done' : 'later';
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      state.changed = true;
      state.silentSince ??= this.parts.now();
      this.parts.log.warn('cannot bring topics to what is wanted', { cluster: key, error: error.message });
      return 'silent';
    }
  }

  /** False: a look has to come first that shows what was done. */
  private async askAndDo(key: string, state: ClusterState, { topics, cache }: Opened, steps: readonly TopicStep[]): Promise<boolean> {
    const settings = stepsOf(steps, 'askSettings');
    if (settings.length > 0) await cache.askSettings(new Map(settings.map(({ object, deed }) => [object.topic, deed.keys])));
    const { refused, done, shown } = await doAtKafka(steps, topics, cache, this.parts.now());
    state.refusals = new Map([...state.refusals, ...refused]);
    for (const step of done) this.tell(step);
    this.log(key, done, refused);
    const placed = steps.filter(({ deed }) => ['askPlacement', 'move', 'unthrottle'].includes(deed.kind) || isMoveRecorded(deed));
    if (placed.length > 0) await cache.askPlacement(placed.map(({ object }) => object.topic));
    return shown && !done.some(({ deed }) => deed.kind === 'move');
  }

  private async writeObjects(key: string, steps: readonly TopicStep[]): Promise<readonly unknown[]> {
    const own = steps.filter(({ deed }) => ['claim', 'release', 'record'].includes(deed.kind));
    return forEachBounded(own, async (step) => {
      const { object, deed } = step;
      if (deed.kind === 'claim') await this.writes.claim(object, deed.origin, key);
      if (deed.kind === 'record') await this.writes.status(object, deed.status);
      if (deed.kind !== 'release') return;
      await this.writes.release(object);
      this.tell(step);
    });
  }

  private async writeStatuses(steps: readonly TopicStep[], state: ClusterState): Promise<readonly unknown[]> {
    const now = this.parts.now();
    const briefly = state.silentSince !== undefined && now - state.silentSince < TOLD_SILENT_AFTER;
    state.underWay = new Map(steps.filter(isUnderWay).map(({ object }) => [object.uid, state.underWay.get(object.uid) ?? now] as const));
    const isBrief = ({ object }: TopicStep): boolean => now - (state.underWay.get(object.uid) ?? -Infinity) < TOLD_UNDER_WAY_AFTER;
    const fresh = steps
      .filter((step) => step.deed.kind !== 'release' && !(briefly && isSettled(step.object)) && !isBrief(step))
      .map((step) => ({ object: step.object, status: statusOf(step, now) }))
      .filter(({ object, status }) => !sameStatus(status, object.status));
    return forEachBounded(fresh, ({ object, status }) => this.writes.status(object, status));
  }

  private tell({ object, event }: TopicStep): void {
    if (event === undefined) return;
    this.events.add({ kind: TOPIC, ...object }, event, this.parts.now());
  }

  private log(cluster: string, done: readonly TopicStep[], refused: ReadonlyMap<string, Refusal>): void {
    const kinds = ['create', 'change', 'move', 'delete'] as const;
    const counts = kinds.flatMap((kind) =>
      done.some(({ deed }) => deed.kind === kind) ? [[kind, stepsOf(done, kind).length] as const] : [],
    );
    if (counts.length > 0 || refused.size > 0)
      this.parts.log.info('topics', { cluster, ...Object.fromEntries(counts), ...(refused.size === 0 ? {} : { refused: refused.size }) });
  }

  /** That the world has moved on is nothing to tell. */
  private complain(cluster: string, failures: readonly unknown[]): void {
    const serious = failures.filter((error) => !isConflict(error) && !isNotFound(error));
    if (serious.length > 0)
      this.parts.log.warn('cannot write KafkaTopics', { cluster, count: serious.length, first: reasonOf(serious[0]) });
  }
}

const isSettled = (object: TopicObject): boolean => !object.deleting && object.status.observedGeneration === object.generation;

/** It is looked at again in a moment. */
const isUnderWay = ({ judgements }: TopicStep): boolean =>
  judgements.some(({ type, reason }) => type === 'Ready' && (reason === 'Pending' || reason === 'Deleting'));

/** What was seen of others before the status was written is too old to move by. */
const isMoveRecorded = (deed: TopicStep['deed']): boolean => deed.kind === 'record' && deed.status.moving === true;

const readiness = ({ object, judgements }: TopicStep): string =>
  judgements.find(({ type }) => type === 'Ready')?.reason ??
  (object.deleting ? 'Deleting' : (object.status.conditions?.find(({ type }) => type === 'Ready')?.reason ?? 'Pending'));
