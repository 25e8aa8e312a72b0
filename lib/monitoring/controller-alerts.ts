/** Alerts about the quorum: without a leader no topic, leader or broker can change, and no broker can be stopped safely. */
import type { AlertGroup } from './alert';
import { missingNodes } from './broker-alerts';
import { BROKER_METRICS as BROKER, CONTROLLER_METRICS as CONTROLLER, NODE_METRICS as NODE } from './kafka-metrics';

const CLUSTER = '{{ $labels.namespace }}/{{ $labels.kafka_cr }}';
const activeControllers = `sum by (namespace, kafka_cr) (${CONTROLLER.active})`;

export const CONTROLLER_ALERTS: AlertGroup = {
  name: 'kafka-controllers',
  alerts: [
    {
      name: 'KafkaNoActiveController',
      severity: 'critical',
      expr: `${activeControllers} < 1`,
      for: '1m',
      summary: `No controller of ${CLUSTER} is active`,
      description:
        'Reading and writing goes on with the leaders there are; nothing can change until a majority of the controllers is back.',
      runbook: 'controllers-and-quorum.md',
    },
    {
      name: 'KafkaSeveralActiveControllers',
      severity: 'critical',
      expr: `${activeControllers} > 1`,
      for: '2m',
      summary: `{{ $value }} controllers of ${CLUSTER} say that they are active`,
      description: 'One of them is cut off and has not noticed, or two clusters have the same name in Prometheus.',
      runbook: 'controllers-and-quorum.md',
    },
    {
      name: 'KafkaControllerDown',
      severity: 'critical',
      expr: `${missingNodes('controller')} > 0`,
      for: '10m',
      summary: 'Controllers of {{ $labels.namespace }}/{{ $labels.cluster }} that do not serve: {{ $value }}',
      description: 'For longer than a restart takes. When a majority is lost, nothing can change any more.',
      runbook: 'controllers-and-quorum.md',
    },
    {
      name: 'KafkaQuorumLeaderUnknown',
      severity: 'warning',
      expr: `max by (namespace, kafka_cr, brokerId, pod) (${NODE.quorumLeader}) < 0`,
      for: '3m',
      summary: '{{ $labels.namespace }}/{{ $labels.pod }} knows no leader of the quorum',
      description: 'Said by one node it is the network or the certificates of that node; said by all there is no leader.',
      runbook: 'controllers-and-quorum.md',
    },
    {
      name: 'KafkaQuorumCommitSlow',
      severity: 'warning',
      expr: `max by (namespace, kafka_cr) (${CONTROLLER.commitLatency}) > 500`,
      for: '5m',
      summary: `A change of the metadata of ${CLUSTER} takes {{ $value }} ms`,
      description:
        'The disks of the controllers, or the network between them, are slow. Elections and changes of leaders take that much longer.',
      runbook: 'controllers-and-quorum.md',
    },
    {
      name: 'KafkaMetadataErrors',
      severity: 'warning',
      expr: [
        `sum by (namespace, kafka_cr, brokerId, pod) (${CONTROLLER.metadataErrors})`,
        `sum by (namespace, kafka_cr, brokerId, pod) (${BROKER.metadataLoadErrors} + ${BROKER.metadataApplyErrors})`,
      ]
        .map((errors) => `(${errors}) > 0`)
        .join(' or '),
      for: '1m',
      summary: 'Records of the metadata that {{ $labels.namespace }}/{{ $labels.pod }} could not apply: {{ $value }}',
      description:
        'It may have another picture of the cluster than the rest. Its log has the error; look for a known problem of this version of Kafka before you restart it.',
      runbook: 'controllers-and-quorum.md',
    },
  ],
};
