/** A request to the API server, taken apart. */
import type { IncomingMessage } from 'node:http';

export interface ParsedCall {
  readonly method: string;
  /** Path with query, as it was sent. */
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** get, list, watch, create, update, patch, apply, delete, log. */
  readonly verb: string;
  /** For example `v1/pods`. */
  readonly fullResource: string;
  /** For example `pods`. */
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
  /** The field manager. */
  readonly manager: string;
}

export interface RequestRecord extends ParsedCall {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined while there is no answer. */
  status: number | undefined;
}

export const isWrite = (record: ParsedCall): boolean => ['create', 'update', 'patch', 'apply', 'delete'].includes(record.verb);

export function parseCall(request: IncomingMessage, text: string): ParsedCall {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const query = Object.fromEntries(url.searchParams);
  const place = parsePath(url.pathname);
  const method = request.method ?? 'GET';
  return {
    ...place,
    method,
    url: request.url ?? '/',
    query,
    verb: verbOf(method, place, { query, type: request.headers['content-type'] ?? '' }),
    resource: place.fullResource.split('/').at(-1) ?? '',
    body: text === '' ? undefined : JSON.parse(text),
    headers: request.headers,
    manager: query['fieldManager'] ?? (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown',
  };
}

type Place = Pick<ParsedCall, 'fullResource' | 'namespace' | 'name' | 'subresource'>;

function parsePath(path: string): Place {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  const version = parts[0] === 'api' ? parts.slice(1, 2) : parts.slice(1, 3);
  const rest = parts.slice(1 + version.length);
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [plural = '', name, subresource] = namespaced ? rest.slice(2) : rest;
  return { fullResource: [...version, plural].join('/'), namespace: namespaced ? rest[1] : undefined, name, subresource };
}

function verbOf(method: string, place: Place, how: { query: Readonly<Record<string, string>>; type: string }): string {
  if (method === 'GET' && place.subresource === 'log') return 'log';
  if (method === 'GET' && place.name !== undefined) return 'get';
  if (method === 'GET') return how.query['watch'] === 'true' ? 'watch' : 'list';
  if (method === 'PATCH') return how.type.startsWith('application/apply-patch') ? 'apply' : 'patch';
  return { POST: 'create', PUT: 'update', DELETE: 'delete' }[method] ?? method.toLowerCase();
}
