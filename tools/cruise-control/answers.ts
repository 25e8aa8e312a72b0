/** The bodies of answers, in the shape of recorded ones. Figures that nobody can know here (CPU, network) are zero. */
import type { Executor, Progress } from './executor';
import { megabytes } from './executor';
import type { Model, ModelPartition, Proposal } from './model';
import { replicaCounts } from './model';
import type { UserTask } from './tasks';

type Body = Readonly<Record<string, unknown>>;

export const GOALS = [
  ...['RackAwareGoal', 'ReplicaCapacityGoal', 'DiskCapacityGoal', 'NetworkInboundCapacityGoal', 'NetworkOutboundCapacityGoal'],
  ...['CpuCapacityGoal', 'ReplicaDistributionGoal', 'PotentialNwOutGoal', 'DiskUsageDistributionGoal'],
  ...['NetworkInboundUsageDistributionGoal', 'NetworkOutboundUsageDistributionGoal', 'CpuUsageDistributionGoal'],
  ...['TopicReplicaDistributionGoal', 'LeaderReplicaDistributionGoal', 'LeaderBytesInDistributionGoal'],
] as const;

const ANOMALIES = ['DISK_FAILURE', 'BROKER_FAILURE', 'GOAL_VIOLATION', 'METRIC_ANOMALY', 'TOPIC_ANOMALY', 'MAINTENANCE_EVENT'];
const zeros = (keys: readonly string[]): Body => Object.fromEntries(keys.map((key) => [key, 0]));

/** Of a proposal; `after` is the cluster as it will be. */
export function proposalBody(proposal: Proposal, after: Model, excluded: readonly number[]): Body {
  const bytes = (moves: readonly { readonly bytes: number }[]): number => moves.reduce((sum, move) => sum + move.bytes, 0);
  const summary = {
    numIntraBrokerReplicaMovements: proposal.dirMoves.length,
    numReplicaMovements: proposal.moves.length,
    onDemandBalancednessScoreAfter: 100,
    intraBrokerDataToMoveMB: megabytes(bytes(proposal.dirMoves)),
    monitoredPartitionsPercentage: 100,
    provisionRecommendation: '',
    excludedBrokersForReplicaMove: excluded,
    excludedBrokersForLeadership: [],
    provisionStatus: 'RIGHT_SIZED',
    onDemandBalancednessScoreBefore: 0,
    recentWindows: 1,
    dataToMoveMB: megabytes(bytes(proposal.moves)),
    excludedTopics: [],
    numLeaderMovements: 0,
  };
  const metadata = {
    topics: topicsOf(after).length,
    replicas: after.partitions.flatMap((p) => p.replicas).length,
    brokers: after.brokers.length,
  };
  const goalSummary = GOALS.map((goal) => ({
    clusterModelStats: { statistics: {}, metadata },
    optimizationTimeMs: 0,
    status: 'NO-ACTION',
    goal,
  }));
  return { summary, goalSummary, loadAfterOptimization: load(after), version: 1 };
}

const topicsOf = ({ partitions }: Model): readonly string[] => [...new Set(partitions.map(({ topic }) => topic))];

/** The cluster once a proposal is carried out. */
export function afterwards(model: Model, { moves }: Proposal): Model {
  const to = new Map(moves.map((move) => [`${move.topic}-${String(move.partition)}`, move.to]));
  const moved = (p: ModelPartition): ModelPartition => ({ ...p, replicas: to.get(`${p.topic}-${String(p.partition)}`) ?? p.replicas });
  return { ...model, partitions: model.partitions.map(moved) };
}

function load(model: Model): Body {
  const counts = replicaCounts(model);
  const rates = zeros(['FollowerNwInRate', 'NwOutRate', 'CpuPct', 'PnwOutRate', 'LeaderNwInRate', 'DiskPct']);
  const capacity = { NumCore: 1, NetworkInCapacity: 100000, NetworkOutCapacity: 100000, DiskCapacityMB: 100000 };
  const diskOf = (id: number): number => megabytes(model.partitions.reduce((sum, p) => sum + (p.replicas.includes(id) ? p.bytes : 0), 0));
  const brokers = model.brokers.map(({ id, host, rack }) => ({
    ...{ ...rates, ...capacity, BrokerState: 'ALIVE', Broker: id, Host: host, Rack: rack, DiskMB: diskOf(id) },
    Replicas: counts.get(id) ?? 0,
    Leaders: model.partitions.filter(({ leader }) => leader === id).length,
  }));
  const hosts = brokers.map(({ BrokerState: _state, Broker: _broker, ...host }) => host);
  return { brokers, hosts };
}

