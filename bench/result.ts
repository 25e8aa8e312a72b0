/**
 * What a benchmark hands over. Counts come first: they are the same on a slow and on a fast machine. Then ratios, then
 * times, which are not; so a result always says on what machine and under what load it was made.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

export type Unit = 'requests' | 'writes' | 'objects' | 'bytes' | 'ratio' | 'ms' | 's' | 'MiB' | '';

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** How many values. */
  readonly of: number;
}

export interface Figure {
  readonly what: string;
  readonly value: number | Spread;
  readonly unit: Unit;
  /** The upper bound that is wanted; of a spread it binds the median, unless `bound` says otherwise. */
  readonly wanted?: number;
  readonly bound?: 'median' | 'max';
  /** How the number comes about, where its name does not say it; for example which requests they were. */
  readonly note?: string;
}

export interface Findings {
  readonly title: string;
  /** What stands in for a real part, by name; empty when everything is real. */
  readonly standIns: readonly string[];
  /** Lengths and repetitions that were chosen. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly figures: readonly Figure[];
}

export interface Machine {
  readonly cores: number;
  readonly memoryGiB: number;
  /** Processes that ran or waited, on the average of the last minute, when the benchmark began. */
  readonly loadAtStart: number;
}

export interface Result extends Findings {
  readonly name: string;
  readonly command: string;
  readonly date: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
}

/** The checkout: compiled files lie in dist/bench/bench. */
export const ROOT = join(__dirname, '../../..');
export const RESULTS = join(ROOT, 'bench/results');

export function machine(): Machine {
  return {
    cores: cpus().length,
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    loadAtStart: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

export function versions(): Readonly<Record<string, string>> {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const changed = execFileSync('git', ['status', '--porcelain', '--', 'lib', 'operator', 'charts'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return {
    operator: `${version} (${commit}${changed === '' ? '' : ' and changes'})`,
    kubernetes: process.env.BENCH_KUBERNETES_VERSION ?? 'none',
    kafka: process.env.BENCH_KAFKA_VERSION ?? 'none',
    node: process.versions.node,
  };
}

export function store(result: Result): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${result.name}.json`), `${JSON.stringify(result, undefined, 2)}\n`);
}

/** Errors: no values. */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) throw new Error('cannot tell the median of nothing: the benchmark measured no value');
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min: rounded(min), median: rounded(median), max: rounded(max), of: sorted.length };
}

/** Three digits that mean something. */
export function rounded(value: number): number {
  if (Math.abs(value) >= 100) return Math.round(value);
  return Number(value.toPrecision(3));
}

export function isMet({ value, wanted, bound }: Figure): boolean | undefined {
  if (wanted === undefined) return undefined;
  return (typeof value === 'number' ? value : value[bound ?? 'median']) <= wanted;
}

/** A number of the environment, with which a run is made shorter. */
export function parameter(name: string, otherwise: number): number {
  const text = process.env[name] ?? '';
  const value = text === '' ? otherwise : Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`cannot run with ${name}=${text}: write a number above zero`);
  return value;
}
