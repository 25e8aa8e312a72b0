/**
 * The conditions of a KafkaCluster: few, stable, without relative times. Types and reasons are closed lists; docs/conditions.md
 * explains each, and a test holds the two together.
 */
import type { Condition } from './world';

export const CONDITION_TYPES = [
  'SpecAccepted',
  'FieldsNotActedUpon',
  'AdoptionRequired',
  'Ready',
  'Progressing',
  'Degraded',
  'Held',
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
  'PodsPending',
  'VolumesLost',
  'WritesFailed',
  'NothingHeld',
  'ActionsHeld',
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

/** RFC 3339 with seconds, as metav1.Time wants it. */
export function isoSeconds(milliseconds: number): string {
  const days = Math.floor(milliseconds / 86_400_000);
  const seconds = Math.floor((milliseconds % 86_400_000) / 1000);
  const [year, month, day] = civil(days);
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}Z`;
}

/** Days since 1970-01-01 to year, month, day of the Gregorian calendar; `Date` is out of bounds in a pure folder. */
function civil(days: number): [number, number, number] {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day];
}
