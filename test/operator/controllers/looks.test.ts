import type { Action, Outcome } from '../../../operator/decide/action';
import { isDoneAtKafka, lookEvery } from '../../../operator/controllers/looks';
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

describe('one more look at once', () => {
  const base = { risk: 'safe', reasons: [] } as const;
  const elect: Action = { ...base, kind: 'electLeaders' };
  const raise: Action = { ...base, kind: 'updateFeature', feature: 'metadata.version', level: 30, called: '4.3-IV0' };
  const record: Action = { ...base, kind: 'record', status: {} };
  const cases: readonly (readonly [string, Action, Outcome['result'], boolean])[] = [
    ['follows an election of leaders', elect, 'done', true],
    ['follows a feature that was raised', raise, 'done', true],
    ['does not follow what Kafka refused', raise, 'failed', false],
    ['does not follow what was written to Kubernetes', record, 'done', false],
  ];
  test.each(cases)('%s', (_name, action, result, looks) => {
    expect(isDoneAtKafka({ action, result })).toBe(looks);
  });
});
