/**
 * Whether Kafka would take a value. A node that does not start because of a word in a number costs a restart to find out; this
 * finds it before. Only what Kafka's ConfigDef checks by type, range and list; what it leaves to other code passes.
 */
import { settingName } from './listener-prefix';
import { minorsFor, settingIn, type SettingEntry } from './settings-table';

/**
 * What is wrong with a value, as the end of a sentence ("must be …"); undefined when nothing is known to be. With `version`
 * undefined only what every version refuses. Values that a config provider fills in (`${…}`) are not judged.
 */
export function valueProblem(key: string, value: string, version: string | undefined): string | undefined {
  if (value.includes('${')) return undefined;
  const { name } = settingName(key);
  const problems = minorsFor(version).map((minor) => problemIn(settingIn(name, minor), value.trim()));
  return problems.every((problem) => problem !== undefined) ? problems.at(-1) : undefined;
}

const problemIn = (entry: SettingEntry | undefined, value: string): string | undefined =>
  entry === undefined ? undefined : (CHECKS[entry.type]?.(value, entry.valid ?? '') ?? undefined);

type Check = (value: string, valid: string) => string | undefined;

const whole =
  (bits: number): Check =>
  (value, valid) => {
    if (!/^[+-]?\d+$/.test(value)) return 'must be a whole number';
    const limit = 2n ** BigInt(bits - 1);
    const number = BigInt(value.replace('+', ''));
    if (number < -limit || number >= limit) return `must be a whole number of ${String(bits)} bits`;
    return outOfRange(Number(number), valid);
  };

/** Java takes `0.9f`, `1e3` and hexadecimal ones; the last are rare enough to pass unread. */
const decimal: Check = (value, valid) => {
  if (/^[+-]?(?:NaN|Infinity|0[xX].*)$/.test(value)) return undefined;
  const number = value === '' ? NaN : Number(value.replace(/[fFdD]$/, ''));
  return Number.isNaN(number) ? 'must be a number' : outOfRange(number, valid);
};

const CHECKS: Readonly<Record<string, Check>> = {
  SHORT: whole(16),
  INT: whole(32),
  LONG: whole(64),
  DOUBLE: decimal,
  BOOLEAN: (value) => (/^(?:true|false)$/i.test(value) ? undefined : 'must be true or false'),
  STRING: (value, valid) => notListed([value], valid),
  LIST: (value, valid) => notListed(value === '' ? [] : value.split(/\s*,\s*/), valid),
};

/** `[1,...]`, `[0,...,1]`, and `[1,...,9] or -1`. */
const RANGE = /^\[(-?[\d.]+)?,?\.\.\.(?:,(-?[\d.]+))?\](?: or (-?\d+))?$/;

function outOfRange(number: number, valid: string): string | undefined {
  const range = RANGE.exec(valid);
  if (range === null || (range[3] !== undefined && number === Number(range[3]))) return undefined;
  const [least, most] = [Number(range[1] ?? -Infinity), Number(range[2] ?? Infinity)];
  return number < least || number > most ? `must be in ${valid}` : undefined;
}

/** `[compact, delete]`, and `(case insensitive) [ES256, RS256]`. */
const LISTED = /^(\(case insensitive\) )?\[([\w-]+(?:, [\w-]+)*)\]$/;

function notListed(values: readonly string[], valid: string): string | undefined {
  const listed = LISTED.exec(valid);
  if (listed === null) return undefined;
  const fold = (text: string): string => (listed[1] === undefined ? text : text.toUpperCase());
  const allowed = (listed[2] ?? '').split(', ').map(fold);
  return values.every((value) => allowed.includes(fold(value))) ? undefined : `must be of ${valid}`;
}
