/** The answers of a simulated broker, one function per message; each writes the body that its version wants. */
import { createHash } from 'node:crypto';
import type { ConfigEntry, DescribedFeatures, DescribedPartition, DescribedReplica, LogDir } from '../../operator/clients/kafka/connection';
import type { TaggedField, WireReader } from '../../operator/clients/kafka/wire/reader';
import { WireWriter } from '../../operator/clients/kafka/wire/writer';
import type { SimBroker, SimState } from './state';

export interface Asked {
  readonly state: SimState;
  readonly version: number;
  readonly request: WireReader;
  readonly answer: WireWriter;
  /** The broker that is asked. */
  readonly node: number;
  /** What the cluster is like from now on. */
  readonly change: (state: SimState) => void;
  /** Tagged fields that end the answer. */
  readonly tags: TaggedField[];
}

const NO_LEADER = 5;
const UNKNOWN_TOPIC = 3;
const NOT_ASKED = -2147483648;
const TOPIC = 2;

const SUPPORTED_FEATURES = 0;
const EPOCH_OF_FEATURES = 1;
const FINALIZED_FEATURES = 2;

/** Version 3 hides what may be at level 0. */
const featureTags = ({ supported, finalized }: DescribedFeatures, version: number): readonly TaggedField[] => {
  const field = (tag: number, write: (writer: WireWriter) => void): TaggedField => {
    const writer = new WireWriter(true);
    write(writer);
    return { tag, bytes: writer.bytes() };
  };
  const shown = Object.entries(supported).filter(([, { min }]) => version >= 4 || min > 0);
  return [
    field(SUPPORTED_FEATURES, (w) => w.array(shown, ([name, { min, max }]) => w.string(name).int16(min).int16(max).tags())),
    field(EPOCH_OF_FEATURES, (w) => w.int64(1)),
    field(FINALIZED_FEATURES, (w) =>
      w.array(Object.entries(finalized), ([name, level]) => w.string(name).int16(level).int16(level).tags()),
    ),
  ];
};

const apiVersions = ({ state, version, answer, tags }: Asked): void => {
  if (version >= 3 && state.features !== undefined) tags.push(...featureTags(state.features, version));
  answer.int16(0);
  answer.array(Object.entries(state.versions), ([key, [min, max]]) => answer.int16(Number(key)).int16(min).int16(max).tags());
  if (version >= 1) answer.int32(0);
};

const writeBroker = (version: number) => (broker: SimBroker, answer: WireWriter) => {
  answer.int32(broker.id).string(broker.host).int32(broker.port).nullableString(broker.rack);
  if (version >= 2) answer.bool(broker.fenced);
  answer.tags();
};

const describeCluster = ({ state, version, answer }: Asked): void => {
  answer.int32(0).int16(0).nullableString(undefined);
  if (version >= 1) answer.int8(1);
  answer.string(state.clusterId).int32(1);
  const listed = state.brokers.filter(({ fenced }) => version >= 2 || !fenced);
  answer.array(listed, writeBroker(version)).int32(NOT_ASKED);
};

const writeReplica = (version: number) => (replica: DescribedReplica, answer: WireWriter) => {
  answer.int32(replica.id);
  if (version >= 2) answer.uuid(replica.directoryId);
  answer.int64(replica.logEndOffset);
  if (version >= 1) answer.int64(replica.lastFetchAt).int64(replica.lastCaughtUpAt);
  answer.tags();
};

const describeQuorum = ({ state, version, answer }: Asked): void => {
  const { leaderId, leaderEpoch, highWatermark, voters, observers } = state.quorum;
  const detail = (): void => {
    if (version >= 2) answer.nullableString(undefined);
  };
  answer.int16(0);
  detail();
  answer.array([0], () => {
    answer.string('__cluster_metadata').array([0], (partition) => {
      answer.int32(partition).int16(0);
      detail();
      answer.int32(leaderId).int32(leaderEpoch).int64(highWatermark);
      answer.array(voters, writeReplica(version)).array(observers, writeReplica(version)).tags();
    });
    answer.tags();
  });
  if (version >= 2) answer.array<never>([], () => undefined);
};

export const byTopic = (partitions: readonly DescribedPartition[]): readonly (readonly [string, readonly DescribedPartition[]])[] => {
  const topics = new Map<string, DescribedPartition[]>();
  for (const partition of partitions) {
    const known = topics.get(partition.topic);
    if (known === undefined) topics.set(partition.topic, [partition]);
    else known.push(partition);
  }
  return [...topics];
};

const writePartition = (withElr: boolean) => (partition: DescribedPartition, answer: WireWriter) => {
  answer.int16(partition.leader < 0 ? NO_LEADER : 0).int32(partition.partition);
  answer.int32(partition.leader).int32(0).int32s(partition.replicas).int32s(partition.isr);
  if (withElr) answer.array(partition.elr, (id) => answer.int32(id)).array<number>(undefined, () => undefined);
  answer.int32s(partition.offline).tags();
};

