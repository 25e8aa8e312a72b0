/**
 * What is wrong with the settings of a spec, before anything starts.
 *
 * Kafka ignores a key that it does not know, so a setting that was removed, renamed or misspelt is silently lost at the next
 * restart; and it refuses a read-only key in a dynamic change only after the rest of the spec was acted upon. Refused here is
 * what Kafka would refuse, and what it would ignore at a cost; all else is a hint. A key that can change while Kafka runs is
 * accepted in readOnlyConfig with a hint (decision 13). Values never appear in a message: they may be secret.
 */
import { scopeOf, settingStatus, type SettingStatus } from './config-scope';
import { isCompleted, overriddenBy, ownedInDynamic } from './generated-settings';
import { settingName } from './listener-prefix';
import { noteOf, type Fatal } from './setting-notes';
import { minorsFor, MINORS, settingIn, settingRuns } from './settings-table';
import { similarSetting } from './similar-setting';
import { valueProblem } from './setting-value';

export interface ConfigFinding {
  readonly severity: 'refuse' | 'hint';
  readonly key: string;
  /** One sentence: what is wrong and what to write instead. */
  readonly message: string;
}

type Properties = Readonly<Record<string, string>>;

interface Setting {
  readonly key: string;
  readonly value: string;
  /** Of Kafka; undefined when it is not known. */
  readonly version: string | undefined;
}

type Rule = (setting: Setting) => Omit<ConfigFinding, 'key'> | undefined;

/** The findings of `readOnlyConfig`, of the cluster or of a broker: at most one a key, in order of keys. */
export const checkReadOnlyConfig = (properties: Properties, version: string | undefined): readonly ConfigFinding[] =>
  check(properties, version, [overridden, fatal, badValue, outdated, misspelt, dynamicElsewhere]);

/** The findings of `clusterWideConfig`: at most one a key, in order of keys. */
export const checkClusterWideConfig = (properties: Properties, version: string | undefined): readonly ConfigFinding[] =>
  check(properties, version, [owned, fatal, notDynamic, perBrokerOnly, badValue, outdated]);

/** The findings of `brokerConfig.config`: at most one a key, in order of keys. */
export const checkBrokerDynamicConfig = (properties: Properties, version: string | undefined): readonly ConfigFinding[] =>
  check(properties, version, [owned, fatal, notDynamic, badValue, outdated, minimumOfInSync]);

function check(properties: Properties, version: string | undefined, rules: readonly Rule[]): readonly ConfigFinding[] {
  return Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, value]) => {
      const found = rules.map((rule) => rule({ key, value, version })).find((finding) => finding !== undefined);
      return found === undefined ? [] : [{ ...found, key }];
    });
}

const refuse = (message: string) => ({ severity: 'refuse', message }) as const;
const hint = (message: string) => ({ severity: 'hint', message }) as const;

const kafka = (version: string | undefined): string => (version === undefined ? 'Kafka of an unknown version' : `Kafka ${version}`);

// ---- what belongs to the operator --------------------------------------------------------------------------------

const overridden: Rule = ({ key }) => {
  const place = overriddenBy(key);
  if (place === undefined) return undefined;
  // Unlike the others it is not overridden: Kafka compares it with the node.id that is.
  if (key === 'broker.id')
    return refuse(`cannot take broker.id: node.id is generated from ${place}, and Kafka does not start when the two differ`);
  return hint(`${key} is generated and overrides what stands here; say it with ${place}`);
};

const owned: Rule = ({ key }) => {
  const place = ownedInDynamic(key);
  if (place === undefined) return undefined;
  const why = isCompleted(key) ? 'a dynamic value would go past what is made from the spec' : 'it is generated';
  return refuse(`cannot set ${key} dynamically: ${why}; say it with ${place}`);
};

// ---- what Kafka does not take, or no longer ------------------------------------------------------------------------

const fatal: Rule = ({ key, value, version }) => {
  const { name } = settingName(key);
  const note = noteOf(name);
  const reason = note?.fatal;
  if (reason === undefined || !minorsFor(version).every((minor) => strikes(reason, minor))) return undefined;
  if (reason.value !== undefined && reason.value !== value.trim().toLowerCase()) return undefined;
  const remedy = note?.instead === undefined ? 'leave it out' : `write ${note.instead}`;
  return refuse(`cannot start ${kafka(version)} with ${key}, because ${reason.because}; ${remedy}`);
};

const strikes = ({ from, to }: Fatal, minor: string): boolean => {
  const index = MINORS.indexOf(minor);
  return (from === undefined || index >= MINORS.indexOf(from)) && (to === undefined || index <= MINORS.indexOf(to));
};

const badValue: Rule = ({ key, value, version }) => {
  const problem = valueProblem(key, value, version);
  return problem === undefined ? undefined : refuse(`cannot use this value of ${key} with ${kafka(version)}: it ${problem}`);
};

const outdated: Rule = ({ key, version }) => {
  const status = settingStatus(key, version);
  const said = OUTDATED[status.state]?.(kafka(version), status);
  return said === undefined ? undefined : hint(`${key} ${said}; ${remedyOf(status)}`);
};

