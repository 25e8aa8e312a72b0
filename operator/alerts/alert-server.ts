/** The receiver on its port, with a token, with client certificates, or open. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpServer, type ServerTls } from '../runtime/http-server';
import type { Logger } from '../runtime/log';
import { BearerToken } from './bearer-token';
import { admission, alertRoutes, BODY_LIMIT, type ReceiverParts } from './receiver';

export interface AlertServerOptions extends Omit<ReceiverParts, 'admits'> {
  readonly log: Logger;
  readonly auth: 'token' | 'mtls' | 'none';
  /** File with the token; for `token`. */
  readonly tokenFile: string;
  /** Folder with tls.crt and tls.key, and for `mtls` ca.crt; empty: no TLS. */
  readonly tlsDir: string;
  /** Milliseconds between two looks at the certificate; default five minutes. */
  readonly rereadMs?: number;
}

const REREAD_MS = 300_000;

/** @throws when the token or a certificate cannot be read */
export function alertServer(options: AlertServerOptions): HttpServer {
  const { log, auth, tokenFile, tlsDir, rereadMs = REREAD_MS, ...others } = options;
  const token = auth === 'token' ? new BearerToken(tokenFile, options.now) : undefined;
  token?.check();
  const parts: ReceiverParts = { ...others, admits: token === undefined ? undefined : (header) => token.admits(header) };
  const tls = tlsDir === '' ? undefined : readTls(tlsDir, auth === 'mtls');
  const common = { log, routes: alertRoutes(parts), bodyLimit: BODY_LIMIT, admission: admission(parts) };
  const server = new HttpServer(tls === undefined ? common : { ...common, tls });
  if (tls !== undefined) keepFresh(server, { log, rereadMs, read: () => readTls(tlsDir, auth === 'mtls') });
  return server;
}

interface Freshness {
  readonly log: Logger;
  readonly rereadMs: number;
  readonly read: () => ServerTls;
}

/** A mounted Secret changes in place when its certificate is renewed. */
function keepFresh(server: HttpServer, { log, rereadMs, read }: Freshness): void {
  const reread = (): void => {
    try {
      server.setTls(read());
    } catch (error) {
      log.warn('the certificate for alerts cannot be read; the one before stays', { error: String(error) });
    }
  };
  setInterval(reread, rereadMs).unref();
}

function readTls(folder: string, asksClients: boolean): ServerTls {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  try {
    return { key: read('tls.key'), cert: read('tls.crt'), ...(asksClients ? { clientCa: read('ca.crt') } : {}) };
  } catch (error) {
    throw new Error(`cannot receive alerts: ${folder} lacks tls.key, tls.crt${asksClients ? ' or ca.crt' : ''}`, { cause: error });
  }
}
