/** A small HTTP or HTTPS server on node:http: exact routes, a body limit, and certificates that change without a restart. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { describeError } from './log';
import type { Logger } from './log';

export interface ServerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServerAnswer {
  readonly status: number;
  /** Default `text/plain; charset=utf-8`. */
  readonly contentType?: string;
  readonly body: string;
  /** Besides `Content-Type`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export type Route = (request: ServerRequest) => ServerAnswer | Promise<ServerAnswer>;

/** By method and path, for example `GET /healthz`. */
export type Routes = Readonly<Record<string, Route>>;

export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  /** When given, clients must show a certificate of this CA. */
  readonly clientCa?: string;
}

export interface ServerOptions {
  readonly routes: Routes;
  readonly log: Logger;
  readonly tls?: ServerTls;
  /** Bytes of a body; more is answered with 413. Default 1 MiB. */
  readonly bodyLimit?: number;
  /** Asked before a body is read: the answer to somebody who may not, undefined for everybody else. */
  readonly admission?: (headers: http.IncomingHttpHeaders) => ServerAnswer | undefined;
}

export class HttpServer {
  readonly #server: http.Server | https.Server;
  readonly #routes: Routes;
  readonly #paths: ReadonlySet<string>;
  readonly #log: Logger;
  readonly #bodyLimit: number;
  readonly #admission: NonNullable<ServerOptions['admission']>;

  constructor(options: ServerOptions) {
    this.#routes = options.routes;
    this.#paths = new Set(Object.keys(options.routes).map((route) => route.slice(route.indexOf(' ') + 1)));
    this.#log = options.log;
    this.#bodyLimit = options.bodyLimit ?? 1_048_576;
    this.#admission = options.admission ?? (() => undefined);
    const handle = (request: http.IncomingMessage, response: http.ServerResponse): void => void this.#handle(request, response);
    const settings = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };
    this.#server =
      options.tls === undefined ? http.createServer(settings, handle) : https.createServer({ ...settings, ...secure(options.tls) }, handle);
  }

  /** Resolves with the port (of use when 0 was asked for). Rejects when the port is taken. */
  listen(port: number, host?: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        reject(new Error(`cannot listen on port ${String(port)}: choose a free one`, { cause: error }));
      });
      this.#server.listen(port, host, () => {
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** The next handshake shows the new certificate; open connections stay. */
  setTls(tls: ServerTls): void {
    if (this.#server instanceof https.Server) this.#server.setSecureContext(secure(tls));
  }

  /** Ends idle connections at once and waits for requests that run, at most `limit` milliseconds (default 2 000). */
  async close(limit = 2_000): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => {
      this.#server.closeAllConnections();
    }, limit);
    await closed;
    clearTimeout(timer);
  }

  async #handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    try {
      send(response, await this.#answer(request));
    } catch (error) {
      this.#log.error('cannot answer a request', { path: request.url, error: describeError(error) });
      send(response, { status: 500, body: 'internal error\n' });
    }
  }

  async #answer(request: http.IncomingMessage): Promise<ServerAnswer> {
    const url = urlOf(request.url ?? '/');
    const method = request.method ?? 'GET';
    if (url === undefined) return NOT_FOUND;
    const route = this.#routes[`${method} ${url.pathname}`];
    if (route === undefined) return this.#paths.has(url.pathname) ? { status: 405, body: 'method not allowed\n' } : NOT_FOUND;
    const refusal = this.#admission(request.headers);
    if (refusal !== undefined) return refusal;
    const body = await readBody(request, this.#bodyLimit);
    if (body === undefined) return { status: 413, body: `body larger than ${String(this.#bodyLimit)} bytes\n` };
    return route({ method, path: url.pathname, query: url.searchParams, headers: request.headers, body });
  }
}

const NOT_FOUND: ServerAnswer = { status: 404, body: 'not found\n' };
const HERE = 'http://localhost';

/** Undefined for what is no path, as `//`: whoever sends it is told so like everybody else. */
const urlOf = (target: string): URL | undefined => (URL.canParse(target, HERE) ? new URL(target, HERE) : undefined);

function secure(tls: ServerTls): https.ServerOptions {
  const client = tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true, rejectUnauthorized: true };
  return { key: tls.key, cert: tls.cert, minVersion: 'TLSv1.2', ...client };
}

async function readBody(request: http.IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= limit) chunks.push(chunk as Buffer);
    else if (size > limit * 16) break;
  }
  return size > limit ? undefined : Buffer.concat(chunks);
}

function send(response: http.ServerResponse, answer: ServerAnswer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(answer.status, { 'Content-Type': answer.contentType ?? 'text/plain; charset=utf-8', ...answer.headers });
  response.end(answer.body);
}
