/**
 * What KafkaTopics ask of Kafka: every call takes many topics and is one request (or a few, of at most 500 topics each). What
 * went wrong with one topic is in the answer for it; only what went wrong with the request is thrown.
 */
import type { ConfigChange, ConfigEntry, DescribedBroker, NewTopic, Reassignment } from './connection';

/** Undefined: done. */
export interface Refused {
  /** Kafka's error code. */
  readonly code: number;
  readonly message: string;
}

/** By topic; one that is missing went well. */
export type PerTopic = ReadonlyMap<string, Refused>;

export interface TopicMetadata {
  readonly name: string;
  /** Unpadded base64url; empty when the software does not tell. */
  readonly id: string;
  readonly internal: boolean;
  readonly partitions: readonly {
    readonly partition: number;
    readonly leader: number;
    readonly replicas: readonly number[];
    readonly isr: readonly number[];
  }[];
}

export interface TopicAdmin {
  /** Every topic, in one request (Metadata). Works while partitions have no leader. */
  listTopics(): Promise<readonly TopicMetadata[]>;
  /** Brokers with their racks. */
  listBrokers(): Promise<readonly DescribedBroker[]>;
  /**
   * Settings of source "topic" of these topics; those that are gone are left out. Given a map, only these keys of each: an answer
   * with all the settings of thousands of topics is large.
   */
  describeTopicConfigs(
    topics: readonly string[] | ReadonlyMap<string, readonly string[]>,
  ): Promise<ReadonlyMap<string, readonly ConfigEntry[]>>;
  /** `partitions` or `replicationFactor` −1: the broker's default. */
  createTopics(topics: readonly NewTopic[]): Promise<PerTopic>;
  deleteTopics(names: readonly string[]): Promise<PerTopic>;
  /** To how many partitions each is to grow. */
  createPartitions(counts: ReadonlyMap<string, number>): Promise<PerTopic>;
  /** IncrementalAlterConfigs: keys that are not named stay. */
  alterTopicConfigs(changes: ReadonlyMap<string, readonly ConfigChange[]>): Promise<PerTopic>;
  /** Begins to move partitions to these replicas (the preferred leader first); by `topic-partition` what is refused. */
  reassign(
    moves: readonly { readonly topic: string; readonly partition: number; readonly replicas: readonly number[] }[],
  ): Promise<PerTopic>;
  listReassignments(): Promise<readonly Reassignment[]>;
  /** What all brokers have by the cluster-wide default; only what somebody set. */
  describeBrokerDefaults(): Promise<readonly ConfigEntry[]>;
  /** Throws when it is refused. */
  alterBrokerDefaults(changes: readonly ConfigChange[]): Promise<void>;
}
