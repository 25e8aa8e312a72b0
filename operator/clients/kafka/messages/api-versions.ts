/** ApiVersions (18): which messages a broker speaks. Version 0 is understood by every broker and asks for nothing else. */
import type { Message, VersionRange } from '../message';
import { refuse } from '../kafka-error';

const purpose = 'ask which messages the broker speaks';

export const apiVersions: Message<void, ReadonlyMap<number, VersionRange>> = {
  name: 'ApiVersions',
  key: 18,
  purpose,
  versions: [0],
  flexibleFrom: 3,
  write: () => undefined,
  read: (reader) => {
    refuse(reader.int16(), purpose);
    return new Map(reader.array((item) => [item.int16(), { min: item.int16(), max: item.int16() }] as const));
  },
};
