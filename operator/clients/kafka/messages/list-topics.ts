/** Metadata (3): every topic with its id, in one answer; partitions without a leader are read as they are. */
import type { Message } from '../message';
import type { TopicMetadata } from '../topic-admin';
import { askForEveryTopic, EVERY_TOPIC, readEveryTopic } from './every-topic';

type Partition = TopicMetadata['partitions'][number];

const byNumber = (a: Partition, b: Partition): number => a.partition - b.partition;

/** Every topic of the cluster. */
export const listTopics: Message<void, readonly TopicMetadata[]> = {
  ...EVERY_TOPIC,
  purpose: 'list the topics',
  write: askForEveryTopic,
  read: (reader) =>
    readEveryTopic(reader, ({ offline: _, ...partition }): Partition => partition).map((topic) => ({
      ...topic,
      partitions: [...topic.partitions].sort(byNumber),
    })),
};
