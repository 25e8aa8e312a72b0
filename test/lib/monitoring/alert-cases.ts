/**
 * For each alert what makes it fire, and the nearest that must not. Series are in the notation of promtool, a sample a minute;
 * a number stands for that value all the time.
 */
export interface AlertCase {
  readonly alert: string;
  /** Fires for the cluster kafka/orders after three hours at the latest. */
  readonly fires: Series;
  /** Never fires. */
  readonly quiet: Series;
  /** Labels of the alert that are expected, where they are not the cluster's. */
  readonly labels?: string;
}

export type Series = Readonly<Record<string, number | string>>;

const node = (metric: string, id = 1, more = ''): string =>
  `${metric}{namespace="kafka", kafka_cr="orders", brokerId="${String(id)}", pod="orders-${String(id)}"${more}}`;
const said = (metric: string, more = ''): string => `kafka_operator_${metric}{namespace="kafka", cluster="orders"${more}}`;
const condition = (type: string, status: string, reason: string): string =>
  said('condition', `, type="${type}", status="${status}", reason="${reason}"`);
const nodes = (role: string, wanted: number, ready: number): Series => ({
  [said('nodes', `, role="${role}", state="wanted"`)]: wanted,
  [said('nodes', `, role="${role}", state="ready"`)]: ready,
});

const CLAIM = 'namespace="kafka", persistentvolumeclaim="orders-1-0a1b2c3d"';
/** `whose`: labels of the claim that the operator knows. */
const disk = (free: number, whose = CLAIM): Series => ({
  [`kubelet_volume_stats_available_bytes{${CLAIM}, node="worker-1"}`]: free,
  [`kubelet_volume_stats_capacity_bytes{${CLAIM}, node="worker-1"}`]: 100,
  [`kafka_operator_volume{${whose}, cluster="orders", broker="1"}`]: 1,
});
const OF_OPERATOR = 'namespace="kafka", cluster="orders"';
const OF_QUEUE = 'namespace="system-of-orders"';
const queue = (metric: string, more = ''): string =>
  `kafka_operator_queue_${metric}{namespace="system-of-orders", queue="kafkacluster"${more}}`;

const CLUSTER: readonly AlertCase[] = [
  {
    alert: 'KafkaOfflinePartitions',
    fires: {
      [node('kafka_controller_kafkacontroller_offlinepartitionscount', 0)]: 0,
      [node('kafka_controller_kafkacontroller_offlinepartitionscount', 1)]: 3,
    },
    quiet: { [node('kafka_controller_kafkacontroller_offlinepartitionscount', 0)]: 0 },
  },
  {
    alert: 'KafkaPartitionsBelowMinInSync',
    fires: { [node('kafka_server_replicamanager_underminisrpartitioncount')]: 1 },
    quiet: {
      [node('kafka_server_replicamanager_underminisrpartitioncount')]: '1 0+0x180',
      [node('kafka_server_replicamanager_atminisrpartitioncount')]: 9,
    },
  },
  {
    alert: 'KafkaUnderReplicatedPartitions',
    fires: {
      [node('kafka_server_replicamanager_underreplicatedpartitions')]: 2,
      [node('kafka_server_replicamanager_underreplicatedpartitions', 2)]: 0,
    },
    quiet: { [node('kafka_server_replicamanager_underreplicatedpartitions')]: '5+0x170 0+0x10' },
  },
  {
    alert: 'KafkaUncleanLeaderElection',
    fires: { [node('kafka_controller_controllerstats_uncleanleaderelectionspersec_total', 0)]: '0+0x175 1+0x5' },
    quiet: { [node('kafka_controller_controllerstats_uncleanleaderelectionspersec_total', 0)]: 4 },
  },
  {
    alert: 'KafkaBrokersFenced',
    fires: { [node('kafka_controller_kafkacontroller_fencedbrokercount', 0)]: 1 },
    quiet: { [node('kafka_controller_kafkacontroller_fencedbrokercount', 0)]: '1+0x175 0+0x5' },
  },
];

