/** What a simulated broker makes of ACLs, SCRAM credentials and quotas. It stores no password, not even a salted one. */
import type { AclBinding, Quotas } from '../../operator/clients/kafka/user-admin';
import { readAcl, readScope, writeAcl } from '../../operator/clients/kafka/messages/acl-on-wire';
import { mechanismNumbered, mechanismOnWire } from '../../operator/clients/kafka/messages/scram-mechanism';
import type { KnownCredential } from '../../operator/clients/kafka/messages/describe-scram';
import type { WireReader } from '../../operator/clients/kafka/wire/reader';
import { WireWriter } from '../../operator/clients/kafka/wire/writer';
import type { Asked, SimMessage } from './answers';

const ERROR = { invalidRequest: 42, securityDisabled: 54, resourceNotFound: 91 };
const SHORTEST = 4096;
const QUOTA_KEYS = [
  'producer_byte_rate',
  'consumer_byte_rate',
  'request_percentage',
  'controller_mutation_rate',
  'connection_creation_rate',
];

/** By what stands for one binding alone. */
export const aclKey = (acl: AclBinding): string =>
  [acl.resource, acl.name, acl.pattern, acl.principal, acl.host, acl.operation, acl.permission].join('|');

const writeScoped = (acl: AclBinding, answer: WireWriter): void => {
  const whole = new WireWriter(true);
  writeAcl(acl, whole);
  answer.raw(Buffer.from(whole.bytes()));
};

/** Each ACL as a resource of its own, which is as good: number, name and pattern first, then who, where and what. */
const describeAcls = ({ state, answer }: Asked): void => {
  const { acls } = state;
  answer.int32(0).int16(acls === undefined ? ERROR.securityDisabled : 0);
  answer.nullableString(acls === undefined ? 'No Authorizer is configured.' : undefined);
  answer.array(acls ?? [], (acl) => {
    const { scope, entry } = split(acl);
    answer
      .raw(scope)
      .array([entry], (bytes) => answer.raw(bytes))
      .tags();
  });
};

/** An ACL on the wire is the thing that it is about and then the rest, in a creation as in a description. */
const split = (acl: AclBinding): { readonly scope: Buffer; readonly entry: Buffer } => {
  const writer = new WireWriter(true);
  writeAcl(acl, writer);
  const bytes = Buffer.from(writer.bytes());
  const length = 1 + new WireWriter(true).string(acl.name).bytes().length + 1;
  return { scope: bytes.subarray(0, length), entry: bytes.subarray(length) };
};

const readAcls = (request: WireReader): readonly AclBinding[] => request.array((reader) => readAcl(reader, readScope(reader))!);

const aclError = ({ state }: Asked): { readonly code: number; readonly text: string | undefined } =>
  state.acls === undefined ? { code: ERROR.securityDisabled, text: 'No Authorizer is configured.' } : { code: 0, text: undefined };

const createAcls = (asked: Asked): void => {
  const { state, request, answer, change } = asked;
  const acls = readAcls(request);
  const { code, text } = aclError(asked);
  if (state.acls !== undefined) {
    const all = new Map([...state.acls, ...acls].map((acl) => [aclKey(acl), acl]));
    change({ ...state, acls: [...all.values()] });
  }
  answer.int32(0).array(acls, () => answer.int16(code).nullableString(text).tags());
};

const deleteAcls = (asked: Asked): void => {
  const { state, request, answer, change } = asked;
  const acls = readAcls(request);
  const { code, text } = aclError(asked);
  const keys = new Set(acls.map(aclKey));
  const known = state.acls ?? [];
  const byKey = new Map(known.map((acl) => [aclKey(acl), acl]));
  const found = (acl: AclBinding): readonly AclBinding[] => [byKey.get(aclKey(acl))].filter((one) => one !== undefined);
  if (state.acls !== undefined) change({ ...state, acls: known.filter((acl) => !keys.has(aclKey(acl))) });
  answer.int32(0).array(acls, (acl) => {
    answer.int16(code).nullableString(text);
    answer.array(found(acl), (one) => {
      answer.int16(0).nullableString(undefined);
      writeScoped(one, answer);
    });
    answer.tags();
  });
};

const describeScram = ({ state, answer }: Asked): void => {
  answer.int32(0).int16(0).nullableString(undefined);
  answer.array(Object.entries(state.scram ?? {}), ([user, credentials]) => {
    answer.string(user).int16(0).nullableString(undefined);
    answer.array(credentials, ({ mechanism, iterations }) => answer.int8(mechanismOnWire(mechanism)).int32(iterations).tags());
    answer.tags();
  });
};

type Scram = Readonly<Record<string, readonly KnownCredential[]>>;

