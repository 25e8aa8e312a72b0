/** What a simulated broker makes of topics and of moves of replicas; moves end at once unless the state holds them up. */
import type { DescribedPartition, LogDir } from '../../operator/clients/kafka/connection';
import { byTopic } from './answers';
import type { Asked, SimMessage } from './answers';
import type { SimState } from './state';

const ERROR = { unknownTopic: 3, topicExists: 36, invalidReplicationFactor: 38, invalidAssignment: 39, noLogDir: 57, noReassignment: 85 };

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

const createTopics = ({ state, request, answer, change }: Asked): void => {
  const [topic] = request.array((reader) => {
    const [name, partitions, replicationFactor] = [reader.string(), reader.int32(), reader.int16()];
    reader.array(() => undefined);
    const config = reader.array(() => [reader.string(), reader.nullableString(), reader.tags()] as const);
    reader.tags();
    return { name, partitions, replicationFactor, config };
  });
  const { name, partitions, replicationFactor, config } = topic!;
  const exists = state.partitions.some((p) => p.topic === name);
  const tooMany = replicationFactor > state.brokers.length;
  const error = exists ? ERROR.topicExists : tooMany ? ERROR.invalidReplicationFactor : 0;
  if (error === 0) {
    const entries = config.map(([key, value]) => ({ key, value: value ?? null, sensitive: false, readOnly: false, source: 1 }));
    const all = [...state.partitions, ...created(state, name, { partitions, replicationFactor })];
    change({ ...state, partitions: all, configs: { ...state.configs, [name]: entries } });
  }
  answer.int32(0).array([topic!], () => {
    answer.string(name).uuid('').int16(error).nullableString(undefined).int32(partitions).int16(replicationFactor);
    answer.array<never>([], () => undefined).tags();
  });
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
  34: { flexibleFrom: 2, respond: alterReplicaLogDirs },
  45: { flexibleFrom: 0, respond: alterReassignments },
  46: { flexibleFrom: 0, respond: listReassignments },
};

export const partitionsOfTopic = (state: SimState, topic: string): readonly DescribedPartition[] =>
  byTopic(state.partitions).find(([name]) => name === topic)?.[1] ?? [];
