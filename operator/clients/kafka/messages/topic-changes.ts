/**
 * CreateTopics (19), DeleteTopics (20) and CreatePartitions (37) for many topics at once. What Kafka refuses of one topic stands in
 * the answer for it: one topic that cannot be made must not hide what became of the others.
 */
import type { NewTopic } from '../connection';
import type { Message } from '../message';
import type { PerTopic, Refused } from '../topic-admin';
import type { WireReader } from '../wire/reader';
import { kafkaErrorName } from '../kafka-error-names';

export interface TopicBatch<T> {
  readonly topics: readonly T[];
  /** How long the controller may take before it answers. */
  readonly timeoutMs: number;
}

/** For example `TOPIC_DELETION_DISABLED (73)`, or Kafka's own words behind it. */
export const refused = (code: number, detail: string | undefined): Refused => {
  const name = `${kafkaErrorName(code)} (${String(code)})`;
  return { code, message: detail === undefined || detail === '' ? name : `${name}: ${detail}` };
};

/** Topics that went well are left out. */
const readResults = (reader: WireReader, one: () => readonly [string, Refused | undefined]): PerTopic =>
  new Map(reader.array(one).flatMap(([name, refusal]) => (refusal === undefined ? [] : [[name, refusal] as const])));

const readSetting = (reader: WireReader): void => {
  reader.string();
  reader.nullableString();
  reader.bool(); // read only
  reader.int8(); // source
  reader.bool(); // sensitive
  reader.tags();
};

/** A topic of that name that is there already is refused (36). */
export const createTopics: Message<TopicBatch<NewTopic>, PerTopic> = {
  name: 'CreateTopics',
  key: 19,
  purpose: 'create topics',
  versions: [7],
  flexibleFrom: 5,
  write: (writer, { topics, timeoutMs }) => {
    writer.array(topics, ({ name, partitions, replicationFactor, config }) => {
      writer.string(name).int32(partitions).int16(replicationFactor);
      writer.array<never>([], () => undefined); // assignments: Kafka's own
      writer.array(Object.entries(config), ([key, value]) => writer.string(key).nullableString(value).tags());
      writer.tags();
    });
    writer.int32(timeoutMs).bool(false).tags(); // not only checked
  },
  read: (reader) => {
    reader.int32(); // throttle time
    return readResults(reader, () => {
      const name = reader.string();
      reader.uuid();
      const [code, detail] = [reader.int16(), reader.nullableString()];
      reader.int32(); // partitions
      reader.int16(); // replication factor
      reader.array(readSetting);
      reader.tags();
      return [name, code === 0 ? undefined : refused(code, detail)];
    });
  },
};

/** By name. One that is not there is refused (3). */
export const deleteTopics: Message<TopicBatch<string>, PerTopic> = {
  name: 'DeleteTopics',
  key: 20,
  purpose: 'delete topics',
  versions: [6],
  flexibleFrom: 4,
  write: (writer, { topics, timeoutMs }) => {
    writer.array(topics, (name) => writer.nullableString(name).uuid('').tags());
    writer.int32(timeoutMs).tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    return readResults(reader, () => {
      const name = reader.nullableString() ?? '';
      reader.uuid();
      const [code, detail] = [reader.int16(), reader.nullableString()];
      reader.tags();
      return [name, code === 0 ? undefined : refused(code, detail)];
    });
  },
};

/** To how many partitions each topic grows. As many as there are, or fewer, is refused (37). */
export const createPartitions: Message<TopicBatch<readonly [string, number]>, PerTopic> = {
  name: 'CreatePartitions',
  key: 37,
  purpose: 'create partitions',
  versions: [3],
  flexibleFrom: 2,
  write: (writer, { topics, timeoutMs }) => {
    writer.array(topics, ([name, count]) => {
      writer.string(name).int32(count);
      writer.array<never>(undefined, () => undefined); // assignments: Kafka's own
      writer.tags();
    });
    writer.int32(timeoutMs).bool(false).tags(); // not only checked
  },
  read: (reader) => {
    reader.int32(); // throttle time
    return readResults(reader, () => {
      const name = reader.string();
      const [code, detail] = [reader.int16(), reader.nullableString()];
      reader.tags();
      return [name, code === 0 ? undefined : refused(code, detail)];
    });
  },
};
