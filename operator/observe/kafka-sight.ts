/**
 * What was last seen of each Kafka cluster. Kafka has no watch, so one look at it is taken every 30 s while a cluster is
 * converged and every second while it is in motion (decision 18). Looks run beside the passes, never inside: a Kafka that
 * does not answer delays no repair. A pass is woken only when what was seen differs in something that a decision
 * depends on.
 *
 * One failed look is not blindness: the last view stands until a second look fails as well. The gate asks afresh before
 * it lets anything stop.
 *
 * Settings, features, log directories and reassignments are asked for beside a look, which waits a moment for them and no
 * longer: a broker that is silent is missing in the view, and what comes late is added then.
 */
import type { ConnectKafka, KafkaConnection, KafkaTarget } from '../clients/kafka/connection';
import type { KafkaView, Observed } from '../decide/world';
import { PlacementMemory } from './kafka-placement-memory';
import type { PlacementInterests } from './kafka-placement-memory';
import type { ConfigsOf } from './kafka-settings';
import { SettingsMemory } from './kafka-settings-memory';
import { describeView, minInSyncOf } from './kafka-view';
import type { MinInSync } from './kafka-view';

export interface SightOptions {
  readonly connect: ConnectKafka;
  /** Called when a view differs from the one before in something that matters. */
  readonly onChange: (key: string) => void;
  readonly now: () => number;
  /** What of a view matters to a decision, as text. */
  readonly signature: (seen: Observed<KafkaView>) => string;
}

/** What of a cluster is to be seen besides brokers, quorum, topics and features. */
export interface Interests extends PlacementInterests {
  /** Whose dynamic settings. */
  readonly configsOf: readonly ConfigsOf[];
}

interface Sight {
  target: KafkaTarget;
  connection: KafkaConnection;
  seen: Observed<KafkaView>;
  /** Of what was seen; kept, as it costs a look at every partition. */
  signature: string;
  failures: number;
  lookedAt: number;
  interval: number;
  /** The next look comes no later than this. */
  soonAt: number;
  readonly settings: SettingsMemory;
  readonly placement: PlacementMemory;
  minInSync: KeptMinInSync;
  timer: NodeJS.Timeout | undefined;
  looking: Promise<void> | undefined;
}

interface KeptMinInSync {
  readonly topics: MinInSync;
  /** When all of it was asked for. */
  readonly at: number;
}

const FAILURES_UNTIL_UNKNOWN = 2;
/** What was altered reaches every broker within this time; an election is over. */
const AFTER_WRITE_MS = 100;
/** For how long a look waits for what is asked beside it once its own answers are in. */
const GRACE_MS = 100;
/** The same for the last check before something is taken away, which is worth nothing without it. */
const GRACE_OF_LAST_CHECK_MS = 2_000;
const MIN_IN_SYNC_FOR_MS = 10_000;
const NOT_KEPT: KeptMinInSync = { topics: new Map(), at: Number.NEGATIVE_INFINITY };
const NOT_ASKED: Observed<KafkaView> = { state: 'notAsked' };
const NO_INTERESTS: Interests = { configsOf: [], logDirsOf: [], reassignments: false };

/** The end of the promise, or of the time. */
const atMost = async (milliseconds: number, promise: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
    timer.unref();
  });
  await Promise.race([promise, over]);
  clearTimeout(timer);
};

/** What a connection was made for. */
const placeOf = ({ bootstrap, security }: KafkaTarget): string => [...bootstrap, security?.revision ?? ''].join();

/** What was asked for beside the look at this time. */
const besides = ({ settings, placement }: Sight, at: number): Partial<KafkaView> => ({ ...settings.view, ...placement.viewAt(at) });

export class KafkaSight {
  private readonly sights = new Map<string, Sight>();
  /** Why clusters cannot be asked that nobody looks at. */
  private readonly blind = new Map<string, string>();
  private stopped = false;

  constructor(private readonly options: SightOptions) {}

  /** What was last seen; makes no request. */
  look(key: string): Observed<KafkaView> {
    const why = this.blind.get(key);
    return this.sights.get(key)?.seen ?? (why === undefined ? NOT_ASKED : { state: 'unknown', why });
  }

  /** It cannot be dialled, for this reason. A connection that is there already goes on. */
  wait(key: string, why: string): void {
    if (!this.sights.has(key)) this.blind.set(key, why);
  }

  /** The warm connection, to write on; undefined when nobody watches. It is another one after the addresses changed. */
  connection(key: string): KafkaConnection | undefined {
    return this.sights.get(key)?.connection;
  }

  /**
   * Looks at this target every `interval` milliseconds from now on; the first look comes at once, and one more when a
   * resource or a broker is of interest that was not before.
   */
  watch(target: KafkaTarget, interval: number, interests: Partial<Interests> = NO_INTERESTS): void {
    if (this.stopped) return;
    const all = { ...NO_INTERESTS, ...interests };
    const sight = this.sights.get(target.key) ?? this.begin(target);
    if (placeOf(sight.target) !== placeOf(target)) this.redirect(sight, target);
    const news = [sight.settings.want(all.configsOf), sight.placement.want(all)];
    if (news.includes(true)) sight.soonAt = this.options.now();
    sight.interval = interval;
    this.schedule(sight);
  }

  /** One more look soon, after something was written. */
  refresh(key: string): void {
    const sight = this.sights.get(key);
    if (sight === undefined) return;
    sight.soonAt = this.options.now() + AFTER_WRITE_MS;
    this.schedule(sight);
  }

