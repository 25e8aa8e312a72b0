/**
 * Why a spec was refused. A problem is something that a user has to change: it ends in the condition
 * `SpecAccepted=False` and is never retried.
 */
export interface Problem {
  /** Path in the object as the user wrote it, for example `spec.brokers[2].brokerConfigGroup`. */
  readonly path: string;
  /** Stable, documented in docs/errors.md. */
  readonly code: ProblemCode;
  /** One sentence: what is wrong and what to write instead. */
  readonly message: string;
}

/** The closed list of problem codes. */
export const PROBLEM_CODES = [
  'Invalid',
  'Required',
  'Duplicate',
  'OutOfRange',
  'UnknownReference',
  'NotSupported',
  'NotAvailableYet',
  'Immutable',
  'WrongSetting',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];
