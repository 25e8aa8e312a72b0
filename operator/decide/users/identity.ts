/**
 * Who a KafkaUser is to Kafka, and whether it may be. Names that the cluster itself goes by are refused: whoever may make a KafkaUser could
 * otherwise make itself a super user, or take the password of the operator away. Hosts by which clients reach the cluster are refused as
 * well: its CA signs users, so a client that meets one of them under such a name would take it for a broker.
 */
import { authenticationOf, type Authentication, type KafkaUserSpec } from '../../../lib/api/kafka-user';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { clientCommonName, commonName, nodeCommonName } from '../../../lib/constructs/certificate-profiles';
import { SCRAM_USERS, type ScramMechanism } from '../../../lib/kafka/scram';
import { dnsNamesProblem, isServed, mayPose } from './dns-names';
import { grantProblem } from './grants';
import type { UserJudgement } from './user-conditions';
import type { UserObject } from './user-object';

export const mechanismOf = (authentication: Authentication): ScramMechanism | undefined =>
  authentication === 'scram-sha-512' ? 'SCRAM-SHA-512' : authentication === 'scram-sha-256' ? 'SCRAM-SHA-256' : undefined;

/** The name behind `User:`; quotas are kept by it. */
export const quotaEntity = (principal: string): string => principal.replace(/^User:/, '');

/** All that a user of this name can be to Kafka: whatever it says of others is not its own. */
export const principalsOf = (name: string): readonly string[] => [`User:CN=${commonName(name)}`, `User:${name}`];

export function principalOf(name: string, spec: Pick<KafkaUserSpec, 'authentication' | 'createCert'>): string {
  return mechanismOf(authenticationOf(spec)) === undefined ? `User:CN=${commonName(name)}` : `User:${name}`;
}

/**
 * By what nodes and operators of any cluster are known to theirs, as `clientCommonName` and `nodeCommonName` make it, or what stands for it
 * when that is too long: clusters may share a CA, and what is signed for a user of one is shown to another just as well.
 */
const OF_SOME_CLUSTER = [/-controller\.[^.]+\.mgt\./i, /-(?:headless|all-broker)\.[^.]+\.svc\./i, /^[0-9a-f]{64}$/];

/** Some clients look for a host in the common name. */
function isReserved(name: string, spec: KafkaUserSpec, { cluster, shown }: Admitting): boolean {
  const authentication = authenticationOf(spec);
  if (mechanismOf(authentication) !== undefined) return SCRAM_USERS.includes(name);
  if ([nodeCommonName(cluster), clientCommonName(cluster)].includes(commonName(name))) return true;
  if (authentication !== 'tls') return false;
  return OF_SOME_CLUSTER.some((pattern) => pattern.test(name)) || isServed(commonName(name), cluster, shown);
}

const mayUse = ({ namespace, security: { userNamespaces } }: ResolvedCluster, of: string): boolean =>
  of === namespace || userNamespaces === '*' || userNamespaces.includes(of);

const refused = (reason: UserJudgement['reason'], message: string): UserJudgement => ({
  type: 'SpecAccepted',
  status: 'False',
  reason,
  message,
});

/** Whoever has it keeps it: a namespace that is allowed later takes nobody's principal away. */
const hasIt = ({ status: { principal, conditions = [] } }: UserObject, wanted: string): boolean =>
  principal === wanted && conditions.some(({ type, status }) => type === 'SpecAccepted' && status === 'True');

/** Older first; the same for everybody who asks. */
const byAge = (a: UserObject, b: UserObject): number => a.createdAt - b.createdAt || (a.key < b.key ? -1 : 1);

/** By principal the user that has it: the one that had it, else the oldest that may. */
export function holders(users: readonly UserObject[], cluster: ResolvedCluster): ReadonlyMap<string, UserObject> {
  const found = new Map<string, UserObject>();
  for (const user of [...users].sort(byAge)) {
    const { spec } = user;
    if (spec === undefined || !mayUse(cluster, user.namespace)) continue;
    const principal = principalOf(user.name, spec);
    const other = found.get(principal);
    if (other === undefined || (hasIt(user, principal) && !hasIt(other, principal))) found.set(principal, user);
  }
  return found;
}

/** By what a user is judged. */
export interface Admitting {
  readonly cluster: ResolvedCluster;
  /** By principal the user that has it. */
  readonly owners: ReadonlyMap<string, UserObject>;
  /** Names in the certificates that nodes show, `DNS:…`, `IP:…`. */
  readonly shown: readonly string[];
}

/** Whether the spec can be had at all. */
export function admission(user: UserObject, by: Admitting): UserJudgement {
  const { spec, namespace, name } = user;
  const { cluster, owners } = by;
  if (spec === undefined)
    return refused('SpecRefused', `${user.problem ?? 'the spec cannot be read'}; nothing is changed until it is put right`);
  const problem = grantProblem(spec) ?? dnsNamesProblem(spec.dnsNames);
  if (problem !== undefined) return refused('SpecRefused', problem);
  if (!mayUse(cluster, namespace))
    return refused(
      'NamespaceNotAllowed',
      `KafkaCluster ${cluster.namespace}/${cluster.name} takes no users from namespace ${namespace}: add it to spec.userNamespaces of the cluster`,
    );
  return isReserved(name, spec, by)
    ? refused('NameReserved', `${principalOf(name, spec)} is who a cluster itself is: choose another name`)
    : (whyPoses(spec, by) ?? whyTaken(user, spec, owners));
}

function whyPoses({ dnsNames = [] }: KafkaUserSpec, { cluster, shown }: Admitting): UserJudgement | undefined {
  const taken = dnsNames.filter((name) => mayPose(name, cluster, shown));
  if (taken.length === 0) return undefined;
  const some = `${taken.slice(0, 3).join(', ')}${taken.length > 3 ? ' …' : ''}`;
  return refused('DnsNameReserved', `clients find KafkaCluster ${cluster.namespace}/${cluster.name} at ${some}: take that out of dnsNames`);
}

function whyTaken(user: UserObject, spec: KafkaUserSpec, owners: ReadonlyMap<string, UserObject>): UserJudgement {
  const { name } = user;
  const holder = owners.get(principalOf(name, spec));
  if (holder !== undefined && holder.key !== user.key)
    return refused(
      'PrincipalTaken',
      `KafkaUser ${holder.key} is older and is ${principalOf(name, spec)} already: choose another name, or delete that one`,
    );
  return { type: 'SpecAccepted', status: 'True', reason: 'Accepted', message: 'the spec can be had' };
}