  /** The same, with every setting and feature read anew, after one of them was written. */
  refreshConfigs(key: string): void {
    const sight = this.sights.get(key);
    if (sight === undefined) return;
    this.expire(sight);
    this.refresh(key);
  }

  /** A fresh look, with nothing kept from earlier ones, for the last check before something is stopped. */
  async lookNow(key: string): Promise<Observed<KafkaView>> {
    const sight = this.sights.get(key);
    if (sight === undefined) return { state: 'notAsked' };
    await sight.looking;
    sight.failures = Math.max(sight.failures, FAILURES_UNTIL_UNKNOWN - 1);
    this.expire(sight);
    sight.placement.forget();
    await this.take(sight, GRACE_OF_LAST_CHECK_MS);
    return sight.seen;
  }

  /** Ends the looks at a cluster. */
  forget(key: string): void {
    this.blind.delete(key);
    const sight = this.sights.get(key);
    if (sight === undefined) return;
    this.sights.delete(key);
    clearTimeout(sight.timer);
    void sight.connection.close();
  }

  /** For good: a pass that was under way begins nothing any more. */
  stop(): void {
    this.stopped = true;
    for (const key of [...this.sights.keys()]) this.forget(key);
  }

  private begin(target: KafkaTarget): Sight {
    const sight: Sight = {
      target,
      connection: this.options.connect(target),
      seen: NOT_ASKED,
      signature: this.options.signature(NOT_ASKED),
      failures: 0,
      lookedAt: 0,
      interval: 0,
      soonAt: Number.POSITIVE_INFINITY,
      settings: new SettingsMemory(),
      placement: new PlacementMemory(),
      minInSync: NOT_KEPT,
      timer: undefined,
      looking: undefined,
    };
    this.sights.set(target.key, sight);
    this.blind.delete(target.key);
    return sight;
  }

  private expire(sight: Sight): void {
    sight.settings.expire();
    sight.minInSync = NOT_KEPT;
  }

  /** Other addresses (a broker came or went), or other credentials: dial anew at the next look, keep what was seen. */
  private redirect(sight: Sight, target: KafkaTarget): void {
    void sight.connection.close();
    sight.settings.abandon();
    sight.placement.abandon();
    sight.target = target;
    sight.connection = this.options.connect(target);
    if (sight.seen.state !== 'known') sight.lookedAt = 0;
  }

  private schedule(sight: Sight): void {
    clearTimeout(sight.timer);
    const dueAt = Math.min(sight.lookedAt + sight.interval, sight.soonAt);
    sight.timer = setTimeout(() => void this.take(sight), Math.max(0, dueAt - this.options.now()));
    sight.timer.unref();
  }

  private isCurrent(sight: Sight): boolean {
    return this.sights.get(sight.target.key) === sight;
  }

  /** `patience`: for how long it waits for where replicas are. */
  private async take(sight: Sight, patience = GRACE_MS): Promise<void> {
    if (sight.looking !== undefined) return sight.looking;
    const at = this.options.now();
    sight.lookedAt = at;
    sight.soonAt = Number.POSITIVE_INFINITY;
    sight.looking = this.ask(sight, at, patience).finally(() => {
      sight.looking = undefined;
      if (this.isCurrent(sight)) this.schedule(sight);
    });
    return sight.looking;
  }

  private async ask(sight: Sight, at: number, patience: number): Promise<void> {
    const { connection, settings, placement } = sight;
    const told = settings.read(connection, at);
    const placed = [placement.readDirs(connection, at)];
    try {
      const view = await this.describe(sight, at);
      placed.push(placement.readMoves(connection, at));
      await Promise.all([atMost(GRACE_MS, told), atMost(patience, Promise.all(placed))]);
      sight.failures = 0;
      this.see(sight, { state: 'known', value: { ...view, ...besides(sight, at) } });
    } catch (error) {
      sight.failures += 1;
      const why = error instanceof Error ? error.message : String(error);
      if (sight.failures >= FAILURES_UNTIL_UNKNOWN || sight.seen.state !== 'known') this.see(sight, { state: 'unknown', why });
    } finally {
      for (const asked of [told, ...placed]) void asked.then(() => this.addLate(sight));
    }
  }

  private async describe(sight: Sight, at: number): Promise<KafkaView> {
    const kept = sight.minInSync;
    const fresh = at - kept.at < MIN_IN_SYNC_FOR_MS;
    const view = await describeView(sight.connection, at, fresh ? { minInSync: kept.topics } : {});
    // Unless it expired meanwhile.
    if (sight.minInSync === kept) sight.minInSync = { topics: minInSyncOf(view), at: fresh ? kept.at : at };
    return view;
  }

  /** What came when its look was over; a look under way takes it itself. */
  private addLate(sight: Sight): void {
    if (sight.looking !== undefined || sight.seen.state !== 'known') return;
    const { features: _features, configs: _configs, logDirs: _logDirs, reassigning: _reassigning, ...view } = sight.seen.value;
    this.see(sight, { state: 'known', value: { ...view, ...besides(sight, view.at) } });
  }

  private see(sight: Sight, seen: Observed<KafkaView>): void {
    const before = sight.signature;
    sight.seen = seen;
    sight.signature = this.options.signature(seen);
    if (this.isCurrent(sight) && sight.signature !== before) this.options.onChange(sight.target.key);
  }
}
