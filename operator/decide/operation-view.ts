/**
 * A CruiseControlOperation as seen. What is to be done stands in its spec (ours) or, as Koperator's objects have it, in
 * `status.currentTask` (contract 1.8); readers never ask where.
 */
import { OPERATION_NAMES, type OperationName } from '../../lib/api/cruise-control-operation';
import { isObject } from '../../lib/api/json';
import { isOurs, objectsOf } from './node-view';
import type { LiveObject, World } from './world';

export const OPERATION_KIND = 'CruiseControlOperation';

export const OPERATIONS = OPERATION_NAMES;
export type { OperationName };

/** Empty: not begun. */
export type TaskState = '' | 'Active' | 'InExecution' | 'Completed' | 'CompletedWithError';

export interface OperationView {
  readonly object: LiveObject;
  readonly name: string;
  /** Undefined: the object does not say what to do, or says something unknown. */
  readonly operation: OperationName | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly state: TaskState;
  /** Cruise Control's id of the task; empty while unknown. */
  readonly taskId: string;
  /** What went wrong last; empty. */
  readonly error: string;
  readonly errorPolicy: 'ignore' | 'retry';
  readonly retries: number;
  /** It will not be tried again: completed, or failed with `ignore`, or too often. */
  readonly final: boolean;
  /** Label `pause: "true"`. */
  readonly paused: boolean;
  readonly deleting: boolean;
  /** Made by this operator for a broker or a disk, or by somebody else. */
  readonly ours: boolean;
}

/** Failed attempts after which `retry` gives up. */
export const MAX_RETRIES = 10;

/** Every operation of the cluster, in order of their creation, then of their names. */
export const operationsIn = (world: World): readonly OperationView[] =>
  objectsOf(world, OPERATION_KIND)
    .map(operationView)
    .sort((a, b) => (turn(a) < turn(b) ? -1 : 1));

const turn = ({ object }: OperationView): string => `${object.metadata.creationTimestamp} ${object.metadata.name}`;

export function operationView(object: LiveObject): OperationView {
  const spec = section(object.spec);
  const status = section(object.status);
  const task = section(status.currentTask);
  const errorPolicy = spec.errorPolicy === 'ignore' ? 'ignore' : 'retry';
  const state = text(task.state) as TaskState;
  const retries = typeof status.retryCount === 'number' ? status.retryCount : 0;
  const failed = state === 'CompletedWithError' && (errorPolicy === 'ignore' || retries >= MAX_RETRIES);
  const { labels = {}, deletionTimestamp, name } = object.metadata;
  return {
    object,
    name,
    operation: OPERATIONS.find((o) => o === (spec.operation ?? task.operation)),
    parameters: texts(spec.parameters ?? task.parameters),
    state,
    taskId: text(task.id),
    error: text(task.errorMessage),
    errorPolicy,
    retries,
    final: state === 'Completed' || failed,
    paused: labels.pause === 'true',
    deleting: deletionTimestamp !== undefined,
    ours: isOurs(object),
  };
}

/** What is held when it does not begin. */
export const runs = (name: string): string => `run      ${OPERATION_KIND.toLowerCase()}/${name}`;

/** It was begun and is not over. */
export const inFlight = ({ state }: OperationView): boolean => state === 'Active' || state === 'InExecution';

const section = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const texts = (value: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(section(value)).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : [])));
