/**
 * Alerts that carry a `command` for the operator, in the words that Koperator has for them. They are generated and off by
 * default, since the operator acts on them: who enables them has to choose thresholds and amounts for the own clusters first; the chart overrides both (docs/monitoring.md).
 *
 * The labels are part of the contract: `upScale` and `downScale` find the cluster by `kafka_cr` and `namespace`, `resizePvc` and
 * `addPvc` the volume by `persistentvolumeclaim` and `namespace`, `addPvc` wants `node` besides.
 */
import type { Alert, AlertGroup } from './alert';
import { FREE_SHARE } from './broker-alerts';
import { BROKER_METRICS as BROKER, CONTROLLER_METRICS as CONTROLLER, NODE_METRICS as NODE } from './kafka-metrics';

export type AlertCommand = 'upScale' | 'downScale' | 'addPvc' | 'resizePvc';

const CLUSTER = '{{ $labels.namespace }}/{{ $labels.kafka_cr }}';
const VOLUME = '{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}';
const BY_CLUSTER = 'by (namespace, kafka_cr)';
const UP_SCALE = { command: 'upScale', brokerConfigGroup: 'default' };
const RESIZE = { command: 'resizePvc', incrementBy: '10Gi' };
const ADD = { command: 'addPvc', diskSize: '10Gi', mountPathPrefix: '/kafka-logs', storageClass: 'standard' };

const action = (alert: Omit<Alert, 'severity' | 'runbook'>): Alert => ({ severity: 'info', runbook: 'alert-actions.md', ...alert });

export const ACTION_ALERTS: AlertGroup = {
  name: 'kafka-alert-actions',
  alerts: [
    action({
      name: 'BrokerOverLoaded',
      expr: `avg ${BY_CLUSTER} (${NODE.requestHandlersIdle} and on (namespace, kafka_cr, pod) ${BROKER.state}) < 0.2`,
      for: '15m',
      summary: `The brokers of ${CLUSTER} are overloaded`,
      description:
        'Their request handlers are idle {{ $value | humanizePercentage }} of the time, on average over all brokers: one more broker.',
      annotations: UP_SCALE,
    }),
    action({
      name: 'BrokerUnderReplicated',
      // While a broker is away that is the cause, and one more broker no remedy.
      expr: `sum ${BY_CLUSTER} (${BROKER.underReplicated}) > 0 and on (namespace, kafka_cr) max ${BY_CLUSTER} (${CONTROLLER.fencedBrokers}) == 0`,
      for: '30m',
      summary: `Replicas of ${CLUSTER} cannot keep up though every broker serves`,
      description: '{{ $value }} partitions have missed a replica for half an hour: one more broker.',
      annotations: UP_SCALE,
    }),
    action({
      name: 'PartitionCountHigh',
      expr: `avg ${BY_CLUSTER} (${BROKER.replicas}) > 4000`,
      for: '15m',
      summary: `The brokers of ${CLUSTER} hold {{ $value }} replicas each`,
      description: 'On average, and more than 4000: one more broker.',
      annotations: UP_SCALE,
    }),
    action({
      name: 'PartitionCountLow',
      expr: `avg ${BY_CLUSTER} (${BROKER.replicas}) < 40 and on (namespace, kafka_cr) count ${BY_CLUSTER} (${BROKER.replicas}) > 3`,
      for: '1h',
      summary: `The brokers of ${CLUSTER} hold {{ $value }} replicas each`,
      description: 'On average, and fewer than 40, with more than three brokers: one broker less.',
      annotations: { command: 'downScale' },
    }),
    action({
      name: 'RemainingDiskSpaceLow',
      expr: `${FREE_SHARE} < 0.15`,
      for: '5m',
      summary: `{{ $value | humanizePercentage }} of the volume ${VOLUME} are free`,
      description: 'The volume is made larger. Its storage class has to allow it.',
      annotations: RESIZE,
    }),
    action({
      name: 'RemainingDiskSpaceLowOnFixedVolume',
      expr: `${FREE_SHARE} < 0.15`,
      for: '5m',
      summary: `{{ $value | humanizePercentage }} of the volume ${VOLUME} are free`,
      description:
        'The broker gets another volume. For storage classes that cannot grow a volume; the other ones have RemainingDiskSpaceLow.',
      annotations: ADD,
    }),
  ],
};
