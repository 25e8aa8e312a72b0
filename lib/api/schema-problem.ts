/** What the parser found wrong, in the words that all problems use. */
import type { z } from 'zod';
import type { Problem, ProblemCode } from './problem';

/** More would not be read. */
const MAX_PROBLEMS = 50;

export function problemsOf(error: z.ZodError, spec: unknown): readonly Problem[] {
  return error.issues.slice(0, MAX_PROBLEMS).map((issue) => {
    const missing = valueAt(spec, issue.path) === undefined;
    const path = pathOf(issue.path);
    const explain = `see kubectl explain kafkacluster.${path.replace(/\[[^\]]*\]/g, '')}`;
    const message = missing
      ? `cannot do without ${path}: write it; ${explain}`
      : `cannot accept ${path}: ${issue.message.replace(/^Invalid input: /, '')}; ${explain}`;
    return { path, code: missing ? 'Required' : codeOf(issue.code), message };
  });
}

const codeOf = (code: string): ProblemCode => (code === 'too_small' || code === 'too_big' ? 'OutOfRange' : 'Invalid');

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => (typeof step === 'number' ? `${text}[${String(step)}]` : `${text}.${String(step)}`), 'spec');
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (found, step) => (typeof found === 'object' && found !== null ? (found as Record<PropertyKey, unknown>)[step] : undefined),
    value,
  );
}
