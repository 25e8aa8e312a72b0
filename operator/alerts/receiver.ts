/**
 * The operator as an Alertmanager: what Prometheus and Alertmanager send, over HTTP. Only the instance that leads takes alerts in, since
 * it alone acts; any other one says so with 503, which Alertmanager repeats elsewhere and Prometheus with its next message, so that no
 * alert is swallowed by an instance that forgets it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Route, Routes, ServerAnswer } from '../runtime/http-server';
import type { AlertBook } from './alert-book';
import { parseAlerts } from './parse-alerts';

export interface ReceiverParts {
  readonly book: () => AlertBook | undefined;
  /** This instance leads, and knows the clusters. */
  readonly leads: () => boolean;
  /** Undefined: everybody may send (configuration, or client certificates). */
  readonly admits?: ((header: string | undefined) => boolean) | undefined;
  readonly now: () => number;
  readonly startedAt: number;
  readonly version: string;
  readonly count: (counted: { readonly key: string; readonly result: 'taken' | 'unrelated' | 'refused'; readonly alerts: number }) => void;
}

/** Bytes of a message: 256 alerts of Prometheus' default are far below it. */
export const BODY_LIMIT = 8 * 1_048_576;

const PATHS = ['/', '/api/v1/alerts', '/api/v2/alerts', '/webhook'] as const;

/** `POST` of alerts on four paths, and `GET /api/v2/status`. */
export function alertRoutes(parts: ReceiverParts): Routes {
  const receive: Route = ({ body }) => take(body, parts);
  const posts = PATHS.map((path) => [`POST ${path}`, receive] as const);
  const status: Route = () => answer(200, statusOf(parts));
  return { ...Object.fromEntries(posts), 'GET /api/v2/status': status };
}

/** Before a body is read: who may send, and whether anybody may now. */
export function admission({ admits, leads }: ReceiverParts): (headers: IncomingHttpHeaders) => ServerAnswer | undefined {
  return ({ authorization }) => {
    if (admits !== undefined && !admits(authorization))
      return { ...failure(401, 'the bearer token is missing or wrong'), headers: { 'WWW-Authenticate': 'Bearer' } };
    if (leads()) return undefined;
    // A connection that is kept would lead here again.
    return {
      ...failure(503, 'this instance does not lead, or has only just begun; send it to the one that does'),
      headers: { Connection: 'close' },
    };
  };
}

function take(body: Buffer, { book, now, count }: ReceiverParts): ServerAnswer {
  const known = book();
  if (known === undefined) return failure(503, 'this instance has only just begun');
  const parsed = parseAlerts(body, now());
  if (typeof parsed === 'string') return failure(400, parsed);
  const { taken, unrelated, refused, byCluster } = known.receive(parsed.alerts);
  for (const [key, of] of byCluster) {
    count({ key, result: 'taken', alerts: of.taken });
    count({ key, result: 'refused', alerts: of.refused });
  }
  count({ key: '', result: 'unrelated', alerts: unrelated });
  count({ key: '', result: 'refused', alerts: parsed.refused });
  if (parsed.refused > 0) return failure(400, `${String(parsed.refused)} alerts cannot be read, the others were taken`, parsed.problems);
  // The sender can do nothing about it, and repeats them anyway.
  return answer(202, { status: 'success', taken, unrelated, ...(refused === 0 ? {} : { refused }) });
}

function statusOf({ startedAt, version }: ReceiverParts): object {
  const uptime = new Date(startedAt).toISOString();
  return {
    cluster: { name: '', status: 'disabled', peers: [] },
    versionInfo: { version, revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' },
    config: { original: '' },
    uptime,
  };
}

const answer = (status: number, body: object): ServerAnswer => ({
  status,
  contentType: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

const failure = (status: number, error: string, problems: readonly string[] = []): ServerAnswer =>
  answer(status, { status: 'error', error, ...(problems.length === 0 ? {} : { problems }) });
