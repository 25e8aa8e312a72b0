/** Who asked the API server for what. Its audit log has a line per finished request, with times in microseconds. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const file = (): string => join(dirname(process.env.KUBECONFIG ?? ''), 'log/audit.jsonl');

export interface Request {
  readonly userAgent: string;
  readonly verb: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
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

/** The end of the log now: where a measurement begins. */
export const mark = (): number => statSync(file()).size;

/** Finished requests that the log has from `from` to `to` (default: its end). */
export function requests(from: number, to: number = mark()): readonly Request[] {
  const bytes = Buffer.alloc(to - from);
  const open = openSync(file(), 'r');
  try {
    readSync(open, bytes, 0, bytes.length, from);
  } finally {
    closeSync(open);
  }
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line)
    .filter((line) => line.stage === 'ResponseComplete')
    .map(requestOf);
}

function requestOf(line: Line): Request {
  const { resource = '', subresource = '', namespace = '', name = '' } = line.objectRef ?? {};
  const { userAgent = '', verb, responseStatus } = line;
  const receivedAt = milliseconds(line.requestReceivedTimestamp);
  const answeredAt = milliseconds(line.stageTimestamp);
  return { userAgent, verb, resource, subresource, namespace, name, code: responseStatus?.code ?? 0, receivedAt, answeredAt };
}

function milliseconds(timestamp: string): number {
  const fraction = /\.(\d{1,6})/.exec(timestamp)?.[1] ?? '0';
  return Date.parse(timestamp.replace(/\.\d+/, '')) + Number(fraction.padEnd(6, '0')) / 1000;
}

const byOperator = ({ userAgent }: Request): boolean => userAgent.startsWith('kafka-operator/');
const isWatch = ({ verb }: Request): boolean => verb === 'watch';
const isLease = ({ resource }: Request): boolean => resource === 'leases';

/** What the operator asked for, without its open watches and the lease, which cost the same whatever happens. */
export const operatorRequests = (all: readonly Request[]): readonly Request[] =>
  all.filter((r) => byOperator(r) && !isWatch(r) && !isLease(r));

export const leaseRequests = (all: readonly Request[]): readonly Request[] => all.filter((r) => byOperator(r) && isLease(r));

/** Watches that ended, and were opened again. */
export const watchesEnded = (all: readonly Request[]): readonly Request[] => all.filter((r) => byOperator(r) && isWatch(r));

export const writes = (all: readonly Request[]): readonly Request[] =>
  all.filter(({ verb }) => ['create', 'update', 'patch', 'delete', 'deletecollection'].includes(verb));

/** Objects that came to be by these requests: server-side apply answers 201 then. Events are told apart, they are said, not kept. */
export const created = (all: readonly Request[]): readonly Request[] =>
  all.filter(({ code, verb, resource }) => code === 201 && ['create', 'patch'].includes(verb) && resource !== 'events');

/** For example `patch pods 3, patch kafkaclusters/status 4`; most first. */
export function counted(all: readonly Request[]): string {
  const counts = new Map<string, number>();
  for (const { verb, resource, subresource } of all) {
    const key = `${verb} ${resource}${subresource === '' ? '' : `/${subresource}`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const ordered = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return ordered.map(([key, count]) => `${key} ${count}`).join(', ');
}
