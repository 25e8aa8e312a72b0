/** UpdateFeatures (57): raises the finalised level of one feature for the whole cluster. Few can be lowered again, and none here. */
import type { Message } from '../message';
import { refuse } from '../kafka-error';

export interface FeatureUpdate {
  readonly feature: string;
  readonly level: number;
  /** Kafka checks the update and does not make it. */
  readonly validateOnly: boolean;
  /** How long the controller may take before it answers. */
  readonly timeoutMs: number;
}

const purpose = 'raise the feature level';
const UPGRADE = 1;

export const updateFeatures: Message<FeatureUpdate, void> = {
  name: 'UpdateFeatures',
  key: 57,
  purpose,
  versions: [1, 2],
  flexibleFrom: 0,
  write: (writer, { feature, level, validateOnly, timeoutMs }) => {
    writer
      .int32(timeoutMs)
      .array([feature], (name) => writer.string(name).int16(level).int8(UPGRADE).tags())
      .bool(validateOnly)
      .tags();
  },
  read: (reader, version) => {
    reader.int32(); // throttle time
    const error = reader.int16();
    refuse(error, purpose, reader.nullableString());
    if (version >= 2) return; // one error for all since then
    reader.array(() => {
      const feature = reader.string();
      const itsError = reader.int16();
      refuse(itsError, `${purpose} of ${feature}`, reader.nullableString());
      reader.tags();
    });
  },
};
