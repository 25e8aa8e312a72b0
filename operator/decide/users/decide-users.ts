/**
 * What is to be done for all KafkaUsers of one cluster. It is asked again after everything that was done, until nothing is left:
 *
 *     recorded (finalizer, then the status) -> credential (the Secret) -> Kafka (batched) -> status
 *
 * so whatever is made in Kafka is known to somebody before, and a user is called ready when all of it was seen.
 */
import { authenticationOf, type KafkaUserSpec, type KafkaUserStatus } from '../../../lib/api/kafka-user';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { aclText } from './acl-text';
import type { AuthorityFacts, CredentialStep, PasswordFacts, UserSecret } from './credential';
import { credentialStep, isOwnedBy, sourceOf } from './credential';
import { wantedAcls, wantedQuotas } from './grants';
import { admission, holders, mechanismOf, principalOf, quotaEntity } from './identity';
import type { KafkaChanges, ToldPassword, UsersInKafka, WantedInKafka } from './kafka-changes';
import { interestOf, intentFor, isNothing, kafkaChanges, NO_CHANGES, recordedOf } from './kafka-changes';
import type { UserJudgement } from './user-conditions';
import { USER_FINALIZER, type UserObject } from './user-object';

export interface UsersPlace {
  readonly kind: 'place';
  readonly cluster: ResolvedCluster;
  /** Undefined: the CA is not there. */
  readonly authority: AuthorityFacts | undefined;
  readonly kafka: UsersInKafka | { readonly silent: string };
  /** Names in the certificates that nodes show; left out: those are not seen. */
  readonly shown?: readonly string[];
}

/** `gone`: there is no such KafkaCluster; `unknown`: there is, and nothing of it is known yet. */
export type UsersSituation = { readonly kind: 'gone' | 'deleting' | 'unknown' } | UsersPlace;

export interface UsersInput {
  readonly users: readonly UserObject[];
  readonly situation: UsersSituation;
  /** The Secret of this name in the namespace of the user, if it is one of a KafkaUser. */
  readonly secret: (user: UserObject, name: string) => UserSecret | undefined;
  readonly password: (user: UserObject) => PasswordFacts | undefined;
  readonly told: (user: UserObject) => ToldPassword | undefined;
  readonly now: number;
}

export interface UserStep {
  readonly user: UserObject;
  readonly accepted: UserJudgement;
  /** Empty for a user that is to have nothing. */
  readonly wanted: WantedInKafka;
  readonly credential: CredentialStep;
  readonly secret: UserSecret | undefined;
  /** A Secret of this user that its spec does not name any more. */
  readonly strayed: UserSecret | undefined;
  readonly changes: KafkaChanges;
  /** The finalizer is missing. */
  readonly claim: boolean;
  /** What is to stand in the status before Kafka is changed. */
  readonly intent: KafkaUserStatus['intended'];
  /** The finalizer may go, and why, when nothing was taken away in Kafka. */
  readonly release: { readonly why: string | undefined } | undefined;
  /** Why it is not ready, besides all that is to be done. */
  readonly waits: UserJudgement | undefined;
  /** All that concerns it in Kafka was seen. */
  readonly seen: boolean;
  readonly noAuthorizer: boolean;
}

const ready = (reason: UserJudgement['reason'], message: string, status: UserJudgement['status'] = 'False'): UserJudgement => ({
  type: 'Ready',
  ...{ status, reason, message },
});

const NOTHING_WANTED = (principal: string): WantedInKafka => ({ principal, acls: new Map(), quotas: {}, scram: undefined });

const PARTS = ['acls', 'scram', 'quotas'] as const;

const KEEP: CredentialStep = { kind: 'keep' };

const blank = (user: UserObject, accepted: UserJudgement): UserStep => ({
  ...{ user, accepted, wanted: NOTHING_WANTED(user.status.principal ?? ''), credential: KEEP, changes: NO_CHANGES },
  ...{ secret: undefined, strayed: undefined, claim: false, intent: undefined, release: undefined, waits: undefined },
  ...{ seen: false, noAuthorizer: false },
});

const hasRecords = (user: UserObject): boolean => {
  const { acls, quotas, scram } = recordedOf(user);
  return acls.length + quotas.size + scram.length > 0;
};

