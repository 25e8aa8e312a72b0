/** The conditions of each situation, through the function that the operator runs; and that the same situation is never told twice. */
import type { Outcome } from '../../../operator/decide/action';
import { decide } from '../../../operator/decide/decide';
import { reason, type ReasonCode } from '../../../operator/decide/reason';
import { report, reportRefused } from '../../../operator/decide/report';
import { sameStatus } from '../../../operator/decide/same-status';
import { withStatus } from '../../../operator/decide/simulate';
import type { ClusterStatus, World } from '../../../operator/decide/world';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { happened, type Happening } from '../../world/happenings';
import { converged, emptyWorld, NOW } from '../../world/makers';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes();
const calm = converged(cluster);
const after = (...story: readonly Happening[]): World => story.reduce((world, what) => happened(world, cluster, what), calm);
const told = (world: World, now = NOW, outcomes: readonly Outcome[] = []): ClusterStatus =>
  report(cluster, { world, plan: decide(cluster, world, now), outcomes, now });
const condition = (status: ClusterStatus, type: string): string => {
  const found = status.conditions?.find((c) => c.type === type);
  return `${found?.status ?? ''} ${found?.reason ?? ''}`;
};

const READY = 'True AllNodesServe';
const FINE = 'False NothingWrong';

describe('conditions', () => {
  // prettier-ignore
  it.each<[string, readonly Happening[], readonly [ready: string, progressing: string, degraded: string, held: string], string]>([
    ['all is well', [], [READY, 'False AsWanted', FINE, 'False NothingHeld'], 'ClusterRunning'],
    ['a Pod is gone', [{ podGone: 1 }], ['False NodesNotReady', 'True InMotion', FINE, 'False NothingHeld'], 'ClusterReconciling'],
    ['a Pod is not ready', [{ podNotReady: 1 }], ['False NodesNotReady', 'True InMotion', FINE, 'False NothingHeld'], 'ClusterReconciling'],
    ['Kafka is out of sight', [{ kafkaUnknown: 'x' }], ['False KafkaUnreachable', 'True InMotion', FINE, 'False NothingHeld'], 'ClusterReconciling'],
    ['nobody leads', [{ noLeader: true }], ['False NoQuorumLeader', 'True InMotion', FINE, 'False NothingHeld'], 'ClusterReconciling'],
    ['a replica is behind', [{ partition: 'a-0', replicas: [0, 1], isr: [0] }], ['False PartitionsNotInSync', 'True InMotion', FINE, 'False NothingHeld'], 'ClusterReconciling'],
    ['a process crashes', [{ podCrashing: 1, says: 'bad setting' }], ['False NodesNotReady', 'True InMotion', 'True CrashLoop', 'True ActionsHeld'], 'ClusterReconciling'],
    ['a Pod cannot be placed', [{ podUnschedulable: 1, says: 'no room' }], ['False NodesNotReady', 'True InMotion', 'True PodsPending', 'True ActionsHeld'], 'ClusterReconciling'],
    ['a volume is lost', [{ podGone: 1 }, { claimsGone: 1 }], ['False NodesNotReady', 'True InMotion', 'True VolumesLost', 'True ActionsHeld'], 'ClusterReconciling'],
    ['a Kubernetes node lacks its rack', [{ labelGone: 'node-b' }], [READY, 'False AsWanted', 'True PodsPending', 'True ActionsHeld'], 'ClusterRunning'],
    ['a Pod is somebody else’s', [{ foreignPod: 'x' }], [READY, 'False Waiting', FINE, 'True ActionsHeld'], 'ClusterRunning'],
    ['ids contradict each other', [{ clusterIdInStatus: 'x' }], [READY, 'False Waiting', FINE, 'True ActionsHeld'], 'ClusterRunning'],
    ['it is paused with nothing to do', [{ annotation: ANNOTATION.pause, value: 'true' }], [READY, 'False Paused', FINE, 'False NothingHeld'], 'ClusterRunning'],
    ['it is paused with work to do', [{ podGone: 1 }, { annotation: ANNOTATION.pause, value: 'true' }], ['False NodesNotReady', 'False Paused', FINE, 'True ActionsHeld'], 'ClusterReconciling'],
  ])('when %s', (_, story, [ready, progressing, degraded, held], state) => {
    const status = told(after(...story));
    expect(['Ready', 'Progressing', 'Degraded', 'Held'].map((type) => condition(status, type))).toEqual([ready, progressing, degraded, held]);
    expect(status.state).toBe(state);
  });

  it.each<ReasonCode>(['ApprovalNeeded', 'WindowClosed', 'RolledBack', 'Unprotected', 'MetadataForbids', 'ImageUnavailable'])(
    'restarts that are held only for %s are waited for, and nothing is said to be in motion',
    (code) => {
      const held = [{ what: 'restart  node 1', node: 1, reasons: [reason('OneAtATime', 'another one first'), reason(code, 'why')] }];
      const status = report(cluster, { world: calm, plan: { actions: [], held, wakeAfter: undefined }, outcomes: [], now: NOW });
      expect(condition(status, 'Progressing')).toBe('False Waiting');
    },
  );

  it('a foreign Pod is told in a condition of its own', () => {
    expect(condition(told(after({ foreignPod: 'x' })), 'AdoptionRequired')).toBe('True ForeignObjects');
    expect(condition(told(calm), 'AdoptionRequired')).toBe('False NothingForeign');
  });

  it('a new cluster is being created, and nothing is said to be ready', () => {
    const status = told(emptyWorld(cluster));
    expect(condition(status, 'Ready')).toBe('False NodesNotReady');
    expect(status.conditions?.find((c) => c.type === 'Progressing')?.message).toBe('creating the cluster');
    expect(status.brokers).toBe('0/3');
  });

  it('a write that the server refuses for good is told with its words', () => {
    const action = { kind: 'setFinalizer', risk: 'safe', present: true, reasons: [] } as const;
    const status = told(calm, NOW, [{ action, result: 'failed', message: 'cannot set finalizer: forbidden' }]);
    expect(status.conditions?.find((c) => c.type === 'Degraded')).toMatchObject({
      status: 'True',
      reason: 'WritesFailed',
      message: 'cannot set finalizer: forbidden',
    });
  });

  it('fields without effect are named', () => {
    const idle = { ...cluster, fieldsNotActedUpon: ['spec.a', 'spec.b'] };
    const status = report(idle, { world: calm, plan: decide(idle, calm, NOW), outcomes: [], now: NOW });
    expect(status.conditions?.find((c) => c.type === 'FieldsNotActedUpon')).toMatchObject({
      status: 'True',
      message: expect.stringContaining('spec.a, spec.b'),
    });
  });

  it('every condition carries the generation that was looked at', () => {
    expect([...new Set(told(calm).conditions?.map((c) => c.observedGeneration))]).toEqual([cluster.generation]);
  });
});

