/** Finds the setting that somebody probably meant: the nearest name, at most two letters away. */
import { settingIn, settingNames } from './settings-table';

const NEAR = 2;

/** Looking takes a tenth of a millisecond, and every broker may have the same plug-ins; more than these are forgotten at once. */
const MOST_REMEMBERED = 1_000;
const remembered = new Map<string, string | undefined>();

/** The known setting nearest to a name in one minor of the table; undefined when none is near. */
export function similarSetting(name: string, minor: string): string | undefined {
  const question = `${minor} ${name}`;
  if (!remembered.has(question)) {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(question, nearest(name, minor));
  }
  return remembered.get(question);
}

function nearest(name: string, minor: string): string | undefined {
  const candidates = settingNames()
    .filter((known) => Math.abs(known.length - name.length) <= NEAR && settingIn(known, minor) !== undefined)
    .map((known) => ({ known, far: distance(name, known) }))
    .filter(({ far }) => far <= NEAR);
  return candidates.sort((a, b) => a.far - b.far || (a.known < b.known ? -1 : 1))[0]?.known;
}

/** Letters to change, add or take away to get from one text to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
