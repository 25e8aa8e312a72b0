/** IncrementalAlterConfigs (44): changes the named settings and leaves all others alone. */
import type { ConfigChange, ConfigResource } from '../connection';
import type { Message } from '../message';
import { refuse } from '../kafka-error';
import { resourceOnWire } from './config-resource';

const purpose = 'alter the configuration';
const SET = 0;
const DELETE = 1;

export interface ConfigAlteration {
  readonly resource: ConfigResource;
  readonly changes: readonly ConfigChange[];
  /** Kafka checks the change and does not make it. */
  readonly validateOnly: boolean;
}

export const incrementalAlterConfigs: Message<ConfigAlteration, void> = {
  name: 'IncrementalAlterConfigs',
  key: 44,
  purpose,
  versions: [0, 1],
  flexibleFrom: 1,
  write: (writer, { resource, changes, validateOnly }) => {
    writer.array([resourceOnWire(resource)], ({ type, name }) => {
      writer.int8(type).string(name);
      writer.array(changes, ({ key, value }) =>
        writer
          .string(key)
          .int8(value === undefined ? DELETE : SET)
          .nullableString(value)
          .tags(),
      );
      writer.tags();
    });
    writer.bool(validateOnly).tags();
  },
  read: (reader) => {
    reader.int32(); // throttle time
    reader.array(() => {
      const error = reader.int16();
      refuse(error, purpose, reader.nullableString());
      reader.int8();
      reader.string();
      reader.tags();
    });
  },
};
