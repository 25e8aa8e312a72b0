/**
 * Dials a list of addresses and takes the first that answers. They are tried in order; one that fails makes way at once, one
 * that stays silent is joined by the next after a moment, so that a broker on a lost node costs half a second and not a whole
 * connection time-out.
 */
import type { BrokerConnection } from './broker-connection';
import type { HostPort } from './kafkajs-internals';
import { nameOf } from './broker-connection';
import { KafkaError, reasonOf } from './kafka-error';

/** How long a silent address has for itself. */
const HEAD_START_MS = 500;

export interface DialFirst {
  readonly addresses: readonly HostPort[];
  readonly dial: (address: HostPort, signal: AbortSignal) => Promise<BrokerConnection>;
  /** For the whole list. */
  readonly timeoutMs: number;
  /** Names the cluster in the error. */
  readonly key: string;
}

export interface Dialled {
  readonly connection: BrokerConnection;
  readonly address: HostPort;
}

const unreachable = (key: string, words: readonly string[]): KafkaError =>
  new KafkaError('unreachable', `cannot reach the Kafka cluster ${key}: ${words.length === 0 ? 'it has no addresses' : words.join('; ')}`);

/** Ends by aborting, in whatever state it is: the losers when one has won, all of them when nobody waits any more. */
class Race {
  private readonly attempts = new AbortController();
  private readonly waiting: HostPort[];
  private readonly failures: string[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private running = 0;

  constructor(
    private readonly options: DialFirst,
    private readonly settle: { readonly resolve: (dialled: Dialled) => void; readonly reject: (error: Error) => void },
  ) {
    this.waiting = [...options.addresses];
  }

  run(): void {
    this.after(this.options.timeoutMs, () => {
      this.end();
    });
    this.next();
  }

  end(): void {
    if (this.attempts.signal.aborted) return;
    const silent = this.running > 0 ? ['no answer in time'] : [];
    const untried = this.waiting.map((address) => `${nameOf(address)}: not tried in time`);
    this.attempts.abort();
    this.timers.forEach(clearTimeout);
    this.settle.reject(unreachable(this.options.key, [...this.failures, ...silent, ...untried]));
  }

  private next(): void {
    if (this.attempts.signal.aborted) return;
    const address = this.waiting.shift();
    if (address !== undefined) this.attempt(address);
    else if (this.running === 0) this.end();
  }

  private attempt(address: HostPort): void {
    this.running += 1;
    this.after(HEAD_START_MS, () => {
      this.next();
    });
    this.options.dial(address, this.attempts.signal).then(
      (connection) => {
        this.win(connection, address);
      },
      (error: unknown) => {
        this.running -= 1;
        if (error instanceof KafkaError && error.code === 'unauthenticated') this.giveUp(error);
        this.failures.push(`${nameOf(address)}: ${reasonOf(error)}`);
        this.next();
      },
    );
  }

  private win(connection: BrokerConnection, address: HostPort): void {
    if (this.attempts.signal.aborted) connection.drop(unreachable(this.options.key, ['another broker answered first']));
    this.settle.resolve({ connection, address });
    this.end();
  }

  /** Other brokers would say the same, and a wrong password is not to be tried everywhere. */
  private giveUp(error: KafkaError): void {
    this.settle.reject(new KafkaError(error.code, `cannot reach the Kafka cluster ${this.options.key}: ${error.message}`));
    this.end();
  }

  private after(milliseconds: number, run: () => void): void {
    this.timers.add(setTimeout(run, milliseconds));
  }
}

/** Throws KafkaError `unreachable` with what each address said. `signal` ends all attempts at once. */
export const dialFirst = async (options: DialFirst, signal: AbortSignal): Promise<Dialled> => {
  let stop = (): void => undefined;
  try {
    return await new Promise<Dialled>((resolve, reject) => {
      const race = new Race(options, { resolve, reject });
      stop = (): void => {
        race.end();
      };
      signal.addEventListener('abort', stop, { once: true });
      race.run();
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
