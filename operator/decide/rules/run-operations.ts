/**
 * Carries out CruiseControlOperations, whoever made them: one at a time, step by step, each step written down before the next.
 * A status is written once in a pass, and always on the condition that it is still what was seen.
 */
import { whyWithdrawn } from '../broker-operation';
import { targetOf, type Context, type Rule } from '../context';
import type { AskCruiseControl, RecordOperation } from '../action';
import { approvalOfOperation } from '../operation-conditions';
import { endOf, guardOperation, isGuarded } from '../operation-deletion';
import { nextMarker, parametersOf, isMove } from '../operation-request';
import { queueOf, whyBackingOff, whyNotBegin, type Queue } from '../operation-queue';
import { begun, completed, statusOf, waitingFor, type OperationStatus } from '../operation-status';
import { stepOf } from '../operation-step';
import { expiresAt } from '../operation-times';
import { inFlight, operationsIn, type OperationView } from '../operation-view';
import type { Proposal } from '../plan';
import { reason, type ReasonCode } from '../reason';
import type { CruiseControlView } from '../world';

export const runOperations: Rule = (context) => {
  const all = operationsIn(context.world);
  if (all.length === 0) return [];
  const queue = queueOf(context);
  return [
    ...all.filter((view) => view.deleting && isGuarded(view.object)).flatMap((view) => endOf(view, context)),
    ...all
      .filter((view) => !view.deleting && whyWithdrawn(view, context.views) === undefined)
      .flatMap((view) => ofOne(view, queue, context)),
  ];
};

function ofOne(view: OperationView, queue: Queue, context: Context): readonly Proposal[] {
  if (view.final) return ofFinished(view, context);
  if (inFlight(view)) return ofRunning(view, queue, context);
  if (!isMove(view)) return ofMessage(view, context);
  return view.name === queue.next?.name ? [beginning(view, context)] : ofWaiting(view, queue, context);
}

/** The finalizer first; with it in place the intent is written, and with that seen Cruise Control is asked. */
function beginning(view: OperationView, context: Context): Proposal {
  if (!isGuarded(view.object))
    return guardOperation(view.object, true, reason('OperationDue', 'it is its turn; deleted while it runs it is stopped first'));
  const dryRun = approvalOfOperation(view) === 'Required';
  const turn = dryRun ? 'it is its turn: a proposal first' : view.state === 'CompletedWithError' ? 'it is tried again' : 'it is its turn';
  return record(view, begun(view, { marker: nextMarker(view), dryRun }, context.now), 'OperationDue', turn);
}

function ofRunning(view: OperationView, queue: Queue, context: Context): readonly Proposal[] {
  const seen = context.world.cruiseControl;
  if (seen?.state !== 'known') return [];
  const parameters = parametersOf(view, context.cluster);
  const blocked = isMove(view) && whyNotBegin(view, queue.current, context).length > 0;
  const step = stepOf(view, { seen: seen.value, now: context.now, parameters, blocked });
  if (step.kind === 'ask') return [asking(view, step.marker, parameters)];
  return step.kind === 'record' ? [record(view, step.status, 'OperationProgress', step.why)] : [];
}

const asking = (view: OperationView, marker: string, parameters: Readonly<Record<string, string>>): AskCruiseControl => ({
  kind: 'askCruiseControl',
  risk: 'safe',
  operation: view.name,
  marker,
  endpoint: view.operation ?? '',
  parameters,
  reasons: [reason('OperationDue', parameters.dryrun === 'true' ? 'a proposal is wanted first' : 'it is its turn')],
});

/** What moves nothing needs no turn: a stop is wanted at once, and the state is known already. */
function ofMessage(view: OperationView, context: Context): readonly Proposal[] {
  const seen = context.world.cruiseControl;
  if (view.paused || view.operation === undefined || seen?.state !== 'known') return [];
  if (view.operation === 'status')
    return [
      record(
        view,
        completed(view, { operation: 'status', summary: stateOf(seen.value) }, context.now),
        'OperationProgress',
        'as Cruise Control was seen',
      ),
    ];
  if (whyBackingOff(view, context.now).length > 0) return [];
  return [record(view, begun(view, { marker: nextMarker(view), dryRun: false }, context.now), 'OperationDue', 'a stop is wanted at once')];
}

const stateOf = ({ ready, why, execution }: CruiseControlView): Readonly<Record<string, string>> => ({
  ready: String(ready),
  ...(why === '' ? {} : { why }),
  executor: execution.state,
  'finished moves': `${String(execution.finishedMoves)} of ${String(execution.totalMoves)}`,
});

/** Over for good: the finalizer goes, and later the object. */
function ofFinished(view: OperationView, context: Context): readonly Proposal[] {
  if (isGuarded(view.object)) return [guardOperation(view.object, false, reason('OperationProgress', 'it is over'))];
  const until = expiresAt(view);
  if (until === undefined || until > context.now) return [];
  return [
    {
      kind: 'delete',
      risk: 'safe',
      target: targetOf(view.object),
      reasons: [reason('OperationExpired', 'it ended longer ago than ttlSecondsAfterFinished')],
    },
  ];
}

/** Says why it waits, when that changed; one that failed has said so. */
function ofWaiting(view: OperationView, { waiting }: Queue, { now }: Context): readonly Proposal[] {
  if (view.state !== '') return [];
  const why = waiting.find((w) => w.view.name === view.name)?.why ?? [];
  const status = waitingFor(view, why, now);
  const told = (s: OperationStatus): string => JSON.stringify(s.conditions?.map((c) => [c.type, c.status, c.reason, c.message]).sort());
  return told(status) === told(statusOf(view)) ? [] : [record(view, status, 'OperationProgress', 'why it waits')];
}

const record = (view: OperationView, status: OperationStatus, code: ReasonCode, why: string): RecordOperation => ({
  kind: 'recordOperation',
  risk: 'safe',
  target: targetOf(view.object),
  status: withoutUndefined(status),
  reasons: [reason(code, why)],
});

const withoutUndefined = (status: OperationStatus): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(status)) as Readonly<Record<string, unknown>>;
