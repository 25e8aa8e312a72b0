/**
 * Who checks ACLs. The authorizers of ZooKeeper's times are gone from Kafka; what they did the standard one does with KRaft, so their
 * names are taken for it and specs of that time start unchanged.
 */

export const STANDARD_AUTHORIZER = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';

const FORMER: readonly string[] = ['kafka.security.authorizer.AclAuthorizer', 'kafka.security.auth.SimpleAclAuthorizer'];

const CLASS = 'authorizer.class.name';

/** Settings with the name of an authorizer that this Kafka has; the same value when there is nothing to do. */
export function withCurrentAuthorizer<S extends Readonly<Record<string, string>>>(settings: S): S {
  const name = settings[CLASS];
  return name !== undefined && FORMER.includes(name.trim()) ? { ...settings, [CLASS]: STANDARD_AUTHORIZER } : settings;
}
