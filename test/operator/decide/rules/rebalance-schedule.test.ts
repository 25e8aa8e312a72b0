import type { ResolvedCluster } from '../../../../lib/api/resolved-cluster';
import { nextRebalance, rebalanceOnSchedule } from '../../../../operator/decide/rules/rebalance-schedule';
import { isoSeconds } from '../../../../operator/decide/rfc3339';
import { simulate, withObject, withStatus } from '../../../../operator/decide/simulate';
import type { World } from '../../../../operator/decide/world';
import { contextOf, converged, NOW } from '../../../world/makers';
import { threeNodes } from '../../../world/three-nodes';

/** Every day at two; NOW is midnight. */
const DAILY = '0 2 * * *';
const cluster = threeNodes(`  cruiseControlConfig: { rebalanceSchedule: "${DAILY}" }`);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TWO = NOW + 2 * HOUR;

const start = withStatus(converged(threeNodes('  cruiseControlConfig: {}')), {
  scheduledRebalance: { schedule: DAILY, last: isoSeconds(TWO - DAY) },
});
const wishes = (world: World, now: number, of: ResolvedCluster = cluster) => rebalanceOnSchedule(contextOf(of, world, now));
const after = (world: World, now: number): World => wishes(world, now).reduce(simulate, world);
const operations = (world: World) => world.objects.filter((o) => o.kind === 'CruiseControlOperation');

const finished = (world: World): World =>
  operations(world).reduce(
    (w, o) => withObject(w, { ...o, status: { currentTask: { state: 'Completed', finished: isoSeconds(TWO) } } }),
    world,
  );

test('nothing is made before its time, and nothing without a schedule', () => {
  expect(wishes(start, TWO - 1000)).toEqual([]);
  expect(wishes(start, TWO, threeNodes('  cruiseControlConfig: {}'))).toEqual([]);
});

test('at its time one operation is made, and that is written down', () => {
  expect(wishes(start, TWO)).toMatchObject([
    { kind: 'apply', risk: 'disruptive', manifest: { spec: { operation: 'rebalance', parameters: {} } } },
  ]);
  const made = after(start, TWO);
  expect(wishes(made, TWO + 1000)).toMatchObject([
    { kind: 'record', status: { scheduledRebalance: { schedule: DAILY, last: isoSeconds(TWO) } } },
  ]);
  const known = after(made, TWO + 1000);
  expect(wishes(known, TWO + 2000)).toEqual([]);
  expect(operations(known)).toHaveLength(1);
});

test('an operation that expired is not made again', () => {
  const known = after(after(start, TWO), TWO + 1000);
  const expired = { ...known, objects: known.objects.filter((o) => o.kind !== 'CruiseControlOperation') };
  expect(wishes(expired, TWO + HOUR)).toEqual([]);
});

test('what was missed is made good once, with the last of it', () => {
  expect(wishes(start, TWO + 10 * DAY + HOUR)).toHaveLength(1);
  const known = after(after(start, TWO + 10 * DAY), TWO + 10 * DAY);
  expect(known.cluster.status.scheduledRebalance?.last).toBe(isoSeconds(TWO + 10 * DAY));
  expect(wishes(known, TWO + 10 * DAY + HOUR)).toEqual([]);
});

test('none is made while the one before is not over', () => {
  const known = after(after(start, TWO), TWO + 1000);
  expect(wishes(known, TWO + DAY)).toEqual([]);
  expect(wishes(finished(known), TWO + DAY)).toMatchObject([{ kind: 'apply' }]);
});

test('a new schedule begins with its next time', () => {
  const fresh = {
    ...start,
    cluster: { ...start.cluster, status: { ...start.cluster.status, scheduledRebalance: undefined } },
  } as unknown as World;
  expect(wishes(fresh, TWO + HOUR)).toMatchObject([
    { kind: 'record', status: { scheduledRebalance: { schedule: DAILY, last: isoSeconds(TWO) } } },
  ]);
  const hourly = threeNodes('  cruiseControlConfig: { rebalanceSchedule: "0 * * * *" }');
  expect(wishes(start, TWO, hourly).map((p) => p.kind)).toEqual(['record']);
});

test('the next time is told, so that the operator wakes', () => {
  expect(nextRebalance({ cluster, now: NOW })).toEqual([TWO]);
  expect(nextRebalance({ cluster, now: TWO })).toEqual([TWO + DAY]);
});
