/** The conditions of a CruiseControlOperation: how far it is, and whether it may begin. Closed lists; docs/conditions.md explains each. */
import { because } from './explain';
import type { OperationStatus } from './operation-status';
import type { OperationView } from './operation-view';
import type { Reason } from './reason';
import { isoSeconds } from './rfc3339';
import type { Condition } from './world';

export const OPERATION_CONDITION_TYPES = ['Ready', 'Approved'] as const;

export const OPERATION_CONDITION_REASONS = [
  'Completed',
  'Running',
  'Waiting',
  'Retrying',
  'Failed',
  'NotNeeded',
  'Approved',
  'ApprovalNeeded',
  'ProposalAwaited',
] as const;

type Type = (typeof OPERATION_CONDITION_TYPES)[number];
type ConditionReason = (typeof OPERATION_CONDITION_REASONS)[number];

export type OperationCondition = Omit<Condition, 'observedGeneration'> & { readonly observedGeneration?: number };

interface Judgement {
  readonly type: Type;
  readonly status: 'True' | 'False';
  readonly reason: ConditionReason;
  readonly message: string;
}

export type Approval = 'Automatic' | 'Required' | 'Approved';

/** Anything but what is known asks for nobody's word. */
export function approvalOfOperation({ object }: OperationView): Approval {
  const { approval } = (object.spec ?? {}) as { readonly approval?: unknown };
  return approval === 'Required' || approval === 'Approved' ? approval : 'Automatic';
}

/** @param by why it waits, if it does */
export function withOperationConditions(
  status: OperationStatus,
  view: OperationView,
  by: { readonly why: readonly Reason[]; readonly now: number },
): readonly OperationCondition[] {
  const { generation } = view.object.metadata;
  return [readiness(status, view, by.why), approval(status, view)].map((judgement) => {
    const before = status.conditions?.find((c) => c.type === judgement.type);
    const lastTransitionTime = before?.status === judgement.status ? before.lastTransitionTime : isoSeconds(by.now);
    return { ...judgement, ...(generation === undefined ? {} : { observedGeneration: generation }), lastTransitionTime };
  });
}

function readiness(status: OperationStatus, view: OperationView, why: readonly Reason[]): Judgement {
  const no = (reason: ConditionReason, message: string): Judgement => ({ type: 'Ready', status: 'False', reason, message });
  switch (view.state) {
    case 'Completed':
      return { type: 'Ready', status: 'True', reason: 'Completed', message: 'Cruise Control has done all of it' };
    case 'Active':
      return no(
        'Running',
        status.currentTask?.dryRun === true ? 'Cruise Control makes a proposal' : 'Cruise Control works out what to move',
      );
    case 'InExecution':
      return no('Running', 'replicas are being moved');
    case 'CompletedWithError':
      return view.final
        ? no('Failed', `${view.error}; it is not tried again. Delete it, or make another one`)
        : no('Retrying', `${view.error}; it is tried again`);
    default:
      return no('Waiting', waitsFor(status, why));
  }
}

const waitsFor = ({ waiting }: OperationStatus, why: readonly Reason[]): string => {
  const said = why.length > 0 ? because(why) : 'its turn comes next';
  return waiting === undefined ? said : `${waiting.message}; ${said}`;
};

function approval({ proposal }: OperationStatus, view: OperationView): Judgement {
  const wanted = approvalOfOperation(view);
  const base = { type: 'Approved' } as const;
  if (wanted === 'Automatic') return { ...base, status: 'True', reason: 'NotNeeded', message: 'spec.approval asks for nobody' };
  if (wanted === 'Approved') return { ...base, status: 'True', reason: 'Approved', message: 'spec.approval is Approved' };
  const [reason, message] =
    proposal === undefined
      ? (['ProposalAwaited', 'Cruise Control is to make a proposal first'] as const)
      : (['ApprovalNeeded', 'look at status.proposal, then set spec.approval to Approved, or delete the operation'] as const);
  return { ...base, status: 'False', reason, message };
}
