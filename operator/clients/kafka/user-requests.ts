/** Carries out what user-admin.ts describes. */
import type { Links } from './connect';
import type { UserAdmin } from './user-admin';
import { KafkaError } from './kafka-error';

const later = (): Promise<never> => Promise.reject(new KafkaError('unsupported', 'cannot ask this of Kafka: the request is not made yet'));

export const userAdmin = (_links: Links): UserAdmin => ({
  describeAcls: later,
  createAcls: later,
  deleteAcls: later,
  describeScram: later,
  alterScram: later,
  describeUserQuotas: later,
  alterUserQuotas: later,
});
