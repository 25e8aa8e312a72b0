/**
 * Passwords that a formed quorum does not know lock everybody out who needs them: brokers that start could not log in to each other, nor
 * the operator to tell Kafka. So once a quorum has formed, none is drawn that somebody needs to get in; what is lost is waited for.
 */
import { usesSasl } from '../../lib/api/resolved-security';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { credentialsCopyName, credentialsName } from '../../lib/constructs/naming';
import { SCRAM_USER, SCRAM_USERS, scramMechanism } from '../../lib/kafka/scram';
import { secretOf } from './certificate-sight';
import type { SecretObject } from './certificate-view';
import type { Context } from './context';
import type { Held } from './plan';
import { reason, type Reason } from './reason';

type Scope = Pick<Context, 'cluster' | 'world'>;

export const holds = (object: SecretObject | undefined, key: string): boolean => object?.tls?.keys.includes(key) === true;

/** Why missing passwords are not drawn; undefined: none is missing, or they can be. */
export function whyNotDrawn({ cluster, world }: Scope): Reason | undefined {
  if (!cluster.security.scram || world.cluster.status.quorum !== 'Formed') return undefined;
  const [object, copy] = [secretOf(world, credentialsName(cluster.name)), secretOf(world, credentialsCopyName(cluster.name))];
  const lost = SCRAM_USERS.filter((user) => !holds(object, user) && !holds(copy, user)).filter((user) => isWayIn(user, cluster));
  if (lost.length === 0) return undefined;
  const remedy = 'put it back from a backup, or as "Lost passwords" in docs/security.md says';
  const message = `Secret ${credentialsName(cluster.name)} lacks ${lost.join(', ')}, and Kafka would not know what is drawn anew; ${remedy}`;
  return reason('CredentialsPending', message);
}

/** Kafka can be told of another password only by who is in already. */
function isWayIn(user: string, { listeners: { admin, interBroker }, readOnlyConfig }: ResolvedCluster): boolean {
  const ways = user === SCRAM_USER.operator ? [admin] : user === SCRAM_USER.brokers ? [interBroker] : [];
  return ways.some((listener) => usesSasl(listener) && scramMechanism(listener, readOnlyConfig) !== undefined);
}

export function waitingCredentials(context: Scope): readonly Held[] {
  const why = whyNotDrawn(context);
  return why === undefined ? [] : [{ what: `make     secret/${credentialsName(context.cluster.name)}`, reasons: [why] }];
}
