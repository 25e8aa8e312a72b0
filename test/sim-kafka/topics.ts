/** What a simulated broker makes of topics and of moves of replicas; moves end at once unless the state holds them up. */
import type { DescribedPartition, LogDir } from '../../operator/clients/kafka/connection';
import { byTopic } from './answers';
import type { Asked, SimMessage } from './answers';
import type { SimState } from './state';

const ERROR = {
  ...{ unknownTopic: 3, topicExists: 36, invalidPartitions: 37, invalidReplicationFactor: 38, invalidAssignment: 39 },
  ...{ noLogDir: 57, deletionDisabled: 73, noReassignment: 85 },
};

const listReassignments = ({ state, answer }: Asked): void => {
  const moving = state.reassigning ?? [];
  answer.int32(0).int16(0).nullableString(undefined);
  answer.array([...new Set(moving.map(({ topic }) => topic))], (topic) => {
    const its = moving.filter((move) => move.topic === topic);
    answer.string(topic).array(its, ({ partition, replicas, adding, removing }) => {
      answer.int32(partition).int32s(replicas).int32s(adding).int32s(removing).tags();
    });
    answer.tags();
  });
};

const created = (state: SimState, name: string, { partitions, replicationFactor }: { partitions: number; replicationFactor: number }) => {
  const ids = state.brokers.map(({ id }) => id);
  return Array.from({ length: partitions }, (_, partition): DescribedPartition => {
    const replicas = ids.map((_id, i) => ids[(partition + i) % ids.length]!).slice(0, replicationFactor);
    return { topic: name, partition, leader: replicas[0]!, replicas, isr: replicas, offline: [], elr: [] };
  });
};

interface NewTopic {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly config: readonly (readonly [string, string | undefined, unknown])[];
}

/** Of brokers that do not say otherwise. */
const DEFAULTS = { partitions: 1, replicationFactor: 1 };

const creationError = (state: SimState, { name, replicationFactor }: NewTopic): number => {
  if (state.partitions.some((p) => p.topic === name)) return ERROR.topicExists;
  return replicationFactor > state.brokers.length ? ERROR.invalidReplicationFactor : 0;
};

const withTopic = (state: SimState, { name, config, ...counts }: NewTopic): SimState => {
  const entries = config.map(([key, value]) => ({ key, value: value ?? null, sensitive: false, readOnly: false, source: 1 }));
  const partitions = counts.partitions < 0 ? DEFAULTS.partitions : counts.partitions;
  const replicationFactor = counts.replicationFactor < 0 ? DEFAULTS.replicationFactor : counts.replicationFactor;
  const all = [...state.partitions, ...created(state, name, { partitions, replicationFactor })];
  const births = { ...state.births, [name]: (state.births?.[name] ?? 0) + 1 };
  return { ...state, partitions: all, configs: { ...state.configs, [name]: entries }, births };
};

const createTopics = ({ state, request, answer, change }: Asked): void => {
  const topics = request.array((reader): NewTopic => {
    const [name, partitions, replicationFactor] = [reader.string(), reader.int32(), reader.int16()];
    reader.array(() => undefined);
    const config = reader.array(() => [reader.string(), reader.nullableString(), reader.tags()] as const);
    reader.tags();
    return { name, partitions, replicationFactor, config };
  });
  const results = topics.map((topic) => ({ ...topic, error: creationError(state, topic) }));
  change(results.filter(({ error }) => error === 0).reduce(withTopic, state));
  answer.int32(0).array(results, ({ name, error, partitions, replicationFactor }) => {
    answer.string(name).uuid('').int16(error).nullableString(undefined).int32(partitions).int16(replicationFactor);
    answer.array<never>([], () => undefined).tags();
  });
};

const deleteTopics = ({ state, request, answer, change }: Asked): void => {
  const names = request.array((reader) => {
    const name = reader.nullableString() ?? '';
    reader.uuid();
    reader.tags();
    return name;
  });
  const errorOf = (name: string): number => {
    if (state.deletesTopics === false) return ERROR.deletionDisabled;
    return state.partitions.some(({ topic }) => topic === name) ? 0 : ERROR.unknownTopic;
  };
  const gone = new Set(names.filter((name) => errorOf(name) === 0));
  const configs = Object.fromEntries(Object.entries(state.configs).filter(([name]) => !gone.has(name)));
  change({ ...state, partitions: state.partitions.filter(({ topic }) => !gone.has(topic)), configs });
  answer.int32(0).array(names, (name) => answer.nullableString(name).uuid('').int16(errorOf(name)).nullableString(undefined).tags());
};

