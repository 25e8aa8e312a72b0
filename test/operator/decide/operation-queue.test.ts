import type { OperationName } from '../../../lib/api/cruise-control-operation';
import { rollFirst, whyOperationHolds } from '../../../operator/decide/operation-guard';
import { parametersOf } from '../../../operator/decide/operation-request';
import { queueOf, type Queue } from '../../../operator/decide/operation-queue';
import { waitingOperations } from '../../../operator/decide/operation-standing';
import type { OperationStatus } from '../../../operator/decide/operation-status';
import { operationsIn } from '../../../operator/decide/operation-view';
import type { Proposal } from '../../../operator/decide/plan';
import { reason, type ReasonCode } from '../../../operator/decide/reason';
import { isoSeconds } from '../../../operator/decide/rfc3339';
import { runOperations } from '../../../operator/decide/rules/run-operations';
import { withObject } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { contextOf, converged, NOW, withKafka, withoutPod } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';
import { withCruiseControlSeen } from '../../world/operations';

const cluster = dedicatedNodes('  cruiseControlConfig: {}');
const start = converged(cluster);

interface Written {
  readonly operation?: OperationName;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly status?: OperationStatus;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Seconds after the beginning. */
  readonly created?: number;
}

/** An operation of a person's. */
function withWritten(world: World, name: string, written: Written = {}): World {
  const { operation = 'rebalance', parameters, status, labels, spec, created = 0 } = written;
  const metadata = {
    name,
    namespace: 'kafka',
    uid: `uid-${name}`,
    resourceVersion: '5',
    creationTimestamp: isoSeconds(NOW + created * 1000),
    labels: { kafka_cr: 'orders', ...labels },
  };
  const base = { apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: 'CruiseControlOperation', metadata };
  const intent = { operation, ...(parameters === undefined ? {} : { parameters }) };
  return withObject(world, { ...base, spec: { ...intent, ...spec }, ...(status === undefined ? {} : { status }) });
}

const queue = (world: World, now = NOW): Queue => queueOf(contextOf(cluster, world, now));
const codesOf = (world: World, now = NOW): readonly string[] => queue(world, now).waiting.flatMap(({ why }) => why.map((r) => r.code));

const running = (state: 'Active' | 'InExecution'): Written => ({
  status: { currentTask: { id: 't', state, started: isoSeconds(NOW), marker: 'm' } },
});
const failed = (retryCount: number, finished: number): OperationStatus => ({
  retryCount,
  currentTask: { state: 'CompletedWithError', errorMessage: 'no', finished: isoSeconds(finished) },
});

const idle = () => ({ state: 'MOVING', idle: true, taskId: '', finishedMoves: 0, totalMoves: 0, finishedMb: 0, totalMb: 0 });

describe('the turn', () => {
  test('is of the most urgent kind first, then of the older one', () => {
    const all = (['rebalance', 'remove_disks', 'remove_broker', 'add_broker'] as const).reduce(
      (world, operation, at) => withWritten(world, `${operation}-later`, { operation, created: 100 + at }),
      withWritten(withWritten(start, 'rebalance-late', { created: 50 }), 'rebalance-early', { created: 10 }),
    );
    const { next, waiting } = queue(all);
    expect([next?.name, ...waiting.map(({ view }) => view.name)]).toEqual([
      'add_broker-later',
      'remove_broker-later',
      'remove_disks-later',
      'rebalance-early',
      'rebalance-late',
      'rebalance-later',
    ]);
  });

  test('is of new ones before those that are tried again', () => {
    const again = withWritten(start, 'again', { operation: 'add_broker', status: failed(0, NOW - 60_000) });
    expect(queue(withWritten(again, 'new', { created: 60 })).next?.name).toBe('new');
  });

  test('is skipped by one that is paused', () => {
    const paused = withWritten(start, 'paused', { operation: 'add_broker', labels: { pause: 'true' } });
    expect(queue(withWritten(paused, 'next')).next?.name).toBe('next');
    expect(codesOf(paused)).toEqual(['OperationPaused']);
  });

  test('of an object of Koperator’s, with its intent in the status, comes like any other', () => {
    const koperators = withWritten(start, 'koperators', {
      spec: { operation: undefined },
      status: { currentTask: { operation: 'add_broker', parameters: { brokerid: '101' } } },
    });
    expect(queue(koperators).next).toMatchObject({ name: 'koperators', operation: 'add_broker', parameters: { brokerid: '101' } });
  });
});

