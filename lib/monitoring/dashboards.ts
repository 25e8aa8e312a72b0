/** All dashboards, in the order in which people need them. */
import { BROKER_DASHBOARD } from './broker-dashboard';
import { CLUSTER_DASHBOARD } from './cluster-dashboard';
import { CRUISE_CONTROL_DASHBOARD } from './cruise-control-dashboard';
import type { Dashboard } from './dashboard';
import { OPERATOR_DASHBOARD } from './operator-dashboard';
import { TOPICS_DASHBOARD } from './topics-dashboard';

export const DASHBOARDS: readonly Dashboard[] = [
  CLUSTER_DASHBOARD,
  BROKER_DASHBOARD,
  OPERATOR_DASHBOARD,
  CRUISE_CONTROL_DASHBOARD,
  TOPICS_DASHBOARD,
];
