/**
 * The conditions of a KafkaUser: few, stable, without relative times. Types and reasons are closed lists; docs/users.md explains each,
 * and a test holds the two together.
 */
import type { KafkaUserStatus } from '../../../lib/api/kafka-user';
import { isoSeconds } from '../rfc3339';

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

type Conditions = NonNullable<KafkaUserStatus['conditions']>;

const MESSAGE_LIMIT = 1000;
const bounded = (message: string): string => (message.length <= MESSAGE_LIMIT ? message : `${message.slice(0, MESSAGE_LIMIT - 2)} …`);

/** Keeps the time of the last transition while the status of a condition stays. */
export function userConditions(
  judgements: readonly UserJudgement[],
  before: KafkaUserStatus['conditions'],
  generation: number,
  now: number,
): Conditions {
  return judgements.map((judgement) => {
    const old = before?.find(({ type }) => type === judgement.type);
    const lastTransitionTime = old?.status === judgement.status ? old.lastTransitionTime : isoSeconds(now);
    return { ...judgement, message: bounded(judgement.message), observedGeneration: generation, lastTransitionTime };
  });
}
