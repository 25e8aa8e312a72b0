import { LABEL, OPERATION_API_VERSION } from '../../../lib/constructs/naming';
import type { ResolvedCluster, ResolvedCruiseControl } from '../../../lib/api/resolved-cluster';
import { lookAtCruiseControlEvery } from '../../../operator/decide/cruise-control-interest';
import { OPERATION_KIND } from '../../../operator/decide/operation-view';
import { withObject } from '../../../operator/decide/simulate';
import type { ClusterStatus, CruiseControlView, LiveObject, Observed, World } from '../../../operator/decide/world';
import { converged } from '../../world/makers';
import { dedicatedNodes, threeNodes } from '../../world/three-nodes';

const withCruiseControl = (cluster: ResolvedCluster, selfHealing = false): ResolvedCluster => ({
  ...cluster,
  cruiseControl: { selfHealing } as ResolvedCruiseControl,
});

const plain = threeNodes();
const cluster = withCruiseControl(plain);
const healing = withCruiseControl(plain, true);
const calm = converged(plain);
const NOTHING: ClusterStatus = {};

const idle: CruiseControlView = {
  at: 0,
  ready: true,
  why: '',
  execution: { state: 'NO_TASK_IN_PROGRESS', idle: true, taskId: '', finishedMoves: 0, totalMoves: 0, finishedMb: 0, totalMb: 0 },
  tasks: [],
  requests: {},
};

const seeing = (change: Partial<CruiseControlView>, world: World = calm): World => ({
  ...world,
  cruiseControl: { state: 'known', value: { ...idle, ...change } },
});

function operation(state: string, change: { spec?: object; metadata?: object } = {}): LiveObject {
  const labels = { [LABEL.cluster]: 'orders' };
  const metadata = { name: 'orders-one', namespace: 'kafka', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return {
    apiVersion: OPERATION_API_VERSION,
    kind: OPERATION_KIND,
    metadata: { ...metadata, labels, ...change.metadata },
    spec: { operation: 'rebalance', ...change.spec },
    status: { currentTask: { operation: 'rebalance', state } },
  };
}

const proposed = (approval: string): LiveObject => {
  const made = operation('', { spec: { approval } });
  return { ...made, status: { ...(made.status as object), proposal: { summary: {} } } };
};

const paused = { metadata: { labels: { [LABEL.cluster]: 'orders', pause: 'true' } } };
const withStates = (gracefulActionState: object): ClusterStatus => ({ brokersState: { '1': { gracefulActionState } } });
const told = (reason: string): ClusterStatus => ({
  conditions: [{ type: 'CruiseControlReady', status: 'False', reason, message: '', observedGeneration: 1, lastTransitionTime: '' }],
});
const volume = (cruiseControlVolumeState: string): object => ({ volumeStates: { '/data': { cruiseControlVolumeState } } });

describe('how often Cruise Control is looked at', () => {
  it.each<[string, readonly [ResolvedCluster, World, ClusterStatus], number | undefined]>([
    ['never, when there is none', [plain, withObject(calm, operation('Active')), NOTHING], undefined],
    ['never, while nothing needs it', [cluster, calm, NOTHING], undefined],
    ['once a minute, before anybody has asked it', [cluster, calm, told('CruiseControlNotAsked')], 60_000],
    ['once a minute, while it warms up', [cluster, calm, told('CruiseControlWarmingUp')], 60_000],
    ['once a minute, while it does not answer', [cluster, calm, told('CruiseControlUnreachable')], 60_000],
    ['never, while it has no Pod', [cluster, calm, told('DeploymentNotReady')], undefined],
    ['never, once it was seen ready', [cluster, calm, told('CruiseControlServes')], undefined],
    ['never, when it works for somebody else', [cluster, seeing({ execution: { ...idle.execution, idle: false } }), NOTHING], undefined],
    ['never, for what is over', [cluster, withObject(calm, operation('Completed')), NOTHING], undefined],
    ['never, for what is paused', [cluster, withObject(calm, operation('', paused)), NOTHING], undefined],
    ['never, for a proposal that nobody approved yet', [cluster, withObject(calm, proposed('Required')), NOTHING], undefined],
    ['every 10 s, while one that was approved waits', [cluster, withObject(calm, proposed('Approved')), NOTHING], 10_000],
    [
      'never, for what nobody understands',
      [cluster, withObject(calm, operation('', { spec: { operation: 'dance' } })), NOTHING],
      undefined,
    ],
    [
      'never, for what failed and is not tried again',
      [cluster, withObject(calm, operation('CompletedWithError', { spec: { errorPolicy: 'ignore' } })), NOTHING],
      undefined,
    ],
    [
      'never, for brokers and disks that arrived',
      [cluster, calm, withStates({ cruiseControlState: 'GracefulUpscaleSucceeded' })],
      undefined,
    ],
    ['every 10 s, while an operation waits', [cluster, withObject(calm, operation('')), NOTHING], 10_000],
    ['every 10 s, while one waits to be tried again', [cluster, withObject(calm, operation('CompletedWithError')), NOTHING], 10_000],
    ['every 10 s, while a broker is to be filled', [cluster, calm, withStates({ cruiseControlState: 'GracefulUpscaleRequired' })], 10_000],
    ['every 10 s, while a disk is to be emptied', [cluster, calm, withStates(volume('GracefulDiskRemovalRequired'))], 10_000],
    ['every 10 s, while a broker leaves', [departing(cluster, 1), calm, NOTHING], 10_000],
    ['every 2 s, while an operation is under way', [cluster, withObject(calm, operation('InExecution')), NOTHING], 2_000],
    ['every 2 s, while one is begun', [cluster, withObject(calm, operation('Active')), NOTHING], 2_000],
    ['every 2 s, while one that is being paused runs', [cluster, withObject(calm, operation('Active', paused)), NOTHING], 2_000],
    ['every 2 s, while a request is unanswered', [cluster, seeing({ requests: { m: { state: 'sent' } } }), NOTHING], 2_000],
    ['never, once it was answered', [cluster, seeing({ requests: { m: { state: 'answered' } } }), NOTHING], undefined],
    ['every minute, when it may heal', [healing, calm, NOTHING], 60_000],
    ['every minute, when it may heal and has nothing to', [healing, seeing({}), NOTHING], 60_000],
    ['every 10 s, while it heals', [healing, seeing({ execution: { ...idle.execution, idle: false } }), NOTHING], 10_000],
  ])('%s', (_, [of, world, status], interval) => {
    expect(lookAtCruiseControlEvery(of, world, status)).toBe(interval);
  });

  it('is not more often than every 10 s while it cannot be seen, whatever it did', () => {
    const unseen: Observed<CruiseControlView> = { state: 'unknown', why: 'nobody answers' };
    expect(lookAtCruiseControlEvery(cluster, { ...withObject(calm, operation('Active')), cruiseControl: unseen }, NOTHING)).toBe(10_000);
  });

  it('is never for a controller that leaves: it has no replicas', () => {
    const dedicated = dedicatedNodes();
    const of = departing(withCruiseControl(dedicated), ...dedicated.nodes.filter((n) => !n.roles.includes('broker')).map((n) => n.id));
    expect(of.nodes.some((node) => node.departing)).toBe(true);
    expect(lookAtCruiseControlEvery(of, converged(dedicated), NOTHING)).toBeUndefined();
  });
});

function departing(of: ResolvedCluster, ...ids: readonly number[]): ResolvedCluster {
  return { ...of, nodes: of.nodes.map((node) => ({ ...node, departing: ids.includes(node.id) })) };
}
