/**
 * ApiVersions (18) in its later versions: feature levels, in the tagged fields of the answer (KIP-584). Version 4 shows every
 * supported feature, version 3 hides those whose lowest level is 0, `kraft.version` among them (KIP-1022).
 */
import type { DescribedFeatures } from '../connection';
import type { Message } from '../message';
import { refuse } from '../kafka-error';
import { WireReader } from '../wire/reader';

const purpose = 'describe the features';
/** Brokers show it in their metrics by connection. */
const SOFTWARE = { name: 'kafka-operator', version: 'unknown' };
const SUPPORTED = 0;
const EPOCH = 1;
const FINALIZED = 2;
const NOT_LEARNED = -1;

type Levels = readonly (readonly [string, { readonly min: number; readonly max: number }])[];

const readSupported = (reader: WireReader): Levels =>
  reader.array(() => {
    const feature = [reader.string(), { min: reader.int16(), max: reader.int16() }] as const;
    reader.tags();
    return feature;
  });

/** Here the highest level comes first; both are the same since Kafka 3.3. */
const readFinalized = (reader: WireReader): readonly (readonly [string, number])[] =>
  reader.array(() => {
    const feature = [reader.string(), reader.int16()] as const;
    reader.int16();
    reader.tags();
    return feature;
  });

/** Undefined while the broker has not learned from a controller what is finalised. */
export const describeFeatures: Message<void, DescribedFeatures | undefined> = {
  name: 'ApiVersions',
  key: 18,
  purpose,
  versions: [3, 4],
  flexibleFrom: 3,
  classicHeader: true,
  readsTags: true,
  write: (writer) => {
    writer.string(SOFTWARE.name).string(SOFTWARE.version).tags();
  },
  read: (reader) => {
    refuse(reader.int16(), purpose);
    reader.array(() => [reader.int16(), reader.int16(), reader.int16(), reader.tags()]);
    reader.int32(); // throttle time
    const fields = new Map(reader.tags().map(({ tag, bytes }) => [tag, new WireReader(bytes, true)]));
    const [supported, epoch, finalized] = [fields.get(SUPPORTED), fields.get(EPOCH), fields.get(FINALIZED)];
    // Kafka leaves out fields that have their default.
    if (epoch === undefined || epoch.int64() === NOT_LEARNED) return undefined;
    return {
      finalized: Object.fromEntries(finalized === undefined ? [] : readFinalized(finalized)),
      supported: Object.fromEntries(supported === undefined ? [] : readSupported(supported)),
    };
  },
};