describe('a situation that stays', () => {
  it.each<[string, readonly Happening[]]>([
    ['all is well', []],
    ['a process crashes', [{ podCrashing: 1, says: 'bad setting' }]],
    ['Kafka is out of sight', [{ kafkaUnknown: 'x' }]],
    ['a volume is lost', [{ podGone: 1 }, { claimsGone: 1 }]],
  ])('gives the same bytes an hour later when %s', (_, story) => {
    const world = after(...story);
    const first = told(world);
    const second = told(withStatus(world, first), NOW + 3_600_000);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('is the same when the server keeps lists and keys in another order', () => {
    const { conditions = [], ...rest } = calm.cluster.status;
    const shuffled = { conditions: [...conditions].reverse(), ...Object.fromEntries(Object.entries(rest).reverse()) };
    expect(sameStatus(calm.cluster.status, shuffled)).toBe(true);
    expect(sameStatus(calm.cluster.status, { ...shuffled, brokers: '2/3' })).toBe(false);
    expect(sameStatus({ plan: { actions: ['a', 'b'], held: [] } }, { plan: { actions: ['b', 'a'], held: [] } })).toBe(false);
  });
});

describe('a spec that is refused', () => {
  const problems = [{ path: 'spec.brokers[1]', code: 'Duplicate', message: 'cannot have two' } as const];

  it('is told with path and remedy, and what runs keeps its state', () => {
    const status = reportRefused(problems, calm, 2, NOW);
    expect(condition(status, 'SpecAccepted')).toBe('False Refused');
    expect(condition(status, 'Progressing')).toBe('False SpecRefused');
    expect(condition(status, 'Ready')).toBe(READY);
    expect(status).toMatchObject({ state: 'ClusterRunning', observedGeneration: 2, clusterID: calm.cluster.status.clusterID });
    expect(status.conditions?.map((c) => c.type)).toEqual(calm.cluster.status.conditions?.map((c) => c.type));
  });

  it('makes nothing of a cluster that does not exist yet, and says so', () => {
    const status = reportRefused(problems, emptyWorld(cluster), 1, NOW);
    expect(condition(status, 'Ready')).toBe('False SpecRefused');
    expect(status.state).toBe('ClusterReconciling');
  });

  it('gives the same bytes when nothing changes', () => {
    const first = reportRefused(problems, calm, 2, NOW);
    expect(JSON.stringify(reportRefused(problems, withStatus(calm, first), 2, NOW + 60_000))).toBe(JSON.stringify(first));
  });
});

it('a plan in a status is bounded', () => {
  const held = Array.from({ length: 50 }, (_, node) => ({ what: `restart  node ${node}`, node, reasons: [] }));
  const { plan } = report(cluster, { world: calm, plan: { actions: [], held, wakeAfter: undefined }, outcomes: [], now: NOW });
  expect(plan?.held).toHaveLength(21);
  expect(plan?.held.at(-1)).toBe('and 30 more');
});
