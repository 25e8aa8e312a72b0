/** Renders the chart with the real Helm of the development dependencies. No cluster, no network. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const ROOT = join(__dirname, '../..');
export const CHART = join(ROOT, 'charts/kafka-operator');

export interface Rendered {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- rendered YAML, walked by the assertions
  readonly [field: string]: any;
}

const REPOSITORY = { operator: { image: { repository: 'registry.test/kafka-operator' } } };

export function helm(args: readonly string[], values: object): { readonly ok: boolean; readonly stdout: string; readonly stderr: string } {
  const run = spawnSync(join(ROOT, 'node_modules/.bin/helm'), [...args, '--values', '-'], { input: JSON.stringify(values), encoding: 'utf8' });
  return { ok: run.status === 0, stdout: run.stdout, stderr: run.stderr };
}

/** The objects that a release `kafka-operator` in namespace `kafka-system` makes, with an image named unless the values say otherwise. */
export function render(values: object = {}): readonly Rendered[] {
  const run = helm(['template', 'kafka-operator', CHART, '--namespace', 'kafka-system'], merged(REPOSITORY, values));
  if (!run.ok) throw new Error(run.stderr);
  return parseAllDocuments(run.stdout)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null);
}

/** What Helm says when it refuses these values; fails the test when it accepts them. */
export function refusal(values: object): string {
  const run = helm(['template', 'kafka-operator', CHART], merged(REPOSITORY, values));
  if (run.ok) throw new Error(`helm accepts ${JSON.stringify(values)}`);
  return run.stderr;
}

export function only(objects: readonly Rendered[], kind: string): Rendered {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`${String(found.length)} objects of kind ${kind}, not one`);
  return found[0]!;
}

function merged(left: object, right: object): object {
  const entries = Object.entries(right).map(([key, value]: [string, unknown]) => {
    const before = (left as Record<string, unknown>)[key];
    return [key, isRecord(before) && isRecord(value) ? merged(before, value) : value];
  });
  return { ...left, ...Object.fromEntries(entries) };
}

const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
