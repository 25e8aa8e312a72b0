/** What a KafkaTopic must obey; the API server runs these at apply. What only Kafka knows is not asked here. */
import type { CelRule } from './field';

export const topicSpecRules: readonly CelRule[] = [
  {
    rule: "self.name != '.' && self.name != '..'",
    message: 'Kafka has no topics of the names "." and "..": choose another name',
    fieldPath: '.name',
  },
  {
    rule: 'self.name == oldSelf.name',
    message: 'name cannot change: make another KafkaTopic, and delete this one if its topic is to go',
    fieldPath: '.name',
  },
  {
    rule: 'self.clusterRef == oldSelf.clusterRef',
    message: 'clusterRef cannot change: make another KafkaTopic for the other cluster, and delete this one if its topic is to go',
    fieldPath: '.clusterRef',
  },
  {
    rule: 'self.partitions != 0',
    message: "a topic has at least one partition: write how many, or -1 for the broker's default",
    fieldPath: '.partitions',
  },
  {
    rule: 'self.replicationFactor != 0',
    message: "a partition has at least one replica: write how many, or -1 for the broker's default",
    fieldPath: '.replicationFactor',
  },
];

/** Stands at the root, as it needs the status: what Kafka does not have yet may still be corrected. */
export const topicRootRules: readonly CelRule[] = [
  {
    rule: '!has(oldSelf.status) || !has(oldSelf.status.partitions) || self.spec.partitions == -1 || self.spec.partitions >= oldSelf.spec.partitions || self.spec.partitions >= oldSelf.status.partitions',
    message: 'the partitions of a topic never become fewer: write as many as it has, or make another topic and copy the records',
    fieldPath: '.spec.partitions',
  },
];
