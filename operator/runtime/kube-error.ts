/** The one error of the Kubernetes API, with the parsed Status. Callers decide by `reason` and `status`, never by text. */
import type { Kind } from './kube-types';

export interface KubeTarget {
  readonly kind: Kind;
  readonly namespace?: string | undefined;
  /** Absent for lists, watches and creates. */
  readonly name?: string | undefined;
}

/** A cause inside a Status: of a 422 the field and what is wrong with it, of an apply conflict the manager that owns the field. */
export interface KubeErrorCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface KubeErrorDetails {
  readonly causes?: readonly KubeErrorCause[];
  readonly retryAfterSeconds?: number;
  readonly [field: string]: unknown;
}

export interface KubeErrorFields {
  /** The HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The reason of the Status (`NotFound`, `Conflict`, …); ours: `Unreachable`, `Timeout`, `Malformed`, `Stalled`. */
  readonly reason: string;
  /** What the server said. */
  readonly said: string;
  readonly details?: KubeErrorDetails | undefined;
  readonly verb: string;
  readonly ref: KubeTarget;
  readonly cause?: unknown;
}

export class KubeError extends Error {
  override readonly name = 'KubeError';
  readonly status: number;
  readonly reason: string;
  /** The server's own words. */
  readonly said: string;
  readonly details: KubeErrorDetails | undefined;
  readonly verb: string;
  readonly ref: KubeTarget;

  constructor(fields: KubeErrorFields) {
    const status = fields.status === 0 ? fields.reason : `${String(fields.status)} ${fields.reason}`;
    super(`cannot ${fields.verb} ${describeTarget(fields.ref)}: ${fields.said} (${status})`, { cause: fields.cause });
    this.status = fields.status;
    this.reason = fields.reason;
    this.said = fields.said;
    this.details = fields.details;
    this.verb = fields.verb;
    this.ref = fields.ref;
  }
}

/** For example `pods kafka/orders-1`, or `pods in all namespaces`. */
export function describeTarget(target: KubeTarget): string {
  const place = target.namespace === undefined ? '' : `${target.namespace}/`;
  if (target.name !== undefined) return `${target.kind.plural} ${place}${target.name}`;
  if (!target.kind.namespaced) return target.kind.plural;
  return `${target.kind.plural} in ${target.namespace === undefined ? 'all namespaces' : `namespace ${target.namespace}`}`;
}

const has = (error: unknown, test: (error: KubeError) => boolean): error is KubeError => error instanceof KubeError && test(error);

export const isNotFound = (error: unknown): error is KubeError => has(error, (e) => e.status === 404);

/** The server does not let us; it says so also of kinds that it does not know. */
export const isForbidden = (error: unknown): error is KubeError => has(error, (e) => e.status === 403);

/** Somebody else changed the object, owns a field of it, or a precondition does not hold. */
export const isConflict = (error: unknown): error is KubeError => has(error, (e) => e.status === 409 && e.reason !== 'AlreadyExists');

export const isAlreadyExists = (error: unknown): error is KubeError => has(error, (e) => e.status === 409 && e.reason === 'AlreadyExists');

/** The object itself is refused; asking again with the same object does not help. */
export const isInvalid = (error: unknown): error is KubeError =>
  has(error, (e) => e.status === 422 || (e.status === 400 && e.reason === 'BadRequest') || isUnmergeable(e));

/** Server-side apply answers 500 when a list has two entries of one key, for example two volumes of one name. */
const isUnmergeable = (error: KubeError): boolean => error.status === 500 && error.said.startsWith('failed to create typed patch object');

/** The resourceVersion or the continue token is too old, or from a future that the server does not know (restored from a backup). */
export const isExpired = (error: unknown): error is KubeError =>
  has(error, (e) => e.status === 410 || e.reason === 'Expired' || isTooLarge(e));

/** The server is away, overloaded or failing: the same call may work later, and nothing is known of what it did. */
export const isUnavailable = (error: unknown): error is KubeError =>
  has(error, (e) => e.status === 0 || e.status === 429 || (e.status >= 500 && !isUnmergeable(e)));

function isTooLarge(error: KubeError): boolean {
  const causes = error.details?.causes ?? [];
  return causes.some((cause) => cause.reason === 'ResourceVersionTooLarge') || error.said.includes('Too large resource version');
}

/** Makes the error of an answer that is not a success; `text` is usually a Status, but a proxy may send anything. */
export function errorOfAnswer(verb: string, ref: KubeTarget, status: number, text: string): KubeError {
  const body = parseStatus(text);
  return new KubeError({
    status: numberOr(body.code, status),
    reason: textOr(body.reason, reasonOf(status)),
    said: textOr(body.message, shorten(text) || 'no message'),
    details: typeof body.details === 'object' && body.details !== null ? (body.details as KubeErrorDetails) : undefined,
    verb,
    ref,
  });
}

interface StatusBody {
  readonly code?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
}

function parseStatus(text: string): StatusBody {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' && value > 0 ? value : otherwise);
const textOr = (value: unknown, otherwise: string): string => (typeof value === 'string' && value !== '' ? value : otherwise);
const shorten = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text).trim();

const reasons: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Expired',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

const reasonOf = (status: number): string => reasons[status] ?? 'Unknown';
