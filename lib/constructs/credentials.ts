/** What the Secret of passwords (`<c>-sasl`) holds for Pods; its passwords are drawn and written elsewhere. */
import type { ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { brokerListeners } from '../kafka/listeners';
import { hasSasl } from '../kafka/listener-security';
import { hasRole } from '../kafka/quorum';
import { REPORTER } from '../kafka/metric-reporters';
import { formatProperties } from '../kafka/properties';
import { SCRAM_USER, scramLogin, scramLogins, scramMechanism } from '../kafka/scram';

/** Key of the logins of brokers, as properties that the start script appends. */
export const LOGINS_KEY = 'broker.properties';
/** Key of the arguments with which the first controllers are formatted. */
export const FORMAT_KEY = 'format.args';

/** The metrics reporter logs in as the broker that it runs in. */
const REPORTER_LOGIN = `${REPORTER}sasl.jaas.config`;

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
  const reports = cluster.metricsReporter && offering.some(({ name }) => name === listeners.interBroker.name);
  return (passwords) => {
    const password = passwords[SCRAM_USER.brokers] ?? '';
    const reporter =
      reports && readOnlyConfig[REPORTER_LOGIN] === undefined ? { [REPORTER_LOGIN]: scramLogin(SCRAM_USER.brokers, password) } : {};
    return formatProperties({ ...scramLogins(offering, readOnlyConfig, password), ...reporter });
  };
}
