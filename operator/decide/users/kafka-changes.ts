/**
 * What is to change in Kafka for one user. The invariant: nothing is taken away that was not recorded as this object's before it was made.
 * An ACL that somebody else made stays, also when it is for the same principal, also when the spec wants the same one: it is not ours, so
 * it is not taken away with the grant. What is recorded stands in the status, and so does what is about to be made (`intended`), until it
 * was seen: a kill in between leaves a record of something that may not exist, never the other way round.
 *
 * Records stand in the status alone, because whoever may write KafkaUsers writes all the rest of them: an ACL by which an administrator
 * denies something would go by a line in an annotation. A record of another principal than the user's own is believed of nobody.
 */
import type { KafkaUserStatus } from '../../../lib/api/kafka-user';
import { SCRAM_MECHANISMS, SCRAM_USERS, type ScramMechanism } from '../../../lib/kafka/scram';
import { aclOfText, aclText, type AclBinding } from './acl-text';
import { principalsOf, quotaEntity } from './identity';
import type { UserObject } from './user-object';

/** Everything that Kafka knows of users, each part from one request; undefined: it was not asked. */
export interface UsersInKafka {
  /** By text. `none`: there is no authorizer. */
  readonly acls: ReadonlyMap<string, AclBinding> | 'none' | undefined;
  readonly scram: ReadonlyMap<string, readonly { readonly mechanism: ScramMechanism }[]> | undefined;
  readonly quotas: ReadonlyMap<string, Readonly<Record<string, number>>> | undefined;
}

/** What the user is to have in Kafka; empty for one that is to have nothing. */
export interface WantedInKafka {
  readonly principal: string;
  readonly acls: ReadonlyMap<string, AclBinding>;
  readonly quotas: Readonly<Record<string, number>>;
  /** `source`: which version of which Secret the password is in; undefined while there is none. */
  readonly scram: { readonly mechanism: ScramMechanism; readonly source: string | undefined } | undefined;
}

export interface KafkaChanges {
  readonly createAcls: readonly AclBinding[];
  readonly deleteAcls: readonly AclBinding[];
  /** By entity, then by key; undefined takes it away. */
  readonly quotas: ReadonlyMap<string, Readonly<Record<string, number | undefined>>>;
  readonly tellPassword: ScramMechanism | undefined;
  readonly forgetPasswords: readonly ScramMechanism[];
}

export interface ToldPassword {
  readonly mechanism: string;
  readonly source: string;
}

/** As it stands in the status; lists may be empty. */
interface Intended {
  readonly acls: string[];
  readonly quotas: Record<string, string[]>;
  readonly scram: string[];
}

