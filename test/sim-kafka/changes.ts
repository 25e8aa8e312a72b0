/** What a simulated broker makes of messages that write: it changes the state, or refuses in the words of Kafka 4.3.1. */
import type { ConfigEntry, DescribedReplica } from '../../operator/clients/kafka/connection';
import type { WireReader } from '../../operator/clients/kafka/wire/reader';
import { byTopic } from './answers';
import type { Asked, SimMessage } from './answers';
import { READ_ONLY_KEYS } from './state';
import type { SimState } from './state';

interface Refusal {
  readonly code: number;
  readonly text: string;
}

const TOPIC = 2;
const SET = 0;
const MIN_IN_SYNC = 'min.insync.replicas';
const ERROR = {
  unknownTopic: 3,
  unsupportedVersion: 35,
  invalidConfig: 40,
  invalidRequest: 42,
  preferredLeaderNotAvailable: 80,
  invalidUpdateVersion: 95,
  brokerNotRegistered: 102,
  duplicateVoter: 126,
  voterNotFound: 127,
} as const;

const levelOf = (state: SimState, feature: string): number => state.features?.finalized[feature] ?? 0;

const writeRefusal = ({ answer }: Asked, refusal: Refusal | undefined): void => {
  answer.int16(refusal?.code ?? 0).nullableString(refusal?.text);
};

// ---- settings ----------------------------------------------------------------------------------------------------

interface Alteration {
  readonly type: number;
  readonly name: string;
  readonly changes: readonly { readonly key: string; readonly set: boolean; readonly value: string | undefined }[];
}

const readAlteration = (reader: WireReader): Alteration => {
  const [type, name] = [reader.int8(), reader.string()];
  const changes = reader.array(() => {
    const change = { key: reader.string(), set: reader.int8() === SET, value: reader.nullableString() };
    reader.tags();
    return change;
  });
  reader.tags();
  return { type, name, changes };
};

const topicRefusal = (state: SimState, name: string): Refusal | undefined => {
  const known = state.configs[name] !== undefined || state.partitions.some(({ topic }) => topic === name);
  return known ? undefined : { code: ERROR.unknownTopic, text: `The topic '${name}' does not exist.` };
};

/** With eligible leader replicas `min.insync.replicas` is a matter of the whole cluster. */
const minInSyncRefusal = (state: SimState, { name, changes }: Alteration): Refusal | undefined => {
  const change = changes.find(({ key }) => key === MIN_IN_SYNC);
  if (change === undefined || levelOf(state, 'eligible.leader.replicas.version') === 0) return undefined;
  const refused = (text: string): Refusal => ({ code: ERROR.invalidConfig, text: `${text} while ELR is enabled.` });
  if (name !== '') return refused(`Broker-level ${MIN_IN_SYNC} cannot be altered`);
  return change.set ? undefined : refused(`Cluster-level ${MIN_IN_SYNC} cannot be removed`);
};

const brokerRefusal = (state: SimState, node: number, alteration: Alteration): Refusal | undefined => {
  const { name, changes } = alteration;
  if (name !== '' && name !== String(node))
    return { code: ERROR.invalidRequest, text: `Unexpected broker id, expected ${node} or empty string, but received ${name}` };
  const readOnly = changes.map(({ key }) => key).filter((key) => (state.readOnlyKeys ?? READ_ONLY_KEYS).includes(key));
  if (readOnly.length > 0) return { code: ERROR.invalidRequest, text: `Cannot update these configs dynamically: [${readOnly.join(', ')}]` };
  return minInSyncRefusal(state, alteration);
};

const sourceOf = ({ type, name }: Alteration): number => {
  if (type === TOPIC) return 1;
  return name === '' ? 3 : 2;
};

const altered = (state: SimState, alteration: Alteration): SimState => {
  const { name, changes } = alteration;
  const rest = (state.configs[name] ?? []).filter((entry) => !changes.some(({ key }) => key === entry.key));
  const set = changes.flatMap(({ key, set: isSet, value }): readonly ConfigEntry[] => {
    const sensitive = /password|secret|jaas/.test(key);
    return isSet ? [{ key, value: sensitive ? null : (value ?? null), sensitive, readOnly: false, source: sourceOf(alteration) }] : [];
  });
  return { ...state, configs: { ...state.configs, [name]: [...rest, ...set] } };
};

const incrementalAlterConfigs = (asked: Asked): void => {
  const { state, node, request, answer, change } = asked;
  const alterations = request.array(readAlteration);
  const validateOnly = request.bool();
  const results = alterations.map((alteration) => ({
    alteration,
    refusal: alteration.type === TOPIC ? topicRefusal(state, alteration.name) : brokerRefusal(state, node, alteration),
  }));
  const accepted = results.filter(({ refusal }) => refusal === undefined).map(({ alteration }) => alteration);
  if (!validateOnly) change(accepted.reduce(altered, state));
  answer.int32(0).array(results, ({ alteration: { type, name }, refusal }) => {
    writeRefusal(asked, refusal);
    answer.int8(type).string(name).tags();
  });
};

// ---- leaders, brokers, voters ------------------------------------------------------------------------------------

/** Of all partitions, whichever are named; those that have their preferred leader are not told of. */
const electLeaders = (asked: Asked): void => {
  const { state, version, answer, change } = asked;
  const isElected = ({ isr, replicas: [preferred = -1] }: SimState['partitions'][number]): boolean => isr.includes(preferred);
  const passedOver = state.partitions.filter(({ leader, replicas }) => leader !== replicas[0]);
  const lead = (p: SimState['partitions'][number]): typeof p => (isElected(p) ? { ...p, leader: p.replicas[0] ?? -1 } : p);
  change({ ...state, partitions: state.partitions.map(lead) });
  answer.int32(0);
  if (version >= 1) answer.int16(0);
  answer.array(byTopic(passedOver), ([topic, partitions]) => {
    answer.string(topic).array(partitions, (p) => {
      answer.int32(p.partition);
      const refusal = { code: ERROR.preferredLeaderNotAvailable, text: 'The preferred leader was not available.' };
      writeRefusal(asked, isElected(p) ? undefined : refusal);
      answer.tags();
    });
    answer.tags();
  });
};

