/** Makers of KafkaTopics and of what Kafka shows, for tests of decisions. */
import {
  originText,
  topicObject,
  TOPIC_FINALIZER,
  TOPIC_ORIGIN,
  type TopicObject,
  type TopicOrigin,
} from '../../../../operator/decide/topics/topic-object';
import type { SeenPlacement, SeenTopic, Situation, TopicCluster, TopicsView } from '../../../../operator/decide/topics/topic-view';

export interface ObjectShape {
  readonly name?: string;
  readonly namespace?: string;
  readonly topic?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deleting?: boolean;
  readonly finalizer?: boolean;
  /** Made for it, as long as it has its finalizer; `untold`: as an object of Koperator's. */
  readonly origin?: TopicOrigin | 'untold';
  readonly createdAt?: string;
  readonly generation?: number;
}

const DEFAULTS = { name: 'orders', namespace: 'kafka', finalizer: true, generation: 1, createdAt: '2026-01-01T00:00:00Z' } as const;

export function anObject(shape: ObjectShape = {}): TopicObject {
  const { name, namespace, finalizer, generation, createdAt, origin = 'made', ...rest } = { ...DEFAULTS, ...shape };
  const told = finalizer && origin !== 'untold' ? { [TOPIC_ORIGIN]: originText(origin, `${namespace}/${name}`) } : {};
  const annotations = { ...told, ...rest.annotations };
  return topicObject({
    apiVersion: 'kafka.banzaicloud.io/v1alpha1',
    kind: 'KafkaTopic',
    metadata: {
      ...{ name, namespace, uid: `${namespace}/${name}`, resourceVersion: '1', generation, annotations },
      creationTimestamp: createdAt,
      ...(rest.deleting === true ? { deletionTimestamp: '2026-01-02T00:00:00Z' } : {}),
      ...(finalizer ? { finalizers: [TOPIC_FINALIZER] } : {}),
    },
    spec: {
      ...{ name: rest.topic ?? name, partitions: 2, replicationFactor: 2, clusterRef: { name: 'orders', namespace: 'kafka' } },
      ...rest.spec,
    },
    status: rest.status ?? {},
  });
}

export const CLUSTER: TopicCluster = {
  ...{
    namespace: 'kafka',
    name: 'orders',
    topicNamespaces: [],
    metricsTopic: 'metrics',
    brokers: [1, 2, 3],
    busy: undefined,
    throttle: undefined,
  },
};

export function aTopic(name: string, partitions = 2, replicas: readonly number[] = [1, 2], id = 'id'): SeenTopic {
  const all = Array.from({ length: partitions }, (_, partition) => ({ partition, leader: replicas[0] ?? -1, replicas, isr: replicas }));
  return { name, id, internal: false, partitions: all };
}

/** Nothing moves; every topic was asked for, and none is throttled unless it is said. */
export function placementOf(shape: {
  readonly reassigning?: readonly string[];
  readonly rates?: Readonly<Record<string, string>>;
  readonly throttled?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}): SeenPlacement {
  const { reassigning = [], rates = {}, throttled = {} } = shape;
  const lists = Object.entries({ orders: {}, payments: {}, ...throttled });
  return {
    brokers: BROKERS,
    reassigning: new Set(reassigning),
    rates: new Map(Object.entries(rates)),
    throttled: new Map(lists.map(([topic, own]) => [topic, new Map(Object.entries(own))])),
  };
}

export interface ViewShape {
  readonly topics?: readonly SeenTopic[];
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly placement?: TopicsView['placement'];
  readonly cluster?: Partial<TopicCluster>;
}

export const seenAs = ({ topics = [], settings = {}, placement, cluster = {} }: ViewShape = {}): Extract<Situation, { kind: 'seen' }> => ({
  kind: 'seen',
  cluster: { ...CLUSTER, ...cluster },
  view: {
    topics: new Map(topics.map((topic) => [topic.name, topic])),
    settings: new Map(Object.entries(settings).map(([topic, own]) => [topic, new Map(Object.entries(own))])),
    placement,
    readings: new Map(),
  },
});

export const BROKERS = [1, 2, 3, 4, 5, 6].map((id) => ({ id, rack: `zone-${String((id - 1) % 3)}`, fenced: false }));
