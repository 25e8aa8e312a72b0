/**
 * Metadata versions and the other features of Kafka (KIP-584), as its own jars know them: metadata-versions.json is written by
 * tools/kafka-features/generate. Only what is production-ready is in it.
 *
 * A version of Kafka is judged by its minor. One that is older than the table runs the metadata versions that carry its number
 * or a lower one, which is how Kafka names them; one that is newer counts as the newest of the table, since what came later is
 * not known here.
 */
import { compareVersions, parseVersion, type KafkaVersion } from './version';
import table from './metadata-versions.json';

interface MetadataVersion {
  readonly name: string;
  readonly level: number;
  /** It changed how metadata is written: from here there is no way back below it. */
  readonly changes: boolean;
  /** Levels above 0 that other features have in a cluster that is made with it. */
  readonly defaults: Readonly<Record<string, number>>;
}

interface Software {
  readonly minor: string;
  /** Names of metadata versions: the oldest with which it starts, and the newest that it can run. */
  readonly lowest: string;
  readonly highest: string;
  /** The highest level of every feature but the metadata version. */
  readonly features: Readonly<Record<string, number>>;
}

const METADATA: readonly MetadataVersion[] = table.metadata;
const SOFTWARE: readonly Software[] = table.software;
const BY_NAME: ReadonlyMap<string, MetadataVersion> = new Map(METADATA.map((each) => [each.name, each]));
const BY_LEVEL: ReadonlyMap<number, MetadataVersion> = new Map(METADATA.map((each) => [each.level, each]));

/** Every metadata version, oldest first. */
export const METADATA_VERSIONS: readonly string[] = METADATA.map(({ name }) => name);

/** The level of `metadata.version`; undefined when no version of the table knows the name. */
export const metadataLevelOf = (name: string): number | undefined => BY_NAME.get(name)?.level;

/** The name of a level, for example `4.3-IV0`; undefined when no version of the table knows it. */
export const metadataNameOf = (level: number): string | undefined => BY_LEVEL.get(level)?.name;

/** The newest metadata version that a version of Kafka can run; undefined when the version is unknown or older than KRaft. */
export const highestMetadataVersion = (kafkaVersion: string | undefined): string | undefined => rangeOf(kafkaVersion)?.highest;

/** The oldest metadata version with which a version of Kafka starts; undefined as above. */
export const lowestMetadataVersion = (kafkaVersion: string | undefined): string | undefined => rangeOf(kafkaVersion)?.lowest;

/** The lowest minor of Kafka that can run a metadata version, for example `4.3`; undefined when the name is unknown. */
export const metadataNeeds = (name: string): string | undefined => (BY_NAME.has(name) ? minorIn(name) : undefined);

/**
 * Whether Kafka goes back from one level to a lower one: only when no version in between changed how metadata is written.
 * False when one of them is unknown.
 */
export function canLowerMetadata(from: number, to: number): boolean {
  if (!BY_LEVEL.has(from) || !BY_LEVEL.has(to)) return false;
  return METADATA.every(({ level, changes }) => level <= to || level > from || !changes);
}

/** The highest level of every feature but `metadata.version` that a version of Kafka can run; undefined when that is not known. */
export const highestFeatureLevels = (kafkaVersion: string | undefined): Readonly<Record<string, number>> | undefined =>
  softwareOf(kafkaVersion)?.features;

/** Levels above 0 that other features have in a cluster made with a metadata version; undefined when the name is unknown. */
export const defaultFeatureLevels = (name: string): Readonly<Record<string, number>> | undefined => BY_NAME.get(name)?.defaults;

function rangeOf(kafkaVersion: string | undefined): Pick<Software, 'lowest' | 'highest'> | undefined {
  const known = softwareOf(kafkaVersion);
  const version = parsed(kafkaVersion);
  if (known !== undefined || version === undefined) return known;
  const [oldest] = METADATA;
  const newest = METADATA.findLast(({ name }) => isUpTo(minorIn(name), version));
  return oldest === undefined || newest === undefined ? undefined : { lowest: oldest.name, highest: newest.name };
}

/** The entry of the table that answers for a version; undefined when it is older than the table. */
function softwareOf(kafkaVersion: string | undefined): Software | undefined {
  const version = parsed(kafkaVersion);
  return version === undefined ? undefined : SOFTWARE.findLast(({ minor }) => isUpTo(minor, version));
}

const parsed = (kafkaVersion: string | undefined): KafkaVersion | undefined =>
  kafkaVersion === undefined ? undefined : parseVersion(kafkaVersion);

function isUpTo(minor: string, version: KafkaVersion): boolean {
  const least = parseVersion(minor);
  return least !== undefined && compareVersions(least, { ...version, patch: 0 }) <= 0;
}

/** `4.3` of `4.3-IV0`. */
const minorIn = (name: string): string => name.split('-')[0] ?? '';
