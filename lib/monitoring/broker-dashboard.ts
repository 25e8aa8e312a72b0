import type { Dashboard } from './dashboard';
import { BROKER_METRICS as BROKER, NODE_METRICS as NODE } from './kafka-metrics';
import { KUBELET_METRICS as KUBELET } from './kubelet-metrics';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';
import { row, timeSeries, type Query, type TimeSeries, type Unit } from './panel';
import { KAFKA_VARIABLES, aboutCluster, ofCluster, perSecond } from './selection';

const CHOSEN = 'brokerId=~"$node"';
const of = (metric: string, ...more: readonly string[]): string => ofCluster(metric, CHOSEN, ...more);
const each = (expr: string): Query => ({ expr, legend: '{{pod}}' });

/** A figure of each node. */
const figure = (title: string, metric: string, unit: Unit = 'short'): TimeSeries =>
  timeSeries({ title, unit, queries: [each(of(metric))] });
/** What a counter of each node does a second. */
const rate = (title: string, metric: string, unit: Unit): TimeSeries => timeSeries({ title, unit, queries: [each(perSecond(of(metric)))] });

/** The kubelet knows claims, the operator knows whose they are. */
const ofVolumes = (expr: string): string =>
  `${expr} * on (namespace, persistentvolumeclaim) group_left (broker) max by (namespace, persistentvolumeclaim, broker) (${aboutCluster(OPERATOR.volume, 'broker=~"$node"')})`;

/** Node by node: who carries how much, who is slow, whose disk fills. */
export const BROKER_DASHBOARD: Dashboard = {
  uid: 'kafka-broker',
  title: 'Kafka / Brokers and controllers',
  variables: [
    ...KAFKA_VARIABLES,
    {
      name: 'node',
      title: 'Node',
      from: `${NODE.quorumLeader}{namespace="$namespace", kafka_cr="$cluster"}`,
      label: 'brokerId',
      many: true,
    },
  ],
  panels: [
    row('State'),
    { ...figure('State', BROKER.state), about: '1 starts, 2 reads its log, 3 runs, 6 and 7 stop.' },
    figure('Replicas', BROKER.replicas),
    figure('Leaders', BROKER.leaders),
    figure('Under-replicated, as leader', BROKER.underReplicated),
    rate('Replicas falling out of sync, as leader', BROKER.inSyncShrinks, 'ops'),
    { ...figure('Copies behind its leaders', BROKER.fetcherLag), about: 'Records, the slowest fetcher.' },
    row('Traffic'),
    rate('Bytes in', BROKER.bytesIn, 'Bps'),
    rate('Bytes out', BROKER.bytesOut, 'Bps'),
    rate('Records in', BROKER.messagesIn, 'ops'),
    rate('Replication in', BROKER.replicationIn, 'Bps'),
    rate('Replication out', BROKER.replicationOut, 'Bps'),
    rate('Bytes refused', BROKER.bytesRejected, 'Bps'),
    rate('Moves in', BROKER.reassignmentIn, 'Bps'),
    rate('Moves out', BROKER.reassignmentOut, 'Bps'),
    figure('Producers with an id', BROKER.producerIds),
    row('Requests'),
    { ...figure('Request handlers idle', NODE.requestHandlersIdle, 'percentunit'), about: 'Below 20 % requests wait for a thread.' },
    figure('Network threads idle', NODE.networkThreadsIdle, 'percentunit'),
    timeSeries({
      title: 'Queues',
      queries: [
        { expr: of(NODE.requestQueue), legend: '{{pod}} requests' },
        { expr: of(NODE.responseQueue), legend: '{{pod}} responses' },
      ],
    }),
    timeSeries({
      title: 'Time of Produce, 99 %',
      unit: 'ms',
      queries: [each(of(NODE.requestTime, 'request="Produce"', 'quantile="0.99"'))],
    }),
    timeSeries({
      title: 'Time of fetches of consumers, 99 %',
      unit: 'ms',
      queries: [each(of(NODE.requestTime, 'request="FetchConsumer"', 'quantile="0.99"'))],
      about: 'Waiting for records is part of it.',
    }),
    timeSeries({
      title: 'Connections',
      queries: [{ expr: `sum by (pod, listener) (${of(NODE.connections)})`, legend: '{{pod}} {{listener}}' }],
    }),
    timeSeries({
      title: 'Waiting in purgatory',
      queries: [{ expr: `sum by (operation) (${of(NODE.purgatory)})`, legend: '{{operation}}' }],
    }),
    rate('Failed produce requests', BROKER.failedProduce, 'reqps'),
    rate('Failed fetch requests', BROKER.failedFetch, 'reqps'),
    row('Disks'),
    timeSeries({
      title: 'Volumes, used',
      unit: 'percentunit',
      width: 12,
      queries: [{ expr: ofVolumes(`1 - ${KUBELET.available} / ${KUBELET.capacity}`), legend: '{{persistentvolumeclaim}}' }],
    }),
    timeSeries({
      title: 'Volumes, used bytes',
      unit: 'bytes',
      width: 12,
      queries: [{ expr: ofVolumes(KUBELET.used), legend: '{{persistentvolumeclaim}}' }],
    }),
    timeSeries({
      title: 'Log directories that failed',
      queries: [{ expr: `${of(BROKER.logDirectoryOffline)} > 0`, legend: '{{pod}} {{dir}}' }],
    }),
    figure('Log cleaners that ended', BROKER.logCleanerDead),
    figure('Behind the metadata', BROKER.metadataLag, 'ms'),
    row('Process'),
    rate('CPU', NODE.cpuSeconds, 'percentunit'),
    timeSeries({ title: 'Heap', unit: 'bytes', queries: [each(of(NODE.memoryUsed, 'area="heap"'))] }),
    timeSeries({
      title: 'Garbage collection',
      unit: 'percentunit',
      queries: [each(`sum by (pod) (${perSecond(of(NODE.collectionSeconds))})`)],
      about: 'Share of the time.',
    }),
    timeSeries({ title: 'Open files', unit: 'percentunit', queries: [each(`${of(NODE.openFiles)} / ${of(NODE.mostFiles)}`)] }),
    figure('Threads', NODE.threads),
  ],
};
