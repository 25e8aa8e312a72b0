/** One warm connection to one broker: asks which messages it speaks, then speaks the highest versions that both know. */
import type { VersionRange, Message } from './message';
import type { HostPort, KafkaSecurity, RawConnection, RawConnectionOptions, RawRequest } from './kafkajs-internals';
import { KafkaError, reasonOf } from './kafka-error';
import { createRawConnection } from './kafkajs-internals';
import { commonVersion, decodeResponse, encodeRequest } from './message';
import { apiVersions } from './messages/api-versions';

export interface BrokerSettings extends Omit<RawConnectionOptions, 'address' | keyof KafkaSecurity> {
  readonly requestTimeoutMs: number;
  /** Asked at each dial, so that what was renewed is used from the next connection on; plain when left out. */
  readonly security?: () => Promise<KafkaSecurity>;
}

export interface BrokerConnection {
  /** `host:port` as it was dialled. */
  readonly name: string;
  usable(): boolean;
  /** One round trip. Throws KafkaError; after anything but `refused` and `unsupported` the connection is gone. */
  ask<Request, Response>(message: Message<Request, Response>, request: Request): Promise<Response>;
  /** Ends the socket at once; what is in flight fails with this error. */
  drop(error: KafkaError): void;
}

export const nameOf = ({ host, port }: HostPort): string => `${host}:${String(port)}`;

/** The promise, or this error once the time is over; `expire` then ends what the promise waits for. */
const within = async <T>(milliseconds: number, promise: Promise<T>, expire: () => KafkaError): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(expire());
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
};

const seconds = (milliseconds: number): string => `${String(milliseconds / 1000)} s`;

/** What broke the connection: our own error as it is, anything else as `unreachable`. */
const brokenBy = (error: unknown, purpose: string, name: string): KafkaError => {
  if (error instanceof KafkaError) return error;
  return new KafkaError('unreachable', `cannot ${purpose}: ${name}: ${reasonOf(error)}`, undefined, { cause: error });
};

interface Exchange {
  readonly raw: RawConnection;
  readonly name: string;
  readonly timeoutMs: number;
}

/** Sends one request and gives the bytes of its answer; a failure ends the connection. */
const exchange = async ({ raw, name, timeoutMs }: Exchange, request: RawRequest, purpose: string): Promise<Buffer> => {
  const expire = (): KafkaError => new KafkaError('timeout', `cannot ${purpose}: ${name} did not answer within ${seconds(timeoutMs)}`);
  try {
    return await within(timeoutMs, raw.send(request), expire);
  } catch (error) {
    const broken = brokenBy(error, purpose, name);
    raw.destroy(broken);
    throw broken;
  }
};

const speak = async <Request, Response>(
  to: Exchange,
  message: Message<Request, Response>,
  request: Request,
  version: number,
): Promise<Response> => {
  const body = encodeRequest(message, request, version);
  const payload = await exchange(to, { key: message.key, version, name: message.name, body }, message.purpose);
  try {
    return decodeResponse(message, version, payload);
  } catch (error) {
    if (error instanceof KafkaError && error.code === 'malformed') to.raw.destroy(error);
    throw error;
  }
};

const connectionOn = (to: Exchange, theirs: ReadonlyMap<number, VersionRange>): BrokerConnection => ({
  name: to.name,
  usable: () => to.raw.isConnected(),
  ask: async (message, request) => {
    const version = commonVersion(message.versions, theirs.get(message.key));
    if (version !== undefined) return speak(to, message, request, version);
    throw new KafkaError('unsupported', `cannot ${message.purpose}: ${message.name} is not supported by this broker (${to.name})`);
  },
  drop: (error) => {
    to.raw.destroy(error);
  },
});

const givenUp = (name: string): KafkaError => new KafkaError('unreachable', `cannot connect to ${name}: the attempt was given up`);

const aborted = (signal: AbortSignal, name: string): Promise<never> =>
  new Promise((_resolve, reject) => {
    const give = (): void => {
      reject(givenUp(name));
    };
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });

/** What is shown to the broker. Fails as `unauthenticated`: without it no broker is dialled. */
const securityFor = async (name: string, { security, connectTimeoutMs }: BrokerSettings, signal: AbortSignal): Promise<KafkaSecurity> => {
  if (security === undefined) return {};
  const failed = (why: string): KafkaError => new KafkaError('unauthenticated', `cannot connect to ${name}: ${why}`);
  const late = (): KafkaError => failed(`its credentials were not read within ${seconds(connectTimeoutMs)}`);
  return within(connectTimeoutMs, Promise.race([security(), aborted(signal, name)]), late).catch((error: unknown) => {
    throw error instanceof KafkaError ? error : failed(reasonOf(error));
  });
};

/** What TLS says when the other side does not take our certificate; on TLS 1.3 that comes after the handshake. */
const NOT_TAKEN = /alert (bad certificate|unknown ca|certificate)/i;

const inWords = (error: KafkaError): KafkaError =>
  NOT_TAKEN.test(error.message)
    ? new KafkaError(error.code, `${error.message}; the broker does not take the certificate that it is shown`, undefined, { cause: error })
    : error;

/** What kafkajs says of a connection that broke, whatever was sent on it. */
const BROKEN = /Closed connection|Connection (error|closed|timeout)/;

/** SASL, when there is any. */
const logIn = async (raw: RawConnection, name: string, { sasl }: KafkaSecurity): Promise<void> => {
  if (sasl === undefined) return;
  try {
    await raw.authenticate();
  } catch (error) {
    if (error instanceof KafkaError || BROKEN.test(reasonOf(error))) throw error;
    const user = 'username' in sasl ? sasl.username : 'a user';
    throw new KafkaError('unauthenticated', `cannot log in to ${name} as ${user} with ${sasl.mechanism}: ${reasonOf(error)}`);
  }
};

/**
 * Connects, asks for the versions (which Kafka tells before anybody has logged in) and logs in, all within the connection
 * time-out. `signal` ends the attempt at once.
 */
export const dialBroker = async (address: HostPort, settings: BrokerSettings, signal: AbortSignal): Promise<BrokerConnection> => {
  const name = nameOf(address);
  const { connectTimeoutMs, requestTimeoutMs } = settings;
  const security = await securityFor(name, settings, signal);
  if (signal.aborted) throw givenUp(name);
  const raw = createRawConnection({ ...settings, ...security, address });
  const abandon = (): void => {
    raw.destroy(givenUp(name));
  };
  signal.addEventListener('abort', abandon, { once: true });
  const expire = (): KafkaError => new KafkaError('timeout', `cannot connect to ${name}: no answer within ${seconds(connectTimeoutMs)}`);
  const greet = async (): Promise<ReadonlyMap<number, VersionRange>> => {
    await raw.connect();
    const versions = await speak({ raw, name, timeoutMs: connectTimeoutMs }, apiVersions, undefined, 0);
    raw.setVersions(versions);
    await logIn(raw, name, security);
    return versions;
  };
  try {
    const versions = await within(connectTimeoutMs, greet(), expire);
    return connectionOn({ raw, name, timeoutMs: requestTimeoutMs }, versions);
  } catch (error) {
    const broken = brokenBy(error, 'connect', name);
    raw.destroy(broken);
    throw inWords(broken);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
};
