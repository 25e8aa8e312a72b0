/** What rules wish to record in the status before a next step, laid over each other. */
import type { RecordStatus } from './action';
import type { Proposal } from './plan';
import type { ClusterStatus } from './world';

/** The status with something laid over it; `brokersState` broker by broker, so that one record does not take away another's. */
export function recorded(status: ClusterStatus, more: Partial<ClusterStatus>): ClusterStatus {
  const ids = [...new Set([...Object.keys(status.brokersState ?? {}), ...Object.keys(more.brokersState ?? {})])];
  const brokers = Object.fromEntries(ids.map((id) => [id, { ...status.brokersState?.[id], ...more.brokersState?.[id] }]));
  return { ...status, ...more, ...(ids.length === 0 ? {} : { brokersState: brokers }) };
}

/** The proposals with at most one record among them. */
export function oneRecord(proposals: readonly Proposal[]): readonly Proposal[] {
  const records = proposals.filter((p) => p.kind === 'record');
  if (records.length <= 1) return proposals;
  const merged = records.reduce<RecordStatus>(
    (a, b) => ({ ...a, status: recorded(a.status, b.status), reasons: [...a.reasons, ...b.reasons] }),
    { kind: 'record', risk: 'safe', status: {}, reasons: [] },
  );
  return [merged, ...proposals.filter((p) => p.kind !== 'record')];
}