const BROKERS: readonly AlertCase[] = [
  {
    alert: 'KafkaBrokerDown',
    fires: nodes('broker', 3, 2),
    quiet: { ...nodes('broker', 3, 3), ...nodes('controller', 3, 2) },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaBrokerNotRunning',
    fires: { [node('kafka_server_kafkaserver_brokerstate')]: 2 },
    quiet: { [node('kafka_server_kafkaserver_brokerstate')]: 3 },
  },
  {
    alert: 'KafkaInSyncReplicasFlap',
    fires: { [node('kafka_server_replicamanager_isrshrinkspersec_total')]: '0+2x180' },
    quiet: { [node('kafka_server_replicamanager_isrshrinkspersec_total')]: '0+0x170 7+0x10' },
  },
  {
    alert: 'KafkaReplicaFetcherFailed',
    fires: { [node('kafka_server_replicafetchermanager_failedpartitionscount')]: 1 },
    quiet: { [node('kafka_server_replicafetchermanager_failedpartitionscount')]: 0 },
  },
  {
    alert: 'KafkaRequestHandlersBusy',
    fires: { [node('kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_rate')]: 0.19 },
    quiet: { [node('kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_rate')]: 0.21 },
  },
  {
    alert: 'KafkaNetworkThreadsBusy',
    fires: { [node('kafka_network_socketserver_networkprocessoravgidlepercent')]: 0.05 },
    quiet: { [node('kafka_network_socketserver_networkprocessoravgidlepercent')]: 0.11 },
  },
  {
    alert: 'KafkaLogDirectoryOffline',
    fires: {
      [node('kafka_log_logmanager_logdirectoryoffline', 1, ', dir="/a/kafka"')]: 1,
      [node('kafka_log_logmanager_logdirectoryoffline', 1, ', dir="/b/kafka"')]: 0,
    },
    quiet: { [node('kafka_log_logmanager_logdirectoryoffline', 1, ', dir="/a/kafka"')]: 0 },
  },
  {
    alert: 'KafkaLogCleanerDead',
    fires: { [node('kafka_log_logcleaner_deadthreadcount')]: 1 },
    quiet: { [node('kafka_log_logcleaner_deadthreadcount')]: 0 },
  },
  {
    alert: 'KafkaBrokerMetadataBehind',
    fires: { [node('kafka_server_broker_metadata_metrics_last_applied_record_lag_ms')]: 60_000 },
    quiet: { [node('kafka_server_broker_metadata_metrics_last_applied_record_lag_ms')]: 600 },
  },
  { alert: 'KafkaDiskNearlyFull', fires: disk(14), quiet: disk(16), labels: OF_OPERATOR },
  {
    alert: 'KafkaDiskNearlyFull',
    fires: disk(14),
    quiet: disk(1, 'namespace="kafka", persistentvolumeclaim="of-somebody-else"'),
    labels: OF_OPERATOR,
  },
  { alert: 'KafkaDiskAlmostFull', fires: disk(4), quiet: disk(6), labels: OF_OPERATOR },
];

