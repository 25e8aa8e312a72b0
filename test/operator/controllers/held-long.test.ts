import { HELD_LONG_AFTER, HeldLong, worrying } from '../../../operator/controllers/held-long';
import type { Held } from '../../../operator/decide/plan';
import { reason } from '../../../operator/decide/reason';

const NOW = 1_767_225_600_000;
const roll: Held = { what: 'restart  node 1', reasons: [reason('NodeNotReady', 'node 2 does not serve')] };
const ill: Held = { what: 'upScale  for alert a', reasons: [reason('AlertWaits', 'node 2 does not serve')] };
const cool: Held = { what: 'upScale  for alert a', reasons: [reason('AlertWaits', 'the last action was a short time ago', NOW + 600_000)] };

const messages = (holds: HeldLong, held: readonly Held[], now: number): readonly string[] =>
  holds.judge('kafka/orders', held, now).events.map(({ message }) => message);

test('what is held for two minutes is told once, and again only after it had ended', () => {
  const holds = new HeldLong();
  expect(holds.judge('kafka/orders', [roll], NOW)).toEqual({ events: [], lookAgainIn: HELD_LONG_AFTER });
  const said = 'held for 2 minutes: restart node 1 node 2 does not serve';
  expect(messages(holds, [roll], NOW + HELD_LONG_AFTER)).toEqual([said]);
  expect(messages(holds, [roll], NOW + 2 * HELD_LONG_AFTER)).toEqual([]);
  expect(messages(holds, [], NOW + 3 * HELD_LONG_AFTER)).toEqual([]);
  expect(messages(holds, [roll], NOW + 4 * HELD_LONG_AFTER)).toEqual([]);
  expect(messages(holds, [roll], NOW + 5 * HELD_LONG_AFTER)).toEqual([said]);
});

test('an alert that waits until a time is no news, one that waits for a cluster is', () => {
  expect(worrying([roll, cool, ill])).toEqual([roll, ill]);
  const holds = new HeldLong();
  expect(holds.judge('kafka/orders', [cool], NOW)).toEqual({ events: [], lookAgainIn: undefined });
  expect(messages(holds, [cool], NOW + HELD_LONG_AFTER)).toEqual([]);
  expect(messages(holds, [ill], NOW + HELD_LONG_AFTER)).toEqual([]);
  expect(messages(holds, [ill], NOW + 2 * HELD_LONG_AFTER)).toEqual(['held for 2 minutes: upScale for alert a node 2 does not serve']);
});
