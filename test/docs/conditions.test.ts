import { CONDITION_REASONS, CONDITION_TYPES } from '../../operator/decide/conditions';
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

test('docs/conditions.md, Events: every reason that is told is explained, and nothing else', () => {
  const told = given('operator/act/events.ts', 'reason').concat(given('operator/controllers/kafka-cluster-controller.ts', 'reason'));
  expect([...documented(page, 'Events')].sort()).toEqual(unique(told));
});
