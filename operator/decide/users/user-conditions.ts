/**
 * The conditions of a KafkaUser: few, stable, without relative times. Types and reasons are closed lists; docs/users.md explains each,
 * and a test holds the two together.
 */

export const USER_CONDITION_TYPES = ['SpecAccepted', 'Ready', 'Drifted'] as const;
export type UserConditionType = (typeof USER_CONDITION_TYPES)[number];

export const USER_CONDITION_REASONS = [
  ...(['Accepted', 'SpecRefused', 'NamespaceNotAllowed', 'NameReserved', 'DnsNameReserved', 'PrincipalTaken'] as const),
  ...(['UserReady', 'NoAuthorizer', 'NotAccepted', 'Pending', 'CredentialPending', 'AuthorityMissing', 'PasswordMissing'] as const),
  ...(['SecretTaken', 'RefusedByKafka', 'KafkaUnreachable', 'ClusterNotFound', 'ClusterNotKnown', 'Deleting'] as const),
  ...(['AsWanted', 'DriftCorrected', 'NotSeen'] as const),
] as const;
export type UserConditionReason = (typeof USER_CONDITION_REASONS)[number];

export interface UserJudgement {
  readonly type: UserConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: UserConditionReason;
  readonly message: string;
}