const CONTROLLERS: readonly AlertCase[] = [
  {
    alert: 'KafkaNoActiveController',
    fires: { [node('kafka_controller_kafkacontroller_activecontrollercount', 0)]: 0 },
    quiet: {
      [node('kafka_controller_kafkacontroller_activecontrollercount', 0)]: 0,
      [node('kafka_controller_kafkacontroller_activecontrollercount')]: 1,
    },
  },
  {
    alert: 'KafkaSeveralActiveControllers',
    fires: {
      [node('kafka_controller_kafkacontroller_activecontrollercount', 0)]: 1,
      [node('kafka_controller_kafkacontroller_activecontrollercount')]: 1,
    },
    quiet: {
      [node('kafka_controller_kafkacontroller_activecontrollercount', 0)]: 1,
      [node('kafka_controller_kafkacontroller_activecontrollercount')]: 0,
    },
  },
  {
    alert: 'KafkaControllerDown',
    fires: nodes('controller', 3, 1),
    quiet: { ...nodes('controller', 3, 3), ...nodes('broker', 3, 2) },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaQuorumLeaderUnknown',
    fires: { [node('kafka_server_raft_metrics_current_leader')]: -1, [node('kafka_server_raft_metrics_current_leader', 2)]: 0 },
    quiet: { [node('kafka_server_raft_metrics_current_leader')]: 0 },
  },
  {
    alert: 'KafkaQuorumCommitSlow',
    fires: {
      [node('kafka_server_raft_metrics_commit_latency_avg', 0)]: 800,
      [node('kafka_server_raft_metrics_commit_latency_avg')]: 'NaN+0x180',
    },
    quiet: {
      [node('kafka_server_raft_metrics_commit_latency_avg', 0)]: 12,
      [node('kafka_server_raft_metrics_commit_latency_avg')]: 'NaN+0x180',
    },
  },
  {
    alert: 'KafkaMetadataErrors',
    fires: { [node('kafka_controller_kafkacontroller_metadataerrorcount', 0)]: 1 },
    quiet: { [node('kafka_controller_kafkacontroller_metadataerrorcount', 0)]: 0 },
  },
  {
    alert: 'KafkaMetadataErrors',
    fires: {
      [node('kafka_server_broker_metadata_metrics_metadata_load_error_count')]: 0,
      [node('kafka_server_broker_metadata_metrics_metadata_apply_error_count')]: 2,
    },
    quiet: {
      [node('kafka_server_broker_metadata_metrics_metadata_load_error_count')]: 0,
      [node('kafka_server_broker_metadata_metrics_metadata_apply_error_count')]: 0,
    },
  },
];

const OPERATOR: readonly AlertCase[] = [
  {
    alert: 'KafkaOperatorDown',
    fires: { 'kafka_operator_leader{pod="a"}': 0 },
    quiet: { 'kafka_operator_leader{pod="a"}': 0, 'kafka_operator_leader{pod="b"}': 1 },
    labels: '',
  },
  {
    alert: 'KafkaOperatorNotReconciling',
    fires: { [queue('depth')]: 4, [queue('run_seconds_count', ', result="done"')]: 90 },
    quiet: { [queue('depth')]: 4, [queue('run_seconds_count', ', result="done"')]: '0+3x180' },
    labels: OF_QUEUE,
  },
  {
    // Two instances, of which the one that stands by takes no key, and nothing changes anywhere.
    alert: 'KafkaOperatorNotReconciling',
    fires: {
      [queue('depth', ', pod="a"')]: 4,
      [queue('depth', ', pod="b"')]: 0,
      [queue('run_seconds_count', ', pod="a", result="done"')]: 90,
    },
    quiet: {
      [queue('depth', ', pod="a"')]: 0,
      [queue('depth', ', pod="b"')]: 0,
      [queue('run_seconds_count', ', pod="a", result="done"')]: 90,
    },
    labels: OF_QUEUE,
  },
  {
    alert: 'KafkaOperatorPassesFail',
    fires: { [queue('run_seconds_count', ', result="failed"')]: '0+1x180' },
    quiet: { [queue('run_seconds_count', ', result="failed"')]: 3, [queue('run_seconds_count', ', result="done"')]: '0+9x180' },
    labels: OF_QUEUE,
  },
  {
    alert: 'KafkaClusterSpecRefused',
    fires: { [condition('SpecAccepted', 'False', 'Refused')]: 1 },
    quiet: { [condition('SpecAccepted', 'True', 'Accepted')]: 1, [condition('Ready', 'False', 'NodesNotReady')]: 1 },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaRollStopped',
    fires: { [condition('Degraded', 'True', 'RollStopped')]: 1 },
    quiet: { [condition('Degraded', 'True', 'PodsPending')]: 1 },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaClusterDegraded',
    fires: { [condition('Degraded', 'True', 'VolumesLost')]: 1 },
    quiet: { [condition('Degraded', 'True', 'RolledBack')]: 1, [condition('Degraded', 'False', 'NothingWrong')]: 1 },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaChangesHeldLong',
    fires: { [said('held_oldest_seconds')]: '10000+60x180' },
    quiet: { [said('held_oldest_seconds')]: '0+60x180' },
    labels: OF_OPERATOR,
  },
];

