/**
 * Whether a text is a schedule of five cron fields: minute, hour, day of month, month, day of week. Only the form is judged
 * here, so that a slip is refused with the spec; when a window is open is worked out where the time is known.
 */

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names that stand for numbers, from `least` on. */
  readonly names: readonly string[];
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, names: [] },
  { name: 'hour', least: 0, most: 23, names: [] },
  { name: 'day of month', least: 1, most: 31, names: [] },
  { name: 'month', least: 1, most: 12, names: MONTHS },
  { name: 'day of week', least: 0, most: 7, names: DAYS },
];

/** What is wrong with a schedule, as the end of a sentence ("it …"); undefined when it has the form. */
export function scheduleProblem(schedule: string): string | undefined {
  const texts = schedule.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) return `has ${String(texts.length)} fields, not five`;
  const wrong = FIELDS.find((field, index) => !(texts[index] ?? '').split(',').every((part) => isPart(part, field)));
  return wrong === undefined ? undefined : `has no valid ${wrong.name} (${String(wrong.least)} to ${String(wrong.most)})`;
}

/** `*`, `5`, `MON`, `1-5`, and each with a step: `*` + `/15`, `1-5/2`. */
function isPart(part: string, field: Field): boolean {
  const [range = '', step, ...rest] = part.split('/');
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d{0,2}$/.test(step))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((text) => numberOf(text, field));
  const [first, last = first] = ends;
  return ends.length <= 2 && first !== undefined && last !== undefined && first <= last;
}

function numberOf(text: string, { least, most, names }: Field): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  const number = named >= 0 ? least + named : /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  return number >= least && number <= most ? number : undefined;
}
