/** Carries out what topic-admin.ts describes. */
import type { Links } from './connect';
import type { TopicAdmin } from './topic-admin';
import { KafkaError } from './kafka-error';

const later = (): Promise<never> => Promise.reject(new KafkaError('unsupported', 'cannot ask this of Kafka: the request is not made yet'));

export const topicAdmin = (_links: Links): TopicAdmin => ({
  listTopics: later,
  describeTopicConfigs: later,
  createTopics: later,
  deleteTopics: later,
  createPartitions: later,
  alterTopicConfigs: later,
  reassign: later,
  listReassignments: later,
});
