import { CONDITION_REASONS, CONDITION_TYPES } from '../../operator/decide/conditions';
import { OPERATION_CONDITION_REASONS, OPERATION_CONDITION_TYPES } from '../../operator/decide/operation-conditions';
import { REASON_CODES } from '../../operator/decide/reason';
import { documented, given, unique } from './tables';

const page = 'conditions.md';

test.each([
  ['Types', CONDITION_TYPES],
  ['Reasons of conditions', CONDITION_REASONS],
  ['Reasons of actions', REASON_CODES],
])('docs/conditions.md, %s: every code is explained once, and nothing else', (heading, codes) => {
  expect(codes.length).toBeGreaterThan(5);
  expect([...documented(page, heading)].sort()).toEqual([...codes].sort());
});

test('docs/conditions.md, Conditions of a CruiseControlOperation: every type and reason is explained once, and nothing else', () => {
  const codes = [...OPERATION_CONDITION_TYPES, ...OPERATION_CONDITION_REASONS];
  expect([...documented(page, 'Conditions of a CruiseControlOperation')].sort()).toEqual([...codes].sort());
});

test('docs/conditions.md, Events: every reason that is told is explained, and nothing else', () => {
  const files = [
    'operator/act/events.ts',
    ...['alert-news', 'kafka-cluster-controller', 'held-long', 'anomaly-events'].map((name) => `operator/controllers/${name}.ts`),
  ];
  const told = files.flatMap((file) => given(file, 'reason'));
  expect([...documented(page, 'Events')].sort()).toEqual(unique(told));
});
