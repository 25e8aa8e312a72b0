/**
 * Every private part of kafkajs that the operator stands on is named in this file and nowhere else.
 *
 * kafkajs 2.2.4 is the last of its kind (unmaintained, so frozen), and its public admin client lacks most of what an operator
 * asks. What it does well is one connection to one broker: framing, correlation, pipelining, TLS, SASL. So its `Connection` is
 * taken directly, below `Cluster`, whose metadata refresh fails for every call while any partition has no leader and whose
 * retries hide stalls. Around it are put right:
 * - bytes that are not Kafka's made it throw inside a socket event, which would end the process;
 * - its time-outs need a timer ten times a second for each connection, so its own are off and the caller's are used;
 * - `disconnect` waits for what is in flight, so sockets are destroyed instead;
 * - each answer set a timer with a negative delay, which newer Node versions warn about.
 */
import { createRequire } from 'node:module';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { dialTls } from './broker-tls';
import { KafkaError } from './kafka-error';

const VERSION = '2.2.4';
const CONNECTION = 'kafkajs/src/network/connection';
const ENCODER = 'kafkajs/src/protocol/encoder';
/** Far above any true answer (100 000 partitions are about 5 MB); what claims to be larger is not Kafka. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
const KEEP_ALIVE_MS = 60_000;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Undefined parts: plain TCP, no authentication. */
export interface KafkaSecurity {
  readonly tls?: ConnectionOptions;
  readonly sasl?: SASLOptions;
}

/** Where kafkajs' own log lines go. */
export type ConnectionLog = (message: string, fields: Readonly<Record<string, unknown>>) => void;

export interface RawRequest {
  readonly key: number;
  readonly version: number;
  readonly name: string;
  readonly body: Buffer;
}

/** One connection of kafkajs, reduced to what is used of it. */
export interface RawConnection {
  connect(): Promise<void>;
  /** Logs in with SASL; without, it does nothing. Needs the versions. Throws what Kafka answers. */
  authenticate(): Promise<void>;
  isConnected(): boolean;
  /** Gives the bytes after the correlation id. Has no time-out of its own. */
  send(request: RawRequest): Promise<Buffer>;
  /** What SASL needs to know before the first other request. */
  setVersions(versions: ReadonlyMap<number, { readonly min: number; readonly max: number }>): void;
  /** Fails everything in flight with this error and ends the socket and its timers at once. */
  destroy(error: Error): void;
}

export interface RawConnectionOptions extends KafkaSecurity {
  readonly address: HostPort;
  readonly clientId: string;
  readonly connectTimeoutMs: number;
  readonly log: ConnectionLog;
  /** Where to dial instead; the name in certificates stays that of `address`. */
  readonly resolve?: (address: HostPort) => HostPort;
}

interface KafkajsQueue {
  readonly pending: readonly unknown[];
  destroy(): void;
  scheduleCheckPendingRequests(): void;
}

interface KafkajsConnection {
  readonly socket?: Socket;
  readonly requestQueue: KafkajsQueue;
  readonly bytesNeeded: number;
  /** `host:port`. */
  readonly broker: string;
  processData(data: Buffer): void;
  connect(): Promise<unknown>;
  authenticate(): Promise<void>;
  isConnected(): boolean;
  send(call: unknown): Promise<unknown>;
  setVersions(versions: unknown): void;
  setSupportAuthenticationProtocol(supported: boolean): void;
  rejectRequests(error: Error): void;
}

interface KafkajsEncoder {
  writeBuffer(bytes: Buffer): KafkajsEncoder;
}

interface Kafkajs {
  readonly Connection: new (options: unknown) => KafkajsConnection;
  readonly Encoder: new (size: number) => KafkajsEncoder;
}

const CONNECTION_METHODS = [
  'connect',
  'authenticate',
  'isConnected',
  'send',
  'setVersions',
  'setSupportAuthenticationProtocol',
  'rejectRequests',
  'processData',
];
const QUEUE_METHODS = ['destroy', 'scheduleCheckPendingRequests'];
const SASL_AUTHENTICATE = 36;

const lacks = (owner: unknown, methods: readonly string[]): readonly string[] =>
  methods.filter((name) => typeof (owner as Record<string, unknown> | undefined)?.[name] !== 'function');

const silent = (): unknown => {
  const ignore = (): void => undefined;
  return { namespace: silent, debug: ignore, info: ignore, warn: ignore, error: ignore };
};