const OUTDATED: Partial<Readonly<Record<SettingStatus['state'], (by: string, status: SettingStatus) => string | undefined>>> = {
  removed: (by, { since }) => `is ignored by ${by}: removed in ${since ?? 'an earlier version'}`,
  renamed: (by, { since }) => `is ignored by ${by}: replaced in ${since ?? 'an earlier version'}`,
  ignored: (by) => `is ignored by ${by} in KRaft mode`,
  deprecated: (by, { since }) => `is deprecated in ${by}${since === undefined ? '' : ` (since ${since})`}`,
  unknown: (by, { since }) => (since === undefined ? undefined : `is ignored by ${by}: Kafka knows it from ${since} on`),
};

const remedyOf = ({ state, instead }: SettingStatus): string => {
  if (instead !== undefined) return `use ${instead}`;
  return state === 'deprecated' ? 'a later version will remove it' : 'leave it out';
};

/** A key that no version knows may be a plug-in's, so only one that looks like a known one is spoken of. */
const misspelt: Rule = ({ key, version }) => {
  const meant = meantBy(key, version);
  return meant === undefined ? undefined : hint(`${key} is not known to ${kafka(version)}; did you mean ${meant}?`);
};

function meantBy(key: string, version: string | undefined): string | undefined {
  const { name } = settingName(key);
  const minor = minorsFor(version).at(-1);
  if (minor === undefined || settingRuns(name).length > 0 || noteOf(name) !== undefined) return undefined;
  const similar = similarSetting(name, minor);
  return similar === undefined ? undefined : key.slice(0, key.length - name.length) + similar;
}

// ---- the right setting in the wrong field ----------------------------------------------------------------------------

const FIELD = { 'cluster-wide': 'clusterWideConfig', 'per-broker': 'brokerConfig.config' } as const;

const dynamicElsewhere: Rule = ({ key, version }) => {
  if (isCompleted(key)) return undefined;
  const scope = scopeOf(key, version);
  if (scope === 'read-only' || scope === 'unknown') return undefined;
  if (isDynamicOnly(key, version))
    return hint(`${key} is ignored here: Kafka reads it from dynamic configuration only; write it in ${FIELD[scope]}`);
  return hint(`${key} can change while Kafka runs; written in ${FIELD[scope]} its changes need no restart`);
};

const isDynamicOnly = (key: string, version: string | undefined): boolean =>
  minorsFor(version).every((minor) => settingIn(key, minor)?.dynamicOnly === true);

const notDynamic: Rule = (setting) => {
  const { key, version } = setting;
  const scope = scopeOf(key, version);
  if (scope === 'cluster-wide' || scope === 'per-broker') return undefined;
  return scope === 'read-only' ? readOnly(setting) : unknown(setting);
};

const readOnly: Rule = ({ key, version }) => {
  const { name, perListener } = settingName(key);
  const entries = minorsFor(version).flatMap((minor) => settingIn(name, minor) ?? []);
  const only = `cannot change ${key} while Kafka runs: write it in readOnlyConfig`;
  if (!perListener && entries.some((entry) => entry.perListenerOnly)) {
    return refuse(`${only}, or for one listener as listener.name.<listener>.${key} in brokerConfig.config`);
  }
  const spelling = entries.find((entry) => entry.dynamicAs !== undefined)?.dynamicAs;
  return refuse(spelling === undefined ? only : `${only}, or write ${spelling} here`);
};

const unknown: Rule = ({ key, version }) => {
  const { name } = settingName(key);
  // Some versions take it and some do not: whoever knows the version can say, and here nobody does.
  if (version === undefined && settingRuns(name).length > 0) {
    return hint(`${key} may be refused, since not every version of Kafka can change it while it runs; set kafkaVersion to be told`);
  }
  const { state, since, instead } = settingStatus(key, version);
  const because = state !== 'unknown' ? `it was removed in ${since ?? 'an earlier version'}` : lacking(since, version);
  const meant = instead ?? meantBy(key, version);
  return refuse(`cannot set ${key} dynamically: ${because}; ${meant === undefined ? unknownRemedy(state) : `use ${meant}`}`);
};

const lacking = (since: string | undefined, version: string | undefined): string =>
  since === undefined ? `${kafka(version)} has no such setting` : `Kafka knows it from ${since} on`;

const unknownRemedy = (state: SettingStatus['state']): string =>
  state === 'unknown' ? 'write settings of plug-ins in readOnlyConfig' : 'leave it out';

const perBrokerOnly: Rule = ({ key, version }) =>
  scopeOf(key, version) === 'per-broker'
    ? refuse(`cannot set ${key} for the whole cluster: Kafka takes it broker by broker; write it in brokerConfig.config`)
    : undefined;

/** KIP-966: with eligible leader replicas on, as in clusters made by 4.1 or newer, Kafka refuses it for a single broker. */
const minimumOfInSync: Rule = ({ key, version }) =>
  key === 'min.insync.replicas' && !minorsFor(version).every((minor) => minor === '3.9')
    ? hint('min.insync.replicas of one broker is refused by clusters with eligible leader replicas; write it in clusterWideConfig')
    : undefined;
