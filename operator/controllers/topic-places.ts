/** What KafkaTopics need to know of their KafkaCluster, put together from its object, its last pass and its operations. */
import { inFlight, operationView } from '../decide/operation-view';
import { rateOf, REPLICATION_THROTTLE } from '../decide/topics/throttle';
import type { Situation, TopicCluster } from '../decide/topics/topic-view';
import type { KafkaTarget } from '../clients/kafka/connection';
import type { KubeObject, Store } from '../runtime/kube-types';
import type { KafkaPlace, Places } from './kafka-places';

export type TopicPlace =
  | Extract<Situation, { kind: 'gone' | 'deleting' | 'unknown' }>
  | { readonly kind: 'place'; readonly cluster: TopicCluster; readonly target: KafkaTarget | undefined };

export interface TopicPlacesOf {
  readonly places: Places;
  readonly clusters: Store;
  /** CruiseControlOperations. */
  readonly operations: Store | undefined;
  /** That are watched; empty: all. */
  readonly namespaces: readonly string[];
}

/** A cluster in a namespace that nobody watches is not gone. */
export function topicPlace(known: TopicPlacesOf, key: string): TopicPlace {
  const [namespace = '', name = ''] = key.split('/');
  const object = known.clusters.get(namespace, name);
  if (object === undefined) return { kind: isWatched(namespace, known.namespaces) ? 'gone' : 'unknown' };
  if (object.metadata.deletionTimestamp !== undefined) return { kind: 'deleting' };
  const place = known.places.get(key);
  return place === undefined ? { kind: 'unknown' } : { kind: 'place', cluster: clusterOf(key, object, place, known), target: place.target };
}

function clusterOf(
  key: string,
  { metadata: { annotations = {} } }: KubeObject,
  { cluster: { security, cruiseControl, namespace, name }, brokers }: KafkaPlace,
  { operations }: TopicPlacesOf,
): TopicCluster {
  return {
    namespace,
    name,
    topicNamespaces: security.topicNamespaces,
    metricsTopic: cruiseControl?.topic?.name,
    brokers,
    busy: busyWith(operations?.byIndex(key) ?? []),
    throttle: rateOf(annotations[REPLICATION_THROTTLE]),
  };
}

const isWatched = (namespace: string, watched: readonly string[]): boolean => watched.length === 0 || watched.includes(namespace);

/** What Cruise Control moves at the moment. */
function busyWith(operations: readonly KubeObject[]): string | undefined {
  const running = operations.map(operationView).find(inFlight);
  return running === undefined ? undefined : `the CruiseControlOperation ${running.name}`;
}
