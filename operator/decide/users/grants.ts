/** What a KafkaUser may do, as ACLs. Grants are Koperator's: to read is also to know the settings, and to use any consumer group. */
import type { KafkaUserSpec } from '../../../lib/api/kafka-user';
import { aclText, type AclBinding } from './acl-text';

type Grant = NonNullable<KafkaUserSpec['topicGrants']>[number];
type FreeAcl = NonNullable<KafkaUserSpec['acls']>[number];

const READ = ['Describe', 'DescribeConfigs', 'Read'] as const;
const WRITE = ['Describe', 'DescribeConfigs', 'Create', 'Write'] as const;
const CLUSTER_NAME = 'kafka-cluster';

/** Why the grants of a spec are no ACLs; undefined: they are. */
export function grantProblem({ topicGrants = [] }: Pick<KafkaUserSpec, 'topicGrants'>): string | undefined {
  const wrong = topicGrants.find(({ patternType }) => patternType === 'match' || patternType === 'any');
  if (wrong === undefined) return undefined;
  return `the grant of topic ${wrong.topicName} has patternType ${wrong.patternType}, by which ACLs can be searched but not made: write literal or prefixed ("*" with literal is every topic)`;
}

function ofGrant({ topicName, accessType, patternType }: Grant, principal: string): readonly AclBinding[] {
  const pattern = patternType === 'prefixed' ? 'prefixed' : 'literal';
  const allow = { principal, host: '*', permission: 'allow' } as const;
  const operations = accessType === 'read' ? READ : WRITE;
  const topic = operations.map((operation): AclBinding => ({ ...allow, resource: 'topic', name: topicName, pattern, operation }));
  const group: AclBinding = { ...allow, resource: 'group', name: '*', pattern: 'literal', operation: 'Read' };
  return accessType === 'read' ? [...topic, group] : topic;
}

const ofAcl = ({ resource, name, patternType, operations, permission, host }: FreeAcl, principal: string): readonly AclBinding[] =>
  operations.map((operation) => ({
    ...{ resource, principal, host, permission, operation },
    name: resource === 'cluster' ? CLUSTER_NAME : (name ?? '*'),
    pattern: patternType,
  }));

/** By their text, each once, in the order of the spec. */
export function wantedAcls({ topicGrants = [], acls = [] }: KafkaUserSpec, principal: string): ReadonlyMap<string, AclBinding> {
  const all = [...topicGrants.flatMap((grant) => ofGrant(grant, principal)), ...acls.flatMap((acl) => ofAcl(acl, principal))];
  return new Map(all.map((acl) => [aclText(acl), acl]));
}

const QUOTA_KEYS = {
  producerByteRate: 'producer_byte_rate',
  consumerByteRate: 'consumer_byte_rate',
  requestPercentage: 'request_percentage',
  controllerMutationRate: 'controller_mutation_rate',
} as const;

/** As Kafka names them. */
export function wantedQuotas({ quotas = {} }: Pick<KafkaUserSpec, 'quotas'>): Readonly<Record<string, number>> {
  const names = Object.keys(QUOTA_KEYS) as (keyof typeof QUOTA_KEYS)[];
  return Object.fromEntries(names.flatMap((name) => (quotas[name] === undefined ? [] : [[QUOTA_KEYS[name], quotas[name]] as const])));
}
