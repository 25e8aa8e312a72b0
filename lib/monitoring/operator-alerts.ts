/** Alerts about the operator, and about what it cannot do without you. */
import type { AlertGroup } from './alert';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';

const CLUSTER = '{{ $labels.namespace }}/{{ $labels.cluster }}';
const runs = (more: string): string => `sum by (namespace, queue) (rate(${OPERATOR.runs}${more}[10m]))`;

/** Clusters with such a condition, one series a cluster and reason, whichever instance of the operator says so. */
const condition = (matchers: string): string => `max by (namespace, cluster, reason) (${OPERATOR.condition}{${matchers}})`;

export const OPERATOR_ALERTS: AlertGroup = {
  name: 'kafka-operator',
  alerts: [
    {
      name: 'KafkaOperatorDown',
      severity: 'critical',
      expr: `absent(${OPERATOR.leader} == 1)`,
      for: '5m',
      summary: 'No instance of the Kafka operator leads',
      description: 'Kafka goes on. Pods that are lost are not replaced, and no change of a spec is carried out.',
      runbook: 'operator-down.md',
    },
    {
      name: 'KafkaOperatorNotReconciling',
      severity: 'warning',
      expr: `max by (namespace, queue) (${OPERATOR.queueDepth}) > 0 and on (namespace, queue) ${runs('')} == 0`,
      for: '10m',
      summary: 'The operator has finished no pass for ten minutes; clusters that wait: {{ $value }}',
      description: 'Its workers hang, most likely in requests. Look at its log; a restart of its Pod is safe at any time.',
      runbook: 'operator-down.md',
    },
    {
      name: 'KafkaOperatorPassesFail',
      severity: 'warning',
      expr: `${runs('{result="failed"}')} > 0`,
      for: '15m',
      summary: 'Passes of the operator keep failing',
      description: 'Its log has the error of each. Missing permissions and an API server that does not answer are the usual causes.',
      runbook: 'operator-down.md',
    },
    {
      name: 'KafkaClusterSpecRefused',
      severity: 'warning',
      expr: `${condition('type="SpecAccepted", status="False"')} > 0`,
      for: '5m',
      summary: `The spec of ${CLUSTER} is refused`,
      description:
        'What runs stays as it was, and nothing new is done. The condition SpecAccepted names each field and what to write instead.',
      runbook: 'spec-refused.md',
    },
    {
      name: 'KafkaRollStopped',
      severity: 'warning',
      expr: `${condition('type="Degraded", status="True", reason=~"RollStopped|RolledBack"')} > 0`,
      for: '1m',
      summary: `A change of ${CLUSTER} stopped at its first node ({{ $labels.reason }})`,
      description:
        'That node does not come back with the change; the others are left as they were. The condition Degraded has its last words.',
      runbook: 'roll-stopped.md',
    },
    {
      name: 'KafkaClusterDegraded',
      severity: 'warning',
      expr: `${condition('type="Degraded", status="True", reason!~"RollStopped|RolledBack"')} > 0`,
      for: '15m',
      summary: `${CLUSTER} needs you: {{ $labels.reason }}`,
      description:
        'Something is wrong that the operator cannot mend alone. The condition Degraded says what and, where there is one, the remedy.',
      runbook: 'broker-down.md',
    },
    {
      name: 'KafkaChangesHeldLong',
      severity: 'info',
      expr: `max by (namespace, cluster) (${OPERATOR.heldOldest}) > 14400`,
      for: '5m',
      summary: `Something is held in ${CLUSTER} for {{ $value | humanizeDuration }}`,
      description: 'The condition Held lists what and why: an approval, a maintenance window, a replica that does not catch up.',
      runbook: 'restart-waits.md',
    },
  ],
};
