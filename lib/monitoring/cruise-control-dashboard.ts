import { CRUISE_CONTROL_METRICS as CRUISE_CONTROL } from './cruise-control-metrics';
import type { Dashboard } from './dashboard';
import { BROKER_METRICS as BROKER } from './kafka-metrics';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';
import { row, stat, table, timeSeries } from './panel';
import { KAFKA_VARIABLES, aboutCluster, ofCluster, perSecond } from './selection';

/** What is moved between brokers and disks, and whether the cluster is in balance. */
export const CRUISE_CONTROL_DASHBOARD: Dashboard = {
  uid: 'kafka-cruise-control',
  title: 'Kafka / Cruise Control',
  variables: KAFKA_VARIABLES,
  panels: [
    row('Operations'),
    table({
      title: 'Cruise Control',
      queries: [{ expr: aboutCluster(OPERATOR.condition, 'type="CruiseControlReady"') }],
      columns: ['status', 'reason'],
      about: 'Whether it can move replicas; empty when the cluster has none.',
    }),
    stat({
      title: 'Failed for good',
      bad: 1,
      queries: [{ expr: `sum(${aboutCluster(OPERATOR.operations, 'state="failed"')}) or vector(0)` }],
    }),
    stat({ title: 'Done so far', unit: 'percent', queries: [{ expr: `max(${aboutCluster(OPERATOR.operationProgress)})` }] }),
    stat({ title: 'Left to copy', unit: 'decmbytes', queries: [{ expr: `max(${aboutCluster(OPERATOR.operationLeft)})` }] }),
    timeSeries({
      title: 'Operations, by state',
      stacked: true,
      queries: [{ expr: `sum by (state) (${aboutCluster(OPERATOR.operations)})`, legend: '{{state}}' }],
    }),
    timeSeries({
      title: 'Left to copy',
      unit: 'decmbytes',
      queries: [{ expr: aboutCluster(OPERATOR.operationLeft), legend: '{{operation}}' }],
    }),
    timeSeries({
      title: 'Bytes that moves copy',
      unit: 'Bps',
      queries: [{ expr: perSecond(ofCluster(BROKER.reassignmentIn)), legend: 'to {{pod}}' }],
    }),
    row('Balance'),
    timeSeries({ title: 'Replicas of each broker', queries: [{ expr: ofCluster(BROKER.replicas), legend: '{{pod}}' }] }),
    timeSeries({ title: 'Leaders of each broker', queries: [{ expr: ofCluster(BROKER.leaders), legend: '{{pod}}' }] }),
    timeSeries({
      title: 'Bytes of clients, each broker',
      unit: 'Bps',
      queries: [
        { expr: perSecond(ofCluster(BROKER.bytesIn)), legend: '{{pod}} in' },
        { expr: perSecond(ofCluster(BROKER.bytesOut)), legend: '{{pod}} out' },
      ],
    }),
    row('What Cruise Control says itself (names of its metrics are not covered by tests)'),
    timeSeries({
      title: 'Balancedness',
      queries: [{ expr: ofCluster(CRUISE_CONTROL.balancedness), legend: 'score' }],
      about: '100 is balanced; -1 says that a broker or disk is dead.',
    }),
    timeSeries({
      title: 'What it knows',
      queries: [
        { expr: ofCluster(CRUISE_CONTROL.validWindows), legend: 'valid windows' },
        { expr: `100 * ${ofCluster(CRUISE_CONTROL.monitoredPartitions)}`, legend: 'monitored partitions, %' },
      ],
    }),
    timeSeries({
      title: 'Actions of its executor',
      queries: [
        { expr: ofCluster(CRUISE_CONTROL.replicaActionsMoving), legend: 'replicas, moving' },
        { expr: ofCluster(CRUISE_CONTROL.replicaActionsPending), legend: 'replicas, waiting' },
        { expr: ofCluster(CRUISE_CONTROL.leadershipActionsMoving), legend: 'leaders, moving' },
        { expr: ofCluster(CRUISE_CONTROL.leadershipActionsPending), legend: 'leaders, waiting' },
      ],
    }),
  ],
};
