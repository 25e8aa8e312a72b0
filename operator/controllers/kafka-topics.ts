/** Which events wake the KafkaTopics of which KafkaCluster, and what their passes are made of. */
import type { ConnectAdmin } from '../clients/kafka/connect-admin';
import { clusterKeyOf } from '../decide/topics/topic-object';
import { kindKey, OPERATION, TOPIC } from '../kinds';
import { ofThisControlPlane } from '../observe/control-plane';
import type { KubeStores } from '../observe/kube';
import type { KubeApi, KubeObject, StoreEvent } from '../runtime/kube-types';
import type { Places } from './kafka-places';
import type { Runtime } from './kafka-clusters';
import type { ActionLog } from './pass-log';
import type { TopicMetrics } from './topic-metrics';
import { TopicPasses } from './topic-passes';
import { topicPlace, type TopicPlacesOf } from './topic-places';
import { essence } from './essence';

export interface KafkaTopicsOptions {
  readonly kube: KubeApi;
  readonly connect: ConnectAdmin;
  readonly places: Places;
  readonly clusters: TopicPlacesOf['clusters'] & { onEvent(handler: (event: StoreEvent) => void): void };
  readonly operations: TopicPlacesOf['operations'];
  readonly log: ActionLog;
  readonly now: () => number;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  /** Passes of different clusters that run at once. */
  readonly workers: number;
  readonly metrics?: TopicMetrics;
}

const keyOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`;

/** Returns what ends the connections. */
export function runKafkaTopics(runtime: Runtime, options: KafkaTopicsOptions): { stop(): Promise<void> } {
  const { kube, connect, places, clusters, operations, log, now, namespaces, workers, metrics } = options;
  const store = runtime.watchKind(TOPIC, {
    namespaces: namespaces.length === 0 ? undefined : namespaces,
    indexBy: ofThisControlPlane(clusterKeyOf),
    transform: essence,
    // A chart of before it had the kind: clusters are looked after all the same.
    optional: true,
  });
  const known = { places, clusters, operations, namespaces };
  const counted = metrics === undefined ? {} : { metrics };
  const passes = new TopicPasses({ kube, store, connect, place: (key) => topicPlace(known, key), now, log, ...counted });
  const queue = runtime.controller('kafkatopic', (key) => passes.reconcile(key), { workers });
  const wake = (key: string, topic?: string): void => {
    passes.changed(key, topic);
    queue.add(key);
  };
  store.onEvent((event) => {
    const { object } = event;
    wake(clusterKeyOf(object), (object['spec'] as { name?: string } | undefined)?.name);
  });
  places.onChange((key) => wake(key));
  // Its passes tell of places; that it goes, or is gone before it was ever accepted, is told by nobody else.
  clusters.onEvent(({ type, object }) => {
    if (type === 'gone' || object.metadata.deletionTimestamp !== undefined) wake(keyOf(object));
  });
  return { stop: () => passes.stop() };
}

export const operationsOf = ({ owned }: Pick<KubeStores, 'owned'>): TopicPlacesOf['operations'] => owned.get(kindKey(OPERATION));
