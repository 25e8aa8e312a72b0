/** What the status says of brokers on their way in and out: what an operation says is shown, and nothing is believed of it. */
import { gracefulStateOf } from '../../../operator/decide/graceful-status';
import { nodeViews } from '../../../operator/decide/node-view';
import { withObject, without } from '../../../operator/decide/simulate';
import { operationManifest } from '../../../lib/constructs/cruise-control-operation';
import type { BrokerStatus, KafkaView, World } from '../../../operator/decide/world';
import { converged, withKafka } from '../../world/makers';
import { withBrokers, withBrokerStatus } from '../../world/moving-brokers';

const all = [100, 101, 102, 103];
const cluster = withBrokers(all);
const before = converged(cluster);

type Graceful = NonNullable<BrokerStatus['gracefulActionState']>;

/** An operation for broker 103 of which the status says this. */
function withOperation(
  world: World,
  operation: 'add_broker' | 'remove_broker',
  status: object,
  labels: object = {},
): { world: World; name: string } {
  const made = operationManifest(cluster, { operation, parameters: { brokerid: '103' } });
  const { metadata } = made;
  const object = {
    ...made,
    metadata: {
      ...metadata,
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { ...metadata.labels, ...labels },
    },
    status,
  };
  return { world: withObject(world, object), name: metadata.name };
}

const stateIn = (world: World, ids: readonly number[], graceful?: Graceful): Graceful => {
  const told = graceful === undefined ? world : withBrokerStatus(world, 103, { gracefulActionState: graceful });
  const wish = withBrokers(ids, { world: told });
  const views = nodeViews(wish, told);
  return gracefulStateOf(
    views.find((v) => v.node.id === 103)!,
    { cluster: wish, world: told, views },
  );
};

const empty = (world: World): World => {
  if (world.kafka.state !== 'known') throw new Error('Kafka is not known');
  const topics: KafkaView['topics'] = world.kafka.value.topics.map((t) => ({
    ...t,
    partitions: t.partitions.map((p) => ({ ...p, replicas: [100, 101, 102], isr: [100, 101, 102], leader: 100 })),
  }));
  const dir = { path: '/logs/kafka', offline: false, replicas: 0, topics: [], bytes: 0 };
  return withKafka(world, { topics, logDirs: { 103: [dir] } });
};

const ACTIVE = { currentTask: { state: 'Active' } };
const FAILED = { currentTask: { state: 'CompletedWithError', errorMessage: 'no' } };

describe.each([
  ['add_broker', 'GracefulUpscale', all],
  ['remove_broker', 'GracefulDownscale', [100, 101, 102]],
] as const)('the state of a broker with an operation %s', (operation, phase, ids) => {
  it.each<[string, object, object, string]>([
    ['waits', {}, {}, 'Scheduled'],
    ['is paused', {}, { pause: 'true' }, 'Paused'],
    ['runs', ACTIVE, {}, 'Running'],
    ['runs although it is to pause', { currentTask: { state: 'InExecution' } }, { pause: 'true' }, 'Running'],
    ['failed and is tried again', FAILED, {}, 'CompletedWithError'],
    ['failed for good', { ...FAILED, retryCount: 10 }, {}, 'CompletedWithError'],
  ])('follows one that %s', (_, status, labels, suffix) => {
    const { world, name } = withOperation(before, operation, status, labels);
    const graceful = { cruiseControlState: `${phase}Scheduled`, cruiseControlOperationReference: { name }, operations: 1 };
    expect(stateIn(world, ids, graceful)).toEqual({ ...graceful, cruiseControlState: `${phase}${suffix}` });
  });

  it('counts the operations that were made for it', () => {
    const { world, name } = withOperation(before, operation, ACTIVE);
    const graceful = { cruiseControlState: `${phase}Required`, cruiseControlOperationReference: { name: 'gone' }, operations: 2 };
    expect(stateIn(world, ids, graceful)).toMatchObject({ cruiseControlOperationReference: { name }, operations: 3 });
  });

  it('is required again when the operation vanished', () => {
    const graceful = { cruiseControlState: `${phase}Running`, cruiseControlOperationReference: { name: 'gone' }, operations: 1 };
    expect(stateIn(before, ids, graceful)).toEqual({ ...graceful, cruiseControlState: `${phase}Required` });
  });
});