describe('an operation waits', () => {
  const one = withWritten(start, 'one');

  test.each<[string, World, string]>([
    ['while another one is in flight', withWritten(one, 'other', running('InExecution')), 'OperationInFlight'],
    ['while another one is only written down', withWritten(one, 'other', running('Active')), 'OperationInFlight'],
    ['while Cruise Control was not asked', { ...one, cruiseControl: { state: 'notAsked' } }, 'CruiseControlUnknown'],
    ['while Cruise Control does not answer', { ...one, cruiseControl: { state: 'unknown', why: 'no answer' } }, 'CruiseControlUnknown'],
    ['while Cruise Control is not ready', withCruiseControlSeen(one, { ready: false, why: 'no windows' }), 'CruiseControlNotReady'],
    [
      'while Cruise Control does something else',
      withCruiseControlSeen(one, { execution: { ...idle(), idle: false } }),
      'OperationInFlight',
    ],
    ['while a node does not serve', withoutPod(one, 101), 'NodeNotReady'],
    ['while Kafka is not seen', { ...one, kafka: { state: 'unknown', why: 'no answer' } }, 'KafkaUnknown'],
    [
      'while somebody else reassigns partitions',
      withKafka(one, { reassigning: [{ topic: 'payments', partition: 7, adding: [102], removing: [] }] }),
      'Reassigning',
    ],
    [
      'for its approval',
      withWritten(start, 'one', { spec: { approval: 'Required' }, status: { proposal: { made: isoSeconds(NOW) } } }),
      'ProposalNeedsApproval',
    ],
    ['for a person when it says what the operator says', withWritten(start, 'one', { parameters: { DryRun: 'true' } }), 'OperationFailed'],
  ])('%s', (_when, world, code) => {
    const { next, waiting } = queue(world);
    expect(next).toBeUndefined();
    expect(waiting.find(({ view }) => view.name === 'one')?.why.map((r) => r.code)).toEqual([code]);
  });

  test('not for the broker that it empties', () => {
    const drained = withWritten(start, 'drain', { operation: 'remove_broker', parameters: { brokerid: '101,102' } });
    expect(queue(withoutPod(drained, 101)).next?.name).toBe('drain');
    expect(queue(withoutPod(drained, 100)).next).toBeUndefined();
  });

  test('is told, with when it is tried again', () => {
    const world = withWritten(start, 'again', { status: failed(0, NOW) });
    const held = waitingOperations(contextOf(cluster, world));
    expect(held).toEqual([
      {
        what: 'run      cruisecontroloperation/again',
        reasons: [{ code: 'OperationFailed', message: 'it failed and is tried again: no', until: NOW + 30_000 }],
      },
    ]);
  });
});

describe('what failed', () => {
  test.each([
    [0, 30],
    [1, 60],
    [2, 120],
    [5, 960],
    [9, 1800],
  ])('after %i retries is tried again after %i s', (retries, seconds) => {
    const world = withWritten(start, 'again', { status: failed(retries, NOW) });
    expect(queue(world, NOW + seconds * 1000 - 1).next).toBeUndefined();
    expect(queue(world, NOW + seconds * 1000).next?.name).toBe('again');
  });

  test.each<[string, Written]>([
    ['ten times', { status: failed(10, NOW) }],
    ['and is to be ignored', { status: failed(0, NOW), spec: { errorPolicy: 'ignore' } }],
  ])('%s is not tried again', (_how, written) => {
    const { next, waiting } = queue(withWritten(start, 'over', written), NOW + 86_400_000);
    expect([next, waiting]).toEqual([undefined, []]);
  });
});

describe('what is asked', () => {
  const parameters = (written: Written) => parametersOf(operationsIn(withWritten(start, 'one', written))[0]!, cluster);

  test('carries out, and leaves out what the operator sets', () => {
    expect(parameters({ parameters: { destination_broker_ids: '1', Reason: 'x', DRYRUN: 'true' } })).toEqual({
      destination_broker_ids: '1',
      exclude_recently_demoted_brokers: 'true',
      exclude_recently_removed_brokers: 'false',
      dryrun: 'false',
    });
  });

  test('does not keep replicas from a broker whose id was removed once, unless one is leaving now', () => {
    const leaving = { nodes: cluster.nodes.map((n) => ({ ...n, departing: n.id === 102 })) };
    const [view] = operationsIn(withWritten(start, 'one', { operation: 'rebalance' }));
    expect(parametersOf(view!, leaving).exclude_recently_removed_brokers).toBe('true');
    expect(parameters({ operation: 'add_broker', parameters: { brokerid: '102' } }).exclude_recently_removed_brokers).toBe('false');
  });

  test('of remove_disks has only what it takes', () => {
    expect(parameters({ operation: 'remove_disks', parameters: { brokerid_and_logdirs: '101-/logs/kafka' } })).toEqual({
      brokerid_and_logdirs: '101-/logs/kafka',
      dryrun: 'false',
    });
  });
});