export const loadBody = (model: Model): Body => ({ ...load(model), version: 1 });

/** `KAFKA_CLUSTER_STATE`. */
export function clusterBody(model: Model): Body {
  const { partitions, brokers } = model;
  const counts = replicaCounts(model);
  const byId = (of: (id: number) => unknown): Body => Object.fromEntries(brokers.map(({ id }) => [String(id), of(id)]));
  const dirs = (id: number, offline: boolean): readonly string[] =>
    (model.dirs.get(id) ?? []).filter((dir) => dir.offline === offline).map(({ path }) => path);
  const leaders = (id: number): number => partitions.filter(({ leader }) => leader === id).length;
  const replicas = partitions.flatMap((p) => p.replicas).length;
  const named = (list: readonly ModelPartition[]): readonly Body[] =>
    list.map(({ topic, partition, leader, replicas: all, isr }) => ({
      ...{ topic, partition, leader, replicas: all, 'in-sync': isr, 'out-of-sync': all.filter((id) => !isr.includes(id)), offline: [] },
    }));
  return {
    KafkaPartitionState: {
      offline: named(partitions.filter(({ leader }) => leader < 0)),
      urp: named(partitions.filter((p) => p.isr.length < p.replicas.length)),
      ...{ 'with-offline-replicas': [], 'under-min-isr': [] },
    },
    KafkaBrokerState: {
      ...{ OfflineReplicaCountByBrokerId: {}, BrokerSetByBrokerId: {}, OutOfSyncCountByBrokerId: {} },
      ReplicaCountByBrokerId: byId((id) => counts.get(id) ?? 0),
      OfflineLogDirsByBrokerId: byId((id) => dirs(id, true)),
      OnlineLogDirsByBrokerId: byId((id) => dirs(id, false)),
      LeaderCountByBrokerId: byId(leaders),
      Summary: {
        ...{ Leaders: partitions.length, Topics: topicsOf(model).length, Brokers: brokers.length, Replicas: replicas },
        MaxLeadersPerBroker: Math.max(0, ...brokers.map(({ id }) => leaders(id))),
        MaxReplicasPerBroker: Math.max(0, ...counts.values()),
        ...{ StdLeadersPerBroker: 0, StdReplicasPerBroker: 0 },
        AvgReplicationFactor: replicas / Math.max(1, partitions.length),
        AvgLeadersPerBroker: partitions.length / Math.max(1, brokers.length),
        AvgReplicasPerBroker: replicas / Math.max(1, brokers.length),
      },
      IsController: byId((id) => id === brokers[0]?.id),
    },
    version: 1,
  };
}

export interface Standing {
  readonly executor: Executor;
  readonly ready: boolean;
  readonly recentlyRemoved: readonly number[];
  /** Partitions, as last seen. */
  readonly partitions: number;
  /** `self.healing.enabled`; only said, nothing is healed. */
  readonly selfHealing: boolean;
}

/** `STATE`, of the substates that are asked for; all when none is. */
export function stateBody(standing: Standing, substates: readonly string[], verbose: boolean): Body {
  const wants = (name: string): boolean => substates.length === 0 || substates.includes(name);
  return {
    ...(wants('analyzer') ? { AnalyzerState: analyzerState(standing, verbose) } : {}),
    ...(wants('monitor') ? { MonitorState: monitorState(standing, verbose) } : {}),
    ...(wants('executor') ? { ExecutorState: executorState(standing) } : {}),
    ...(wants('anomaly_detector') ? { AnomalyDetectorState: anomalyState(standing) } : {}),
    version: 1,
  };
}

function analyzerState({ ready }: Standing, verbose: boolean): Body {
  const modelCompleteRequirement = { includeAllTopics: true, minMonitoredPartitionsPercentage: 0.95, requiredNumSnapshots: 1 };
  const goalReadiness = GOALS.map((name) => ({ status: ready ? 'ready' : 'notReady', name, modelCompleteRequirement }));
  return { isProposalReady: ready, readyGoals: ready ? GOALS : [], ...(verbose ? { goalReadiness } : {}) };
}

function monitorState({ ready, partitions }: Standing, verbose: boolean): Body {
  const seen = ready ? partitions : 0;
  return {
    ...{ trainingPct: 0, trained: false, numFlawedPartitions: 0, state: 'RUNNING', reasonOfLatestPauseOrResume: 'N/A' },
    ...(verbose ? { monitoredWindows: {} } : {}),
    ...{ numTotalPartitions: seen, numValidPartitions: seen, numMonitoredWindows: ready ? 1 : 0, monitoringCoveragePct: ready ? 100 : 0 },
  };
}

