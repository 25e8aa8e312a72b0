/** Who asked the API server for what: its audit log has a line per finished request. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { STATE } from './kubernetes';

const file = join(STATE, 'log', 'audit.jsonl');

export interface AuditedRequest {
  readonly userAgent: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  /** Milliseconds since the epoch, with fractions. */
  readonly receivedAt: number;
  readonly doneAt: number;
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

/** The end of the log now: what `requestsSince` begins with. */
export const mark = (): number => statSync(file).size;

export function requestsSince(from: number): readonly AuditedRequest[] {
  return textSince(from)
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.stage === 'ResponseComplete')
    .map(audited);
}

function textSince(from: number): string {
  const length = mark() - from;
  const bytes = Buffer.alloc(length);
  const open = openSync(file, 'r');
  try {
    return bytes.toString('utf8', 0, readSync(open, bytes, 0, length, from));
  } finally {
    closeSync(open);
  }
}

function audited(line: Line): AuditedRequest {
  const { resource = '', subresource = '', namespace = '', name = '' } = line.objectRef ?? {};
  return {
    userAgent: line.userAgent ?? '',
    verb: line.verb,
    resource,
    subresource,
    namespace,
    name,
    code: line.responseStatus?.code ?? 0,
    receivedAt: microseconds(line.requestReceivedTimestamp),
    doneAt: microseconds(line.stageTimestamp),
  };
}

function microseconds(timestamp: string): number {
  const fraction = /\.(\d{1,6})/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp.replace(/\.\d+/, '')) + Number(fraction.padEnd(6, '0')) / 1000;
}

export const byOperator = (request: AuditedRequest): boolean => request.userAgent.startsWith('kafka-operator/');

/** Everything but the lease, which goes on whatever happens. */
export const isWrite = (request: AuditedRequest): boolean =>
  ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(request.verb) && request.resource !== 'leases';

/** For example `create pods 3, patch configmaps 7`. */
export function counted(requests: readonly AuditedRequest[]): string {
  const counts = new Map<string, number>();
  for (const { verb, resource, subresource } of requests) {
    const key = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} ${count}`).join(', ');
}

/** Milliseconds from the end of a Pod to the operator's request for the next one of that name; undefined while there is none. */
export function replacementTime(requests: readonly AuditedRequest[], pod: string): number | undefined {
  const ofPod = requests.filter((r) => r.resource === 'pods' && r.subresource === '' && r.name === pod && r.code < 300);
  const gone = ofPod.filter((r) => r.verb === 'delete' && r.userAgent.includes('kubelet')).at(-1);
  const made = ofPod.filter((r) => byOperator(r) && ['create', 'patch'].includes(r.verb)).at(-1);
  return gone === undefined || made === undefined ? undefined : made.receivedAt - gone.doneAt;
}