/** In the order of the users. */
export function decideUsers(input: UsersInput): readonly UserStep[] {
  const { users, situation } = input;
  if (situation.kind !== 'place') return users.map((user) => withoutCluster(user, situation.kind));
  const { cluster, shown = [] } = situation;
  const owners = holders(
    users.filter(({ deleting }) => !deleting),
    cluster,
  );
  return leaveOthersAlone(users.map((user) => stepOf(user, admission(user, { cluster, owners, shown }), { ...input, situation })));
}

function withoutCluster(user: UserObject, kind: 'gone' | 'deleting' | 'unknown'): UserStep {
  const { name = '', namespace = user.namespace } = user.spec?.clusterRef ?? {};
  const [reason, message] = {
    gone: ['ClusterNotFound', `there is no KafkaCluster ${namespace}/${name}: make it, or delete this user`],
    deleting: ['ClusterNotFound', `KafkaCluster ${namespace}/${name} is being deleted`],
    unknown: ['ClusterNotKnown', `nothing is known yet of KafkaCluster ${namespace}/${name}; see its conditions`],
  }[kind] as [UserJudgement['reason'], string];
  const step = blank(user, { type: 'SpecAccepted', status: 'Unknown', reason, message });
  if (!user.deleting) return { ...step, waits: ready(reason, message) };
  if (kind === 'unknown' && hasRecords(user))
    return { ...step, waits: ready('Deleting', `it is deleted once its cluster is known: ${message}`) };
  return { ...step, release: { why: hasRecords(user) ? `what it had in Kafka is not taken away: ${message}` : undefined } };
}

type AtPlace = UsersInput & { readonly situation: UsersPlace };

/** A spec that cannot be read changes nothing; one that may not be had takes away what was made for it. */
function wantedOf(user: UserObject, accepted: UserJudgement): WantedInKafka | 'untouched' {
  const { spec } = user;
  if (user.deleting) return NOTHING_WANTED(user.status.principal ?? '');
  if (spec === undefined || accepted.reason === 'SpecRefused') return 'untouched';
  if (accepted.status !== 'True') return NOTHING_WANTED(user.status.principal ?? '');
  const principal = principalOf(user.name, spec);
  const mechanism = mechanismOf(authenticationOf(spec));
  return {
    principal,
    acls: wantedAcls(spec, principal),
    quotas: wantedQuotas(spec),
    scram: mechanism === undefined ? undefined : { mechanism, source: undefined },
  };
}

function stepOf(user: UserObject, accepted: UserJudgement, input: AtPlace): UserStep {
  const wanted = wantedOf(user, accepted);
  if (wanted === 'untouched')
    return { ...blank(user, accepted), ...credentialOf(user, accepted, input), waits: ready('NotAccepted', accepted.message) };
  const step = { ...blank(user, accepted), ...credentialOf(user, accepted, input), wanted };
  const withPassword = { ...step, wanted: { ...wanted, scram: scramOf(step, input) } };
  const refused = accepted.status === 'True' || user.deleting ? undefined : ready('NotAccepted', accepted.message);
  return released(inKafka({ ...withPassword, waits: refused ?? blockedBy(step.credential) }, input));
}

const blockedBy = (credential: CredentialStep): UserJudgement | undefined =>
  credential.kind === 'blocked' ? ready(credential.reason, credential.message) : undefined;

/** A user that is not accepted keeps its credential as it is; only of another CA of the cluster it learns. */
function credentialOf(user: UserObject, { status }: UserJudgement, input: AtPlace): Pick<UserStep, 'credential' | 'secret' | 'strayed'> {
  const { spec } = user;
  if (spec === undefined || user.deleting) return { credential: KEEP, secret: undefined, strayed: undefined };
  const { cluster, authority } = input.situation;
  const name = nameOfSecret(spec);
  const secret = name === undefined ? undefined : input.secret(user, name);
  const before = user.status.secret;
  const old = before === undefined || before === name ? undefined : input.secret(user, before);
  const facts = { cluster, authority, secret, password: input.password(user), now: input.now };
  const credential = credentialStep(user, spec, facts);
  if (status !== 'True')
    return credential.kind === 'complete'
      ? { credential, secret, strayed: undefined }
      : { credential: KEEP, secret: undefined, strayed: undefined };
  return { credential, secret, strayed: old !== undefined && isOwnedBy(old, user) ? old : undefined };
}

