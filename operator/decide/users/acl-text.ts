/**
 * ACLs as text: `User:CN=alice,Topic,LITERAL,orders,Describe,Allow,*`, as Koperator writes them into the status. By this text we know
 * which ACLs in Kafka are ours; nothing else about them is remembered.
 */
import { ACL_OPERATION_NAMES, type ACL_RESOURCE_NAMES } from '../../../lib/api/kafka-user';

/** One right, as Kafka keeps it. */
export interface AclBinding {
  readonly resource: (typeof ACL_RESOURCE_NAMES)[number];
  /** `kafka-cluster` for the cluster; `*` for all. */
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  /** For example `User:CN=alice`. */
  readonly principal: string;
  readonly host: string;
  readonly operation: (typeof ACL_OPERATION_NAMES)[number];
  readonly permission: 'allow' | 'deny';
}

type Resource = AclBinding['resource'];

const RESOURCE_TEXT: Readonly<Record<Resource, string>> = {
  ...{ topic: 'Topic', group: 'Group', cluster: 'Cluster' },
  ...{ transactionalId: 'TransactionalID', delegationToken: 'DelegationToken' },
};
const RESOURCES = Object.keys(RESOURCE_TEXT) as Resource[];
/** Principal, resource, pattern, name, operation, permission, host. */
const SHORTEST = 7;

export const aclText = ({ principal, resource, pattern, name, operation, permission, host }: AclBinding): string =>
  [principal, RESOURCE_TEXT[resource], pattern.toUpperCase(), name, operation, permission === 'allow' ? 'Allow' : 'Deny', host].join(',');

const oneOf = <T extends string>(known: readonly T[], text: string | undefined): T | undefined =>
  known.find((one) => one.toLowerCase() === text?.toLowerCase());

/** Undefined: it is none of ours. The name may have commas: principals of KafkaUsers and hosts have none. */
export function aclOfText(text: string): AclBinding | undefined {
  const parts = text.split(',');
  const [principal = '', type, patternText] = parts;
  const [operationText, permissionText, host = ''] = parts.slice(-3);
  const resource = RESOURCES.find((key) => RESOURCE_TEXT[key].toLowerCase() === type?.toLowerCase());
  const pattern = oneOf(['literal', 'prefixed'] as const, patternText);
  const operation = oneOf(ACL_OPERATION_NAMES, operationText);
  const permission = oneOf(['allow', 'deny'] as const, permissionText);
  if (parts.length < SHORTEST || !resource || !pattern || !operation || !permission) return undefined;
  return { principal, resource, pattern, name: parts.slice(3, -3).join(','), operation, permission, host };
}
