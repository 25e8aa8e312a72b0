/** The audit log of the cluster in which the journeys run, and what is read off it. */
import { join } from 'node:path';
import * as log from '../../tools/audit-log';
import { STATE } from './kubernetes';

export type AuditedRequest = log.AuditedRequest;

export const { byOperator, counted, isWrite } = log;

const file = join(STATE, 'log', 'audit.jsonl');

/** The end of the log now: what `requestsSince` begins with. */
export const mark = (): number => log.endOf(file);

export const requestsSince = (from: number): readonly AuditedRequest[] => log.requestsIn(file, from);

/** Milliseconds from the end of a Pod to the operator's request for the next one of that name; undefined while there is none. */
export function replacementTime(requests: readonly AuditedRequest[], pod: string): number | undefined {
  const ofPod = requests.filter((r) => r.resource === 'pods' && r.subresource === '' && r.name === pod && r.code < 300);
  const gone = ofPod.filter((r) => r.verb === 'delete' && r.userAgent.includes('kubelet')).at(-1);
  const made = ofPod.filter((r) => byOperator(r) && ['create', 'patch'].includes(r.verb)).at(-1);
  return gone === undefined || made === undefined ? undefined : made.receivedAt - gone.answeredAt;
}
