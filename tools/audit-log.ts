/**
 * Who asked the API server for what. The audit log of the local Kubernetes (tools/local-kubernetes/conf/audit.yaml) has a line of
 * JSON for each finished request. The benchmarks and the journeys count requests in it, so they count alike.
 */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

export interface AuditedRequest {
  readonly userAgent: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the answer, for example 201; 0 when there was none. */
  readonly code: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly receivedAt: number;
  readonly answeredAt: number;
}

interface Line {
  readonly stage: string;
  readonly userAgent?: string;
  readonly verb: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly namespace?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
  readonly stageTimestamp: string;
}

/** The end of the log now, in bytes: where a measurement begins. */
export const endOf = (file: string): number => statSync(file).size;

/** Finished requests that the log has from one byte to another (default: its end); lines that are not whole are left out. */
export function requestsIn(file: string, from: number, to: number = endOf(file)): readonly AuditedRequest[] {
  return read(file, from, to)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.stage === 'ResponseComplete')
    .map(requestOf);
}

/** Whole lines only: the server may be in the middle of one, at the beginning as well as at the end. */
function read(file: string, from: number, to: number): string {
  const begin = Math.max(0, from - 1);
  const bytes = Buffer.alloc(Math.max(0, to - begin));
  const open = openSync(file, 'r');
  try {
    const text = bytes.toString('utf8', 0, readSync(open, bytes, 0, bytes.length, begin));
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    return from === 0 ? whole : whole.slice(whole.indexOf('\n') + 1);
  } finally {
    closeSync(open);
  }
}

function requestOf(line: Line): AuditedRequest {
  const { resource = '', subresource = '', namespace = '', name = '' } = line.objectRef ?? {};
  const { userAgent = '', verb, responseStatus } = line;
  const receivedAt = milliseconds(line.requestReceivedTimestamp);
  const answeredAt = milliseconds(line.stageTimestamp);
  return { userAgent, verb, resource, subresource, namespace, name, code: responseStatus?.code ?? 0, receivedAt, answeredAt };
}

/** Of a time with up to six digits of a second. */
function milliseconds(timestamp: string): number {
  const fraction = /\.(\d{1,6})/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp.replace(/\.\d+/, '')) + Number(fraction.padEnd(6, '0')) / 1000;
}

type Seen = Pick<AuditedRequest, 'userAgent' | 'verb' | 'resource' | 'subresource'>;

export const byOperator = ({ userAgent }: Pick<Seen, 'userAgent'>): boolean => userAgent.startsWith('kafka-operator/');

export const isWatch = ({ verb }: Pick<Seen, 'verb'>): boolean => verb === 'watch';

/** The lease of the leader, which is renewed whatever happens. */
export const isLease = ({ resource }: Pick<Seen, 'resource'>): boolean => resource === 'leases';

const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/** It may have changed something, the lease left aside. */
export const isWrite = (request: Pick<Seen, 'verb' | 'resource'>): boolean => WRITES.includes(request.verb) && !isLease(request);

/** For example `patch kafkaclusters/status 4, patch pods 3`; most first. */
export function counted(requests: readonly Omit<Seen, 'userAgent'>[]): string {
  const counts = new Map<string, number>();
  for (const { verb, resource, subresource } of requests) {
    const key = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const ordered = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return ordered.map(([key, count]) => `${key} ${String(count)}`).join(', ');
}