const certificate = (metric: string): string => said(metric, ', secret="orders-server-certificate"').replace('}', ', kind="certificate"}');
const OF_CERTIFICATE = `${OF_OPERATOR}, secret="orders-server-certificate"`;
/** Time begins at 0 and ends after three hours. */
const CERTIFICATES: readonly AlertCase[] = [
  {
    alert: 'KafkaCertificateExpiresSoon',
    fires: { [certificate('certificate_expiry_timestamp_seconds')]: 1_200_000 },
    quiet: { [certificate('certificate_expiry_timestamp_seconds')]: 1_230_000 },
    labels: OF_CERTIFICATE,
  },
  {
    alert: 'KafkaCertificateExpiresSoon',
    fires: { [certificate('certificate_expiry_timestamp_seconds')]: 20_000 },
    quiet: { [certificate('certificate_expiry_timestamp_seconds')]: 60 },
    labels: OF_CERTIFICATE,
  },
  {
    alert: 'KafkaCertificateExpired',
    fires: { [certificate('certificate_expiry_timestamp_seconds')]: 60 },
    quiet: { [certificate('certificate_expiry_timestamp_seconds')]: 20_000 },
    labels: OF_CERTIFICATE,
  },
  {
    alert: 'KafkaUserCertificateExpiresSoon',
    fires: { [said('users_certificate_end_seconds')]: 600_000 },
    quiet: { [said('users_certificate_end_seconds')]: 620_000 },
    labels: OF_OPERATOR,
  },
];

const operation = ', operation="remove_broker"';
const CRUISE_CONTROL: readonly AlertCase[] = [
  {
    alert: 'KafkaOperationFailed',
    fires: { [said('operations', ', state="failed"')]: 1 },
    quiet: { [said('operations', ', state="retrying"')]: 1, [said('operations', ', state="completed"')]: 4 },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaOperationStalled',
    fires: { [said('operation_left_megabytes', operation)]: 900 },
    quiet: { [said('operation_left_megabytes', operation)]: '9000-1x180' },
    labels: OF_OPERATOR,
  },
  {
    alert: 'KafkaCruiseControlNotReady',
    fires: { [condition('CruiseControlReady', 'False', 'CruiseControlUnreachable')]: 1 },
    quiet: { [condition('CruiseControlReady', 'True', 'CruiseControlServes')]: 1 },
    labels: OF_OPERATOR,
  },
];

const idle = (id: number, share: number): Series => ({
  [node('kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_rate', id)]: share,
  [node('kafka_server_kafkaserver_brokerstate', id)]: 3,
});
const replicas = (count: number, brokers: number): Series =>
  Object.fromEntries(Array.from({ length: brokers }, (_, id) => [node('kafka_server_replicamanager_partitioncount', id), count]));
const ACTIONS: readonly AlertCase[] = [
  // A controller alone is idle, and no broker.
  {
    alert: 'BrokerOverLoaded',
    fires: { ...idle(1, 0.1), ...idle(2, 0.2), [node('kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_rate', 0)]: 1 },
    quiet: { ...idle(1, 0.1), ...idle(2, 0.9) },
  },
  {
    alert: 'BrokerUnderReplicated',
    fires: {
      [node('kafka_server_replicamanager_underreplicatedpartitions')]: 2,
      [node('kafka_controller_kafkacontroller_fencedbrokercount', 0)]: 0,
    },
    quiet: {
      [node('kafka_server_replicamanager_underreplicatedpartitions')]: 2,
      [node('kafka_controller_kafkacontroller_fencedbrokercount', 0)]: 1,
    },
  },
  { alert: 'PartitionCountHigh', fires: replicas(4001, 3), quiet: replicas(4000, 3) },
  { alert: 'PartitionCountLow', fires: replicas(39, 4), quiet: replicas(39, 3) },
  { alert: 'RemainingDiskSpaceLow', fires: disk(10), quiet: disk(20), labels: `${CLAIM}, node="worker-1"` },
  { alert: 'RemainingDiskSpaceLowOnFixedVolume', fires: disk(10), quiet: disk(20), labels: `${CLAIM}, node="worker-1"` },
];

export const ALERT_CASES: readonly AlertCase[] = [
  ...CLUSTER,
  ...BROKERS,
  ...CONTROLLERS,
  ...OPERATOR,
  ...CERTIFICATES,
  ...CRUISE_CONTROL,
  ...ACTIONS,
];