/** What is recorded as this object's. */
export interface Recorded {
  readonly acls: readonly string[];
  /** Keys of quotas, by entity. */
  readonly quotas: ReadonlyMap<string, readonly string[]>;
  readonly scram: readonly ScramMechanism[];
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
const isMechanism = (text: string | undefined): text is ScramMechanism => SCRAM_MECHANISMS.some((mechanism) => mechanism === text);

/** Koperator made DescribeConfigs with each Describe, and did not list it. */
function withUnlisted(status: KafkaUserStatus): readonly string[] {
  const acls = texts(status.acls);
  if (status.observedGeneration !== undefined) return acls;
  return acls.flatMap((text) => {
    const acl = aclOfText(text);
    const more = acl?.resource === 'topic' && acl.operation === 'Describe' ? [aclText({ ...acl, operation: 'DescribeConfigs' })] : [];
    return acl === undefined ? [] : [aclText(acl), ...more];
  });
}

type Known = Pick<UserObject, 'name' | 'status'>;

/** What is about to be made, as far as it can be read. */
function intendedOf({ status: { intended = {} } }: Known): Intended {
  const quotas = Object.entries(intended.quotas ?? {}).map(([entity, keys]) => [entity, texts(keys)] as const);
  return { acls: texts(intended.acls), quotas: Object.fromEntries(quotas), scram: texts(intended.scram) };
}

export function recordedOf(user: Known): Recorded {
  const { name, status } = user;
  const intended = intendedOf(user);
  const own = principalsOf(name);
  const quotas = own.map(quotaEntity).map((entity) => {
    const made = status.principal !== undefined && quotaEntity(status.principal) === entity ? Object.keys(status.quotas ?? {}) : [];
    return [entity, [...new Set([...made, ...(intended.quotas[entity] ?? [])])]] as const;
  });
  const mechanisms = SCRAM_USERS.includes(name) ? [] : [status.scram?.mechanism, ...intended.scram];
  return {
    acls: [...new Set([...withUnlisted(status), ...intended.acls])].filter((text) => own.includes(text.slice(0, text.indexOf(',')))),
    quotas: new Map(quotas.filter(([, keys]) => keys.length > 0)),
    scram: [...new Set(mechanisms.filter(isMechanism))],
  };
}

/** What has to stand in the status before anything is made; undefined: all of it does. What was intended before is not forgotten. */
export function intentFor(user: Known, wanted: WantedInKafka, changes: KafkaChanges): Intended | undefined {
  const recorded = recordedOf(user);
  const known = new Set(recorded.acls);
  const entity = quotaEntity(wanted.principal);
  const acls = changes.createAcls.map(aclText).filter((text) => !known.has(text));
  const keys = Object.keys(wanted.quotas).filter((key) => !(recorded.quotas.get(entity) ?? []).includes(key));
  const scram = wanted.scram === undefined || recorded.scram.includes(wanted.scram.mechanism) ? [] : [wanted.scram.mechanism];
  if (acls.length + keys.length + scram.length === 0) return undefined;
  const before = intendedOf(user);
  const quotas = keys.length === 0 ? {} : { [entity]: [...(before.quotas[entity] ?? []), ...keys] };
  return { acls: [...before.acls, ...acls], quotas: { ...before.quotas, ...quotas }, scram: [...before.scram, ...scram] };
}

/** `told`: the password that Kafka was told last, while the status does not say it yet. */
export function kafkaChanges(user: UserObject, wanted: WantedInKafka, kafka: UsersInKafka, told?: ToldPassword): KafkaChanges {
  const recorded = recordedOf(user);
  return {
    ...aclChanges(recorded, wanted, kafka),
    quotas: quotaChanges(recorded, wanted, kafka),
    ...scramChanges(user, wanted, { kafka, told }),
  };
}

function aclChanges(recorded: Recorded, { acls }: WantedInKafka, kafka: UsersInKafka): Pick<KafkaChanges, 'createAcls' | 'deleteAcls'> {
  const existing = kafka.acls;
  if (existing === undefined || existing === 'none') return { createAcls: [], deleteAcls: [] };
  const createAcls = [...acls].flatMap(([text, acl]) => (existing.has(text) ? [] : [acl]));
  const deleteAcls = recorded.acls.flatMap((text) => (acls.has(text) ? [] : (existing.get(text) ?? [])));
  return { createAcls, deleteAcls };
}

function quotaChanges(recorded: Recorded, wanted: WantedInKafka, kafka: UsersInKafka): KafkaChanges['quotas'] {
  const there = kafka.quotas;
  if (there === undefined) return new Map();
  const entity = quotaEntity(wanted.principal);
  const wantedOf = (of: string): Readonly<Record<string, number>> => (of === entity ? wanted.quotas : {});
  const entities = [...new Set([...recorded.quotas.keys(), entity])];
  const changes = entities.map((of) => {
    const [known = {}, wish] = [there.get(of), wantedOf(of)];
    const gone = (recorded.quotas.get(of) ?? []).filter((key) => known[key] !== undefined && wish[key] === undefined);
    const set = Object.entries(wish).filter(([key, value]) => known[key] !== value);
    return [of, { ...Object.fromEntries(gone.map((key) => [key, undefined])), ...Object.fromEntries(set) }] as const;
  });
  return new Map(changes.filter(([, change]) => Object.keys(change).length > 0));
}

function scramChanges(
  user: UserObject,
  { scram }: WantedInKafka,
  { kafka, told }: { readonly kafka: UsersInKafka; readonly told: ToldPassword | undefined },
): Pick<KafkaChanges, 'tellPassword' | 'forgetPasswords'> {
  if (kafka.scram === undefined) return { tellPassword: undefined, forgetPasswords: [] };
  const known = (kafka.scram.get(user.name) ?? []).map(({ mechanism }) => mechanism);
  const forgetPasswords = recordedOf(user).scram.filter((mechanism) => mechanism !== scram?.mechanism && known.includes(mechanism));
  if (scram?.source === undefined) return { tellPassword: undefined, forgetPasswords };
  const isTold = [told, user.status.scram].some((one) => one?.mechanism === scram.mechanism && one.source === scram.source);
  return { tellPassword: isTold && known.includes(scram.mechanism) ? undefined : scram.mechanism, forgetPasswords };
}

export const isNothing = ({ createAcls, deleteAcls, quotas, tellPassword, forgetPasswords }: KafkaChanges): boolean =>
  createAcls.length + deleteAcls.length + quotas.size + forgetPasswords.length === 0 && tellPassword === undefined;

export const NO_CHANGES: KafkaChanges = { createAcls: [], deleteAcls: [], quotas: new Map(), tellPassword: undefined, forgetPasswords: [] };

/** Which parts of Kafka a user has anything to do with: what nobody needs is not asked. */
export function interestOf(
  user: UserObject,
  wanted: WantedInKafka,
): { readonly acls: boolean; readonly scram: boolean; readonly quotas: boolean } {
  const recorded = recordedOf(user);
  return {
    acls: wanted.acls.size > 0 || recorded.acls.length > 0,
    scram: wanted.scram !== undefined || recorded.scram.length > 0,
    quotas: Object.keys(wanted.quotas).length > 0 || recorded.quotas.size > 0,
  };
}
