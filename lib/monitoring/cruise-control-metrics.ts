/**
 * What Cruise Control says of itself, by the exporter's own naming of the beans `kafka.cruisecontrol:name=…`. UNCHECKED: the
 * tests have no real Cruise Control, so no alert depends on these names, only panels; what alerts need the operator exports.
 */
export const CRUISE_CONTROL_METRICS = {
  balancedness: 'kafka_cruisecontrol_anomalydetector_balancedness_score_value',
  validWindows: 'kafka_cruisecontrol_loadmonitor_valid_windows_value',
  monitoredPartitions: 'kafka_cruisecontrol_loadmonitor_monitored_partitions_percentage_value',
  replicaActionsMoving: 'kafka_cruisecontrol_executor_replica_action_in_progress_value',
  replicaActionsPending: 'kafka_cruisecontrol_executor_replica_action_pending_value',
  leadershipActionsMoving: 'kafka_cruisecontrol_executor_leadership_action_in_progress_value',
  leadershipActionsPending: 'kafka_cruisecontrol_executor_leadership_action_pending_value',
} as const;
