import { AlertDesk } from '../../../operator/alerts/alert-desk';
import { AlertWatch } from '../../../operator/controllers/alert-watch';
import { firing, known } from '../../world/alerted';
import { contextOf, converged, NOW } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const KEY = 'kafka/orders';
const HOUR = 3_600_000;
const cluster = dedicatedNodes();
const calm = firing(converged(cluster), known('a'));

test('alerts for which there is no room are told, once an hour and only while more come', () => {
  const desk = new AlertDesk({ locate: () => KEY, recorded: () => undefined, wake: () => undefined, now: () => NOW });
  const watch = new AlertWatch(desk, undefined);
  const told = (refused: number, now: number): number =>
    watch.passed(KEY, contextOf(cluster, { ...calm, alerts: { ...calm.alerts!, refused } }, now)).length;
  expect(told(0, NOW)).toBe(0);
  expect(told(3, NOW)).toBe(1);
  expect(told(9, NOW + HOUR - 1)).toBe(0);
  expect(told(9, NOW + HOUR)).toBe(1);
  expect(told(9, NOW + 2 * HOUR)).toBe(0);
  watch.forget(KEY);
  expect(told(1, NOW + 2 * HOUR)).toBe(1);
});
