/** Drawn values by hand: the simplest of each. */
import type { Shape, Wish } from './wish';

export const fine: Wish = {
  version: '4.2.1',
  setting: 1,
  harm: 'none',
  gigabytes: 1,
  missing: 0,
  moreControllers: 0,
  dynamic: 0,
  left: [],
  more: 0,
};

/** Three controllers, three brokers, one rack, as the defaults have it, unless said otherwise. */
export const shape = (more: Partial<Shape> = {}): Shape => ({
  combined: false,
  controllers: 3,
  brokers: 3,
  racks: 1,
  concurrency: 1,
  threshold: 1,
  budgets: true,
  approval: 'Automatic',
  onFailure: 'Hold',
  cruiseControl: false,
  reclaim: 'Retain',
  envoy: false,
  ...more,
});
