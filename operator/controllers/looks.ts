/**
 * How often Kafka is looked at (decision 18): rarely while a cluster is as wanted, each second while something moves. What is
 * done at Kafka itself, such as an election of leaders, is seen by a look alone: nothing in Kubernetes changes that would tell.
 */
import type { Outcome } from '../decide/action';
import type { ClusterStatus } from '../decide/world';

/** Milliseconds. */
export interface Looks {
  readonly converged: number;
  readonly moving: number;
}

export const lookEvery = (status: ClusterStatus, { converged, moving }: Looks): number => (isAtRest(status) ? converged : moving);

/** It runs, and the operator neither does anything nor waits for what it did. */
const isAtRest = ({ state, conditions = [] }: ClusterStatus): boolean =>
  state === 'ClusterRunning' && conditions.some((c) => c.type === 'Progressing' && c.status === 'False');

const AT_KAFKA: readonly Outcome['action']['kind'][] = [
  'alterConfigs',
  'electLeaders',
  'addVoter',
  'removeVoter',
  'updateFeature',
  'createTopic',
  'unregisterBroker',
];

/** Something changed at Kafka that only a look shows: it is looked at once more at once, with nothing kept from before. */
export const isDoneAtKafka = ({ action, result }: Outcome): boolean => result === 'done' && AT_KAFKA.includes(action.kind);
