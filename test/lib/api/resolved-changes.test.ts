import { resolve } from '../../../lib/api/resolve';
import { cluster, spec } from './specs';

type Json = Record<string, unknown>;

const resolved = (changes: Json) => resolve(cluster(spec(changes))).cluster;
const problems = (changes: Json): string[] => resolve(cluster(spec(changes))).problems.map(({ path, message }) => `${path}: ${message}`);

describe('a policy', () => {
  test('is as written, with the windows measured', () => {
    const windows = [{ schedule: '0 2 * * 6', timeZone: 'Europe/Berlin', duration: '1h30m' }];
    expect(resolved({ changePolicy: { approval: 'Required', onFailure: 'Rollback', approvedPlan: 'abc', windows } })?.changePolicy).toEqual(
      {
        approval: 'Required',
        onFailure: 'Rollback',
        unprotected: 'Restart',
        approvedPlan: 'abc',
        windows: [{ schedule: '0 2 * * 6', timeZone: 'Europe/Berlin', durationMs: 5_400_000 }],
      },
    );
  });

  test('has windows in UTC unless they say otherwise', () => {
    const windows = [{ schedule: '0 2 * * 6', duration: '2h' }];
    expect(resolved({ changePolicy: { windows } })?.changePolicy.windows).toMatchObject([{ timeZone: 'Etc/UTC' }]);
  });

  test('approves nothing with an empty text', () => {
    expect(resolved({ changePolicy: { approvedPlan: '' } })?.changePolicy.approvedPlan).toBeUndefined();
  });
});

describe('a window', () => {
  const window = (changes: Json) => problems({ changePolicy: { windows: [{ schedule: '0 2 * * *', duration: '2h', ...changes }] } });

  test.each(['* * * * *', '*/15 0-6 1,15 JAN-MAR MON-FRI', '0 22 * * 0-5/2', '  5   4 31 12 7 ', '0 0 1 jan sun'])(
    'is accepted with the schedule %s',
    (schedule) => expect(window({ schedule })).toEqual([]),
  );

  test.each([
    ['', 'has 1 fields, not five'],
    ['0 2 * *', 'has 4 fields, not five'],
    ['0 0 2 * * *', 'has 6 fields, not five'],
    ['@daily', 'has 1 fields, not five'],
    ['60 2 * * *', 'has no valid minute (0 to 59)'],
    ['0 24 * * *', 'has no valid hour (0 to 23)'],
    ['0 2 0 * *', 'has no valid day of month (1 to 31)'],
    ['0 2 * 13 *', 'has no valid month (1 to 12)'],
    ['0 2 * * 8', 'has no valid day of week (0 to 7)'],
    ['5-3 2 * * *', 'has no valid minute (0 to 59)'],
    ['*/0 2 * * *', 'has no valid minute (0 to 59)'],
    ['1,,2 2 * * *', 'has no valid minute (0 to 59)'],
    ['1/2/3 2 * * *', 'has no valid minute (0 to 59)'],
    ['0 2 * * JAN', 'has no valid day of week (0 to 7)'],
  ])('is refused with the schedule "%s"', (schedule, wrong) => {
    expect(window({ schedule })).toEqual([
      `spec.changePolicy.windows[0].schedule: cannot read the schedule ${schedule}: it ${wrong}; write minute, hour, day of month, month and day of week, for example 0 2 * * 6`,
    ]);
  });

  test.each(['Etc/UTC', 'UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('is accepted in %s', (timeZone) =>
    expect(window({ timeZone })).toEqual([]),
  );

  test.each(['', 'Berlin', 'Mars/Base'])('is refused in "%s"', (timeZone) =>
    expect(window({ timeZone })).toEqual([
      `spec.changePolicy.windows[0].timeZone: cannot find the time zone ${timeZone}: write its IANA name, for example Europe/Berlin`,
    ]),
  );

  test.each(['0s', '0h0m'])('is refused when it stays open for %s', (duration) =>
    expect(window({ duration })).toEqual([
      `spec.changePolicy.windows[0].duration: cannot open a window for ${duration}: write how long it stays open, for example 2h`,
    ]),
  );
});

describe('a selector', () => {
  const expression = (changes: Json) => ({
    taintedBrokersSelector: { matchExpressions: [{ key: 'a', operator: 'In', values: ['b'], ...changes }] },
  });

  test('is as written, with nothing left out', () => {
    expect(
      resolved({ taintedBrokersSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'Exists' }] } }),
    ).toMatchObject({
      taintedBrokersSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'Exists', values: [] }] },
    });
    expect(resolved({ taintedBrokersSelector: {} })?.taintedBrokersSelector).toEqual({ matchLabels: {}, matchExpressions: [] });
  });

  test.each<[string, Json, string]>([
    ['an operator that does not exist', { operator: 'Is' }, 'cannot select with the operator Is: write In, NotIn, Exists or DoesNotExist'],
    [
      'the name of something every object has',
      { operator: 'constructor' },
      'cannot select with the operator constructor: write In, NotIn, Exists or DoesNotExist',
    ],
    ['no values', { operator: 'NotIn', values: [] }, 'cannot select a with NotIn and no values: add values'],
    ['values in vain', { operator: 'Exists' }, 'cannot select a with Exists and values: remove the values, or write In'],
  ])('is refused with %s', (_name, changes, message) => {
    expect(problems(expression(changes))).toEqual([`spec.taintedBrokersSelector.matchExpressions[0]: ${message}`]);
  });
});