describe('a restart of a broker', () => {
  const serving = contextOf(cluster, start).views.filter((v) => v.node.id === 101);
  const controller = contextOf(cluster, start).views.filter((v) => v.node.id === 0);
  const moving = withWritten(start, 'one', running('InExecution'));
  const why = (world: World, views = serving) => whyOperationHolds(views, { world, now: NOW }).map((r) => r.code);

  test('waits for the operation in flight', () => {
    expect(why(moving)).toEqual(['OperationInFlight']);
    expect(why(start)).toEqual([]);
  });

  test('waits for what somebody asked Cruise Control directly', () => {
    expect(why(withCruiseControlSeen(start, { execution: { ...idle(), idle: false } }))).toEqual(['OperationInFlight']);
  });

  test('does not wait when it is of a controller, which holds no replica', () => {
    expect(why(moving, controller)).toEqual([]);
  });

  test('waits for an operation out of sight until Kafka says that nothing is moved', () => {
    const blind: World = { ...moving, cruiseControl: { state: 'unknown', why: 'no answer' } };
    expect(why(withKafka(blind, { reassigning: [{ topic: 'a', partition: 0, adding: [1], removing: [] }] }))).toEqual([
      'OperationInFlight',
    ]);
    expect(why(withKafka(blind, { reassigning: [] }))).toEqual([]);
  });
});

describe('an operation that is over', () => {
  const over = (finished: number, labels = {}): World =>
    withWritten(start, 'over', {
      labels,
      spec: { ttlSecondsAfterFinished: 60 },
      status: { currentTask: { state: 'Completed', finished: isoSeconds(finished) } },
    });
  const wishes = (world: World) => runOperations(contextOf(cluster, world)).map((p) => p.kind);

  test('goes after ttlSecondsAfterFinished, and not before', () => {
    expect(wishes(over(NOW - 59_000))).toEqual([]);
    expect(wishes(over(NOW - 60_000))).toEqual(['delete']);
  });
});

describe('a stop that somebody wants', () => {
  const stop = (status?: OperationStatus): World =>
    withWritten(withWritten(start, 'one', running('InExecution')), 'stop', {
      operation: 'stop_proposal_execution',
      ...(status && { status }),
    });
  const wishes = (world: World, now = NOW) =>
    runOperations(contextOf(cluster, world, now)).filter((p) => p.kind === 'recordOperation' && p.target.name === 'stop');

  test('is asked for while another operation runs', () => {
    expect(wishes(stop())).toMatchObject([{ status: { currentTask: { operation: 'stop_proposal_execution', state: 'Active' } } }]);
    const asked = stop({ currentTask: { operation: 'stop_proposal_execution', state: 'Active', marker: 'm', started: isoSeconds(NOW) } });
    expect(runOperations(contextOf(cluster, asked)).map((p) => p.kind)).toContain('askCruiseControl');
  });

  test('that failed is asked for again later', () => {
    expect(wishes(stop(failed(0, NOW)))).toEqual([]);
    expect(wishes(stop(failed(0, NOW)), NOW + 30_000)).toHaveLength(1);
  });
});

test('what Cruise Control says of itself needs no turn', () => {
  const world = withWritten(withWritten(start, 'one', running('InExecution')), 'state', { operation: 'status' });
  const told = runOperations(contextOf(cluster, world)).find((p) => p.kind === 'recordOperation' && p.target.name === 'state');
  expect(told).toMatchObject({
    status: { currentTask: { state: 'Completed', summary: { ready: 'true', executor: 'NO_TASK_IN_PROGRESS' } } },
  });
});

describe('an operation beside a roll', () => {
  const view = (readySince: number) => contextOf(cluster, start).views.map((v) => ({ ...v, pod: { ...v.pod!, readySince } }));
  const begins: Proposal = {
    kind: 'askCruiseControl',
    risk: 'safe',
    operation: 'one',
    marker: 'm',
    endpoint: 'rebalance',
    parameters: {},
    reasons: [],
  };
  const stops: Proposal = { ...begins, endpoint: 'stop_proposal_execution' };
  const held = (code: ReasonCode) => [{ what: 'restart  node 101', node: 101, reasons: [reason(code, 'x')] }];
  const allowed = (code: ReasonCode, readySince: number, proposal = begins): number =>
    rollFirst({ allowed: [proposal], held: held(code) }, { views: view(readySince), now: NOW }).allowed.length;

  test.each<[ReasonCode, number]>([
    ['Soaking', 0],
    ['OnTrial', 0],
    ['WindowClosed', 1],
    ['ApprovalNeeded', 1],
    ['OperationInFlight', 1],
  ])('a restart that is held by %s lets %i begin', (code, count) => {
    expect(allowed(code, 0)).toBe(count);
  });

  test('waits for replicas of a node that has just come back, and not for those of a disk that is broken', () => {
    expect(allowed('UnderReplicated', NOW - 299_000)).toBe(0);
    expect(allowed('UnderReplicated', NOW - 300_000)).toBe(1);
  });

  test('is stopped at any time', () => {
    expect(allowed('Soaking', 0, stops)).toBe(1);
  });
});
