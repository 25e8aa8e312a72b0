import { decideDeletion } from '../../../operator/decide/deletion';
import { OPERATION_FINALIZER, releasedOperations } from '../../../operator/decide/operation-deletion';
import { SETTLED_AFTER_MS } from '../../../operator/decide/operation-step';
import type { OperationTask } from '../../../operator/decide/operation-status';
import { isoSeconds } from '../../../operator/decide/rfc3339';
import { runOperations } from '../../../operator/decide/rules/run-operations';
import { withObject } from '../../../operator/decide/simulate';
import type { CruiseControlTask, CruiseControlView, RequestView, World } from '../../../operator/decide/world';
import { contextOf, converged, NOW } from '../../world/makers';
import { withCruiseControlSeen } from '../../world/operations';
import { threeNodes } from '../../world/three-nodes';

const cluster = threeNodes('  cruiseControlConfig: {}');
const start = converged(cluster);
const RUNNING: OperationTask = { id: 'task', state: 'InExecution', marker: 'mark', started: isoSeconds(NOW), operation: 'rebalance' };

function deleted(task: OperationTask | undefined, since = NOW): World {
  const metadata = {
    name: 'one',
    namespace: 'kafka',
    uid: 'u',
    resourceVersion: '5',
    creationTimestamp: isoSeconds(NOW),
    deletionTimestamp: isoSeconds(since),
    finalizers: ['somebody-elses', OPERATION_FINALIZER],
    labels: { kafka_cr: 'orders' },
  };
  const base = { apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'CruiseControlOperation', metadata, spec: { operation: 'rebalance' } };
  return withObject(start, task === undefined ? base : { ...base, status: { currentTask: task } });
}

const listed = (status: CruiseControlTask['status'], id = 'task', marker = 'mark'): CruiseControlTask => ({
  id,
  status,
  request: `POST /kafkacruisecontrol/rebalance?reason=${marker}`,
  startedAt: NOW,
});

const seen = (world: World, change: Partial<CruiseControlView>): World => withCruiseControlSeen(world, { at: NOW, ...change });
const wishes = (world: World, now = NOW, of = cluster) => runOperations(contextOf(of, world, now));
const released = { kind: 'setFinalizer', present: false, of: { finalizers: ['somebody-elses'] } };

describe('an operation that is deleted', () => {
  test('is stopped first when it runs', () => {
    expect(wishes(seen(deleted(RUNNING), { tasks: [listed('InExecution')] }))).toMatchObject([
      { kind: 'askCruiseControl', endpoint: 'stop_proposal_execution', marker: 'mark.stop.0', parameters: {} },
    ]);
  });

  test('is stopped once a minute until it has stopped', () => {
    const requests: Record<string, RequestView> = { 'mark.stop.0': { state: 'answered', httpCode: 200 } };
    const world = seen(deleted(RUNNING), { tasks: [listed('InExecution')], requests });
    expect(wishes(world, NOW + 59_000)).toEqual([]);
    expect(wishes(world, NOW + 60_000)).toMatchObject([{ marker: 'mark.stop.1' }]);
  });

  test('waits while its task is still worked out, since that cannot be stopped', () => {
    expect(wishes(seen(deleted({ ...RUNNING, state: 'Active' }), { tasks: [listed('Active')] }))).toEqual([]);
  });

  test.each(['Completed', 'CompletedWithError'] as const)('goes when its task is over: %s', (status) => {
    expect(wishes(seen(deleted(RUNNING), { tasks: [listed(status)] }))).toMatchObject([released]);
  });

  test.each<[string, World]>([
    ['was not begun', deleted(undefined)],
    ['is over', deleted({ ...RUNNING, state: 'Completed' })],
    ['failed and was to be tried again', deleted({ ...RUNNING, state: 'CompletedWithError' })],
    [
      'was written down and never asked for',
      seen(deleted({ operation: 'rebalance', state: 'Active', marker: 'mark', started: isoSeconds(NOW) }), {}),
    ],
  ])('goes when it %s', (_when, world) => {
    expect(wishes(world)).toMatchObject([released]);
  });

  test('waits while its request is under way', () => {
    const asked = deleted({ operation: 'rebalance', state: 'Active', marker: 'mark', started: isoSeconds(NOW) });
    expect(wishes(seen(asked, { requests: { mark: { state: 'sent' } } }))).toEqual([]);
  });

  test('goes when Cruise Control forgot its task', () => {
    expect(wishes(seen(deleted(RUNNING), {}))).toEqual([]);
    expect(wishes(seen(deleted(RUNNING), { at: NOW + SETTLED_AFTER_MS }))).toMatchObject([released]);
  });
});

describe('it never stays for ever', () => {
  const blind: World = { ...deleted(RUNNING), cruiseControl: { state: 'unknown', why: 'no answer' } };

  test('when Cruise Control does not answer, it waits a quarter of an hour', () => {
    expect(wishes(blind, NOW + 899_000)).toEqual([]);
    expect(wishes(blind, NOW + 900_000)).toMatchObject([released]);
  });

  test('when the cluster has no Cruise Control any more', () => {
    expect(wishes(blind, NOW, threeNodes())).toMatchObject([released]);
  });

  test.each(['Retain', 'Delete'] as const)('when its cluster is deleted (volumeReclaim %s), before the cluster goes', (volumeReclaim) => {
    const { actions } = decideDeletion({ volumeReclaim }, { ...blind, cluster: { ...blind.cluster, deleting: true } });
    expect(actions).toMatchObject([released]);
  });

  test('when its cluster is gone', () => {
    expect(releasedOperations(blind)).toMatchObject([released]);
    expect(releasedOperations(start)).toEqual([]);
  });
});
