/**
 * What Cruise Control's answers say, in the words of this operator. Nothing is assumed: what an answer has to have and has
 * not makes it an answer that cannot be understood, never a default. An executor that says nothing is not idle.
 */
import { isObject } from '../../../lib/api/json';
import { CruiseControlError } from './refusal';

/** STATE. */
export interface StateAnswer {
  readonly ready: boolean;
  /** What is missing while it is not ready; without figures that change by themselves. */
  readonly why: string;
  readonly execution: ExecutionAnswer;
  /** Undefined: it repairs nothing by itself. */
  readonly anomalies: readonly AnomalyAnswer[] | undefined;
}

export interface ExecutionAnswer {
  /** For example `INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS`. */
  readonly state: string;
  readonly idle: boolean;
  /** Empty: nobody's. */
  readonly taskId: string;
  /** Of replicas between brokers, within brokers and of leaders, in the phase that runs. */
  readonly finishedMoves: number;
  readonly totalMoves: number;
  readonly finishedMb: number;
  readonly totalMb: number;
}

export interface AnomalyAnswer {
  readonly type: string;
  readonly id: string;
  readonly status: string;
  readonly detectedAt: number;
  readonly description: string;
}

/** One of USER_TASKS. */
export interface TaskAnswer {
  readonly id: string;
  readonly status: 'Active' | 'InExecution' | 'Completed' | 'CompletedWithError';
  /** Method, path and query, decoded. */
  readonly request: string;
  readonly startedAt: number;
}

type Section = Readonly<Record<string, unknown>>;

const IDLE = 'NO_TASK_IN_PROGRESS';
/** It samples now and then while it runs. */
const MONITORING = ['RUNNING', 'SAMPLING'];
const TASK_STATUS = ['Active', 'InExecution', 'Completed', 'CompletedWithError'] as const;
const ANOMALIES = {
  recentBrokerFailures: 'BROKER_FAILURE',
  recentDiskFailures: 'DISK_FAILURE',
  recentGoalViolations: 'GOAL_VIOLATION',
  recentMetricAnomalies: 'METRIC_ANOMALY',
  recentTopicAnomalies: 'TOPIC_ANOMALY',
  recentMaintenanceEvents: 'MAINTENANCE_EVENT',
} as const;
/** What an anomaly is about: the fields that may say so. */
const ABOUT = ['failedBrokersByTimeMs', 'failedDisksByTimeMs', 'fixableViolatedGoals', 'unfixableViolatedGoals', 'description'];

/** The text as a JSON object. Throws CruiseControlError. */
export function jsonOf(text: string, what: string): Section {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  const beginning = text
    .slice(0, 80)
    .replace(/[^\x21-\x7e]+/g, ' ')
    .trim();
  throw notUnderstood(what, `it is not a JSON object and begins with "${beginning}"`);
}

/** Throws CruiseControlError when the executor's state, without which nothing can be decided, is not in it. */
export function stateIn(body: Section): StateAnswer {
  const why = whyNotReady(section(body.AnalyzerState), section(body.MonitorState));
  return { ready: why === '', why, execution: executionIn(section(body.ExecutorState)), anomalies: anomaliesIn(body.AnomalyDetectorState) };
}

/** Empty when it is ready. */
export function whyNotReady(analyzer: Section, monitor: Section): string {
  const state = text(monitor.state);
  if (!MONITORING.includes(state)) return `its monitor ${state === '' ? 'does not say what it does' : `is in state ${state}`}`;
  const unready = list(analyzer.goalReadiness).filter((goal) => text(goal.status) !== 'ready');
  if (unready.length > 0) return `not enough was seen for its goals ${unready.map((goal) => text(goal.name)).join(', ')}`;
  // Without `verbose` only goals that are ready are named; a proposal needs every goal.
  return analyzer.isProposalReady === true ? '' : 'it has not seen enough of the cluster to make a proposal';
}

