/** The documents name only what exists: links, rooms of the map, commands of the Makefile. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];

const missing = (page: string, pattern: RegExp, base: string): readonly string[] =>
  [...read(page).matchAll(pattern)].map((match) => match[1] ?? '').filter((path) => !existsSync(join(ROOT, base, path)));

test.each(pages)('%s: every link leads somewhere', (page) => {
  expect(missing(page, /\]\(([^)#:]+)(?:#[^)]*)?\)/gu, dirname(page))).toEqual([]);
});

test.each(['docs/architecture.md', 'CONTRIBUTING.md', 'README.md'])('%s: every path that it names exists', (page) => {
  expect(missing(page, /`((?:lib|operator|charts|examples|test|tools|docs)\/[\w./-]+)`/gu, '.')).toEqual([]);
});

test.each(pages)('%s: every make target that it names exists', (page) => {
  const targets = new Set([...read('Makefile').matchAll(/^([a-z0-9-]+):/gmu)].map((match) => match[1]));
  const named = [...read(page).matchAll(/(?:^ {4}|`)make ([a-z0-9-]+)/gmu)].map((match) => match[1]);
  expect(named.filter((target) => !targets.has(target))).toEqual([]);
});

test('README.md shows a plan as the command prints it', () => {
  const plan = read('test/plans/a-new-image-restarts-one-node-and-holds-the-others/plan.txt').trimEnd();
  expect(read('README.md')).toContain(plan.replace(/^/gmu, '    '));
});
