/** What of a topic in Kafka is not as its object says, and with which changes it would be. */
import { MINORS, topicSettingIn } from '../../../lib/kafka/settings/settings-table';
import { sameTyped } from '../setting-value';
import { keysOf, ownedKeys, type TopicObject } from './topic-object';
import { restingIn, type SeenTopic, type TopicsView } from './topic-view';

export interface SettingChange {
  readonly key: string;
  /** Undefined: back to its default. */
  readonly value: string | undefined;
}

export interface Differences {
  /** To how many partitions it has to grow. */
  readonly grow: number | undefined;
  /** It has more partitions than are wanted; nothing takes them away. */
  readonly surplus: boolean;
  readonly settings: readonly SettingChange[];
  /** Some partition that nobody is reassigning has more or fewer replicas. */
  readonly replicas: boolean;
  /** A line each, for people. */
  readonly lines: readonly string[];
}

/** Undefined: the settings have to be asked for first. */
export function differencesOf(object: TopicObject, seen: SeenTopic, view: TopicsView): Differences | undefined {
  const own = view.settings.get(object.topic);
  if (own === undefined && keysOf(object).length > 0) return undefined;
  const have = seen.partitions.length;
  const want = object.partitions;
  const settings = settingChanges(object, own ?? new Map(), view);
  const counts = [...new Set(restingIn(seen, view.placement).map(({ replicas }) => replicas.length))].sort((a, b) => a - b);
  const replicas = object.replicationFactor > 0 && counts.some((n) => n !== object.replicationFactor);
  return {
    grow: want > have ? want : undefined,
    surplus: want > 0 && want < have,
    settings,
    replicas,
    lines: [
      ...(want > 0 && want !== have ? [`partitions: ${String(have)} in Kafka, ${String(want)} in the spec`] : []),
      ...(replicas ? [`replicationFactor: ${counts.join(' and ')} in Kafka, ${String(object.replicationFactor)} in the spec`] : []),
      ...settings.map(({ key, value }) => settingLine(key, own?.get(key), value)),
    ],
  };
}

const settingLine = (key: string, have: string | undefined, want: string | undefined): string =>
  `${key}: ${have === undefined ? 'its default' : brief(have)} in Kafka, ${want === undefined ? 'its default' : brief(want)} in the spec`;

const LONGEST = 60;
const brief = (value: string): string => (value.length <= LONGEST ? value : `${value.slice(0, LONGEST)}…`);

/** Kafka's own type of the setting; empty: not known. */
const topicType = (key: string): string => topicSettingIn(key, MINORS.at(-1) ?? '')?.type ?? '';

function settingChanges(object: TopicObject, own: ReadonlyMap<string, string>, { readings }: TopicsView): readonly SettingChange[] {
  const differs = (key: string, want: string): boolean => {
    const have = own.get(key);
    if (have === undefined) return true;
    return !sameTyped(topicType(key), want, have) && readings.get(`${object.topic} ${key} ${want}`) !== have;
  };
  const wanted = Object.entries(object.config)
    .filter(([key, value]) => differs(key, value))
    .map(([key, value]): SettingChange => ({ key, value }));
  const left = ownedKeys(object)
    .filter((key) => !Object.hasOwn(object.config, key) && own.has(key))
    .map((key): SettingChange => ({ key, value: undefined }));
  return [...wanted, ...left].sort((a, b) => (a.key < b.key ? -1 : 1));
}
