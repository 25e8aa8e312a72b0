/** Why something is done, or not done: the one vocabulary of events, conditions, logs and CLI. */
export interface Reason {
  readonly code: ReasonCode;
  /** A sentence fragment that stands behind the action, for example `image is 4.2.0, wanted 4.3.1`. */
  readonly message: string;
  /** Milliseconds since the epoch: when to look again, if that is known. Never part of a message. */
  readonly until?: number;
}

/** The closed list of reasons; each is explained in docs/conditions.md. */
export const REASON_CODES = [
  // why something is done
  'Missing',
  'Drift',
  'Unwanted',
  'PodFailed',
  'PodOutdated',
  'Identity',
  'QuorumFormed',
  'VolumeRan',
  'ReclaimPolicy',
  'ConfigDiffers',
  'ConfigNotOurs',
  'PreferredLeader',
  'VoterMissing',
  'VoterUnwanted',
  'FeatureWanted',
  'RestartRequested',
  'Tainted',
  'ResourcesDiffer',
  'ImageCheck',
  'NodeGone',
  'Approved',
  // why something is held
  'OneAtATime',
  'NodeNotReady',
  'NoQuorumLeader',
  'QuorumMajority',
  'UnderReplicated',
  'KafkaUnknown',
  'LeftTheSpec',
  'VolumeLost',
  'VolumeShrink',
  'VolumeImmutable',
  'Paused',
  'AdoptionRequired',
  'IdentityConflict',
  'CrashLoop',
  'RackUnknown',
  'PodPending',
  'BudgetFollowsGate',
  'Deleting',
  'StillInUse',
  'MinInSync',
  'Unprotected',
  'FailureThreshold',
  'OnTrial',
  'CanaryFailed',
  'RolledBack',
  'LogRecovery',
  'Soaking',
  'ImageUnavailable',
  'ApprovalNeeded',
  'WindowClosed',
  'ConfigRefused',
  'MetadataForbids',
  'VoterBehind',
  'VolumeResize',
  'NodeUnreachable',
  'WaveInFlight',
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

export const reason = (code: ReasonCode, message: string, until?: number): Reason => ({
  code,
  message,
  ...(until === undefined ? {} : { until }),
});
