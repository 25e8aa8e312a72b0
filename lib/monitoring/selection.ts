/** What the dashboards have in common: the choices above the panels, and the matchers that follow them. */
import type { Variable } from './dashboard';
import { NODE_METRICS as NODE } from './kafka-metrics';
import { OPERATOR_METRICS as OPERATOR } from './operator-metrics';

/** The namespaces and clusters that Prometheus has nodes of. */
export const KAFKA_VARIABLES: readonly Variable[] = [
  { name: 'namespace', title: 'Namespace', from: NODE.quorumLeader, label: 'namespace' },
  { name: 'cluster', title: 'Cluster', from: `${NODE.quorumLeader}{namespace="$namespace"}`, label: 'kafka_cr' },
];

/** The namespaces and clusters that the operator looks after, also those of which no node runs. */
export const OPERATOR_VARIABLES: readonly Variable[] = [
  { name: 'namespace', title: 'Namespace', from: OPERATOR.heldOldest, label: 'namespace', many: true },
  { name: 'cluster', title: 'Cluster', from: `${OPERATOR.heldOldest}{namespace=~"$namespace"}`, label: 'cluster', many: true },
];

const matching = (metric: string, matchers: readonly string[]): string => `${metric}{${matchers.join(', ')}}`;

/** A metric of the chosen cluster's nodes. */
export const ofCluster = (metric: string, ...more: readonly string[]): string =>
  matching(metric, ['namespace="$namespace"', 'kafka_cr="$cluster"', ...more]);

/** A metric of the operator about the chosen cluster. */
export const aboutCluster = (metric: string, ...more: readonly string[]): string =>
  matching(metric, ['namespace="$namespace"', 'cluster="$cluster"', ...more]);

/** A metric of the operator about each of the chosen clusters. */
export const aboutClusters = (metric: string, ...more: readonly string[]): string =>
  matching(metric, ['namespace=~"$namespace"', 'cluster=~"$cluster"', ...more]);

/** A second, over five minutes. */
export const perSecond = (series: string): string => `rate(${series}[5m])`;
