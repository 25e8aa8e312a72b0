/**
 * What the operator says of itself and of the clusters, as far as alerts and dashboards name it. The labels `namespace` and
 * `cluster` name a KafkaCluster; a scrape that honours labels keeps them (the chart's PodMonitor does).
 */
export const OPERATOR_METRICS = {
  /** 1 while the instance leads. */
  leader: 'kafka_operator_leader',
  /** By `queue`. */
  queueDepth: 'kafka_operator_queue_depth',
  queueWait: 'kafka_operator_queue_wait_seconds_bucket',
  /** By `queue` and `result` (done, failed). */
  run: 'kafka_operator_queue_run_seconds_bucket',
  runs: 'kafka_operator_queue_run_seconds_count',
  /** By `verb`, `resource` and `code`. */
  requests: 'kafka_operator_requests_total',
  requestTime: 'kafka_operator_request_seconds_bucket',
  /** By `resource` and `reason`. */
  watchRestarts: 'kafka_operator_watch_restarts_total',
  memory: 'kafka_operator_process_resident_memory_bytes',
  cpu: 'kafka_operator_process_cpu_seconds_total',
  eventLoopLag: 'kafka_operator_nodejs_eventloop_lag_p99_seconds',
  /** By `action` and `result`. */
  actions: 'kafka_operator_actions_total',
  /** By `reason`. */
  held: 'kafka_operator_held',
  heldOldest: 'kafka_operator_held_oldest_seconds',
  /** By `state` (waiting, asked, moving, retrying, completed, failed). */
  operations: 'kafka_operator_operations',
  operationProgress: 'kafka_operator_operation_progress_percent',
  operationLeft: 'kafka_operator_operation_left_megabytes',
  /** 1 for each condition as it is, by `type`, `status` and `reason`. */
  condition: 'kafka_operator_condition',
  /** By `role` (broker, controller) and `state` (wanted, ready); a combined node counts for both roles. */
  nodes: 'kafka_operator_nodes',
  /** 1 for each claim with data of Kafka, by `broker` and `persistentvolumeclaim`. */
  volume: 'kafka_operator_volume',
  /** Seconds since the epoch, by `secret` and `kind` (authority, next-authority, certificate). */
  certificateEnd: 'kafka_operator_certificate_expiry_timestamp_seconds',
  /** Of the first certificate of a KafkaUser to end, in seconds since the epoch. */
  userCertificateEnd: 'kafka_operator_users_certificate_end_seconds',
  /** KafkaUsers by `reason` of their condition Ready. */
  users: 'kafka_operator_users',
  /** KafkaTopics by `reason` of their condition Ready. */
  topics: 'kafka_operator_topics',
  /** By `request`. */
  topicCalls: 'kafka_operator_topic_calls_total',
  /** By `result`. */
  alertsReceived: 'kafka_operator_alerts_received_total',
  /** By `action` and `outcome`. */
  alertActions: 'kafka_operator_alert_actions_total',
  alertsFiring: 'kafka_operator_alerts_firing',
} as const;
