/**
 * What can be wrong with when and how changes are made. A window that can never open would hold every change for good, and
 * one that was misread would let changes through at noon; a selector that was misread would restart the wrong nodes. So what
 * cannot be read refuses the spec.
 */
import { scheduleProblem } from './cron-fields';
import { parseDuration } from './duration';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem } from './problem';

export const checkChanges = (spec: DefaultedSpec): readonly Problem[] => [...checkWindows(spec), ...checkSelector(spec)];

type Window = NonNullable<NonNullable<DefaultedSpec['changePolicy']>['windows']>[number];
type Expression = NonNullable<NonNullable<DefaultedSpec['taintedBrokersSelector']>['matchExpressions']>[number];

const checkWindows = ({ changePolicy }: DefaultedSpec): readonly Problem[] =>
  (changePolicy?.windows ?? []).flatMap((window, index) =>
    windowProblems(window).map(([field, message]) => ({
      path: `spec.changePolicy.windows[${String(index)}].${field}`,
      code: 'Invalid' as const,
      message,
    })),
  );

function windowProblems({ schedule, timeZone, duration }: Window): readonly (readonly [field: string, message: string])[] {
  const wrong = scheduleProblem(schedule);
  const fields = 'write minute, hour, day of month, month and day of week, for example 0 2 * * 6';
  const problems: readonly (readonly [string, string | undefined])[] = [
    ['schedule', wrong && `cannot read the schedule ${schedule}: it ${wrong}; ${fields}`],
    [
      'timeZone',
      isTimeZone(timeZone) ? undefined : `cannot find the time zone ${timeZone}: write its IANA name, for example Europe/Berlin`,
    ],
    [
      'duration',
      parseDuration(duration) ? undefined : `cannot open a window for ${duration}: write how long it stays open, for example 2h`,
    ],
  ];
  return problems.filter((problem): problem is readonly [string, string] => problem[1] !== undefined);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const TAKES_VALUES: Readonly<Record<string, boolean>> = { In: true, NotIn: true, Exists: false, DoesNotExist: false };

const checkSelector = ({ taintedBrokersSelector }: DefaultedSpec): readonly Problem[] =>
  (taintedBrokersSelector?.matchExpressions ?? []).flatMap((expression, index) => {
    const message = expressionProblem(expression);
    return message === undefined
      ? []
      : [{ path: `spec.taintedBrokersSelector.matchExpressions[${String(index)}]`, code: 'Invalid' as const, message }];
  });

function expressionProblem({ key, operator, values = [] }: Expression): string | undefined {
  const takes = Object.hasOwn(TAKES_VALUES, operator) ? TAKES_VALUES[operator] : undefined;
  if (takes === undefined) return `cannot select with the operator ${operator}: write In, NotIn, Exists or DoesNotExist`;
  if (takes && values.length === 0) return `cannot select ${key} with ${operator} and no values: add values`;
  if (!takes && values.length > 0) return `cannot select ${key} with ${operator} and values: remove the values, or write In`;
  return undefined;
}
