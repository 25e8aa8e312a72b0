/** The judgement on one KafkaUser, by what was seen and done. Never by what is wished: a user is ready when all of it was seen. */
import type { KafkaUserStatus } from '../../../lib/api/kafka-user';
import { isoSeconds } from '../rfc3339';
import { nameOfSecret, type UserStep } from './decide-users';
import { isNothing, recordedOf } from './kafka-changes';
import type { UserJudgement } from './user-conditions';
import { mergedConditions } from '../merged-conditions';

/** Undefined parts are taken out. */
type StatusPart = { readonly [Key in keyof KafkaUserStatus]?: KafkaUserStatus[Key] | undefined };

export interface UserOutcome {
  /** Why something could not be done, by which condition it is told. */
  readonly failed?: Pick<UserJudgement, 'reason' | 'message'>;
  /** What was missing in Kafka although it had been there. */
  readonly corrected?: string;
}

export interface Judged {
  readonly status: KafkaUserStatus;
  readonly ready: UserJudgement;
}

/** Of a user whose Kafka is silent and that was ready the status stays: a restart of a broker is no news for a thousand users. */
export function judgeUser(step: UserStep, outcome: UserOutcome, now: number): Judged {
  const { user, accepted } = step;
  const ready = readiness(step, outcome);
  const before = user.status;
  if (ready.reason === 'KafkaUnreachable' && !user.deleting && wasReady(before, user.generation)) return { status: before, ready };
  const judgements = [accepted, ready, drift(step, outcome)];
  const made = { ...recordedPart(step), ...credentialPart(step) };
  return {
    ready,
    status: defined({
      ...before,
      ...made,
      ...(ready.status === 'True' ? { state: 'created' } : {}),
      observedGeneration: user.generation,
      conditions: mergedConditions(judgements, before.conditions, user.generation, now),
    }),
  };
}

const defined = (status: StatusPart): KafkaUserStatus =>
  Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));

const wasReady = ({ conditions = [], observedGeneration }: KafkaUserStatus, generation: number): boolean =>
  observedGeneration === generation && conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

const told =
  (type: UserJudgement['type'], status: UserJudgement['status']) =>
  (reason: UserJudgement['reason'], message: string): UserJudgement => ({
    ...{ type, status },
    ...{ reason, message },
  });

const isUnfinished = ({ credential, changes, claim, intent, seen }: UserStep): boolean =>
  ['issue', 'complete', 'password'].includes(credential.kind) || !isNothing(changes) || claim || intent !== undefined || !seen;

function readiness(step: UserStep, { failed }: UserOutcome): UserJudgement {
  if (failed !== undefined) return told('Ready', 'False')(failed.reason, failed.message);
  if (step.waits !== undefined) return step.waits;
  if (isUnfinished(step)) return told('Ready', 'False')('Pending', 'it is being made');
  if (!step.noAuthorizer || step.wanted.acls.size === 0) return told('Ready', 'True')('UserReady', 'credential, ACLs and quotas are there');
  const remedy = 'set authorizer.class.name in readOnlyConfig of the cluster';
  return told('Ready', 'True')('NoAuthorizer', `its credential is there; its ACLs have no effect, since Kafka checks none: ${remedy}`);
}

function drift({ user, seen }: UserStep, { corrected }: UserOutcome): UserJudgement {
  if (!seen) return told('Drifted', 'Unknown')('NotSeen', 'Kafka was not seen yet');
  const asWanted = told('Drifted', 'False');
  if (corrected !== undefined) return asWanted('DriftCorrected', corrected);
  const before = user.status.conditions?.find(({ type }) => type === 'Drifted');
  const stays = before?.reason === 'DriftCorrected' && before.observedGeneration === user.generation;
  return stays ? asWanted('DriftCorrected', before.message) : asWanted('AsWanted', 'Kafka has what the spec says');
}

/** What is recorded changes only when Kafka was seen with all of it done. */
function recordedPart({ user, wanted, changes, seen, noAuthorizer }: UserStep): StatusPart {
  if (!seen || !isNothing(changes)) return {};
  const recorded = recordedOf(user).acls;
  const scram = wanted.scram;
  return {
    // Without an authorizer nothing can be taken away: it comes back with the authorizer, and is ours then too.
    acls: noAuthorizer ? [...recorded] : recorded.filter((text) => wanted.acls.has(text)),
    ...(wanted.principal === '' ? {} : { principal: wanted.principal }),
    quotas: wanted.quotas,
    intended: undefined,
    scram: scram?.source === undefined ? undefined : { mechanism: scram.mechanism, source: scram.source },
  };
}

function credentialPart({ user, accepted, secret, credential }: UserStep): StatusPart {
  const { spec } = user;
  if (spec === undefined || accepted.status !== 'True' || credential.kind === 'blocked') return {};
  const { certificate } = secret?.tls ?? {};
  const shown = certificate === undefined ? undefined : { notAfter: isoSeconds(certificate.notAfter), issuer: certificate.issuer };
  return { secret: secret === undefined ? undefined : nameOfSecret(spec), certificate: shown };
}

/** Of a user that was ready at this generation: what had gone from Kafka. */
export function correctionIn({ user, changes }: UserStep): string | undefined {
  const { observedGeneration, conditions = [] } = user.status;
  const wasReady = conditions.some(({ type, status }) => type === 'Ready' && status === 'True');
  const acls = changes.createAcls.length;
  const quotas = [...changes.quotas.values()].some((change) => Object.values(change).some((value) => value !== undefined));
  if (observedGeneration !== user.generation || !wasReady || (acls === 0 && !quotas)) return undefined;
  const what = [...(acls === 0 ? [] : [`ACLs (${String(acls)})`]), ...(quotas ? ['quotas'] : [])].join(' and ');
  return `somebody changed its ${what} in Kafka; they were set back`;
}
