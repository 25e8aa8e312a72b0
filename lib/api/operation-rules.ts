/**
 * What a CruiseControlOperation must obey; the API server runs these at apply. Parameters that are not known here are passed on
 * as they are, since Cruise Control knows more of them with every version; those that the operator itself sets are refused:
 * `dryrun` would make a proposal pass for a move, `reason` carries the mark by which a request is found again.
 */
import type { CelRule } from './field';

/** Set by the operator, or they would change what an answer means. */
export const RESERVED_PARAMETERS = [
  'dryrun',
  'dryRun',
  'json',
  'reason',
  'review_id',
  'get_response_schema',
  'doas',
  'stop_ongoing_execution',
] as const;

const NUMBERS = '^[0-9]+(,[0-9]+)*$';
const DIRECTORIES = '^[0-9]+-/[^,]*(,[0-9]+-/[^,]*)*$';
const FLAG = '^(true|false)$';

/** Undefined operations and parameters pass: an object may have been made by Koperator. */
const isOperation = (names: readonly string[]): string =>
  `has(self.operation) && self.operation in [${names.map((n) => `'${n}'`).join(', ')}]`;

const given = (parameter: string): string => `has(self.parameters) && '${parameter}' in self.parameters`;

const shape = (parameter: string, pattern: string, remedy: string): CelRule => ({
  rule: `!(${given(parameter)}) || self.parameters['${parameter}'].matches('${pattern}')`,
  message: `${parameter} cannot be read: ${remedy}`,
  fieldPath: '.parameters',
});

const needs = (operations: readonly string[], parameter: string, remedy: string): CelRule => ({
  rule: `!(${isOperation(operations)}) || (${given(parameter)})`,
  message: `${parameter} is missing, which ${operations.join(' and ')} cannot do without: ${remedy}`,
  fieldPath: '.parameters',
});

const only = (parameter: string, operations: readonly string[]): CelRule => ({
  rule: `!has(self.operation) || !(${given(parameter)}) || (${isOperation(operations)})`,
  message: `${parameter} is a parameter of ${operations.join(' and ')} alone: take it out, or choose another operation`,
  fieldPath: '.parameters',
});

const IDS = 'write broker ids with commas between them, for example "3,4"';
const PAIRS = 'write broker id, dash and log directory, with commas between them, for example "3-/kafka-logs/kafka,4-/kafka-logs/kafka"';
const TRUE_OR_FALSE = 'write "true" or "false"';

export const operationRules: readonly CelRule[] = [
  {
    rule: '!has(oldSelf.operation) || (has(self.operation) && self.operation == oldSelf.operation)',
    message: 'operation cannot change: delete this object, which stops what it does, and make another one',
    fieldPath: '.operation',
  },
  {
    rule: '!has(oldSelf.operation) || (has(self.parameters) == has(oldSelf.parameters) && (!has(self.parameters) || self.parameters == oldSelf.parameters))',
    message: 'parameters cannot change: delete this object, which stops what it does, and make another one',
    fieldPath: '.parameters',
  },
  {
    rule: `!has(self.parameters) || ![${RESERVED_PARAMETERS.map((p) => `'${p}'`).join(', ')}].exists(p, p in self.parameters)`,
    message: `${RESERVED_PARAMETERS.join(', ')} are set by the operator: take them out; for a proposal before the move write approval: Required`,
    fieldPath: '.parameters',
  },
  needs(['add_broker', 'remove_broker'], 'brokerid', IDS),
  needs(['remove_disks'], 'brokerid_and_logdirs', PAIRS),
  only('brokerid', ['add_broker', 'remove_broker']),
  only('brokerid_and_logdirs', ['remove_disks']),
  only('rebalance_disk', ['rebalance']),
  shape('brokerid', NUMBERS, IDS),
  shape('brokerid_and_logdirs', DIRECTORIES, PAIRS),
  shape('destination_broker_ids', NUMBERS, IDS),
  shape('rebalance_disk', FLAG, TRUE_OR_FALSE),
  shape('skip_hard_goal_check', FLAG, TRUE_OR_FALSE),
  shape(
    'goals',
    '^[A-Za-z0-9_.]+(,[A-Za-z0-9_.]+)*$',
    'write names of goals with commas between them, for example "RackAwareGoal,DiskCapacityGoal"',
  ),
];

/** Stands at the root: what an object that has begun without a spec does is written in its status. */
export const operationBirthRules: readonly CelRule[] = [
  {
    rule: '!has(oldSelf.spec) || !has(oldSelf.spec.operation) || has(self.spec)',
    message: 'spec cannot be taken away: delete this object, which stops what it does',
    fieldPath: '.spec',
  },
  {
    rule: "!has(oldSelf.status) || !has(oldSelf.status.currentTask) || !has(oldSelf.status.currentTask.state) || oldSelf.status.currentTask.state == '' || (has(self.spec) && has(self.spec.operation)) == (has(oldSelf.spec) && has(oldSelf.spec.operation))",
    message: 'this operation has begun, so spec.operation can neither be given nor be taken out any more: make another object',
    fieldPath: '.spec',
  },
];
