/**
 * Alerts about the records of a cluster: what cannot be read or written now, and what the next failure would take away. They
 * come from Kafka itself, so they hold while the operator is away.
 */
import type { AlertGroup } from './alert';
import { BROKER_METRICS as BROKER, CONTROLLER_METRICS as CONTROLLER } from './kafka-metrics';

/** Only the active controller counts, the others say 0: the largest figure is the cluster's. */
const atController = (metric: string): string => `max by (namespace, kafka_cr) (${metric})`;
const overBrokers = (metric: string): string => `sum by (namespace, kafka_cr) (${metric})`;

export const CLUSTER_ALERTS: AlertGroup = {
  name: 'kafka-cluster',
  alerts: [
    {
      name: 'KafkaOfflinePartitions',
      severity: 'critical',
      expr: `${atController(CONTROLLER.offlinePartitions)} > 0`,
      for: '1m',
      summary: 'Partitions of {{ $labels.namespace }}/{{ $labels.kafka_cr }} without a leader: {{ $value }}',
      description:
        'Nobody can read or write them. Every replica that could lead is on a broker that does not serve: bring that broker back.',
      runbook: 'partitions.md',
    },
    {
      name: 'KafkaPartitionsBelowMinInSync',
      severity: 'critical',
      expr: `${overBrokers(BROKER.belowMinInSync)} > 0`,
      for: '2m',
      summary:
        'Partitions of {{ $labels.namespace }}/{{ $labels.kafka_cr }} with fewer replicas in sync than min.insync.replicas: {{ $value }}',
      description: 'Producers with acks=all are refused. Bring back the brokers that miss, or those that fell behind.',
      runbook: 'partitions.md',
    },
    {
      name: 'KafkaUnderReplicatedPartitions',
      severity: 'warning',
      expr: `${overBrokers(BROKER.underReplicated)} > 0`,
      for: '10m',
      summary: 'Partitions of {{ $labels.namespace }}/{{ $labels.kafka_cr }} that miss a replica in sync: {{ $value }}',
      description:
        'Reading and writing goes on with fewer copies than wanted, and restarts wait. Longer than a rolling restart takes it is a broker that is down or cannot keep up.',
      runbook: 'partitions.md',
    },
    {
      name: 'KafkaUncleanLeaderElection',
      severity: 'critical',
      expr: `sum by (namespace, kafka_cr) (increase(${CONTROLLER.uncleanElections}[15m])) > 0`,
      summary: 'A replica that was not in sync leads a partition of {{ $labels.namespace }}/{{ $labels.kafka_cr }}',
      description:
        'Records that only the former leader had are lost. unclean.leader.election.enable is set for a topic or for the cluster, or somebody elected by hand.',
      runbook: 'partitions.md',
    },
    {
      name: 'KafkaBrokersFenced',
      severity: 'warning',
      expr: `${atController(CONTROLLER.fencedBrokers)} > 0`,
      for: '10m',
      summary: 'Brokers of {{ $labels.namespace }}/{{ $labels.kafka_cr }} that are registered and do not serve: {{ $value }}',
      description:
        'The active controller has had no heartbeat of them. Look at their Pods, and at the network between them and the controllers.',
      runbook: 'broker-down.md',
    },
  ],
};
