/**
 * Whether an answer has the shape of a recorded one: the class of its status, whether it names a task, and of its body the
 * keys and types that the client reads. A Cruise Control that stands in must pass for every kind of answer that it gives.
 */
import { isObject } from '../../../../lib/api/json';
import { recordedAnswer } from './recorded';

export interface ActualAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Keys whose content the client reads; `*` is any key, `[]` every item of a list. */
const READ: readonly string[] = [
  'version',
  'errorMessage',
  'message',
  'summary.dataToMoveMB',
  'summary.numReplicaMovements',
  'summary.intraBrokerDataToMoveMB',
  'summary.numIntraBrokerReplicaMovements',
  'summary.numLeaderMovements',
  'summary.recentWindows',
  'summary.provisionRecommendation',
  'progress.[].operation',
  'userTasks.[].Status',
  'userTasks.[].UserTaskId',
  'userTasks.[].RequestURL',
  'userTasks.[].StartMs',
  'AnalyzerState.isProposalReady',
  'AnalyzerState.goalReadiness.[].status',
  'AnalyzerState.goalReadiness.[].name',
  'MonitorState.state',
  'ExecutorState.state',
  'ExecutorState.triggeredUserTaskId',
  'ExecutorState.numFinishedPartitionMovements',
  'ExecutorState.numTotalPartitionMovements',
  'ExecutorState.finishedDataMovement',
  'ExecutorState.totalDataToMove',
  'ExecutorState.numFinishedIntraBrokerPartitionMovements',
  'ExecutorState.numTotalIntraBrokerPartitionMovements',
  'ExecutorState.finishedIntraBrokerDataMovement',
  'ExecutorState.totalIntraBrokerDataToMove',
  'ExecutorState.numFinishedLeadershipMovements',
  'ExecutorState.numTotalLeadershipMovements',
  'AnomalyDetectorState.selfHealingEnabled',
  'AnomalyDetectorState.recentBrokerFailures.[].anomalyId',
  'AnomalyDetectorState.recentBrokerFailures.[].status',
  'AnomalyDetectorState.recentBrokerFailures.[].detectionMs',
  'AnomalyDetectorState.recentBrokerFailures.[].failedBrokersByTimeMs',
  'AnomalyDetectorState.recentDiskFailures',
  'AnomalyDetectorState.recentGoalViolations',
  'AnomalyDetectorState.recentMetricAnomalies',
  'AnomalyDetectorState.recentTopicAnomalies',
  'AnomalyDetectorState.recentMaintenanceEvents',
  'RequestInfo.[].Status',
];

/** What differs from the recorded answer of this name, in sentences; empty when it conforms. */
export function conformsTo(actual: ActualAnswer, recordedName: string): string[] {
  const wanted = recordedAnswer(recordedName);
  const differences: string[] = [];
  if (actual.status !== wanted.status) differences.push(`the status is ${String(actual.status)}, recorded is ${String(wanted.status)}`);
  // Only bodies were recorded of the phases of an execution.
  if (!recordedName.startsWith('state-during-')) differences.push(...namesTask(actual, wanted.headers['user-task-id']));
  const type = String(actual.headers['content-type']);
  if (!type.startsWith('application/json')) differences.push(`the content type is ${type}, recorded is application/json`);
  return [...differences, ...bodyDifferences(actual.body, wanted.body)];
}

function namesTask(actual: ActualAnswer, wanted: string | undefined): readonly string[] {
  const has = actual.headers['user-task-id'] !== undefined;
  if (has === (wanted !== undefined)) return [];
  return [`header User-Task-ID is ${has ? 'there' : 'missing'}, recorded is the contrary`];
}

function bodyDifferences(actual: string, wanted: string): readonly string[] {
  const [is, should] = [parsed(actual), parsed(wanted)];
  if (is === undefined) return ['the body is not a JSON object'];
  return READ.flatMap((path) => {
    const [has, wants] = [typesAt(is, path.split('.')), typesAt(should ?? {}, path.split('.'))];
    if (wants.length === 0) return [];
    // A list may be empty here and full there; what is in it must be of one kind.
    if (has.length === 0) return emptyListAbove(is, path) ? [] : [`${path} is missing, recorded is ${wants.join(' or ')}`];
    const strange = has.filter((type) => !wants.includes(type));
    return strange.length === 0 ? [] : [`${path} is ${strange.join(' or ')}, recorded is ${wants.join(' or ')}`];
  });
}

/** The types of every value at a path, once each. */
function typesAt(value: unknown, path: readonly string[]): readonly string[] {
  const [first, ...rest] = path;
  if (first === undefined) return value === undefined ? [] : [typeOf(value)];
  if (first === '[]') return Array.isArray(value) ? [...new Set(value.flatMap((item) => typesAt(item, rest)))] : [];
  return isObject(value) ? typesAt(value[first], rest) : [];
}

function emptyListAbove(body: Json, path: string): boolean {
  const list = path.split('.[]')[0] ?? '';
  const at = list.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), body);
  return path.includes('[]') && Array.isArray(at) && at.length === 0;
}

const typeOf = (value: unknown): string => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
