/** DescribeConfigs (32): the settings in force. A broker's own must be asked of that broker; all others of any, many at once. */
import type { ConfigEntry, ConfigResource } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import type { WireWriter } from '../wire/writer';
import { refuse } from '../kafka-error';
import { resourceOnWire } from './config-resource';

const purpose = 'read the configuration';

const readSynonym = (reader: WireReader): void => {
  reader.string();
  reader.nullableString();
  reader.int8();
  reader.tags();
};

export const readEntry =
  (version: number) =>
  (reader: WireReader): ConfigEntry => {
    const key = reader.string();
    const value = reader.nullableString() ?? null;
    const readOnly = reader.bool();
    const source = reader.int8();
    const sensitive = reader.bool();
    reader.array(readSynonym);
    if (version >= 3) {
      reader.int8(); // type
      reader.nullableString(); // documentation
    }
    reader.tags();
    return { key, value, sensitive, readOnly, source };
  };

const writeQuestion = (writer: WireWriter, version: number, resources: readonly ConfigResource[], keys?: readonly string[]): void => {
  writer.array(resources.map(resourceOnWire), ({ type, name }) => {
    writer
      .int8(type)
      .string(name)
      .array(keys, (key) => writer.string(key)) // null: all keys
      .tags();
  });
  writer.bool(false); // synonyms
  if (version >= 3) writer.bool(false); // documentation
  writer.tags();
};

interface Described {
  readonly error: number;
  readonly detail: string | undefined;
  readonly name: string;
  readonly entries: readonly ConfigEntry[];
}

const readDescribed = (reader: WireReader, version: number): readonly Described[] => {
  reader.int32(); // throttle time
  return reader.array(() => {
    const head = { error: reader.int16(), detail: reader.nullableString() };
    reader.int8(); // resource type
    const described = { ...head, name: reader.string(), entries: reader.array(readEntry(version)) };
    reader.tags();
    return described;
  });
};

const shape = { name: 'DescribeConfigs', key: 32, purpose, versions: [1, 4], flexibleFrom: 4 } as const;

/** Every setting of one resource; the cluster-wide default has only those that somebody set. */
export const describeConfigs: Message<ConfigResource, readonly ConfigEntry[]> = {
  ...shape,
  write: (writer, resource, version) => {
    writeQuestion(writer, version, [resource]);
  },
  read: (reader, version) =>
    readDescribed(reader, version).flatMap(({ error, detail, entries }) => {
      refuse(error, purpose, detail);
      return entries;
    }),
};

const MIN_IN_SYNC = 'min.insync.replicas';
const UNKNOWN_TOPIC = 3;

/** The `min.insync.replicas` in force of each topic, by name. A topic that is not there (it was just deleted) is no failure. */
export const describeTopicMinInSync: Message<readonly string[], ReadonlyMap<string, number>> = {
  ...shape,
  write: (writer, topics, version) => {
    const resources = topics.map((name) => ({ kind: 'topic', name }) as const);
    writeQuestion(writer, version, resources, [MIN_IN_SYNC]);
  },
  read: (reader, version) => {
    const found = new Map<string, number>();
    for (const { error, detail, name, entries } of readDescribed(reader, version)) {
      if (error === UNKNOWN_TOPIC) continue;
      refuse(error, `${purpose} of topic ${name}`, detail);
      const value = Number(entries.find(({ key }) => key === MIN_IN_SYNC)?.value ?? Number.NaN);
      if (Number.isInteger(value)) found.set(name, value);
    }
    return found;
  },
};