/** What of our use of kafkajs does not hold; empty when all is well. */
export const kafkajsMismatches = (version: unknown, parts: Kafkajs): readonly string[] => {
  const mismatches = version === VERSION ? [] : [`its version is ${String(version)}`];
  mismatches.push(...lacks(parts.Connection.prototype, CONNECTION_METHODS).map((name) => `Connection has no ${name}`));
  mismatches.push(...lacks(parts.Encoder.prototype, ['writeBuffer']).map((name) => `Encoder has no ${name}`));
  if (mismatches.length > 0) return mismatches;
  const probe = new parts.Connection({ host: 'localhost', port: 1, logger: silent(), requestTimeout: 1, connectionTimeout: 1 });
  mismatches.push(...lacks(probe.requestQueue, QUEUE_METHODS).map((name) => `RequestQueue has no ${name}`));
  if (typeof probe.bytesNeeded !== 'number') mismatches.push('Connection has no bytesNeeded');
  if (!Array.isArray(probe.requestQueue.pending)) mismatches.push('RequestQueue has no pending');
  return mismatches;
};

let loaded: Kafkajs | undefined;

/** Loads and checks kafkajs once. Throws when it is not the version that this file was written for. */
export const loadKafkajs = (): Kafkajs => {
  if (loaded !== undefined) return loaded;
  const load = createRequire(__filename);
  const parts: Kafkajs = { Connection: load(CONNECTION) as Kafkajs['Connection'], Encoder: load(ENCODER) as Kafkajs['Encoder'] };
  const { version } = load('kafkajs/package.json') as { version: unknown };
  const mismatches = kafkajsMismatches(version, parts);
  if (mismatches.length > 0) throw new Error(`cannot use this kafkajs: ${mismatches.join(', ')}; install kafkajs ${VERSION} exactly`);
  loaded = parts;
  return parts;
};

/** kafkajs' logger: every line at one level, without the payloads. */
const loggerOf = (log: ConnectionLog): unknown => {
  const line = (message: string, extra: Readonly<Record<string, unknown>> = {}): void => {
    const { broker, correlationId, size } = extra;
    log(message, { broker, correlationId, size });
  };
  const logger = { namespace: (): unknown => logger, debug: line, info: line, warn: line, error: line };
  return logger;
};

/** kafkajs' socket factory; without delay, as small requests that wait for an acknowledgement cost 40 ms each. */
const socketFactoryOf =
  ({ address, tls, resolve }: RawConnectionOptions) =>
  ({ onConnect }: { readonly onConnect: () => void }): Socket => {
    const { host, port } = resolve?.(address) ?? address;
    const socket = tls === undefined ? connectTcp({ host, port }, onConnect) : dialTls({ host, port, name: address.host }, tls, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };

/** Turns bytes that are not Kafka's into the end of this connection instead of the end of the process. */
const guard = (connection: KafkajsConnection, destroy: (error: Error) => void): void => {
  const processData = connection.processData.bind(connection);
  connection.processData = (data): void => {
    try {
      processData(data);
      if (connection.bytesNeeded < 0 || connection.bytesNeeded > MAX_ANSWER_BYTES) throw new Error('the size of the answer is impossible');
    } catch (cause) {
      destroy(
        new KafkaError('malformed', `cannot understand ${connection.broker}: it does not speak Kafka's protocol`, undefined, { cause }),
      );
    }
  };
  const queue = connection.requestQueue;
  const schedule = queue.scheduleCheckPendingRequests.bind(queue);
  queue.scheduleCheckPendingRequests = (): void => {
    if (queue.pending.length > 0) schedule();
  };
};

const connectionOf = (options: RawConnectionOptions): KafkajsConnection => {
  const { address, clientId, connectTimeoutMs, log, tls, sasl } = options;
  return new (loadKafkajs().Connection)({
    host: address.host,
    port: address.port,
    clientId,
    ssl: tls ?? null,
    sasl: sasl ?? null,
    logger: loggerOf(log),
    socketFactory: socketFactoryOf(options),
    connectionTimeout: connectTimeoutMs,
    requestTimeout: connectTimeoutMs,
    enforceRequestTimeout: false,
  });
};

/** Makes a connection without dialling. */
export const createRawConnection = (options: RawConnectionOptions): RawConnection => {
  const connection = connectionOf(options);
  const { Encoder } = loadKafkajs();
  const destroy = (error: Error): void => {
    connection.rejectRequests(error);
    connection.requestQueue.destroy();
    // With an error, so that a dial under way ends now and its timer with it.
    connection.socket?.destroy(error);
  };
  guard(connection, destroy);
  return {
    connect: async () => {
      await connection.connect();
    },
    authenticate: () => connection.authenticate(),
    isConnected: () => connection.isConnected() && connection.socket?.destroyed === false,
    send: async ({ key, version, name, body }) => {
      const answer = await connection.send({
        request: { apiKey: key, apiVersion: version, apiName: name, encode: () => new Encoder(body.length + 1).writeBuffer(body) },
        response: { decode: (payload: Buffer) => ({ payload }), parse: ({ payload }: { payload: Buffer }) => payload },
        logResponseError: false,
      });
      return answer as Buffer;
    },
    setVersions: (versions) => {
      connection.setVersions(Object.fromEntries([...versions].map(([key, { min, max }]) => [key, { minVersion: min, maxVersion: max }])));
      connection.setSupportAuthenticationProtocol(versions.has(SASL_AUTHENTICATE));
    },
    destroy,
  };
};