const createPartitions = ({ state, request, answer, change }: Asked): void => {
  const wanted = request.array((reader) => {
    const topic = { name: reader.string(), count: reader.int32() };
    reader.nullableArray(() => undefined);
    reader.tags();
    return topic;
  });
  const partitionsNow = (name: string): readonly DescribedPartition[] => state.partitions.filter(({ topic }) => topic === name);
  const errorOf = ({ name, count }: (typeof wanted)[number]): number => {
    const have = partitionsNow(name).length;
    if (have === 0) return ERROR.unknownTopic;
    return count > have ? 0 : ERROR.invalidPartitions;
  };
  const added = wanted.flatMap((topic) => {
    const own = partitionsNow(topic.name);
    const shape = { partitions: topic.count, replicationFactor: own[0]?.replicas.length ?? 1 };
    return errorOf(topic) === 0 ? created(state, topic.name, shape).slice(own.length) : [];
  });
  change({ ...state, partitions: [...state.partitions, ...added] });
  answer.int32(0).array(wanted, (topic) => answer.string(topic.name).int16(errorOf(topic)).nullableString(undefined).tags());
};

const moved = (p: DescribedPartition, replicas: readonly number[]): DescribedPartition => ({
  ...p,
  ...{ replicas, isr: replicas },
  leader: replicas.includes(p.leader) ? p.leader : replicas[0]!,
});

const alterReassignments = ({ state, request, answer, change }: Asked): void => {
  request.int32();
  const targets = request
    .array((reader) => {
      const topic = reader.string();
      const its = reader.array(() => {
        const target = { topic, partition: reader.int32(), replicas: reader.nullableArray(() => reader.int32()) };
        reader.tags();
        return target;
      });
      reader.tags();
      return its;
    })
    .flat();
  const known = state.brokers.map(({ id }) => id);
  const errorOf = ({ topic, partition, replicas }: (typeof targets)[number]): number => {
    if (!state.partitions.some((p) => p.topic === topic && p.partition === partition)) return ERROR.unknownTopic;
    if (replicas === undefined) return ERROR.noReassignment;
    return replicas.every((id) => known.includes(id)) ? 0 : ERROR.invalidAssignment;
  };
  const good = targets.filter((target) => errorOf(target) === 0);
  const partitions = state.partitions.map((p) => {
    const target = good.find(({ topic, partition }) => topic === p.topic && partition === p.partition);
    return target?.replicas === undefined ? p : moved(p, target.replicas);
  });
  change({ ...state, partitions });
  answer.int32(0).int16(0).nullableString(undefined);
  answer.array(targets, (target) => {
    answer.string(target.topic).array([target], () => {
      answer.int32(target.partition).int16(errorOf(target)).nullableString(undefined).tags();
    });
    answer.tags();
  });
};

type Replica = LogDir['replicas'][number];

/** Of all brokers alike, as the state has one list of directories. */
const alterReplicaLogDirs = ({ state, request, answer, change }: Asked): void => {
  const targets = request
    .array((reader) => {
      const path = reader.string();
      const topics = reader.array(() => {
        const topic = reader.string();
        const its = reader.int32s().map((partition) => ({ path, topic, partition }));
        reader.tags();
        return its;
      });
      reader.tags();
      return topics.flat();
    })
    .flat();
  const paths = state.logDirs.map(({ path }) => path);
  const isAt = (replica: Replica, target: (typeof targets)[number]): boolean =>
    replica.topic === target.topic && replica.partition === target.partition;
  const all = state.logDirs.flatMap(({ replicas }) => replicas);
  const into = (path: string): readonly Replica[] =>
    targets.filter((target) => target.path === path).flatMap((target) => all.filter((replica) => isAt(replica, target)));
  const leaving = targets.filter(({ path }) => paths.includes(path));
  const stays = (replica: Replica): boolean => !leaving.some((target) => isAt(replica, target));
  change({
    ...state,
    logDirs: state.logDirs.map((dir) => ({ ...dir, replicas: [...dir.replicas.filter(stays), ...into(dir.path)] })),
  });
  answer.int32(0).array(targets, ({ topic, partition, path }) => {
    answer.string(topic).array([partition], () =>
      answer
        .int32(partition)
        .int16(paths.includes(path) ? 0 : ERROR.noLogDir)
        .tags(),
    );
    answer.tags();
  });
};

/** By message number. */
export const TOPICS: Readonly<Record<number, SimMessage>> = {
  19: { flexibleFrom: 5, respond: createTopics },
  20: { flexibleFrom: 4, respond: deleteTopics },
  34: { flexibleFrom: 2, respond: alterReplicaLogDirs },
  37: { flexibleFrom: 2, respond: createPartitions },
  45: { flexibleFrom: 0, respond: alterReassignments },
  46: { flexibleFrom: 0, respond: listReassignments },
};

export const partitionsOfTopic = (state: SimState, topic: string): readonly DescribedPartition[] =>
  byTopic(state.partitions).find(([name]) => name === topic)?.[1] ?? [];