const withoutCredential = (all: Scram, user: string, mechanism: KnownCredential['mechanism']): Scram => {
  const left = (all[user] ?? []).filter((one) => one.mechanism !== mechanism);
  return Object.fromEntries([
    ...Object.entries(all).filter(([name]) => name !== user),
    ...(left.length === 0 ? [] : [[user, left] as const]),
  ]);
};

const alterScram = ({ state, request, answer, change }: Asked): void => {
  const deletions = request.array((reader) => {
    const deletion = { user: reader.string(), mechanism: mechanismNumbered(reader.int8())! };
    reader.tags();
    return deletion;
  });
  const upsertions = request.array((reader) => {
    const upsertion = { user: reader.string(), mechanism: mechanismNumbered(reader.int8())!, iterations: reader.int32() };
    reader.blob();
    reader.blob();
    reader.tags();
    return upsertion;
  });
  let scram: Scram = state.scram ?? {};
  const results: { user: string; code: number; text?: string }[] = [];
  for (const { user, mechanism } of deletions) {
    const known = scram[user]?.some((one) => one.mechanism === mechanism) ?? false;
    results.push(
      known ? { user, code: 0 } : { user, code: ERROR.resourceNotFound, text: 'Attempt to delete a user credential that does not exist' },
    );
    scram = withoutCredential(scram, user, mechanism);
  }
  const named = [...deletions, ...upsertions].map(({ user }) => user);
  const twice = named.filter((user, at) => named.indexOf(user) !== at);
  results.push(...twice.map((user) => ({ user, code: 92, text: 'A user credential cannot be altered twice in the same request' })));
  for (const { user, mechanism, iterations } of upsertions.filter((one) => !twice.includes(one.user))) {
    const few = iterations < SHORTEST;
    results.push(few ? { user, code: 93, text: 'Too few iterations' } : { user, code: 0 });
    if (!few)
      scram = { ...scram, [user]: [...(scram[user] ?? []).filter((one) => one.mechanism !== mechanism), { mechanism, iterations }] };
  }
  change({ ...state, scram });
  answer.int32(0).array(results, ({ user, code, text }) => answer.string(user).int16(code).nullableString(text).tags());
};

const describeQuotas = ({ state, answer }: Asked): void => {
  answer.int32(0).int16(0).nullableString(undefined);
  answer.array(Object.entries(state.quotas ?? {}), ([user, quotas]) => {
    answer.array([user], (name) => answer.string('user').nullableString(name).tags());
    answer.array(Object.entries(quotas), ([key, value]) => answer.string(key).float64(value).tags());
    answer.tags();
  });
};

const alterQuotas = ({ state, request, answer, change }: Asked): void => {
  const changes = request.array((reader) => {
    const [name] = reader.array(() => [reader.string(), reader.nullableString(), reader.tags()] as const);
    const ops = reader.array(() => [reader.string(), reader.float64(), reader.bool(), reader.tags()] as const);
    reader.tags();
    return { user: name![1]!, ops };
  });
  let quotas: Readonly<Record<string, Quotas>> = state.quotas ?? {};
  const results = changes.map(({ user, ops }) => {
    const wrong = ops.find(([key]) => !QUOTA_KEYS.includes(key));
    if (wrong !== undefined) return { user, code: ERROR.invalidRequest, text: `Invalid configuration key ${wrong[0]}` };
    const kept = Object.entries(quotas[user] ?? {}).filter(([key]) => !ops.some(([changed]) => changed === key));
    const now = Object.fromEntries([...kept, ...ops.flatMap(([key, value, remove]) => (remove ? [] : [[key, value] as const]))]);
    const others = Object.entries(quotas).filter(([name]) => name !== user);
    quotas = Object.fromEntries([...others, ...(Object.keys(now).length === 0 ? [] : [[user, now] as const])]);
    return { user, code: 0, text: undefined };
  });
  change({ ...state, quotas });
  answer.int32(0).array(results, ({ user, code, text }) => {
    answer
      .int16(code)
      .nullableString(text)
      .array([user], (name) => answer.string('user').nullableString(name).tags())
      .tags();
  });
};

/** By message number. */
export const USERS: Readonly<Record<number, SimMessage>> = {
  29: { flexibleFrom: 2, respond: describeAcls },
  30: { flexibleFrom: 2, respond: createAcls },
  31: { flexibleFrom: 2, respond: deleteAcls },
  48: { flexibleFrom: 1, respond: describeQuotas },
  49: { flexibleFrom: 1, respond: alterQuotas },
  50: { flexibleFrom: 0, respond: describeScram },
  51: { flexibleFrom: 0, respond: alterScram },
};