describe('the state of a broker', () => {
  it('that joined is a success when its operation completed', () => {
    const { world, name } = withOperation(before, 'add_broker', { currentTask: { state: 'Completed' } });
    const graceful = { cruiseControlState: 'GracefulUpscaleRunning', cruiseControlOperationReference: { name }, operations: 1 };
    expect(stateIn(world, all, graceful)).toEqual({
      cruiseControlState: 'GracefulUpscaleSucceeded',
      cruiseControlOperationReference: { name },
    });
  });

  it('that leaves is no success because its operation completed', () => {
    const { world, name } = withOperation(before, 'remove_broker', { currentTask: { state: 'Completed' } });
    const graceful = { cruiseControlState: 'GracefulDownscaleRunning', cruiseControlOperationReference: { name }, operations: 1 };
    expect(stateIn(world, [100, 101, 102], graceful).cruiseControlState).toBe('GracefulDownscaleRequired');
  });

  const down = (state: string): Graceful => ({ cruiseControlState: `GracefulDownscale${state}` });

  const left = [100, 101, 102];
  const filled = { cruiseControlState: 'GracefulUpscaleSucceeded' };
  const unseen: World = { ...before, kafka: { state: 'unknown', why: 'nobody answers' } };

  it.each<[string, Graceful, Graceful]>([
    ['that was filled and left the spec', stateIn(before, left, filled), down('Required')],
    ['that was filled when it left', stateIn(before, left, { cruiseControlState: 'GracefulUpscaleRunning' }), down('Required')],
    ['that cannot be spared', stateIn(before, [100, 101], filled), filled],
    ['that was empty and is not any more', stateIn(before, left, down('Succeeded')), down('Required')],
    ['that is empty', stateIn(empty(before), left, down('Succeeded')), down('Succeeded')],
    [
      'that is empty and does not say so this once',
      stateIn(withKafka(empty(before), { logDirs: {} }), left, down('Succeeded')),
      down('Succeeded'),
    ],
    ['that is out of sight', stateIn(unseen, left, down('Running')), down('Running')],
    ['that is back in the spec', stateIn(before, all, down('Running')), { cruiseControlState: 'GracefulUpscaleRequired' }],
    [
      'that is back in the spec and was empty',
      stateIn(empty(before), all, down('Succeeded')),
      { cruiseControlState: 'GracefulUpscaleRequired' },
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });

  it('keeps what is said of its volumes', () => {
    const volumeStates = { '/logs': { cruiseControlVolumeState: 'GracefulDiskRebalanceSucceeded' } };
    expect(stateIn(before, all, { ...down('Running'), operations: 3, volumeStates })).toEqual({
      cruiseControlState: 'GracefulUpscaleRequired',
      volumeStates,
    });
  });
});

describe('the state of a broker that is seen for the first time', () => {
  const forgotten = (world: World, ...ids: number[]): World => {
    const left = Object.entries(world.cluster.status.brokersState ?? {}).filter(([id]) => !ids.includes(Number(id)));
    return { ...world, cluster: { ...world.cluster, status: { ...world.cluster.status, brokersState: Object.fromEntries(left) } } };
  };
  const withoutClaims = (world: World): World =>
    world.objects.filter((o) => o.kind === 'PersistentVolumeClaim').reduce((w, o) => without(w, o.kind, o.metadata.name), world);

  it.each<[string, World, string]>([
    ['is a success at the birth of a cluster', withoutClaims(forgotten(before, 0, ...all)), 'GracefulUpscaleSucceeded'],
    ['is a success when the whole status was lost', forgotten(before, 0, ...all), 'GracefulUpscaleSucceeded'],
    ['is an upscale in a cluster that has run', forgotten(before, 103), 'GracefulUpscaleRequired'],
  ])('%s', (_, world, expected) => {
    expect(stateIn(world, all).cruiseControlState).toBe(expected);
  });
});
