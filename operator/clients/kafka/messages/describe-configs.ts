/** DescribeConfigs (32): the settings in force. A broker's own must be asked of that broker. */
import type { ConfigEntry, ConfigResource } from '../connection';
import type { Message } from '../message';
import type { WireReader } from '../wire/reader';
import { refuse } from '../kafka-error';
import { resourceOnWire } from './config-resource';

const purpose = 'read the configuration';

const readSynonym = (reader: WireReader): void => {
  reader.string();
  reader.nullableString();
  reader.int8();
  reader.tags();
};

const readEntry =
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

export const describeConfigs: Message<ConfigResource, readonly ConfigEntry[]> = {
  name: 'DescribeConfigs',
  key: 32,
  purpose,
  versions: [1, 4],
  flexibleFrom: 4,
  write: (writer, resource, version) => {
    writer.array([resourceOnWire(resource)], ({ type, name }) => {
      writer
        .int8(type)
        .string(name)
        .array<never>(undefined, () => undefined) // null: all keys
        .tags();
    });
    writer.bool(false); // synonyms
    if (version >= 3) writer.bool(false); // documentation
    writer.tags();
  },
  read: (reader, version) => {
    reader.int32(); // throttle time
    return reader
      .array(() => {
        const error = reader.int16();
        refuse(error, purpose, reader.nullableString());
        reader.int8(); // resource type
        reader.string(); // resource name
        const entries = reader.array(readEntry(version));
        reader.tags();
        return entries;
      })
      .flat();
  },
};
