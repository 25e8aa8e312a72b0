import type { Dashboard } from './dashboard';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';
import { row, stat, table, timeSeries } from './panel';
import { OPERATOR_VARIABLES, aboutClusters, perSecond } from './selection';

const quantile = (of: string, by: string): string => `histogram_quantile(0.99, sum by (le, ${by}) (${perSecond(of)}))`;

/** What the operator does, what it holds and why, and how it is itself. */
export const OPERATOR_DASHBOARD: Dashboard = {
  uid: 'kafka-operator',
  title: 'Kafka / Operator',
  variables: OPERATOR_VARIABLES,
  panels: [
    row('Clusters'),
    stat({ title: 'Clusters', queries: [{ expr: `count(${aboutClusters(OPERATOR.heldOldest)})` }] }),
    stat({
      title: 'Ready',
      queries: [{ expr: `count(${aboutClusters(OPERATOR.condition, 'type="Ready"', 'status="True"')}) or vector(0)` }],
    }),
    stat({
      title: 'Degraded',
      bad: 1,
      queries: [{ expr: `count(${aboutClusters(OPERATOR.condition, 'type="Degraded"', 'status="True"')}) or vector(0)` }],
    }),
    stat({
      title: 'Spec refused',
      bad: 1,
      queries: [{ expr: `count(${aboutClusters(OPERATOR.condition, 'type="SpecAccepted"', 'status="False"')}) or vector(0)` }],
    }),
    stat({ title: 'Held, oldest', unit: 's', queries: [{ expr: `max(${aboutClusters(OPERATOR.heldOldest)})` }] }),
    stat({ title: 'Leads', queries: [{ expr: `sum(${OPERATOR.leader})` }], badBelow: 1 }),
    table({
      title: 'Not well',
      queries: [
        {
          expr: `${aboutClusters(OPERATOR.condition, 'type=~"Ready|SpecAccepted|CruiseControlReady|ExternalAccessReady"', 'status!="True"')} or ${aboutClusters(OPERATOR.condition, 'type=~"Degraded|AdoptionRequired"', 'status="True"')}`,
        },
      ],
      columns: ['namespace', 'cluster', 'type', 'status', 'reason'],
    }),
    table({
      title: 'Nodes that do not serve',
      queries: [
        {
          expr: `${aboutClusters(OPERATOR.nodes, 'state="wanted"')} - ignoring (state) ${aboutClusters(OPERATOR.nodes, 'state="ready"')} > 0`,
        },
      ],
      columns: ['namespace', 'cluster', 'role'],
    }),
    row('What is done and what is held'),
    timeSeries({
      title: 'Actions',
      unit: 'ops',
      width: 12,
      queries: [{ expr: `sum by (action) (${perSecond(aboutClusters(OPERATOR.actions, 'result="done"'))})`, legend: '{{action}}' }],
    }),
    timeSeries({
      title: 'Actions that were not done',
      unit: 'ops',
      width: 12,
      queries: [
        {
          expr: `sum by (action, result) (${perSecond(aboutClusters(OPERATOR.actions, 'result!="done"'))})`,
          legend: '{{action}} {{result}}',
        },
      ],
      about: 'refused: the last look before a stop said no. retry: tried again. failed: refused by the API server or by Kafka.',
    }),
    timeSeries({
      title: 'Held, by reason',
      width: 12,
      stacked: true,
      queries: [{ expr: `sum by (reason) (${aboutClusters(OPERATOR.held)})`, legend: '{{reason}}' }],
    }),
    timeSeries({
      title: 'Held, oldest',
      unit: 's',
      width: 12,
      queries: [{ expr: aboutClusters(OPERATOR.heldOldest), legend: '{{namespace}}/{{cluster}}' }],
    }),
    row('Certificates and alerts'),
    table({
      title: 'Certificates, seconds until they end',
      unit: 's',
      queries: [{ expr: `sort(min by (namespace, cluster, secret, kind) (${aboutClusters(OPERATOR.certificateEnd)}) - time())` }],
      columns: ['namespace', 'cluster', 'secret', 'kind'],
    }),
    timeSeries({
      title: 'Alerts that fire',
      width: 12,
      queries: [{ expr: `max by (namespace, cluster) (${aboutClusters(OPERATOR.alertsFiring)})`, legend: '{{namespace}}/{{cluster}}' }],
      about: 'Of those that the operator receives.',
    }),
    timeSeries({
      title: 'Alerts received',
      unit: 'ops',
      width: 12,
      queries: [{ expr: `sum by (result) (${perSecond(aboutClusters(OPERATOR.alertsReceived))})`, legend: '{{result}}' }],
    }),
    timeSeries({
      title: 'What alerts asked for, in an hour',
      width: 12,
      queries: [
        {
          expr: `sum by (action, outcome) (increase(${aboutClusters(OPERATOR.alertActions)}[1h]))`,
          legend: '{{action}} {{outcome}}',
        },
      ],
    }),
    row('The operator itself'),
    timeSeries({
      title: 'Passes, 99 %',
      unit: 's',
      queries: [{ expr: quantile(OPERATOR.run, 'queue, result'), legend: '{{queue}} {{result}}' }],
    }),
    timeSeries({
      title: 'Waiting for a worker, 99 %',
      unit: 's',
      queries: [{ expr: quantile(OPERATOR.queueWait, 'queue'), legend: '{{queue}}' }],
    }),
    timeSeries({ title: 'Waiting', queries: [{ expr: `sum by (queue) (${OPERATOR.queueDepth})`, legend: '{{queue}}' }] }),
    timeSeries({
      title: 'Requests to the API server',
      unit: 'reqps',
      stacked: true,
      queries: [{ expr: `sum by (verb) (${perSecond(OPERATOR.requests)})`, legend: '{{verb}}' }],
    }),
    timeSeries({
      title: 'Requests that failed',
      unit: 'reqps',
      queries: [{ expr: `sum by (resource, code) (${perSecond(`${OPERATOR.requests}{code!~"2.."}`)})`, legend: '{{resource}} {{code}}' }],
    }),
    timeSeries({
      title: 'Time of requests, 99 %',
      unit: 's',
      queries: [{ expr: quantile(OPERATOR.requestTime, 'verb'), legend: '{{verb}}' }],
    }),
    timeSeries({
      title: 'Watches opened again',
      unit: 'ops',
      queries: [{ expr: `sum by (resource, reason) (${perSecond(OPERATOR.watchRestarts)})`, legend: '{{resource}} {{reason}}' }],
    }),
    timeSeries({ title: 'Memory', unit: 'bytes', queries: [{ expr: OPERATOR.memory, legend: '{{pod}}' }] }),
    timeSeries({
      title: 'CPU, event loop',
      unit: 's',
      queries: [
        { expr: perSecond(OPERATOR.cpu), legend: '{{pod}} CPU, a second' },
        { expr: OPERATOR.eventLoopLag, legend: '{{pod}} event loop, 99 %' },
      ],
    }),
  ],
};