const unregisterBroker = (asked: Asked): void => {
  const { state, request, answer, change } = asked;
  const id = request.int32();
  const known = state.brokers.some((broker) => broker.id === id);
  if (known) change({ ...state, brokers: state.brokers.filter((broker) => broker.id !== id) });
  answer.int32(0);
  writeRefusal(asked, known ? undefined : { code: ERROR.brokerNotRegistered, text: `Broker ID ${id} is not currently registered` });
};

const readVoter = (reader: WireReader): Pick<DescribedReplica, 'id' | 'directoryId'> => ({
  id: reader.int32(),
  directoryId: reader.uuid(),
});

const staticQuorum = (state: SimState, doing: string): Refusal | undefined => {
  const text = `Cluster doesn't support ${doing} voter because the kraft.version feature is 0`;
  return levelOf(state, 'kraft.version') > 0 ? undefined : { code: ERROR.unsupportedVersion, text };
};

/** A voter is added when nobody of that number votes; it counts as caught up at once. */
const addRaftVoter = (asked: Asked): void => {
  const { state, request, answer, change } = asked;
  const { quorum } = state;
  request.nullableString(); // cluster id
  request.int32(); // time-out
  const voter = readVoter(request);
  const known = quorum.voters.some(({ id }) => id === voter.id);
  const duplicate = { code: ERROR.duplicateVoter, text: `The voter id for ${voter.id} is already part of the set of voters.` };
  const refusal = staticQuorum(state, 'adding') ?? (known ? duplicate : undefined);
  if (refusal === undefined) {
    const leader = quorum.voters.find(({ id }) => id === quorum.leaderId);
    const added = { logEndOffset: quorum.highWatermark, lastFetchAt: -1, lastCaughtUpAt: -1, ...leader, ...voter };
    const observers = quorum.observers.filter(({ id }) => id !== voter.id);
    change({ ...state, quorum: { ...quorum, voters: [...quorum.voters, added], observers } });
  }
  answer.int32(0);
  writeRefusal(asked, refusal);
};

/** The removed one observes from then on; a leader gives way to another voter. */
const removeRaftVoter = (asked: Asked): void => {
  const { state, request, answer, change } = asked;
  const { quorum } = state;
  request.nullableString(); // cluster id
  const { id, directoryId } = readVoter(request);
  const removed = quorum.voters.find((voter) => voter.id === id && voter.directoryId === directoryId);
  const missing = { code: ERROR.voterNotFound, text: `Cannot remove voter ${id} from the set of voters` };
  const refusal = staticQuorum(state, 'removing') ?? (removed === undefined ? missing : undefined);
  if (refusal === undefined && removed !== undefined) {
    const voters = quorum.voters.filter((voter) => voter !== removed);
    const leaderId = quorum.leaderId === id ? (voters[0]?.id ?? -1) : quorum.leaderId;
    change({ ...state, quorum: { ...quorum, leaderId, voters, observers: [...quorum.observers, removed] } });
  }
  answer.int32(0);
  writeRefusal(asked, refusal);
};

// ---- features ----------------------------------------------------------------------------------------------------

interface FeatureUpdate {
  readonly feature: string;
  readonly level: number;
}

const featureRefusal = (state: SimState, { feature, level }: FeatureUpdate): Refusal | undefined => {
  const range = state.features?.supported[feature];
  const refused = (why: string): Refusal => ({
    code: ERROR.invalidUpdateVersion,
    text: `The update failed for all features since the following feature had an error: Invalid update version ${level} for feature ${feature}. ${why}`,
  });
  if (range === undefined) return refused('Local controller 1 does not support this feature.');
  if (level < range.min || level > range.max) return refused(`Local controller 1 only supports versions ${range.min}-${range.max}`);
  if (level >= levelOf(state, feature)) return undefined;
  return refused("Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe downgrade.");
};

/** Version 0 allowed downgrades and is not simulated. */
const updateFeatures = (asked: Asked): void => {
  const { state, version, request, answer, change } = asked;
  request.int32(); // time-out
  const updates = request.array((reader) => {
    const update = { feature: reader.string(), level: reader.int16() };
    reader.int8(); // type of upgrade
    reader.tags();
    return update;
  });
  const validateOnly = request.bool();
  const refusal = updates.map((update) => featureRefusal(state, update)).find((found) => found !== undefined);
  if (refusal === undefined && !validateOnly && state.features !== undefined) {
    const raised = Object.fromEntries(updates.map(({ feature, level }) => [feature, level]));
    change({ ...state, features: { ...state.features, finalized: { ...state.features.finalized, ...raised } } });
  }
  answer.int32(0);
  writeRefusal(asked, refusal);
  if (version < 2) answer.array(updates, ({ feature }) => answer.string(feature).int16(0).nullableString(undefined).tags());
};

/** Those that change the state, by message number. */
export const WRITING: Readonly<Record<number, SimMessage>> = {
  43: { flexibleFrom: 2, respond: electLeaders },
  44: { flexibleFrom: 1, respond: incrementalAlterConfigs },
  57: { flexibleFrom: 0, respond: updateFeatures },
  64: { flexibleFrom: 0, respond: unregisterBroker },
  80: { flexibleFrom: 0, respond: addRaftVoter },
  81: { flexibleFrom: 0, respond: removeRaftVoter },
};