/** Undefined: it gets none. */
export const nameOfSecret = (spec: KafkaUserSpec): string | undefined =>
  authenticationOf(spec) === 'none' || spec.secretName === '' ? undefined : spec.secretName;

/** Kafka is told a password only from a Secret that is as it should be. */
function scramOf({ user, wanted, credential, secret }: UserStep, { password }: AtPlace): WantedInKafka['scram'] {
  if (wanted.scram === undefined || (credential.kind !== 'keep' && credential.kind !== 'label')) return wanted.scram;
  if (user.spec?.passwordSecret === undefined) return { ...wanted.scram, source: secret === undefined ? undefined : sourceOf(secret) };
  const taken = password(user);
  return { ...wanted.scram, source: taken !== undefined && 'source' in taken ? taken.source : undefined };
}

function inKafka(step: UserStep, { situation: { kafka }, told }: AtPlace): UserStep {
  const { user, wanted } = step;
  const interest = interestOf(user, wanted);
  if (!Object.values(interest).some(Boolean)) return { ...step, seen: true };
  const claim = !user.deleting && !user.finalizers.includes(USER_FINALIZER);
  if ('silent' in kafka) return { ...step, claim, waits: step.waits ?? ready('KafkaUnreachable', silence(user, kafka.silent)) };
  const noAuthorizer = kafka.acls === 'none' && interest.acls;
  const changes = kafkaChanges(user, wanted, kafka, told(user));
  const seen = PARTS.every((part) => !interest[part] || kafka[part] !== undefined);
  return { ...step, claim, changes, intent: user.deleting ? undefined : intentFor(user, wanted, changes), seen, noAuthorizer };
}

const silence = ({ deleting }: UserObject, why: string): string =>
  deleting
    ? `what it has in Kafka is taken away once Kafka answers: ${why}`
    : `Kafka cannot be asked: ${why}; see the conditions of the KafkaCluster`;

function released(step: UserStep): UserStep {
  const { user, changes, seen } = step;
  if (!user.deleting) return step;
  if (seen && isNothing(changes)) return { ...step, release: { why: undefined } };
  return { ...step, waits: step.waits ?? ready('Deleting', 'what it has in Kafka is being taken away') };
}

/** What one user leaves behind may be what another one has: nothing of a user that is accepted is taken away by anybody else. */
function leaveOthersAlone(steps: readonly UserStep[]): readonly UserStep[] {
  const rights = new Map(steps.flatMap(({ user, wanted }) => [...wanted.acls.keys()].map((text) => [text, user.key] as const)));
  const entities = new Map(
    steps.flatMap(({ user, wanted }) => (isWanted(wanted) ? [[quotaEntity(wanted.principal), user.key] as const] : [])),
  );
  return steps.map((step) => {
    const { user, changes } = step;
    const isFree = (owner: string | undefined): boolean => owner === undefined || owner === user.key;
    const deleteAcls = changes.deleteAcls.filter((acl) => isFree(rights.get(aclText(acl))));
    const quotas = new Map([...changes.quotas].filter(([entity]) => isFree(entities.get(entity))));
    const forgetPasswords = changes.forgetPasswords.filter(() => isFree(entities.get(user.name)));
    const left = { ...changes, deleteAcls, quotas, forgetPasswords };
    return isNothing(left) === isNothing(changes) ? { ...step, changes: left } : released({ ...step, changes: left });
  });
}

const isWanted = ({ acls, quotas, scram }: WantedInKafka): boolean => acls.size + Object.keys(quotas).length > 0 || scram !== undefined;

/** What of Kafka these users have anything to do with: what nobody needs is not asked. */
export function interestIn(users: readonly UserObject[]): { readonly acls: boolean; readonly scram: boolean; readonly quotas: boolean } {
  const all = users.map((user) => {
    const { spec } = user;
    const principal = spec === undefined ? '' : principalOf(user.name, spec);
    const mechanism = spec === undefined ? undefined : mechanismOf(authenticationOf(spec));
    const scram = mechanism === undefined ? undefined : { mechanism, source: undefined };
    const [acls, quotas] = spec === undefined ? [new Map(), {}] : [wantedAcls(spec, principal), wantedQuotas(spec)];
    return interestOf(user, { principal, acls, quotas, scram });
  });
  const any = (part: (typeof PARTS)[number]): boolean => all.some((interest) => interest[part]);
  return { acls: any('acls'), scram: any('scram'), quotas: any('quotas') };
}
