/** The one line at the end of `make test` sums what ran, and is never better than the truth. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'closing-line-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const jestResults = (passed: number, failed: number): string =>
  `echo '{"numPassedTests":${String(passed)},"numFailedTests":${String(failed)},"numRuntimeErrorTestSuites":0}' > ${folder}/jest.json`;

/** Runs tools/test with a make that does what the two texts say. */
function closing(check: () => string, e2e: string): { readonly lines: readonly string[]; readonly code: number | null } {
  const make = join(folder, 'make');
  writeFileSync(make, `#!/bin/bash\ncase "$*" in *check*) ${check()} ;; *e2e*) ${e2e} ;; esac\n`);
  chmodSync(make, 0o755);
  const run = spawnSync(join(ROOT, 'tools/test'), { env: { ...process.env, MAKE: make, RESULTS: folder }, encoding: 'utf8' });
  return { lines: run.stdout.trimEnd().split('\n'), code: run.status };
}

test.each([
  ['both counts are added', () => jestResults(10, 0), 'echo a journey; echo 4 passed, 0 failed', '14 passed, 0 failed'],
  ['a failed unit test is counted', () => `${jestResults(9, 1)}; exit 2`, 'echo 4 passed, 0 failed', '13 passed, 1 failed'],
  ['a lint error counts as a failure', () => `${jestResults(10, 0)}; exit 2`, 'echo 4 passed, 0 failed', '14 passed, 1 failed'],
  ['unit tests that never ran count as a failure', () => 'exit 2', 'echo 4 passed, 0 failed', '4 passed, 1 failed'],
  ['a failed journey is counted', () => jestResults(10, 0), 'echo 3 passed, 1 failed; exit 1', '13 passed, 1 failed'],
  ['journeys that broke off count as a failure', () => jestResults(10, 0), 'echo 3 passed; exit 1', '10 passed, 1 failed'],
  [
    'journeys that pass and yet fail count as a failure',
    () => jestResults(10, 0),
    'echo 4 passed, 0 failed; exit 1',
    '14 passed, 1 failed',
  ],
])('%s', (_name, check, e2e, line) => {
  const { lines, code } = closing(check, e2e);
  expect(lines.filter((text) => /^\d+ passed, \d+ failed$/u.test(text))).toEqual([line]);
  expect(lines.at(-1)).toBe(line);
  expect(code === 0).toBe(line.endsWith(' 0 failed'));
});