function executorState({ executor, recentlyRemoved }: Standing): Body {
  const { progress } = executor;
  const recent = recentlyRemoved.length === 0 ? {} : { recentlyRemovedBrokers: recentlyRemoved };
  if (progress === undefined) return { ...recent, state: 'NO_TASK_IN_PROGRESS' };
  const state = progress.stopping ? 'STOPPING_EXECUTION' : progress.phase;
  const of = { triggeredTaskReason: progress.reason, triggeredSelfHealingTaskId: '', triggeredUserTaskId: progress.taskId, state };
  return { ...recent, ...of, ...(progress.phase.startsWith('INTRA') ? withinCounters(progress) : betweenCounters(progress)) };
}

const betweenCounters = ({ finished, total, inProgress, finishedMb, totalMb }: Progress): Body => ({
  ...{ finishedDataMovement: finishedMb, totalDataToMove: totalMb, abortingPartitions: 0 },
  ...{ numInProgressPartitionMovements: inProgress, numFinishedPartitionMovements: finished, numTotalPartitionMovements: total },
  numPendingPartitionMovements: total - finished - inProgress,
  ...{ minimumConcurrentPartitionMovementsPerBroker: 10, maximumConcurrentPartitionMovementsPerBroker: 10 },
  averageConcurrentPartitionMovementsPerBroker: 10,
});

const withinCounters = ({ finished, total, inProgress, finishedMb, totalMb }: Progress): Body => ({
  ...{ finishedIntraBrokerDataMovement: finishedMb, totalIntraBrokerDataToMove: totalMb, numAbortingIntraBrokerPartitionMovements: 0 },
  numInProgressIntraBrokerPartitionMovements: inProgress,
  numFinishedIntraBrokerPartitionMovements: finished,
  numTotalIntraBrokerPartitionMovements: total,
  numPendingIntraBrokerPartitionMovements: total - finished - inProgress,
  ...{ minimumConcurrentIntraBrokerPartitionMovementsPerBroker: 10, maximumConcurrentIntraBrokerPartitionMovementsPerBroker: 10 },
  averageConcurrentIntraBrokerPartitionMovementsPerBroker: 10,
});

/** It detects nothing and repairs nothing by itself. */
const anomalyState = ({ selfHealing }: Standing): Body => ({
  ...{ recentBrokerFailures: [], recentGoalViolations: [], recentDiskFailures: [], recentMetricAnomalies: [] },
  ...{ recentTopicAnomalies: [], recentMaintenanceEvents: [] },
  selfHealingDisabled: selfHealing ? [] : ANOMALIES,
  selfHealingEnabled: selfHealing ? ANOMALIES : [],
  balancednessScore: 100,
  metrics: {
    ...{ meanTimeToStartFixMs: 0, ongoingAnomalyDurationMs: 0, numSelfHealingStarted: 0, numSelfHealingFailedToStart: 0 },
    meanTimeBetweenAnomaliesMs: zeros(ANOMALIES),
  },
  selfHealingEnabledRatio: zeros(ANOMALIES),
});

/** `USER_TASKS`. Times are text, as Cruise Control has them. */
export const tasksBody = (tasks: readonly UserTask[], withAnswers: boolean): Body => ({
  userTasks: tasks.map(({ id, status, client, request, startedAt, answer }) => ({
    ...{ Status: status, ClientIdentity: client, RequestURL: request, UserTaskId: id, StartMs: String(startedAt) },
    ...(withAnswers && answer !== undefined ? { originalResponse: JSON.stringify(answer.body) } : {}),
  })),
  version: 1,
});

/** Of a request that is still computed. */
export const progressBody = (milliseconds: number): Body => ({
  progress: [
    {
      operation: 'Proposal calculation',
      operationProgress: [
        { completionPercentage: 100, step: 'PENDING', description: 'Operation enqueued, waiting to be executed.', 'time-in-ms': 0 },
        {
          ...{ completionPercentage: 0, step: 'GENERATING_CLUSTER_MODEL', description: 'Generating the cluster model for the cluster.' },
          'time-in-ms': milliseconds,
        },
      ],
    },
  ],
  version: 1,
});

/** Of anything that went wrong. */
export const errorBody = (errorMessage: string, stackTrace: string): Body => ({ stackTrace, version: 1, errorMessage });
