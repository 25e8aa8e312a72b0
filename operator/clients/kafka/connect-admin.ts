/** Opens Kafka clusters for KafkaTopics and KafkaUsers: many topics or users in one request, on a connection of their own. */
import type { ConnectOptions } from './connect';
import type { KafkaTarget } from './connection';
import type { TopicAdmin } from './topic-admin';
import type { UserAdmin } from './user-admin';
import { linksTo } from './connect';
import { loadKafkajs } from './kafkajs-internals';
import { topicAdmin } from './topic-requests';
import { userAdmin } from './user-requests';

export interface KafkaAdmin {
  readonly topics: TopicAdmin;
  readonly users: UserAdmin;
  /** Idempotent; ends sockets at once. */
  close(): Promise<void>;
}

export type ConnectAdmin = (target: KafkaTarget) => KafkaAdmin;

/** Dials nothing before the first call. */
export const connectAdmin = (options: ConnectOptions = {}): ConnectAdmin => {
  loadKafkajs();
  return (target) => {
    const links = linksTo(target, options);
    return { topics: topicAdmin(links), users: userAdmin(links), close: links.close };
  };
};
