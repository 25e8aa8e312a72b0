/** What the Secret of passwords (`<c>-sasl`) holds for Pods; its passwords are drawn and written elsewhere. */
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { brokerListeners } from '../kafka/listeners';
import { hasSasl } from '../kafka/listener-security';
import { hasRole } from '../kafka/quorum';
import { SCRAM_USER, scramLogins, scramMechanism } from '../kafka/scram';

/** Key of the logins of brokers, as properties that the start script appends. */
export const LOGINS_KEY = 'broker.properties';
/** Key of the arguments with which the first controllers are formatted. */
export const FORMAT_KEY = 'format.args';

/** The first controllers of a cluster are told who may log in; nobody else is formatted with records. */
export const formatsUsers = (cluster: Pick<ResolvedCluster, 'security'>, node: Pick<ResolvedNode, 'roles'>): boolean =>
  cluster.security.scram && hasRole(node, 'controller');

/**
 * From the passwords by user (`SCRAM_USERS`) to `broker.properties`. What a user wrote for all brokers in `readOnlyConfig` is not
 * written over.
 */
export function scramProperties(cluster: ResolvedCluster): (passwords: Readonly<Record<string, string>>) => string {
  const { readOnlyConfig, listeners } = cluster;
  const offering = [...brokerListeners(listeners), ...listeners.external].filter(
    (listener) => hasSasl(listener) && scramMechanism(listener, readOnlyConfig) !== undefined,
  );
  return (passwords) => scramLogins(offering, readOnlyConfig, passwords[SCRAM_USER.brokers] ?? '');
}
