/**
 * When a change of a setting takes hold, in Kafka's own three terms (its "dynamic update mode"):
 *
 * - `read-only`: at the next start of the node.
 * - `per-broker`: while the broker runs, set for that broker; Kafka refuses it as a default of the cluster.
 * - `cluster-wide`: while brokers run, set as a default of the cluster; Kafka takes it for a single broker as well, which then
 *   deviates from the cluster.
 *
 * Where Kafka lists a setting as dynamic and then refuses each change of it, the answer here is `read-only`: a caller asks in
 * order to choose between a change and a restart.
 */
import { settingName } from './listener-prefix';
import { noteOf } from './setting-notes';
import { MINORS, minorsFor, settingIn, settingRuns, type SettingEntry } from './settings-table';

export type ConfigScope = 'read-only' | 'cluster-wide' | 'per-broker' | 'unknown';

export type SettingState = 'known' | 'removed' | 'renamed' | 'ignored' | 'deprecated' | 'unknown';

export interface SettingStatus {
  readonly state: SettingState;
  /** The minor with which the state began, when the table saw that; of an unknown setting the minor that first knows it. */
  readonly since?: string;
  /** What to write in its place. */
  readonly instead?: string;
}

/** Limits of a listener that Kafka takes as a default of the cluster also behind a listener's prefix. */
const LISTENER_LIMITS = ['max.connections', 'max.connection.creation.rate', 'num.network.threads'];

/** Dynamic by Kafka's list only: 3.9 answers "cannot be altered when using a Raft-based metadata quorum" (4.0 corrected the list). */
const FIXED_IN_KRAFT = ['advertised.listeners'];

/**
 * The scope of a key as written, also behind `listener.name.<listener>.`. `unknown` for settings of plug-ins, which count as
 * read-only, and, when `version` is undefined, for all that the versions do not agree on.
 */
export const scopeOf = (key: string, version: string | undefined): ConfigScope =>
  agreed(minorsFor(version).map((minor) => scopeIn(key, minor))) ?? 'unknown';

function scopeIn(key: string, minor: string): ConfigScope {
  const { name, perListener } = settingName(key);
  const entry = settingIn(name, minor);
  if (entry === undefined) return 'unknown';
  const scope = (entry.scope ?? 'read-only') as ConfigScope;
  if (FIXED_IN_KRAFT.includes(name)) return 'read-only';
  if (perListener) return scope === 'cluster-wide' && !LISTENER_LIMITS.includes(name) ? 'read-only' : scope;
  return entry.perListenerOnly === true ? 'read-only' : scope;
}

/** What became of a setting in a version; with `version` undefined `unknown` unless all versions agree. */
export function settingStatus(key: string, version: string | undefined): SettingStatus {
  const { name } = settingName(key);
  const statuses = minorsFor(version).map((minor) => statusIn(name, minor));
  const last = statuses.at(-1);
  return last !== undefined && statuses.every(({ state }) => state === last.state) ? last : { state: 'unknown' };
}

function statusIn(name: string, minor: string): SettingStatus {
  const entry = settingIn(name, minor);
  return entry === undefined ? statusOfAbsent(name, minor) : statusOfPresent(name, entry);
}

function statusOfPresent(name: string, entry: SettingEntry): SettingStatus {
  const note = noteOf(name);
  const instead = note?.instead === undefined ? {} : { instead: note.instead };
  if (note?.ignored) return { state: 'ignored', ...instead };
  if (entry.deprecated) {
    const first = settingRuns(name).find((run) => run.deprecated && run.to === entry.to) ?? entry;
    return { state: 'deprecated', ...(first.from === undefined ? {} : { since: first.from }), ...instead };
  }
  const since = settingRuns(name)[0]?.from;
  return { state: 'known', ...(since === undefined ? {} : { since }) };
}

function statusOfAbsent(name: string, minor: string): SettingStatus {
  const since = goneSince(name, minor);
  if (since === undefined) {
    const first = settingRuns(name)[0]?.from;
    return { state: 'unknown', ...(first === undefined ? {} : { since: first }) };
  }
  const note = noteOf(name);
  return {
    state: note?.renamed ? 'renamed' : 'removed',
    since,
    ...(note?.instead === undefined ? {} : { instead: note.instead }),
  };
}

/** The minor that dropped a setting, if it is not newer than `minor`. */
function goneSince(name: string, minor: string): string | undefined {
  const known = MINORS.slice(0, MINORS.indexOf(minor)).findLastIndex((each) => settingIn(name, each) !== undefined);
  const dropped = known === -1 ? noteOf(name)?.dropped : MINORS[known + 1];
  return dropped !== undefined && MINORS.indexOf(dropped) <= MINORS.indexOf(minor) ? dropped : undefined;
}

/**
 * Whether Kafka holds the value of a key secret (ConfigDef type PASSWORD), bare or behind any prefix: listeners, and plug-ins
 * that take Kafka's own names (`cruise.control.metrics.reporter.ssl.key.password`). A setting that the version no longer knows
 * is judged by the versions that do: what was written in it is still a secret.
 */
export function isSensitive(key: string, version: string | undefined): boolean {
  const words = key.split('.');
  const minors = minorsFor(version);
  return words.some((_word, index) => isPassword(words.slice(index).join('.'), minors));
}

function isPassword(name: string, minors: readonly string[]): boolean {
  const current = minors.flatMap((minor) => settingIn(name, minor) ?? []);
  return (current.length > 0 ? current : settingRuns(name)).some(({ type }) => type === 'PASSWORD');
}

function agreed<T>(answers: readonly T[]): T | undefined {
  return answers.every((answer) => answer === answers[0]) ? answers[0] : undefined;
}
