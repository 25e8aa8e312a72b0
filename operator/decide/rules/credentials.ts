/**
 * Passwords of the operator, the brokers and Cruise Control where a listener offers SCRAM. They are drawn once. The first controllers
 * are formatted with them (KIP-900); a Kafka that was formed before is told, and the Secret remembers which cluster knows them, so that
 * they are told once.
 */
import { FORMAT_KEY, LOGINS_KEY, scramProperties } from '../../../lib/constructs/credentials';
import { ANNOTATION, credentialsName, shortHash } from '../../../lib/constructs/naming';
import { PASSWORD_OF_BROKERS, SCRAM_USER, SCRAM_USERS } from '../../../lib/kafka/scram';
import { secretOf } from '../certificate-sight';
import { targetOf, type Context, type Rule } from '../context';
import { annotationOf } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { secretDraft } from './certificates';

export const keepCredentials: Rule = (context) => [...make(context), ...tell(context)];

function make({ cluster, world }: Context): readonly Proposal[] {
  if (!cluster.security.scram) return [];
  const name = credentialsName(cluster.name);
  const object = secretOf(world, name);
  const logins = scramProperties(cluster)({ [SCRAM_USER.brokers]: PASSWORD_OF_BROKERS });
  const hash = shortHash(logins, 16);
  const missing = [...SCRAM_USERS, LOGINS_KEY, FORMAT_KEY].filter((key) => object?.tls?.keys.includes(key) !== true);
  const outdated = object !== undefined && annotationOf(object, ANNOTATION.profileHash) !== hash;
  if (missing.length === 0 && !outdated) return [];
  const message = object === undefined ? 'missing' : missing.length > 0 ? `it lacks ${missing.join(', ')}` : 'listeners with SASL changed';
  return [
    {
      kind: 'makeCredentials',
      risk: 'safe',
      manifest: secretDraft({ cluster }, name, { [ANNOTATION.profileHash]: hash }),
      replaces: object === undefined ? undefined : targetOf(object),
      users: SCRAM_USERS,
      properties: { [LOGINS_KEY]: logins },
      formatKey: FORMAT_KEY,
      reasons: [reason('CredentialsMissing', message)],
    },
  ];
}

function tell({ cluster, identity, world }: Context): readonly Proposal[] {
  const object = cluster.security.scram ? secretOf(world, credentialsName(cluster.name)) : undefined;
  if (object === undefined || world.kafka.state !== 'known' || world.kafka.value.quorum.leaderId < 0) return [];
  if (annotationOf(object, ANNOTATION.credentialsKnown) === identity.clusterId) return [];
  const why = reason('CredentialsMissing', 'Kafka was not told yet');
  return [
    { kind: 'knowCredentials', risk: 'safe', target: targetOf(object), clusterId: identity.clusterId, users: SCRAM_USERS, reasons: [why] },
  ];
}
