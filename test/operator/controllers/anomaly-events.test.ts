import { AnomalyEvents } from '../../../operator/controllers/anomaly-events';
import type { AnomalyView, World } from '../../../operator/decide/world';
import { running, withDisks } from '../../world/disks';
import { happened } from '../../world/happenings';
import { NOW } from '../../world/makers';

const cluster = withDisks();
const calm = running(cluster);
const healing = happened(calm, cluster, { heals: 'BROKER_FAILURE', because: 'failed brokers 103' });
const withAnomalies = (...anomalies: readonly Partial<AnomalyView>[]): World => {
  if (healing.cruiseControl?.state !== 'known') throw new Error('Cruise Control is not known in this world');
  const { value } = healing.cruiseControl;
  const first = value.anomalies![0]!;
  return { ...healing, cruiseControl: { state: 'known', value: { ...value, anomalies: anomalies.map((a) => ({ ...first, ...a })) } } };
};
const told = (events: AnomalyEvents, world: World, now = NOW): readonly string[] =>
  events.judge('kafka/orders', world, now).map((e) => `${e.type} ${e.reason}: ${e.message}`);

const BEGUN = 'Warning SelfHealingStarted: Cruise Control repairs by itself: BROKER_FAILURE: failed brokers 103';

describe('what Cruise Control begins to repair', () => {
  it('is told once', () => {
    const events = new AnomalyEvents();
    expect(told(events, healing)).toEqual([BEGUN]);
    expect(told(events, healing, NOW + 5000)).toEqual([]);
  });

  it('is told of each', () => {
    const events = new AnomalyEvents();
    told(events, healing);
    expect(told(events, withAnomalies({}, { id: 'b', type: 'GOAL_VIOLATION', description: '' }))).toEqual([
      'Normal SelfHealingStarted: Cruise Control repairs by itself: GOAL_VIOLATION',
    ]);
  });

  it('is told when it could not begin', () => {
    expect(told(new AnomalyEvents(), withAnomalies({ status: 'FIX_FAILED_TO_START' }))).toEqual([
      'Warning SelfHealingFailed: Cruise Control could not begin to repair BROKER_FAILURE: failed brokers 103; its log says why',
    ]);
  });

  it('is not told while it only looks on', () => {
    expect(told(new AnomalyEvents(), withAnomalies({ status: 'CHECK_WITH_DELAY' }))).toEqual([]);
  });

  it('was told by the operator before this one when it is old', () => {
    const events = new AnomalyEvents();
    expect(told(events, healing, NOW + 120_000)).toEqual([]);
    expect(told(events, healing, NOW + 125_000)).toEqual([]);
  });

  it('is not told again when Cruise Control was out of sight, and is when its cluster is another one', () => {
    const events = new AnomalyEvents();
    told(events, healing);
    expect(told(events, { ...healing, cruiseControl: { state: 'unknown', why: 'x' } })).toEqual([]);
    expect(told(events, healing)).toEqual([]);
    events.forget('kafka/orders');
    expect(told(events, healing)).toEqual([BEGUN]);
  });
});
