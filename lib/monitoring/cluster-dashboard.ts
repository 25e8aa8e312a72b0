import type { Dashboard } from './dashboard';
import { BROKER_METRICS as BROKER, CONTROLLER_METRICS as CONTROLLER, NODE_METRICS as NODE } from './kafka-metrics';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';
import { row, stat, table, timeSeries } from './panel';
import { KAFKA_VARIABLES, aboutCluster, ofCluster, perSecond } from './selection';

const sum = (metric: string): string => `sum(${ofCluster(metric)})`;
const max = (metric: string): string => `max(${ofCluster(metric)})`;
const rate = (metric: string): string => `sum(${perSecond(ofCluster(metric))})`;

/** Is a cluster well, what does it carry, and what does its quorum do. */
export const CLUSTER_DASHBOARD: Dashboard = {
  uid: 'kafka-cluster',
  title: 'Kafka / Cluster',
  variables: KAFKA_VARIABLES,
  panels: [
    row('Health'),
    stat({
      title: 'Brokers that serve',
      queries: [{ expr: max(CONTROLLER.activeBrokers) }],
      about: 'As the active controller counts them.',
      badBelow: 1,
    }),
    stat({ title: 'Fenced brokers', queries: [{ expr: max(CONTROLLER.fencedBrokers) }], bad: 1 }),
    stat({ title: 'Active controllers', queries: [{ expr: sum(CONTROLLER.active) }], about: 'Always one.', badBelow: 1 }),
    stat({ title: 'Partitions without leader', queries: [{ expr: max(CONTROLLER.offlinePartitions) }], bad: 1 }),
    stat({ title: 'Below min.insync.replicas', queries: [{ expr: sum(BROKER.belowMinInSync) }], bad: 1 }),
    stat({ title: 'Under-replicated', queries: [{ expr: sum(BROKER.underReplicated) }], bad: 1 }),
    table({
      title: 'What the operator says',
      queries: [{ expr: aboutCluster(OPERATOR.condition) }],
      columns: ['type', 'status', 'reason'],
      about: 'The conditions of the KafkaCluster. The sentences behind them: kubectl describe kafkacluster.',
    }),
    table({ title: 'What is held', queries: [{ expr: `${aboutCluster(OPERATOR.held)} > 0` }], columns: ['reason'] }),
    row('Traffic'),
    timeSeries({
      title: 'Bytes of clients',
      unit: 'Bps',
      queries: [
        { expr: rate(BROKER.bytesIn), legend: 'in' },
        { expr: rate(BROKER.bytesOut), legend: 'out' },
      ],
    }),
    timeSeries({
      title: 'Bytes between brokers',
      unit: 'Bps',
      queries: [
        { expr: rate(BROKER.replicationIn), legend: 'replication' },
        { expr: rate(BROKER.reassignmentIn), legend: 'moves' },
      ],
    }),
    timeSeries({ title: 'Records in', unit: 'ops', queries: [{ expr: rate(BROKER.messagesIn), legend: 'records' }] }),
    timeSeries({
      title: 'Requests',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: `sum by (request) (${perSecond(ofCluster(NODE.requests))})`, legend: '{{request}}' }],
    }),
    timeSeries({
      title: 'Time of requests, 99 %, slowest broker',
      unit: 'ms',
      queries: [{ expr: `max by (request) (${ofCluster(NODE.requestTime, 'quantile="0.99"')})`, legend: '{{request}}' }],
    }),
    timeSeries({
      title: 'Requests that failed',
      unit: 'reqps',
      queries: [
        { expr: rate(BROKER.failedProduce), legend: 'produce' },
        { expr: rate(BROKER.failedFetch), legend: 'fetch' },
      ],
    }),
    row('Replicas'),
    timeSeries({
      title: 'Not as they should be',
      queries: [
        { expr: sum(BROKER.underReplicated), legend: 'under-replicated' },
        { expr: sum(BROKER.atMinInSync), legend: 'at the minimum' },
        { expr: sum(BROKER.belowMinInSync), legend: 'below the minimum' },
        { expr: sum(BROKER.offlineReplicas), legend: 'on failed directories' },
        { expr: max(CONTROLLER.notPreferred), legend: 'not led by the preferred' },
      ],
    }),
    timeSeries({
      title: 'Falling out of sync and back',
      unit: 'ops',
      queries: [
        { expr: rate(BROKER.inSyncShrinks), legend: 'out' },
        { expr: rate(BROKER.inSyncExpands), legend: 'back' },
      ],
    }),
    timeSeries({ title: 'Being moved', queries: [{ expr: sum(BROKER.reassigning), legend: 'partitions' }] }),
    row('Quorum'),
    timeSeries({
      title: 'Members by state',
      queries: [{ expr: `count by (state) (${ofCluster(NODE.quorumState)})`, legend: '{{state}}' }],
      about: 'One leader, the other controllers followers, brokers observers.',
    }),
    timeSeries({
      title: 'Commit latency',
      unit: 'ms',
      queries: [
        { expr: max(CONTROLLER.commitLatency), legend: 'average' },
        { expr: max(CONTROLLER.commitLatencyMax), legend: 'slowest' },
      ],
    }),
    timeSeries({
      title: 'Behind the log of the metadata',
      queries: [{ expr: `max(${ofCluster(NODE.quorumLogEnd)}) - on () group_right () ${ofCluster(NODE.quorumLogEnd)}`, legend: '{{pod}}' }],
      about: 'Records that a node has not fetched yet.',
    }),
    timeSeries({ title: 'Epoch', queries: [{ expr: max(NODE.quorumEpoch), legend: 'epoch' }], about: 'Rises by one with each election.' }),
    timeSeries({ title: 'Metadata records', unit: 'ops', queries: [{ expr: max(CONTROLLER.appendRate), legend: 'appended' }] }),
    timeSeries({
      title: 'Versions',
      queries: [{ expr: `count by (version) (${ofCluster(NODE.version)})`, legend: '{{version}}' }],
      stacked: true,
    }),
  ],
};
