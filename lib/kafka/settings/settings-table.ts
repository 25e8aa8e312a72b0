/**
 * What Kafka's own jars say of each setting, by version. tools/kafka-settings/generate writes the two JSON files; a setting
 * has one entry for each run of versions that agree on it.
 *
 * A version is judged by its minor. One older than the table counts as its first, one newer as its last: a setting that came
 * later is then merely unknown, which is the cautious answer.
 */
import { compareVersions, parseVersion, type KafkaVersion } from '../version';
import broker from './broker-settings.json';
import topic from './topic-settings.json';

/** A setting as one run of versions has it. Fields that are left out have the value that most settings have. */
export interface SettingEntry {
  /** First and last minor of the run, both included; left out where the table begins or ends. */
  readonly from?: string;
  readonly to?: string;
  /** Kafka's ConfigDef.Type. */
  readonly type: string;
  /** Left out: read-only. */
  readonly scope?: string;
  /** Kafka does not start without it. */
  readonly required?: boolean;
  /** As text; left out when it is null or there is none. */
  readonly default?: string;
  /** Valid values in Kafka's notation, for example `[1,...]`. */
  readonly valid?: string;
  /** Not documented by Kafka. */
  readonly internal?: boolean;
  /** Cannot stand in a file: the throttles. */
  readonly dynamicOnly?: boolean;
  /** Can change while Kafka runs behind `listener.name.<listener>.` only. */
  readonly perListenerOnly?: boolean;
  /** The other spelling of a read-only setting that can change while Kafka runs. */
  readonly dynamicAs?: string;
  /** The documentation calls it deprecated. */
  readonly deprecated?: boolean;
}

/** A setting of topics; `server` is the setting of brokers that it defaults to. */
export interface TopicSettingEntry extends SettingEntry {
  readonly server?: string;
}

type Table<E> = Readonly<Record<string, readonly E[]>>;

const BROKER: Table<SettingEntry> = broker.settings;
const TOPIC: Table<TopicSettingEntry> = topic.settings;

/** The versions that the table was read from, oldest first. */
export const TABLE_VERSIONS: readonly string[] = broker.versions;

/** The minors of the table, oldest first, for example `3.9`. */
export const MINORS: readonly string[] = TABLE_VERSIONS.map((version) => version.split('.').slice(0, 2).join('.'));

/** Of the version that was asked for last: a spec has thousands of settings, and one version. */
let latest: { readonly version: string; readonly minors: readonly string[] } | undefined;

/** Which of the table's minors answer for a version: one, or all of them when it is not known. */
export function minorsFor(version: string | undefined): readonly string[] {
  if (version === undefined) return MINORS;
  if (latest?.version !== version) latest = { version, minors: minorsOf(version) };
  return latest.minors;
}

function minorsOf(version: string): readonly string[] {
  const wanted = parseVersion(version);
  if (wanted === undefined) return MINORS;
  const own = { ...wanted, patch: 0 };
  const upTo = MINORS.filter((minor) => !isNewer(minor, own));
  return [upTo.at(-1) ?? MINORS[0] ?? ''];
}

function isNewer(minor: string, than: KafkaVersion): boolean {
  const parsed = parseVersion(minor);
  return parsed !== undefined && compareVersions(parsed, than) > 0;
}

const indexOf = (minor: string | undefined, otherwise: number): number => (minor === undefined ? otherwise : MINORS.indexOf(minor));

const covers = (entry: SettingEntry, minor: string): boolean => {
  const index = MINORS.indexOf(minor);
  return indexOf(entry.from, 0) <= index && index <= indexOf(entry.to, MINORS.length - 1);
};

const find = <E extends SettingEntry>(table: Table<E>, name: string, minor: string): E | undefined =>
  entriesIn(table, name).find((entry) => covers(entry, minor));

const entriesIn = <E>(table: Table<E>, name: string): readonly E[] => (Object.hasOwn(table, name) ? (table[name] ?? []) : []);

/** Every setting of brokers and controllers that any version of the table knows, sorted. */
export const settingNames = (): readonly string[] => Object.keys(BROKER);

/** The runs of a setting of brokers and controllers, oldest first; none when no version knows it. */
export const settingRuns = (name: string): readonly SettingEntry[] => entriesIn(BROKER, name);

/** A setting of brokers and controllers in one minor of the table; undefined when that does not know it. */
export const settingIn = (name: string, minor: string): SettingEntry | undefined => find(BROKER, name, minor);

/** Every setting of topics that any version of the table knows, sorted. */
export const topicSettingNames = (): readonly string[] => Object.keys(TOPIC);

/** A setting of topics in one minor of the table; undefined when that does not know it. */
export const topicSettingIn = (name: string, minor: string): TopicSettingEntry | undefined => find(TOPIC, name, minor);
