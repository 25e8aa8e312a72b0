/**
 * What was last seen of each Kafka cluster. Kafka has no watch, so one look at it is taken every 30 s while a cluster is
 * converged and every second while it is in motion (decision 18). Looks run beside the passes, never inside: a Kafka that
 * does not answer delays no repair. A pass is woken only when what was seen differs in something that a decision
 * depends on.
 *
 * One failed look is not blindness: the last view stands until a second look fails as well. The gate asks afresh before
 * it lets anything stop.
 */
import type { ConnectKafka, KafkaConnection, KafkaTarget } from '../clients/kafka/connection';
import type { KafkaView, Observed } from '../decide/world';
import { describeView } from './kafka-view';

export interface SightOptions {
  readonly connect: ConnectKafka;
  /** Called when a view differs from the one before in something that matters. */
  readonly onChange: (key: string) => void;
  readonly now: () => number;
  /** What of a view matters to a decision, as text. */
  readonly signature: (seen: Observed<KafkaView>) => string;
}

interface Sight {
  target: KafkaTarget;
  connection: KafkaConnection;
  seen: Observed<KafkaView>;
  failures: number;
  lookedAt: number;
  interval: number;
  timer: NodeJS.Timeout | undefined;
  looking: Promise<void> | undefined;
}

const FAILURES_UNTIL_UNKNOWN = 2;

export class KafkaSight {
  private readonly sights = new Map<string, Sight>();

  constructor(private readonly options: SightOptions) {}

  /** What was last seen; makes no request. */
  look(key: string): Observed<KafkaView> {
    return this.sights.get(key)?.seen ?? { state: 'notAsked' };
  }

  /** Looks at this target every `interval` milliseconds from now on; the first look comes at once. */
  watch(target: KafkaTarget, interval: number): void {
    const known = this.sights.get(target.key);
    if (known === undefined) {
      this.begin(target, interval);
      return;
    }
    if (known.target.bootstrap.join() !== target.bootstrap.join()) this.redirect(known, target);
    known.interval = interval;
    this.schedule(known);
  }

  /** A fresh look, for the last check before something is stopped. */
  async lookNow(key: string): Promise<Observed<KafkaView>> {
    const sight = this.sights.get(key);
    if (sight === undefined) return { state: 'notAsked' };
    await sight.looking;
    sight.failures = Math.max(sight.failures, FAILURES_UNTIL_UNKNOWN - 1);
    await this.take(sight);
    return sight.seen;
  }

  /** Ends the looks at a cluster. */
  forget(key: string): void {
    const sight = this.sights.get(key);
    if (sight === undefined) return;
    this.sights.delete(key);
    clearTimeout(sight.timer);
    void sight.connection.close();
  }

  stop(): void {
    for (const key of [...this.sights.keys()]) this.forget(key);
  }

  private begin(target: KafkaTarget, interval: number): void {
    const connection = this.options.connect(target);
    const sight: Sight = {
      target,
      connection,
      seen: { state: 'notAsked' },
      failures: 0,
      lookedAt: 0,
      interval,
      timer: undefined,
      looking: undefined,
    };
    this.sights.set(target.key, sight);
    this.schedule(sight);
  }

  /** Other addresses (a broker came or went): dial anew at the next look, keep what was seen. */
  private redirect(sight: Sight, target: KafkaTarget): void {
    void sight.connection.close();
    sight.target = target;
    sight.connection = this.options.connect(target);
    if (sight.seen.state !== 'known') sight.lookedAt = 0;
  }

  private schedule(sight: Sight): void {
    clearTimeout(sight.timer);
    const wait = Math.max(0, sight.lookedAt + sight.interval - this.options.now());
    sight.timer = setTimeout(() => void this.take(sight), wait);
    sight.timer.unref();
  }

  private async take(sight: Sight): Promise<void> {
    if (sight.looking !== undefined) return sight.looking;
    sight.lookedAt = this.options.now();
    sight.looking = this.ask(sight).finally(() => {
      sight.looking = undefined;
      if (this.sights.get(sight.target.key) === sight) this.schedule(sight);
    });
    return sight.looking;
  }

  private async ask(sight: Sight): Promise<void> {
    const before = this.options.signature(sight.seen);
    try {
      const view = await describeView(sight.connection, this.options.now());
      sight.failures = 0;
      sight.seen = { state: 'known', value: view };
    } catch (error) {
      sight.failures += 1;
      const why = error instanceof Error ? error.message : String(error);
      if (sight.failures >= FAILURES_UNTIL_UNKNOWN || sight.seen.state !== 'known') sight.seen = { state: 'unknown', why };
    }
    const current = this.sights.get(sight.target.key) === sight;
    if (current && this.options.signature(sight.seen) !== before) this.options.onChange(sight.target.key);
  }
}
