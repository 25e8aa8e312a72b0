/** What is known of one Kafka while its KafkaTopics are looked at. */

export interface SeenPartition {
  readonly partition: number;
  /** −1: none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

export interface SeenTopic {
  readonly name: string;
  /** Empty when the software does not tell. */
  readonly id: string;
  readonly internal: boolean;
  readonly partitions: readonly SeenPartition[];
}

export interface SeenBroker {
  readonly id: number;
  readonly rack: string | undefined;
  readonly fenced: boolean | undefined;
}

/** Who has which replica and what is on its way; asked for only while a replication factor changes. */
export interface SeenPlacement {
  readonly brokers: readonly SeenBroker[];
  /** `topic-partition` of every partition that anybody is reassigning, or whose replicas changed while it was asked. */
  readonly reassigning: ReadonlySet<string>;
  /** The throttled rates that brokers have by the cluster-wide default, by key; those that are not set are left out. */
  readonly rates: ReadonlyMap<string, string>;
  /** By topic, of topics that were asked for: its lists of throttled replicas, by key. */
  readonly throttled: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/**
 * Partitions whose replicas count: one that is being reassigned has those that come and those that go, which is neither what it had
 * nor what it will have.
 */
export const restingIn = ({ name, partitions }: SeenTopic, placement: SeenPlacement | undefined): readonly SeenPartition[] =>
  placement === undefined ? partitions : partitions.filter(({ partition }) => !placement.reassigning.has(`${name}-${String(partition)}`));

export interface TopicsView {
  readonly topics: ReadonlyMap<string, SeenTopic>;
  /** By topic: the settings of its own, of the keys that were asked for; a topic that is missing was not asked. */
  readonly settings: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly placement: SeenPlacement | undefined;
  /** `topic key wanted`: what Kafka makes of a value that it took; the same in other words. */
  readonly readings: ReadonlyMap<string, string>;
}

/** The cluster, as far as its KafkaTopics are concerned. */
export interface TopicCluster {
  readonly namespace: string;
  readonly name: string;
  /** Besides its own. */
  readonly topicNamespaces: readonly string[] | '*';
  /** That Cruise Control's reporters write to. */
  readonly metricsTopic: string | undefined;
  /** That serve; empty: not known. */
  readonly brokers: readonly number[];
  /** Why no replicas may be moved now; undefined: they may. */
  readonly busy: string | undefined;
  /** Bytes each second and broker that replicas are copied at; undefined: as fast as it goes. */
  readonly throttle: number | undefined;
}

export type Situation =
  /** There is no such KafkaCluster. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'deleting' }
  /** It is there, and nothing is known of it: its spec is refused, or it was not looked at yet. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unreachable'; readonly cluster: TopicCluster; readonly why: string }
  | { readonly kind: 'seen'; readonly cluster: TopicCluster; readonly view: TopicsView };

/** What Kafka refused of a topic, for one generation of one object. */
export interface Refusal {
  readonly uid: string;
  readonly generation: number;
  readonly code: number;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