/** Another one each time that a topic of that name was made. */
export const topicIdOf = ({ births }: SimState, topic: string): string =>
  createHash('md5')
    .update(`${topic} ${births?.[topic] ?? 0}`)
    .digest('base64url');

const writeTopics = (asked: Asked, partitions: readonly DescribedPartition[], withElr: boolean): void => {
  const { answer, state } = asked;
  answer.array(byTopic(partitions), ([topic, its]) => {
    answer.int16(0).string(topic).uuid(topicIdOf(state, topic)).bool(false).array(its, writePartition(withElr)).int32(NOT_ASKED).tags();
  });
};

const describeTopicPartitions = (asked: Asked): void => {
  const { state, request, answer } = asked;
  request.array((reader) => [reader.string(), reader.tags()]);
  const limit = request.int32();
  const cursor = request.nullableStruct((reader) => ({ topic: reader.string(), partition: reader.int32() }));
  const start = state.partitions.findIndex(({ topic, partition }) => topic === cursor?.topic && partition === cursor.partition);
  const from = Math.max(start, 0);
  const next = state.partitions[from + limit];
  answer.int32(0);
  writeTopics(asked, state.partitions.slice(from, from + limit), true);
  answer.nullableStruct(next, ({ topic, partition }) => answer.string(topic).int32(partition).tags());
};

const metadata = (asked: Asked): void => {
  const { state, version, answer } = asked;
  answer.int32(0);
  answer.array(state.brokers, writeBroker(0));
  answer.nullableString(state.clusterId).int32(1);
  const { hides = () => false } = state;
  writeTopics(
    asked,
    state.partitions.filter(({ topic }) => !hides(topic)),
    false,
  );
  if (version >= 13) answer.int16(0);
};

const writeConfig = (version: number) => (entry: ConfigEntry, answer: WireWriter) => {
  answer.string(entry.key).nullableString(entry.value).bool(entry.readOnly).int8(entry.source).bool(entry.sensitive);
  answer.array<never>([], () => undefined);
  if (version >= 3) answer.int8(2).nullableString(undefined);
  answer.tags();
};

const MIN_IN_SYNC = 'min.insync.replicas';

/** Of a topic its own settings, and `min.insync.replicas` from wherever it is in force; undefined: there is no such topic. */
const entriesOf = (state: SimState, type: number, name: string): readonly ConfigEntry[] | undefined => {
  const own = state.configs[name];
  if (type !== TOPIC) return own ?? [];
  if (own === undefined && !state.partitions.some(({ topic }) => topic === name)) return undefined;
  const entries = own ?? [];
  if (entries.some(({ key }) => key === MIN_IN_SYNC)) return entries;
  const general = state.configs['']?.find(({ key }) => key === MIN_IN_SYNC);
  return [...entries, general ?? { key: MIN_IN_SYNC, value: '1', sensitive: false, readOnly: false, source: 5 }];
};

const describeConfigs = ({ state, version, request, answer }: Asked): void => {
  const resources = request.array((reader) => {
    const resource = { type: reader.int8(), name: reader.string(), keys: reader.nullableArray((key) => key.string()) };
    reader.tags();
    return resource;
  });
  answer.int32(0).array(resources, ({ type, name, keys }) => {
    const entries = entriesOf(state, type, name);
    answer.int16(entries === undefined ? UNKNOWN_TOPIC : 0).nullableString(undefined);
    answer.int8(type).string(name);
    const wanted = (entries ?? []).filter(({ key }) => keys?.includes(key) ?? true);
    answer.array(wanted, writeConfig(version)).tags();
  });
};

const writeLogDir = (version: number) => (dir: LogDir, answer: WireWriter) => {
  answer
    .int16(dir.error)
    .string(dir.path)
    .array(dir.replicas, ({ topic, partition, bytes, future }) => {
      answer
        .string(topic)
        .array([partition], () => answer.int32(partition).int64(bytes).int64(0).bool(future).tags())
        .tags();
    });
  if (version >= 4) answer.int64(dir.totalBytes ?? -1).int64(dir.usableBytes ?? -1);
  answer.tags();
};

const describeLogDirs = ({ state, version, answer }: Asked): void => {
  answer.int32(0);
  if (version >= 3) answer.int16(0);
  answer.array(state.logDirs, writeLogDir(version));
};

export interface SimMessage {
  readonly flexibleFrom: number;
  readonly respond: (asked: Asked) => void;
}

/** Those that only read, by message number. */
export const READING: Readonly<Record<number, SimMessage>> = {
  3: { flexibleFrom: 9, respond: metadata },
  18: { flexibleFrom: 3, respond: apiVersions },
  32: { flexibleFrom: 4, respond: describeConfigs },
  35: { flexibleFrom: 2, respond: describeLogDirs },
  55: { flexibleFrom: 0, respond: describeQuorum },
  60: { flexibleFrom: 0, respond: describeCluster },
  75: { flexibleFrom: 0, respond: describeTopicPartitions },
};
