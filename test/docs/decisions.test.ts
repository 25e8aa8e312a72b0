import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const records = readdirSync(join(ROOT, 'docs/decisions')).filter((file) => /^\d{4}-/u.test(file));

test.each(records)('%s has the parts of the template, fits on a screen and is listed', (file) => {
  const text = read(`docs/decisions/${file}`);
  const headings = [...text.matchAll(/^## (.+)$/gmu)].map((match) => match[1]);
  expect(headings).toEqual(['Context', 'Decision', 'Alternatives', 'Consequences']);
  expect(text).toMatch(new RegExp(`^# ${file.slice(0, 4)} `, 'u'));
  expect(text.split('\n').length).toBeLessThanOrEqual(60);
  expect(read('docs/decisions/README.md')).toContain(`[${file.slice(0, 4)}](${file})`);
});

test('numbers are given once and without a gap', () => {
  expect(records.map((file) => Number(file.slice(0, 4)))).toEqual(records.map((_, at) => at + 1));
});

test('0002 names every dependency with the version that is pinned', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
  const rows = read('docs/decisions/0002-stack.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const named = rows.flatMap(([, names = '', versions = '']) => {
    const pins = versions.replace(/[^0-9.,-]/gu, '').split(',');
    return names.split(',').map((name, at) => [name.replace(/[` ]/gu, ''), pins[at]] as const);
  });
  expect(Object.fromEntries(named)).toEqual({ ...dependencies, ...devDependencies });
});
