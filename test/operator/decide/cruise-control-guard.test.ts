/** Cruise Control is not restarted while it works, and asked for nothing while it is restarted: whole plans, through the gate. */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { decide } from '../../../operator/decide/decide';
import { describe as inWords } from '../../../operator/decide/explain';
import { settle, simulate, withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { converged, NOW, withKafka } from '../../world/makers';
import { withCruiseControlSeen, withOperation } from '../../world/operations';
import { threeNodes } from '../../world/three-nodes';

const deployed = threeNodes('  cruiseControlConfig: {}');
const changed = threeNodes('  cruiseControlConfig: { config: "a=b" }');
const biggerPod = threeNodes('  cruiseControlConfig: { resourceRequirements: { limits: { memory: 2Gi } } }');
const plain = threeNodes();
const world = converged(deployed);

const isOfIt = (what: string): boolean => what.includes('cruisecontrol') && !what.includes('operation');
const done = (cluster: ResolvedCluster, of: World): readonly string[] =>
  decide(cluster, of, NOW)
    .actions.map((a) => inWords(a))
    .filter(isOfIt);
const held = (cluster: ResolvedCluster, of: World): readonly string[] =>
  decide(cluster, of, NOW)
    .held.filter((h) => isOfIt(h.what))
    .flatMap((h) => h.reasons.map((r) => `${h.what}: ${r.code}`));

const deploymentIn = (of: World): LiveObject => of.objects.find((o) => o.kind === 'Deployment')!;
const withReplicas = (of: World, readyReplicas: number): World =>
  withObject(of, { ...deploymentIn(of), status: { observedGeneration: 1, updatedReplicas: 1, readyReplicas } });

const CONFIG = 'apply    configmap/orders-cruisecontrol-config';
const DEPLOYMENT = 'apply    deployment/orders-cruisecontrol';
const moving = withOperation(world, deployed, 'InExecution');
const executing = { state: 'INTER_BROKER_REPLICA_MOVEMENT_TASK_IN_PROGRESS', idle: false, taskId: '', finishedMoves: 0, totalMoves: 1 };
const byItself = withCruiseControlSeen(world, { execution: { ...executing, finishedMb: 0, totalMb: 0 } });
const unseen = (of: World): World => ({ ...of, cruiseControl: { state: 'unknown', why: 'nobody answers' } });
const still = (of: World): World => withKafka(of, { reassigning: [] });

describe('a change of it', () => {
  test.each([
    ['its settings', changed, CONFIG],
    ['its Pod', biggerPod, DEPLOYMENT],
  ])('is made while nothing moves: %s', (_name, cluster, what) => {
    expect(done(cluster, world)).toEqual([what]);
    expect(done(cluster, withOperation(world, deployed, 'Completed'))).toEqual([what]);
  });

  test.each([
    ['an operation is begun and nobody knows yet what became of it', withOperation(world, deployed, 'Active')],
    ['an operation moves replicas', moving],
    ['it moves replicas that no operation asked for', byItself],
    ['an operation moves replicas and Cruise Control is not seen', unseen(withKafka(moving, { reassigning: [PARTITION()] }))],
  ])('waits while %s', (_name, of) => {
    expect(done(changed, of)).toEqual([]);
    expect(held(changed, of)).toEqual([`${CONFIG}: OperationInFlight`]);
    expect(held(biggerPod, of)).toEqual([`${DEPLOYMENT}: OperationInFlight`]);
  });

  test.each([
    ['it serves nobody: a mistake in its settings must be mendable', withReplicas(moving, 0)],
    ['it is not seen, and Kafka says that nothing moves', unseen(still(moving))],
  ])('does not wait when %s', (_name, of) => {
    expect(done(changed, of)).toEqual([CONFIG]);
  });
});

test('one that somebody deleted is made again at once, whatever moves', () => {
  const gone = { ...moving, objects: moving.objects.filter((o) => o.kind !== 'Deployment') };
  expect(done(deployed, gone)).toEqual([DEPLOYMENT]);
});

describe('when it leaves the spec it goes', () => {
  const deletions = (of: World): readonly string[] => done(plain, of).filter((what) => what.startsWith('delete'));

  test('with everything that was made for it', () => {
    expect([...deletions(world)].sort()).toEqual([
      'delete   configmap/orders-cruisecontrol-config',
      'delete   deployment/orders-cruisecontrol',
      'delete   service/orders-cruisecontrol-svc',
    ]);
  });

  test('not while an operation moves replicas', () => {
    expect(deletions(moving)).toEqual([]);
    expect(held(plain, moving)).toContain('delete   deployment/orders-cruisecontrol: OperationInFlight');
  });

  test('when nobody looks at it any more, as soon as Kafka says that nothing moves', () => {
    const { cruiseControl: _gone, ...unlooked } = moving;
    expect(deletions(withKafka(unlooked, { reassigning: [PARTITION()] }))).toEqual([]);
    expect(deletions(still(unlooked))).toHaveLength(3);
  });
});

describe('an operation begins', () => {
  const begins = (cluster: ResolvedCluster, of: World): boolean => {
    const guarded = decide(cluster, of, NOW).actions.reduce(simulate, of);
    return decide(cluster, guarded, NOW).actions.some(
      (a) => a.kind === 'recordOperation' && a.reasons.some((r) => r.code === 'OperationDue'),
    );
  };
  const due = withOperation(world, deployed);

  test('when Cruise Control runs with what is wanted', () => {
    expect(begins(deployed, due)).toBe(true);
  });

  test('not while it is to be restarted with other settings', () => {
    expect(begins(changed, due)).toBe(false);
    expect(begins(changed, settle(decide(changed, due, NOW).actions.reduce(simulate, due)))).toBe(false);
  });

  test('not before its new Pod serves', () => {
    const deployment = deploymentIn(due);
    const metadata = { ...deployment.metadata, generation: 2 };
    expect(begins(deployed, withObject(due, { ...deployment, metadata }))).toBe(false);
    expect(begins(deployed, withReplicas(due, 0))).toBe(false);
  });
});

function PARTITION() {
  return { topic: 'orders', partition: 0, adding: [1], removing: [2] };
}
