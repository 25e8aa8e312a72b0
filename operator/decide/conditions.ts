/**
 * The conditions of a KafkaCluster: few, stable, without relative times. Types and reasons are closed lists; docs/conditions.md
 * explains each, and a test holds the two together.
 */
import { isoSeconds } from './rfc3339';
import type { Condition } from './world';

export const CONDITION_TYPES = [
  'SpecAccepted',
  'FieldsNotActedUpon',
  'AdoptionRequired',
  'Ready',
  'Progressing',
  'Degraded',
  'Held',
  'CruiseControlReady',
  'ExternalAccessReady',
  'CertificatesValid',
] as const;
export type ConditionType = (typeof CONDITION_TYPES)[number];

export const CONDITION_REASONS = [
  'Accepted',
  'Refused',
  'AllFieldsAct',
  'SomeFieldsDoNotAct',
  'NothingForeign',
  'ForeignObjects',
  'AllNodesServe',
  'NodesNotReady',
  'KafkaUnreachable',
  'NoQuorumLeader',
  'PartitionsNotInSync',
  'SpecRefused',
  'Paused',
  'AsWanted',
  'InMotion',
  'Waiting',
  'NothingWrong',
  'CrashLoop',
  'RollStopped',
  'RolledBack',
  'PodsPending',
  'VolumesLost',
  'WritesFailed',
  'NothingHeld',
  'ActionsHeld',
  'CruiseControlServes',
  'TopicMissing',
  'DeploymentNotReady',
  'CruiseControlWarmingUp',
  'CruiseControlUnreachable',
  'CruiseControlNotAsked',
  'ExternalListenersServe',
  'AddressPending',
  'AddressNotAdvertised',
  'ProxyNotReady',
  'KindNotInstalled',
  'AllCertificatesValid',
  'CertificatePending',
  'CertificateUnusable',
  'CertificateExpires',
  'CertificateExpired',
  'CertificateNotTaken',
  'AuthorityReplaced',
] as const;
export type ConditionReason = (typeof CONDITION_REASONS)[number];

/** A judgement before it is compared with the one that stands in the status. */
export interface Judgement {
  readonly type: ConditionType;
  readonly status: Condition['status'];
  readonly reason: ConditionReason;
  readonly message: string;
}

/** Keeps the time of the last transition while the status of a condition stays. */
export function merged(
  judgements: readonly Judgement[],
  before: readonly Condition[],
  generation: number,
  now: number,
): readonly Condition[] {
  return judgements.map((judgement) => {
    const old = before.find((c) => c.type === judgement.type);
    const lastTransitionTime = old?.status === judgement.status ? old.lastTransitionTime : isoSeconds(now);
    return { ...judgement, message: bounded(judgement.message), observedGeneration: generation, lastTransitionTime };
  });
}

const MESSAGE_LIMIT = 2000;
const bounded = (text: string): string => (text.length <= MESSAGE_LIMIT ? text : `${text.slice(0, MESSAGE_LIMIT - 2)} …`);
