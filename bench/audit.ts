/** The audit log of the cluster in which a benchmark runs, and what is counted in it. */
import { dirname, join } from 'node:path';
import { byOperator, endOf, isLease, isWatch, isWrite, requestsIn, type AuditedRequest } from '../tools/audit-log';

export type Request = AuditedRequest;

const file = (): string => join(dirname(process.env.KUBECONFIG ?? ''), 'log/audit.jsonl');

/** The end of the log now: where a measurement begins. */
export const mark = (): number => endOf(file());

/** Finished requests that the log has from `from` to `to` (default: its end). */
export const requests = (from: number, to?: number): readonly Request[] => requestsIn(file(), from, to);

/** What the operator asked for, without its open watches and the lease, which cost the same whatever happens. */
export const operatorRequests = (all: readonly Request[]): readonly Request[] =>
  all.filter((r) => byOperator(r) && !isWatch(r) && !isLease(r));

export const leaseRequests = (all: readonly Request[]): readonly Request[] => all.filter((r) => byOperator(r) && isLease(r));

/** Watches that ended, and were opened again. */
export const watchesEnded = (all: readonly Request[]): readonly Request[] => all.filter((r) => byOperator(r) && isWatch(r));

export const writes = (all: readonly Request[]): readonly Request[] => all.filter(isWrite);

/** Objects that came to be by these requests: server-side apply answers 201 then. Events are told apart, they are said, not kept. */
export const created = (all: readonly Request[]): readonly Request[] =>
  all.filter(({ code, verb, resource }) => code === 201 && ['create', 'patch'].includes(verb) && resource !== 'events');
