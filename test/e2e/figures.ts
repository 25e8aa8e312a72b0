/** What a journey measured. `test/e2e/run` prints all of it at the end; nothing is judged by it. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../../dist/e2e');

export function figure(what: string, value: string): void {
  mkdirSync(folder, { recursive: true });
  appendFileSync(join(folder, 'figures.txt'), `${what}: ${value}\n`);
}

/** The lines of what happened, to `dist/e2e/<name>.story`. */
export function story(name: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.story`), `${lines.join('\n')}\n`);
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
