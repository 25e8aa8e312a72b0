/** How Kafka numbers what an ACL is about. */
import type { AclBinding, AclOperation, AclResource } from '../user-admin';
import type { WireReader } from '../wire/reader';
import type { WireWriter } from '../wire/writer';

const RESOURCES: Readonly<Record<AclResource, number>> = { topic: 2, group: 3, cluster: 4, transactionalId: 5, delegationToken: 6 };
const PATTERNS = { literal: 3, prefixed: 4 } as const;
const OPERATIONS: Readonly<Record<AclOperation, number>> = {
  ...{ All: 2, Read: 3, Write: 4, Create: 5, Delete: 6, Alter: 7, Describe: 8, ClusterAction: 9 },
  ...{ DescribeConfigs: 10, AlterConfigs: 11, IdempotentWrite: 12 },
};
const PERMISSIONS = { deny: 2, allow: 3 } as const;

const turned = <Name extends string>(numbers: Readonly<Record<Name, number>>): ReadonlyMap<number, Name> =>
  new Map(Object.entries<number>(numbers).map(([name, number]) => [number, name as Name]));

const RESOURCE_NAMES = turned(RESOURCES);
const PATTERN_NAMES = turned(PATTERNS);
const OPERATION_NAMES = turned(OPERATIONS);
const PERMISSION_NAMES = turned(PERMISSIONS);

/** The same fields in the same order stand in a creation and in a filter that fits one binding. */
export const writeAcl = (acl: AclBinding, writer: WireWriter): void => {
  writer.int8(RESOURCES[acl.resource]).string(acl.name).int8(PATTERNS[acl.pattern]);
  writer.string(acl.principal).string(acl.host).int8(OPERATIONS[acl.operation]).int8(PERMISSIONS[acl.permission]).tags();
};

export interface AclScope {
  readonly resource: AclResource | undefined;
  readonly name: string;
  readonly pattern: AclBinding['pattern'] | undefined;
}

/** What an ACL is about; undefined parts are of a kind that we do not know, and nothing that a KafkaUser says. */
export const readScope = (reader: WireReader): AclScope => {
  const resource = RESOURCE_NAMES.get(reader.int8());
  return { resource, name: reader.string(), pattern: PATTERN_NAMES.get(reader.int8()) };
};

/** Who may do what to it; undefined when any part is of a kind that we do not know. */
export const readAcl = (reader: WireReader, { resource, name, pattern }: AclScope): AclBinding | undefined => {
  const [principal, host] = [reader.string(), reader.string()];
  const operation = OPERATION_NAMES.get(reader.int8());
  const permission = PERMISSION_NAMES.get(reader.int8());
  reader.tags();
  if (resource === undefined || pattern === undefined || operation === undefined || permission === undefined) return undefined;
  return { resource, name, pattern, principal, host, operation, permission };
};
