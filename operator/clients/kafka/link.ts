/**
 * A lasting way to one cluster (any of its bootstrap addresses) or to one broker. Dials when first asked, keeps the connection
 * warm, dials anew when it is gone, and begins with the address that answered last.
 */
import type { BrokerConnection, BrokerSettings } from './broker-connection';
import type { HostPort } from './kafkajs-internals';
import type { Message } from './message';
import { dialBroker } from './broker-connection';
import { dialFirst } from './dial-first';
import { KafkaError } from './kafka-error';

export interface Link {
  ask<Request, Response>(message: Message<Request, Response>, request: Request): Promise<Response>;
  /** Idempotent; what is in flight fails now. */
  close(): void;
}

export interface LinkOptions {
  /** At least one, else every call throws. */
  readonly addresses: readonly HostPort[];
  readonly key: string;
  readonly settings: BrokerSettings;
}

/** For how long nobody is asked again who did not take our credentials: others may watch for guessed passwords. */
const TURNED_AWAY_FOR_MS = 3_000;

class LazyLink implements Link {
  private readonly closing = new AbortController();
  private turnedAway: { readonly error: KafkaError; readonly until: number } | undefined;
  /** Index of the address to begin with. */
  private first = 0;
  private current: BrokerConnection | undefined;
  private dialling: Promise<BrokerConnection> | undefined;

  constructor(private readonly options: LinkOptions) {}

  async ask<Request, Response>(message: Message<Request, Response>, request: Request): Promise<Response> {
    const connection = await this.connection();
    try {
      return await connection.ask(message, request);
    } catch (error) {
      // A broker that hangs still accepts connections: begin with another one.
      if (error instanceof KafkaError && error.code === 'timeout') this.turn();
      throw error;
    }
  }

  close(): void {
    if (this.closing.signal.aborted) return;
    this.closing.abort();
    this.current?.drop(this.closed());
  }

  private async connection(): Promise<BrokerConnection> {
    if (this.closing.signal.aborted) throw this.closed();
    if (this.current?.usable() === true) return this.current;
    if (this.turnedAway !== undefined && performance.now() < this.turnedAway.until) throw this.turnedAway.error;
    this.dialling ??= this.dial().finally(() => {
      this.dialling = undefined;
    });
    return this.dialling;
  }

  private async dial(): Promise<BrokerConnection> {
    const { addresses, key, settings } = this.options;
    const inTurn = [...addresses.slice(this.first), ...addresses.slice(0, this.first)];
    const dial = (address: HostPort, signal: AbortSignal): Promise<BrokerConnection> => dialBroker(address, settings, signal);
    try {
      const { connection, address } = await dialFirst(
        { addresses: inTurn, dial, timeoutMs: settings.requestTimeoutMs, key },
        this.closing.signal,
      );
      this.first = addresses.indexOf(address);
      this.current = connection;
      this.turnedAway = undefined;
      return connection;
    } catch (error) {
      if (error instanceof KafkaError && error.code === 'unauthenticated')
        this.turnedAway = { error, until: performance.now() + TURNED_AWAY_FOR_MS };
      // A list too long to be tried in time is continued by the next call.
      this.turn();
      throw this.closing.signal.aborted ? this.closed() : error;
    }
  }

  private turn(): void {
    this.first = (this.first + 1) % Math.max(this.options.addresses.length, 1);
  }

  private closed(): KafkaError {
    return new KafkaError('unreachable', `cannot ask the Kafka cluster ${this.options.key}: its connection was closed`);
  }
}

export const createLink = (options: LinkOptions): Link => new LazyLink(options);
