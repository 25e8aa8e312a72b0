/**
 * Passwords of the operator, the brokers and Cruise Control where a listener offers SCRAM. They are drawn once. The first controllers
 * are formatted with them (KIP-900); a Kafka that was formed before is told, and the Secret remembers which cluster knows them, so that
 * they are told once.
 *
 * What Kafka knows of them lies on the volumes, which outlive the KafkaCluster (decision 7). So does the Secret, and a copy of it is
 * kept for when somebody deletes it.
 */
import { FORMAT_KEY, LOGINS_KEY, scramProperties } from '../../../lib/constructs/credentials';
import { ANNOTATION, credentialsCopyName, credentialsName, shortHash } from '../../../lib/constructs/naming';
import { PASSWORD_OF_BROKERS, SCRAM_USER, SCRAM_USERS } from '../../../lib/kafka/scram';
import type { MakeCredentials } from '../action';
import { secretOf } from '../certificate-sight';
import type { SecretObject } from '../certificate-view';
import { targetOf, type Context, type Rule } from '../context';
import { holds, whyNotDrawn } from '../lost-credentials';
import { annotationOf } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import { secretDraft } from './certificates';

export const keepCredentials: Rule = (context) => [...make(context), ...copy(context), ...tell(context)];

function make(context: Context): readonly Proposal[] {
  const { cluster, world } = context;
  if (!cluster.security.scram || whyNotDrawn(context) !== undefined) return [];
  const name = credentialsName(cluster.name);
  const object = secretOf(world, name);
  const logins = scramProperties(cluster)({ [SCRAM_USER.brokers]: PASSWORD_OF_BROKERS });
  const hash = shortHash(logins, 16);
  const missing = [...SCRAM_USERS, LOGINS_KEY, FORMAT_KEY].filter((key) => !holds(object, key));
  const outdated = object !== undefined && annotationOf(object, ANNOTATION.profileHash) !== hash;
  if (missing.length === 0 && !outdated) return [];
  const message = object === undefined ? 'missing' : missing.length > 0 ? `it lacks ${missing.join(', ')}` : 'listeners with SASL changed';
  return [
    {
      kind: 'makeCredentials',
      risk: 'safe',
      manifest: secretDraft(context, name, { [ANNOTATION.profileHash]: hash }, false),
      replaces: object === undefined ? undefined : targetOf(object),
      ...sourceOf(context, object),
      users: SCRAM_USERS,
      properties: { [LOGINS_KEY]: logins },
      formatKey: FORMAT_KEY,
      reasons: [reason('CredentialsMissing', message)],
    },
  ];
}

function sourceOf({ cluster, world }: Context, object: SecretObject | undefined): Pick<MakeCredentials, 'from'> {
  const kept = object !== undefined && isWhole(object) ? undefined : secretOf(world, credentialsCopyName(cluster.name));
  return kept === undefined ? {} : { from: targetOf(kept) };
}

/** Only of what is whole: a copy never forgets. */
function copy(context: Context): readonly Proposal[] {
  const { cluster, world } = context;
  const object = cluster.security.scram ? secretOf(world, credentialsName(cluster.name)) : undefined;
  if (object === undefined || !isWhole(object)) return [];
  const name = credentialsCopyName(cluster.name);
  const kept = secretOf(world, name);
  const hash = shortHash(object.dataHash ?? '', 16);
  if (kept !== undefined && annotationOf(kept, ANNOTATION.copyOf) === hash && isWhole(kept)) return [];
  return [
    {
      kind: 'makeCredentials',
      risk: 'safe',
      manifest: secretDraft(context, name, { [ANNOTATION.copyOf]: hash }, false),
      replaces: kept === undefined ? undefined : targetOf(kept),
      from: targetOf(object),
      users: SCRAM_USERS,
      properties: {},
      formatKey: FORMAT_KEY,
      reasons: [reason('CredentialsMissing', kept === undefined ? 'there is no copy' : 'it is no copy of what there is now')],
    },
  ];
}

const isWhole = (object: SecretObject): boolean => SCRAM_USERS.every((user) => holds(object, user));

function tell({ cluster, identity, world }: Context): readonly Proposal[] {
  const object = cluster.security.scram ? secretOf(world, credentialsName(cluster.name)) : undefined;
  if (object === undefined || world.kafka.state !== 'known' || world.kafka.value.quorum.leaderId < 0) return [];
  if (!isWhole(object)) return [];
  if (annotationOf(object, ANNOTATION.credentialsKnown) === identity.clusterId) return [];
  const why = reason('CredentialsMissing', 'Kafka was not told yet');
  return [
    { kind: 'knowCredentials', risk: 'safe', target: targetOf(object), clusterId: identity.clusterId, users: SCRAM_USERS, reasons: [why] },
  ];
}
