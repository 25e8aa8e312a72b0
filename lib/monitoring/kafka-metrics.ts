/**
 * What the exporter in every node reports under the project's own rules (lib/constructs/jmx-rules.ts), as far as alerts and
 * dashboards name it. Names are written down once, here; test/lib/monitoring holds them against what real Kafka exports.
 *
 * A scrape adds the labels `namespace`, `pod`, `kafka_cr` (the cluster) and `brokerId` (docs/monitoring.md).
 */

/** Of every node, whatever its roles. */
export const NODE_METRICS = {
  version: 'kafka_server_app_version',
  /** The text of the state is the label `state`; the value is 1. */
  quorumState: 'kafka_server_raft_metrics_current_state',
  /** Id of the leader; -1 while the node knows none. */
  quorumLeader: 'kafka_server_raft_metrics_current_leader',
  quorumEpoch: 'kafka_server_raft_metrics_current_epoch',
  quorumLogEnd: 'kafka_server_raft_metrics_log_end_offset',
  /** Of the last minute; 1 is idle. On a combined node of all its handlers. */
  requestHandlersIdle: 'kafka_server_kafkarequesthandlerpool_requesthandleravgidlepercent_rate',
  networkThreadsIdle: 'kafka_network_socketserver_networkprocessoravgidlepercent',
  requestQueue: 'kafka_network_requestchannel_requestqueuesize',
  responseQueue: 'kafka_network_requestchannel_responsequeuesize',
  /** By `listener` and `processor`. */
  connections: 'kafka_server_socket_server_metrics_connection_count',
  /** By `request` and `version`. */
  requests: 'kafka_network_requestmetrics_requestspersec_total',
  /** Milliseconds, by `request` and `quantile` (0.50, 0.95, 0.99). */
  requestTime: 'kafka_network_requestmetrics_totaltimems',
  /** By `operation`. */
  purgatory: 'kafka_server_delayedoperationpurgatory_purgatorysize',
  /** By `area` (heap, nonheap). */
  memoryUsed: 'jvm_memory_used_bytes',
  collectionSeconds: 'jvm_gc_collection_seconds_sum',
  threads: 'jvm_threads_current',
  cpuSeconds: 'process_cpu_seconds_total',
  openFiles: 'process_open_fds',
  mostFiles: 'process_max_fds',
} as const;

/** Of nodes with the role broker. */
export const BROKER_METRICS = {
  /** 1 starting, 2 recovering its log, 3 running, 6 and 7 stopping. */
  state: 'kafka_server_kafkaserver_brokerstate',
  underReplicated: 'kafka_server_replicamanager_underreplicatedpartitions',
  belowMinInSync: 'kafka_server_replicamanager_underminisrpartitioncount',
  atMinInSync: 'kafka_server_replicamanager_atminisrpartitioncount',
  offlineReplicas: 'kafka_server_replicamanager_offlinereplicacount',
  reassigning: 'kafka_server_replicamanager_reassigningpartitions',
  replicas: 'kafka_server_replicamanager_partitioncount',
  leaders: 'kafka_server_replicamanager_leadercount',
  inSyncShrinks: 'kafka_server_replicamanager_isrshrinkspersec_total',
  inSyncExpands: 'kafka_server_replicamanager_isrexpandspersec_total',
  producerIds: 'kafka_server_replicamanager_produceridcount',
  fetcherLag: 'kafka_server_replicafetchermanager_maxlag',
  fetcherFailed: 'kafka_server_replicafetchermanager_failedpartitionscount',
  /** 1 for a directory that failed, by `dir`. */
  logDirectoryOffline: 'kafka_log_logmanager_logdirectoryoffline',
  logCleanerDead: 'kafka_log_logcleaner_deadthreadcount',
  metadataLag: 'kafka_server_broker_metadata_metrics_last_applied_record_lag_ms',
  metadataLoadErrors: 'kafka_server_broker_metadata_metrics_metadata_load_error_count',
  metadataApplyErrors: 'kafka_server_broker_metadata_metrics_metadata_apply_error_count',
  bytesIn: 'kafka_server_brokertopicmetrics_bytesinpersec_total',
  bytesOut: 'kafka_server_brokertopicmetrics_bytesoutpersec_total',
  bytesRejected: 'kafka_server_brokertopicmetrics_bytesrejectedpersec_total',
  messagesIn: 'kafka_server_brokertopicmetrics_messagesinpersec_total',
  replicationIn: 'kafka_server_brokertopicmetrics_replicationbytesinpersec_total',
  replicationOut: 'kafka_server_brokertopicmetrics_replicationbytesoutpersec_total',
  reassignmentIn: 'kafka_server_brokertopicmetrics_reassignmentbytesinpersec_total',
  reassignmentOut: 'kafka_server_brokertopicmetrics_reassignmentbytesoutpersec_total',
  failedProduce: 'kafka_server_brokertopicmetrics_failedproducerequestspersec_total',
  failedFetch: 'kafka_server_brokertopicmetrics_failedfetchrequestspersec_total',
  produceRequests: 'kafka_server_brokertopicmetrics_totalproducerequestspersec_total',
  fetchRequests: 'kafka_server_brokertopicmetrics_totalfetchrequestspersec_total',
  producerConversions: 'kafka_server_brokertopicmetrics_producemessageconversionspersec_total',
  consumerConversions: 'kafka_server_brokertopicmetrics_fetchmessageconversionspersec_total',
  invalidRecords: 'kafka_server_brokertopicmetrics_invalidmessagecrcrecordspersec_total',
} as const;

/** Of nodes with the role controller. Only the active one counts brokers and partitions. */
export const CONTROLLER_METRICS = {
  /** 1 at the active controller, else 0. */
  active: 'kafka_controller_kafkacontroller_activecontrollercount',
  activeBrokers: 'kafka_controller_kafkacontroller_activebrokercount',
  fencedBrokers: 'kafka_controller_kafkacontroller_fencedbrokercount',
  offlinePartitions: 'kafka_controller_kafkacontroller_offlinepartitionscount',
  notPreferred: 'kafka_controller_kafkacontroller_preferredreplicaimbalancecount',
  topics: 'kafka_controller_kafkacontroller_globaltopiccount',
  partitions: 'kafka_controller_kafkacontroller_globalpartitioncount',
  uncleanElections: 'kafka_controller_controllerstats_uncleanleaderelectionspersec_total',
  metadataErrors: 'kafka_controller_kafkacontroller_metadataerrorcount',
  /** Milliseconds; only the leader of the quorum has one, the others say NaN. */
  commitLatency: 'kafka_server_raft_metrics_commit_latency_avg',
  commitLatencyMax: 'kafka_server_raft_metrics_commit_latency_max',
  appendRate: 'kafka_server_raft_metrics_append_records_rate',
} as const;

/** Of brokers with the rules by topic (JMX_RULES_BY_TOPIC) only, by `topic`. */
export const TOPIC_METRICS = {
  bytesIn: 'kafka_server_brokertopicmetrics_topic_bytesinpersec_total',
  bytesOut: 'kafka_server_brokertopicmetrics_topic_bytesoutpersec_total',
  messagesIn: 'kafka_server_brokertopicmetrics_topic_messagesinpersec_total',
} as const;
