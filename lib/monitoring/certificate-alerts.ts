/**
 * Alerts about certificates. What the operator signs it renews long before, so these are about what it cannot renew: Secrets of your
 * own, a CA of your own, an issuer that does not answer. Who lets certificates live for less than two weeks overrides the threshold.
 */
import type { AlertGroup } from './alert';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';

const WHAT = 'Secret {{ $labels.secret }} of {{ $labels.namespace }}/{{ $labels.cluster }}';
const LEFT = `min by (namespace, cluster, secret) (${OPERATOR.certificateEnd}) - time()`;
const LEFT_OF_USERS = `min by (namespace, cluster) (${OPERATOR.userCertificateEnd}) - time()`;
const TWO_WEEKS = '1209600';
const ONE_WEEK = '604800';

export const CERTIFICATE_ALERTS: AlertGroup = {
  name: 'kafka-certificates',
  alerts: [
    {
      name: 'KafkaCertificateExpiresSoon',
      severity: 'warning',
      expr: `${LEFT} > 0 < ${TWO_WEEKS}`,
      for: '1h',
      summary: `A certificate in ${WHAT} ends in {{ $value | humanizeDuration }}`,
      description: 'It should have been renewed by now. The condition CertificatesValid says what keeps it back, or whose it is to renew.',
      runbook: 'certificate-expires.md',
    },
    {
      name: 'KafkaCertificateExpired',
      severity: 'critical',
      expr: `${LEFT} <= 0`,
      for: '5m',
      summary: `A certificate in ${WHAT} has ended`,
      description:
        'Connections that are open live on; every new one is refused, and a broker that restarts does not come back to the others.',
      runbook: 'certificate-expires.md',
    },
    {
      name: 'KafkaUserCertificateExpiresSoon',
      severity: 'warning',
      expr: `${LEFT_OF_USERS} < ${ONE_WEEK}`,
      for: '1h',
      summary: 'A certificate of a KafkaUser of {{ $labels.namespace }}/{{ $labels.cluster }} ends in {{ $value | humanizeDuration }}',
      description: 'It should have been renewed by now. The condition Ready of the KafkaUsers of this cluster says why it was not.',
      runbook: 'certificate-expires.md',
    },
  ],
};
