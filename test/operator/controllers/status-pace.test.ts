import { StatusPace } from '../../../operator/controllers/status-pace';
import type { ClusterStatus } from '../../../operator/decide/world';

const ready = (status: 'True' | 'False', message: string, reason = 'NodesNotReady') => ({
  type: 'Ready',
  status,
  reason,
  message,
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
});
const from: ClusterStatus = { state: 'ClusterReconciling', brokers: '0/3', conditions: [ready('False', '3 of 3 nodes do not serve')] };
const key = 'kafka/orders';

describe('a status is written', () => {
  const paced = (to: ClusterStatus, now: number): number => {
    const pace = new StatusPace(5_000);
    pace.wrote(key, 10_000);
    return pace.wait(key, { from, to }, now);
  };

  it.each<[string, ClusterStatus]>([
    ['the state', { ...from, state: 'ClusterRunning' }],
    ['the status of a condition', { ...from, conditions: [ready('True', 'all serve')] }],
    ['the reason of a condition', { ...from, conditions: [ready('False', 'x', 'KafkaUnreachable')] }],
    ['the identity', { ...from, clusterID: 'x' }],
    ['the birth of the quorum', { ...from, quorum: 'Formed' }],
    ['the generation that was looked at', { ...from, observedGeneration: 2 }],
    ['what was sent to Kafka', { ...from, clusterWideConfig: { keys: ['a'], fingerprints: { a: 'x' } } }],
    ['what was sent to a broker', { ...from, brokersState: { '1': { dynamicConfig: { keys: ['a'], fingerprints: { a: 'x' } } } } }],
  ])('at once when it changes %s', (_, to) => expect(paced(to, 10_001)).toBe(0));

  it.each<[string, ClusterStatus]>([
    ['a number', { ...from, brokers: '1/3' }],
    ['a sentence', { ...from, conditions: [ready('False', '2 of 3 nodes do not serve')] }],
  ])('a while after the last one when it changes only %s', (_, to) => {
    expect([paced(to, 10_000), paced(to, 12_000), paced(to, 15_000), paced(to, 99_000)]).toEqual([5_000, 3_000, 0, 0]);
  });

  it('at once when none was written before, or the cluster was forgotten', () => {
    const pace = new StatusPace(5_000);
    const change = { from, to: { ...from, brokers: '1/3' } };
    expect(pace.wait(key, change, 10_000)).toBe(0);
    pace.wrote(key, 10_000);
    pace.forget(key);
    expect(pace.wait(key, change, 10_001)).toBe(0);
  });
});
