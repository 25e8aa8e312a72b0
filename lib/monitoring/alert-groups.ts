/** All groups of alerts, in the order in which they are written. */
import { ACTION_ALERTS } from './action-alerts';
import type { AlertGroup } from './alert';
import { BROKER_ALERTS } from './broker-alerts';
import { CERTIFICATE_ALERTS } from './certificate-alerts';
import { CLUSTER_ALERTS } from './cluster-alerts';
import { CONTROLLER_ALERTS } from './controller-alerts';
import { CRUISE_CONTROL_ALERTS } from './cruise-control-alerts';
import { OPERATOR_ALERTS } from './operator-alerts';

/** What is worth telling people. */
export const ALERT_GROUPS: readonly AlertGroup[] = [
  CLUSTER_ALERTS,
  BROKER_ALERTS,
  CONTROLLER_ALERTS,
  OPERATOR_ALERTS,
  CERTIFICATE_ALERTS,
  CRUISE_CONTROL_ALERTS,
];

/** What is worth telling the operator; never enabled by default. */
export const ACTION_GROUPS: readonly AlertGroup[] = [ACTION_ALERTS];
