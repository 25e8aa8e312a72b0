/** What KafkaUsers ask of Kafka; many users in one request. What went wrong with one entry is in the answer for it. */
import type { Refused } from './topic-admin';

export const ACL_RESOURCES = ['topic', 'group', 'cluster', 'transactionalId', 'delegationToken'] as const;
export type AclResource = (typeof ACL_RESOURCES)[number];

export const ACL_OPERATIONS = [
  ...(['All', 'Read', 'Write', 'Create', 'Delete', 'Alter', 'Describe', 'ClusterAction'] as const),
  ...(['DescribeConfigs', 'AlterConfigs', 'IdempotentWrite'] as const),
] as const;
export type AclOperation = (typeof ACL_OPERATIONS)[number];

export interface AclBinding {
  readonly resource: AclResource;
  /** `kafka-cluster` for the cluster; `*` for all. */
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  /** For example `User:CN=alice`. */
  readonly principal: string;
  readonly host: string;
  readonly operation: AclOperation;
  readonly permission: 'allow' | 'deny';
}

export type ScramMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512';

export interface ScramUpsertion {
  readonly user: string;
  readonly mechanism: ScramMechanism;
  readonly iterations: number;
  readonly salt: Buffer;
  readonly saltedPassword: Buffer;
}

/** Client quotas of one user; keys as Kafka has them, for example `producer_byte_rate`. */
export type Quotas = Readonly<Record<string, number>>;

export interface UserAdmin {
  /** Every ACL, in one request; undefined when Kafka checks none (error 54, no authorizer). */
  describeAcls(): Promise<readonly AclBinding[] | undefined>;
  /** In the order given: undefined where it was done. */
  createAcls(acls: readonly AclBinding[]): Promise<readonly (Refused | undefined)[]>;
  /** Exactly these bindings; one that is not there is fine. */
  deleteAcls(acls: readonly AclBinding[]): Promise<readonly (Refused | undefined)[]>;
  /** Mechanisms and iterations of every user with SCRAM credentials. */
  describeScram(): Promise<ReadonlyMap<string, readonly { readonly mechanism: ScramMechanism; readonly iterations: number }[]>>;
  /** By user what is refused; deleting one that is missing is fine. */
  alterScram(
    upsertions: readonly ScramUpsertion[],
    deletions: readonly { readonly user: string; readonly mechanism: ScramMechanism }[],
  ): Promise<ReadonlyMap<string, Refused>>;
  /** Quotas of entities that are one user and nothing else. */
  describeUserQuotas(): Promise<ReadonlyMap<string, Quotas>>;
  /** `undefined` takes a quota away. */
  alterUserQuotas(changes: ReadonlyMap<string, Readonly<Record<string, number | undefined>>>): Promise<ReadonlyMap<string, Refused>>;
}
