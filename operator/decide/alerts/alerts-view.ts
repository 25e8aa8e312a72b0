/** What the World says of alerts, and what the status keeps of them. */
import type { AlertAnswer } from '../../../lib/alerts/alert-action';
import type { KnownAlert } from './known-alerts';

export interface AlertsView {
  readonly firing: readonly KnownAlert[];
  /** Refused since the operator began, because there were too many. */
  readonly refused: number;
  /** Names of the actions that plug-ins bring. */
  readonly plugins: readonly string[];
  /** What plug-ins said, by fingerprint; only of alerts that they were asked about. */
  readonly answers: Readonly<Record<string, PluginAnswer>>;
}

/** Of an operator that receives no alerts: none fires, and those that fired once end. */
export const NOBODY_RECEIVES: AlertsView = { firing: [], refused: 0, plugins: [], answers: {} };

export interface PluginAnswer {
  /** What it was asked about: `questionOf`. An answer to an earlier question is none. */
  readonly question: string;
  readonly answer: AlertAnswer;
  /** It threw, hung, ate memory or answered nonsense. */
  readonly failed: boolean;
  /** When it is asked again if it leads to nothing; milliseconds since the epoch. Left out: never. */
  readonly again?: number;
}

export interface AlertsStatus {
  readonly firing?: readonly {
    readonly fingerprint: string;
    readonly alert: string;
    readonly since: string;
    readonly until?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly decisions?: readonly AlertDecision[];
}

export type AlertOutcome = 'Begun' | 'Done' | 'DryRun' | 'Refused' | 'Failed';

export interface AlertDecision {
  readonly time: string;
  readonly alert: string;
  readonly fingerprint: string;
  readonly action: string;
  readonly outcome: AlertOutcome;
  readonly reason: AlertReason;
  readonly message: string;
  /** JSON of `AlertChange[]`, of what was begun. */
  readonly changes?: string;
}

/** The closed list of reasons; each is explained in docs/alerts.md. */
export const ALERT_REASONS = [
  // what is done
  'Applying',
  'Applied',
  'WouldApply',
  // what is refused
  'ActionUnknown',
  'ActionNotAllowed',
  'ActionRefuses',
  'PluginFailed',
  'LimitReached',
  'EntryOfOthers',
  'NoCruiseControl',
  'SpecRefused',
  'ClaimUnknown',
  // what went wrong
  'Conflict',
  'WriteRefused',
  'TimedOut',
  // what waits
  'ClusterNotRunning',
  'ActionUnfinished',
  'OperationUnfinished',
  'CoolDown',
  'BudgetSpent',
  'PluginAsked',
] as const;

export type AlertReason = (typeof ALERT_REASONS)[number];
