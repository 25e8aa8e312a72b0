/** A server on loopback that answers what it is told to, and remembers what it was asked. */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers itself, for what a reply cannot say: a broken connection, a body without end. */
export type Answerer = (response: http.ServerResponse, request: SeenRequest) => void;

export class ReplayingServer {
  readonly seen: SeenRequest[] = [];
  answer: Answerer = replyWith({ status: 404, body: '' });

  private constructor(
    private readonly server: http.Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  /** With a certificate it speaks HTTPS. */
  static async start(tls?: { readonly cert: string; readonly key: string }): Promise<ReplayingServer> {
    const server = tls === undefined ? http.createServer() : https.createServer(tls);
    const replaying = new ReplayingServer(server, tls === undefined ? 'http' : 'https');
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const seen = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
      replaying.seen.push(seen);
      replaying.answer(response, seen);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return replaying;
  }

  get origin(): string {
    return `${this.scheme}://127.0.0.1:${String((this.server.address() as AddressInfo).port)}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export const replyWith =
  ({ status, headers = {}, body }: Reply): Answerer =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers }).end(body);
  };

/** One after the other; the last one stays. */
export function inTurn(...answerers: readonly Answerer[]): Answerer {
  let turn = 0;
  return (response, request) => {
    answerers[Math.min(turn, answerers.length - 1)]?.(response, request);
    turn += 1;
  };
}
