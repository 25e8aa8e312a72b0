import { lookEvery } from '../../../operator/controllers/looks';
import type { ClusterStatus, Condition } from '../../../operator/decide/world';

const looks = { converged: 30_000, moving: 1_000 };

const told = (state: NonNullable<ClusterStatus['state']>, progressing: Condition['status']): ClusterStatus => ({
  state,
  conditions: [
    {
      type: 'Progressing',
      status: progressing,
      reason: 'InMotion',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ],
});

describe('Kafka is looked at', () => {
  test.each([
    ['rarely when everything is as wanted', told('ClusterRunning', 'False'), 30_000],
    ['each second while leaders are given back, although every node serves', told('ClusterRunning', 'True'), 1_000],
    ['each second during a roll', told('ClusterRollingUpgrading', 'True'), 1_000],
    ['each second while a node does not serve, also when the operator can do nothing about it', told('ClusterReconciling', 'False'), 1_000],
    ['each second before anything was judged', {}, 1_000],
  ])('%s', (_name, status, every) => {
    expect(lookEvery(status, looks)).toBe(every);
  });
});
