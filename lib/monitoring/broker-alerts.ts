/** Alerts about single brokers: one that is down, one that cannot keep up, one whose disk fails or fills. */
import type { AlertGroup } from './alert';
import { BROKER_METRICS as BROKER, NODE_METRICS as NODE } from './kafka-metrics';
import { KUBELET_METRICS as KUBELET } from './kubelet-metrics';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';

const A_BROKER = 'namespace, kafka_cr, brokerId, pod';
const WHO = '{{ $labels.namespace }}/{{ $labels.pod }}';
const VOLUME = '{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}';

/** Nodes of a role that are wanted and do not serve. */
export const missingNodes = (role: 'broker' | 'controller'): string =>
  `max by (namespace, cluster, role) (${OPERATOR.nodes}{role="${role}", state="wanted"}) - max by (namespace, cluster, role) (${OPERATOR.nodes}{role="${role}", state="ready"})`;

/**
 * What is free of each volume with data of Kafka, 0 to 1, with the labels of the kubelet's metric and `cluster` and `broker`
 * besides: the kubelet does not know whose a claim is, the operator does.
 */
export const FREE_SHARE = `${KUBELET.available} / ${KUBELET.capacity} * on (namespace, persistentvolumeclaim) group_left (cluster, broker) max by (namespace, persistentvolumeclaim, cluster, broker) (${OPERATOR.volume})`;

export const BROKER_ALERTS: AlertGroup = {
  name: 'kafka-brokers',
  alerts: [
    {
      name: 'KafkaBrokerDown',
      severity: 'critical',
      expr: `${missingNodes('broker')} > 0`,
      for: '10m',
      summary: 'Brokers of {{ $labels.namespace }}/{{ $labels.cluster }} that do not serve: {{ $value }}',
      description:
        'For longer than a restart takes. The condition Ready of the KafkaCluster names them, Degraded says why where the operator knows.',
      runbook: 'broker-down.md',
    },
    {
      name: 'KafkaBrokerNotRunning',
      severity: 'warning',
      expr: `max by (${A_BROKER}) (${BROKER.state}) != 3`,
      for: '30m',
      summary: `The process of ${WHO} runs and does not serve (state {{ $value }})`,
      description:
        'State 1 starts, 2 reads its log after an unclean stop, 6 and 7 stop. Reading the log takes long on large disks; it is left alone.',
      runbook: 'broker-down.md',
    },
    {
      name: 'KafkaInSyncReplicasFlap',
      severity: 'warning',
      expr: `sum by (${A_BROKER}) (rate(${BROKER.inSyncShrinks}[10m])) > 0`,
      for: '30m',
      summary: `Replicas keep falling out of sync with leaders on ${WHO}`,
      description: 'For half an hour now: a disk or a network that is too slow for the load, or long garbage collections.',
      runbook: 'broker-overloaded.md',
    },
    {
      name: 'KafkaReplicaFetcherFailed',
      severity: 'warning',
      expr: `max by (${A_BROKER}) (${BROKER.fetcherFailed}) > 0`,
      for: '5m',
      summary: `Partitions that ${WHO} no longer copies: {{ $value }}`,
      description: 'Its fetcher gave them up after an error; the log of the broker has it. A restart of the broker tries again.',
      runbook: 'partitions.md',
    },
    {
      name: 'KafkaRequestHandlersBusy',
      severity: 'warning',
      expr: `min by (${A_BROKER}) (${NODE.requestHandlersIdle}) < 0.2`,
      for: '15m',
      summary: `The request handlers of ${WHO} are idle {{ $value | humanizePercentage }} of the time`,
      description: 'Requests wait for a thread. More brokers, a rebalance, or less load per broker.',
      runbook: 'broker-overloaded.md',
    },
    {
      name: 'KafkaNetworkThreadsBusy',
      severity: 'warning',
      expr: `min by (${A_BROKER}) (${NODE.networkThreadsIdle}) < 0.1`,
      for: '15m',
      summary: `The network threads of ${WHO} are idle {{ $value | humanizePercentage }} of the time`,
      description:
        'Too many connections or too much traffic for them; TLS costs much of it. num.network.threads can be raised while the broker runs.',
      runbook: 'broker-overloaded.md',
    },
    {
      name: 'KafkaLogDirectoryOffline',
      severity: 'critical',
      expr: `max by (${A_BROKER}, dir) (${BROKER.logDirectoryOffline}) > 0`,
      for: '1m',
      summary: `The log directory {{ $labels.dir }} of ${WHO} failed`,
      description: 'The broker goes on without it, and every replica on it is offline. Look at the volume.',
      runbook: 'replace-a-disk.md',
    },
    {
      name: 'KafkaLogCleanerDead',
      severity: 'warning',
      expr: `max by (${A_BROKER}) (${BROKER.logCleanerDead}) > 0`,
      for: '5m',
      summary: `A log cleaner of ${WHO} ended`,
      description:
        'Compacted topics, the consumer offsets among them, only grow from now on. The log of the broker has the cause; a restart starts the cleaner again.',
      runbook: 'disk-full.md',
    },
    {
      name: 'KafkaBrokerMetadataBehind',
      severity: 'warning',
      expr: `max by (${A_BROKER}) (${BROKER.metadataLag}) > 30000`,
      for: '5m',
      summary: `${WHO} is {{ $value }} ms behind the metadata of its cluster`,
      description:
        'It works with an old picture of topics and leaders: it does not reach the controllers, or has no time to apply what they say.',
      runbook: 'controllers-and-quorum.md',
    },
    {
      name: 'KafkaDiskNearlyFull',
      severity: 'warning',
      expr: `${FREE_SHARE} < 0.15`,
      for: '10m',
      summary: `{{ $value | humanizePercentage }} of the volume ${VOLUME} are free`,
      description: 'A broker whose disk is full stops. Grow the volume, add one, or shorten the retention of large topics.',
      runbook: 'disk-full.md',
    },
    {
      name: 'KafkaDiskAlmostFull',
      severity: 'critical',
      expr: `${FREE_SHARE} < 0.05`,
      for: '2m',
      summary: `Only {{ $value | humanizePercentage }} of the volume ${VOLUME} are free`,
      description: 'Broker {{ $labels.broker }} of {{ $labels.cluster }} stops as soon as the disk is full.',
      runbook: 'disk-full.md',
    },
  ],
};