export function executionIn(executor: Section): ExecutionAnswer {
  const state = text(executor.state);
  if (state === '') throw notUnderstood('state', 'it does not say what its executor does');
  const sum = (...keys: readonly string[]): number => keys.reduce((total, key) => total + count(executor[key]), 0);
  return {
    state,
    idle: state === IDLE,
    taskId: text(executor.triggeredUserTaskId),
    finishedMoves: sum('numFinishedPartitionMovements', 'numFinishedIntraBrokerPartitionMovements', 'numFinishedLeadershipMovements'),
    totalMoves: sum('numTotalPartitionMovements', 'numTotalIntraBrokerPartitionMovements', 'numTotalLeadershipMovements'),
    finishedMb: sum('finishedDataMovement', 'finishedIntraBrokerDataMovement'),
    totalMb: sum('totalDataToMove', 'totalIntraBrokerDataToMove'),
  };
}

/** Newest first; undefined while it repairs nothing by itself. */
export function anomaliesIn(detector: unknown): readonly AnomalyAnswer[] | undefined {
  const state = section(detector);
  if (!Array.isArray(state.selfHealingEnabled) || state.selfHealingEnabled.length === 0) return undefined;
  const found = Object.entries(ANOMALIES).flatMap(([key, type]) => list(state[key]).map((anomaly) => anomalyOf(type, anomaly)));
  return found.sort((a, b) => b.detectedAt - a.detectedAt);
}

function anomalyOf(type: string, anomaly: Section): AnomalyAnswer {
  return {
    type,
    id: text(anomaly.anomalyId),
    status: text(anomaly.status),
    detectedAt: count(anomaly.detectionMs),
    description: ABOUT.flatMap((key) => about(key, anomaly[key])).join('; '),
  };
}

/** For example `failed brokers 3`, `fixable violated goals DiskCapacityGoal`. */
function about(key: string, value: unknown): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  const items = Array.isArray(value) ? value.map(String) : isObject(value) ? Object.entries(value).map(named) : [];
  const words = key.replace('ByTimeMs', '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return items.length === 0 ? [] : [`${words} ${items.join(', ')}`];
}

/** Disks stand in a map by broker: `1 /data/d1`; of brokers only the id matters. */
const named = ([key, value]: readonly [string, unknown]): string => (isObject(value) ? `${key} ${Object.keys(value).join(' ')}` : key);

/** Newest first. Throws CruiseControlError when there is no list: no list is not an empty one. */
export function tasksIn(body: Section): readonly TaskAnswer[] {
  if (!Array.isArray(body.userTasks)) throw notUnderstood('user_tasks', 'it has no list of tasks');
  return list(body.userTasks)
    .map(taskOf)
    .sort((a, b) => b.startedAt - a.startedAt);
}

function taskOf(task: Section): TaskAnswer {
  const status = TASK_STATUS.find((known) => known === task.Status);
  const [id, startedAt] = [text(task.UserTaskId), Number(task.StartMs)];
  if (status === undefined || id === '' || !Number.isFinite(startedAt)) throw notUnderstood('user_tasks', 'one of its tasks is incomplete');
  return { id, status, request: decoded(text(task.RequestURL)), startedAt };
}

/** The parts of a proposal's summary that are worth keeping, under the names that Koperator's status has; undefined: there is none. */
export function summaryIn(body: Section): Readonly<Record<string, string>> | undefined {
  if (!isObject(body.summary)) return undefined;
  const { summary } = body;
  return {
    'Data to move': String(count(summary.dataToMoveMB)),
    'Number of replica movements': String(count(summary.numReplicaMovements)),
    'Intra broker data to move': String(count(summary.intraBrokerDataToMoveMB)),
    'Number of intra broker replica movements': String(count(summary.numIntraBrokerReplicaMovements)),
    'Number of leader movements': String(count(summary.numLeaderMovements)),
    'Recent windows': String(count(summary.recentWindows)),
    'Provision recommendation': text(summary.provisionRecommendation),
  };
}

export const notUnderstood = (what: string, how: string): CruiseControlError =>
  new CruiseControlError('other', `cannot understand what Cruise Control answers to ${what}: ${how}`);

/** The real program has decoded it already; text with a percent sign of its own stays as it is. */
function decoded(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

const section = (value: unknown): Section => (isObject(value) ? value : {});
const list = (value: unknown): readonly Section[] => (Array.isArray(value) ? value.map(section) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
