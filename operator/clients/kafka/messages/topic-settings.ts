/**
 * DescribeConfigs (32), IncrementalAlterConfigs (44) and AlterPartitionReassignments (45) for many topics at once, with what is
 * refused of one topic or partition in the answer for it.
 */
import type { ConfigChange, ConfigEntry } from '../connection';
import type { Message } from '../message';
import type { PerTopic, Refused } from '../topic-admin';
import type { PartitionTarget, Reassigning } from './alter-reassignments';
import type { WireReader } from '../wire/reader';
import { refuse } from '../kafka-error';
import { alterReassignments } from './alter-reassignments';
import { readEntry } from './describe-configs';
import { refused } from './topic-changes';

const TOPIC = 2;
const SET = 0;
const DELETE = 1;
const UNKNOWN_TOPIC = 3;
const NO_REASSIGNMENT_IN_PROGRESS = 85;

/** What of one topic is asked for; undefined: every setting. */
export interface TopicQuestion {
  readonly topic: string;
  readonly keys: readonly string[] | undefined;
}

const purpose = 'read the settings of topics';

/** In whatever way they are set; topics that are gone are left out. */
export const describeTopicSettings: Message<readonly TopicQuestion[], ReadonlyMap<string, readonly ConfigEntry[]>> = {
  name: 'DescribeConfigs',
  key: 32,
  purpose,
  versions: [4],
  flexibleFrom: 4,
  write: (writer, questions) => {
    writer.array(questions, ({ topic, keys }) => {
      writer
        .int8(TOPIC)
        .string(topic)
        .array(keys, (key) => writer.string(key))
        .tags();
    });
    writer.bool(false).bool(false).tags(); // no synonyms, no documentation
  },
  read: (reader, version) => {
    reader.int32(); // throttle time
    const described = reader.array(() => {
      const [code, detail] = [reader.int16(), reader.nullableString()];
      reader.int8(); // resource type
      const topic = { code, detail, name: reader.string(), entries: reader.array(readEntry(version)) };
      reader.tags();
      return topic;
    });
    return new Map(
      described.flatMap(({ code, detail, name, entries }) => {
        if (code === UNKNOWN_TOPIC) return [];
        refuse(code, `${purpose}: ${name}`, detail);
        return [[name, entries] as const];
      }),
    );
  },
};

export const alterTopicSettings: Message<readonly (readonly [string, readonly ConfigChange[]])[], PerTopic> = {
  name: 'IncrementalAlterConfigs',
  key: 44,
  purpose: 'alter the settings of topics',
  versions: [1],
  flexibleFrom: 1,
  write: (writer, topics) => {
    writer.array(topics, ([topic, changes]) => {
      writer.int8(TOPIC).string(topic);
      writer.array(changes, ({ key, value }) =>
        writer
          .string(key)
          .int8(value === undefined ? DELETE : SET)
          .nullableString(value)
          .tags(),
      );
      writer.tags();
    });
    writer.bool(false).tags(); // not only checked
  },
  read: (reader) => {
    reader.int32(); // throttle time
    const results = reader.array(() => {
      const [code, detail] = [reader.int16(), reader.nullableString()];
      reader.int8(); // resource type
      const name = reader.string();
      reader.tags();
      return [name, code, detail] as const;
    });
    return new Map(results.flatMap(([name, code, detail]) => (code === 0 ? [] : [[name, refused(code, detail)] as const])));
  },
};

const readMoves = (reader: WireReader): readonly (readonly [string, Refused])[] => {
  const topic = reader.string();
  const results = reader.array(() => {
    const [partition, code, detail] = [reader.int32(), reader.int16(), reader.nullableString()];
    reader.tags();
    const fine = code === 0 || code === NO_REASSIGNMENT_IN_PROGRESS;
    return fine ? [] : [[`${topic}-${String(partition)}`, refused(code, detail)] as const];
  });
  reader.tags();
  return results.flat();
};

/** By `topic-partition`. */
export const reassignPartitions: Message<Reassigning & { readonly targets: readonly PartitionTarget[] }, PerTopic> = {
  ...alterReassignments,
  read: (reader) => {
    reader.int32(); // throttle time
    const code = reader.int16();
    refuse(code, alterReassignments.purpose, reader.nullableString());
    return new Map(reader.array(readMoves).flat());
  },
};
