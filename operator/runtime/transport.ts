/**
 * HTTP to the API server. Kubernetes' own client opens a TLS connection for every request; here connections are kept, and
 * made anew only when CA, certificate, key or server change (a rotated token travels in a header and needs none).
 * Watches have an agent of their own: they hold their sockets for minutes and must not use up those of the requests.
 */
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import axios from 'axios';
import type { AxiosInstance, AxiosRequestConfig, AxiosResponse } from 'axios';

/** Where the API server is and how to prove who we are; asked before every request. */
export interface Credentials {
  /** For example `https://10.0.0.1:443`. */
  server(): string;
  /** Fills in ca, cert, key, servername, rejectUnauthorized, auth and the Authorization header. */
  applyToHTTPSOptions(options: https.RequestOptions): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds until the whole answer must be in (of a stream: until its head must be in). */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface HttpStream {
  readonly status: number;
  readonly body: Readable;
}

/** Both calls reject with TransportError when no answer came. */
export interface Transport {
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Abort by the signal; the stream itself is not to be destroyed with an error (axios would hang). */
  open(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
  /** Ends idle and running connections. */
  close(): void;
}

export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly timedOut: boolean;

  constructor(message: string, options: { readonly timedOut: boolean }) {
    super(message);
    this.timedOut = options.timedOut;
  }
}

interface Agents {
  readonly requests: http.Agent;
  readonly watches: http.Agent;
}

/** TCP probes start after this much silence, so that a peer that vanished is found in half a minute. */
const keepAliveProbeAfter = 15_000;

export class AxiosTransport implements Transport {
  readonly #credentials: Credentials;
  readonly #client: AxiosInstance;
  readonly #maxSockets: number;
  #agents: Agents | undefined;
  #agentsKey = '';
  #retired: Agents[] = [];

  constructor(credentials: Credentials, options: { readonly userAgent: string; readonly maxSockets?: number }) {
    this.#credentials = credentials;
    this.#maxSockets = options.maxSockets ?? 64;
    this.#client = axios.create({
      adapter: 'http',
      proxy: false,
      maxRedirects: 0,
      validateStatus: () => true,
      transformResponse: [(data: unknown) => data],
      transformRequest: [(data: unknown) => data],
      headers: { common: { Accept: 'application/json', 'User-Agent': options.userAgent } },
    });
  }

  async send(request: HttpRequest): Promise<HttpAnswer> {
    const deadline = new Deadline(request.timeout);
    try {
      const config = await this.#prepare(request, 'requests');
      const answer: AxiosResponse<unknown> = await this.#client.request({ ...config, responseType: 'text', signal: deadline.signal });
      return {
        status: answer.status,
        headers: Object.fromEntries(Object.entries(answer.headers)),
        text: typeof answer.data === 'string' ? answer.data : '',
      };
    } catch (error) {
      throw noAnswer(error, deadline, request);
    } finally {
      deadline.met();
    }
  }

  async open(request: HttpRequest, signal: AbortSignal): Promise<HttpStream> {
    const deadline = new Deadline(request.timeout, signal);
    try {
      const config = await this.#prepare({ ...request, headers: { ...request.headers, 'Accept-Encoding': 'identity' } }, 'watches');
      const answer: AxiosResponse<unknown> = await this.#client.request({
        ...config,
        responseType: 'stream',
        decompress: false,
        signal: deadline.signal,
      });
      const body = answer.data as http.IncomingMessage;
      body.socket.setKeepAlive(true, keepAliveProbeAfter);
      return { status: answer.status, body };
    } catch (error) {
      throw noAnswer(error, deadline, request);
    } finally {
      deadline.met();
    }
  }

  close(): void {
    for (const agents of [...this.#retired, ...(this.#agents === undefined ? [] : [this.#agents])]) {
      agents.requests.destroy();
      agents.watches.destroy();
    }
    this.#retired = [];
    this.#agents = undefined;
    this.#agentsKey = '';
  }

  async #prepare(request: HttpRequest, pool: keyof Agents): Promise<AxiosRequestConfig> {
    const server = this.#credentials.server();
    const options: https.RequestOptions = { headers: {} };
    await this.#credentials.applyToHTTPSOptions(options);
    const agent = this.#agentsFor(server, options)[pool];
    const headers: Record<string, string> = { ...request.headers };
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value !== undefined) headers[name] = String(value);
    }
    if (typeof options.auth === 'string') headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    return {
      method: request.method,
      url: server.replace(/\/$/, '') + request.path,
      headers,
      ...(request.body === undefined ? {} : { data: request.body }),
      httpAgent: agent,
      httpsAgent: agent,
    };
  }

  #agentsFor(server: string, options: https.RequestOptions): Agents {
    const key = agentsKey(server, options);
    if (this.#agents !== undefined && key === this.#agentsKey) return this.#agents;
    if (this.#agents !== undefined) this.#retire(this.#agents);
    this.#agents = makeAgents(server, options, this.#maxSockets);
    this.#agentsKey = key;
    return this.#agents;
  }

  /** What runs may end; nothing new is sent over the old credentials. */
  #retire(agents: Agents): void {
    for (const agent of [agents.requests, agents.watches]) {
      Object.assign(agent, { keepAlive: false });
      for (const sockets of Object.values(agent.freeSockets)) sockets?.forEach((socket) => socket.destroy());
    }
    const busy = (agent: http.Agent): boolean => Object.keys(agent.sockets).length > 0;
    this.#retired = [...this.#retired.filter((old) => busy(old.requests) || busy(old.watches)), agents];
  }
}

const tlsFields = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'servername', 'rejectUnauthorized'] as const;

function agentsKey(server: string, options: https.RequestOptions): string {
  const values = tlsFields.map((field) => options[field]);
  return [server, ...values.map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : JSON.stringify(value)))].join('\n');
}

function makeAgents(server: string, options: https.RequestOptions, maxSockets: number): Agents {
  const proxied = options.agent;
  if (proxied instanceof http.Agent && proxied.constructor !== http.Agent && proxied.constructor !== https.Agent) {
    return { requests: proxied, watches: proxied };
  }
  const tls = Object.fromEntries(tlsFields.filter((field) => options[field] !== undefined).map((field) => [field, options[field]]));
  const make = (limit: number): http.Agent => {
    const settings = { keepAlive: true, maxSockets: limit };
    return server.startsWith('https:') ? new https.Agent({ ...tls, ...settings }) : new http.Agent(settings);
  };
  return { requests: make(maxSockets), watches: make(Infinity) };
}

/** An abort signal that fires at a time or when an outer signal does; `met` takes the time away and leaves the outer signal. */
class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  passed = false;

  constructor(milliseconds: number, outer?: AbortSignal) {
    this.#timer = setTimeout(() => {
      this.passed = true;
      this.#controller.abort();
    }, milliseconds);
    const abort = (): void => {
      this.#controller.abort();
    };
    if (outer?.aborted === true) abort();
    outer?.addEventListener('abort', abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  met(): void {
    clearTimeout(this.#timer);
  }
}

/** The error of axios is not attached: it carries the request, and with it the token. */
function noAnswer(error: unknown, deadline: Deadline, request: HttpRequest): TransportError {
  if (deadline.passed) {
    return new TransportError(`no answer within ${String(request.timeout)} ms`, { timedOut: true });
  }
  const code = typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
  const message = error instanceof Error && error.message !== '' ? error.message : String(error);
  return new TransportError(`${message}${code}`, { timedOut: false });
}
