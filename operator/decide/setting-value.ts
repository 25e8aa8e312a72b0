/**
 * Whether Kafka already has a wanted value, judged without holding a secret.
 *
 * Kafka tells the settings of one broker as it parsed them: `1` of a decimal comes back as `1.0`, a list without its blanks.
 * Texts that differ and mean the same would be sent for ever, so they are compared by the type of the setting. What Kafka does
 * not tell at all is compared by a fingerprint of what was sent last.
 */
import { shortHash } from '../../lib/constructs/naming';
import { isSensitive } from '../../lib/kafka/settings/config-scope';
import { settingName } from '../../lib/kafka/settings/listener-prefix';
import { settingRuns } from '../../lib/kafka/settings/settings-table';

/**
 * Kafka does not tell its value, or tells another text: a password, a setting of a plug-in (Kafka takes what it does not know
 * for a secret), or a reference that a config provider fills in (`${…}`). Such a value is never printed.
 */
export const isHidden = (key: string, value: string, version: string | undefined): boolean =>
  isSensitive(key, version) || typeOf(key) === undefined || value.includes('${');

/** What of a hidden value may stand in a status: 16 hexadecimal digits, others in each cluster and for each key. */
export const fingerprintOf = (clusterId: string, key: string, value: string): string =>
  shortHash(JSON.stringify([clusterId, key, value.trim()]), 16);

/** Two texts that Kafka reads as one value. */
export const sameValue = (key: string, one: string, other: string): boolean => sameTyped(typeOf(key) ?? '', one, other);

/** The same of a setting of this type (Kafka's ConfigDef.Type). */
export function sameTyped(type: string, one: string, other: string): boolean {
  const read = READERS[type] ?? ((text: string) => text);
  return read(one.trim()) === read(other.trim());
}

const typeOf = (key: string): string | undefined => settingRuns(settingName(key).name).at(-1)?.type;

const whole = (text: string): string => (/^[+-]?\d+$/.test(text) ? String(BigInt(text.replace('+', ''))) : text);

/** Java also takes `0.9f`. */
function decimal(text: string): string {
  const number = text === '' ? NaN : Number(text.replace(/[fFdD]$/, ''));
  return Number.isNaN(number) ? text : String(number);
}

const READERS: Readonly<Record<string, (text: string) => string>> = {
  SHORT: whole,
  INT: whole,
  LONG: whole,
  DOUBLE: decimal,
  BOOLEAN: (text) => text.toLowerCase(),
  LIST: (text) => text.split(/\s*,\s*/).join(),
};
