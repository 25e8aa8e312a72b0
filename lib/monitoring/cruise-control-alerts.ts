/**
 * Alerts about moves of replicas. They come from the operator alone, so they hold for a Cruise Control that is not deployed by
 * it and exports nothing.
 */
import type { AlertGroup } from './alert';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';

const CLUSTER = '{{ $labels.namespace }}/{{ $labels.cluster }}';

export const CRUISE_CONTROL_ALERTS: AlertGroup = {
  name: 'kafka-cruise-control',
  alerts: [
    {
      name: 'KafkaOperationFailed',
      severity: 'warning',
      expr: `max by (namespace, cluster) (${OPERATOR.operations}{state="failed"}) > 0`,
      for: '1m',
      summary: `CruiseControlOperations of ${CLUSTER} that failed for good: {{ $value }}`,
      description: 'A broker or volume is not filled or emptied. The status of the operation has the words of Cruise Control.',
      runbook: 'operation-failed.md',
    },
    {
      name: 'KafkaOperationStalled',
      severity: 'warning',
      expr: `max by (namespace, cluster, operation) (${OPERATOR.operationLeft}) > 0 and max by (namespace, cluster, operation) (changes(${OPERATOR.operationLeft}[1h])) == 0`,
      for: '1h',
      summary: `{{ $labels.operation }} in ${CLUSTER} has copied nothing for two hours`,
      description: 'A replica that is moved does not catch up, a throttle is too low, or Cruise Control hangs.',
      runbook: 'operation-failed.md',
    },
    {
      name: 'KafkaCruiseControlNotReady',
      severity: 'warning',
      expr: `max by (namespace, cluster, reason) (${OPERATOR.condition}{type="CruiseControlReady", status="False"}) > 0`,
      for: '30m',
      summary: `The Cruise Control of ${CLUSTER} cannot move replicas: {{ $labels.reason }}`,
      description: 'Brokers and volumes that come or go wait for it; nothing else does.',
      runbook: 'operation-failed.md',
    },
  ],
};
