/** What becomes of an alert, guard by guard. */
import { resolve } from '../../../../lib/api/resolve';
import type { AlertsView } from '../../../../operator/decide/alerts/alerts-view';
import type { KnownAlert } from '../../../../operator/decide/alerts/known-alerts';
import { questionOf, verdicts } from '../../../../operator/decide/alerts/verdict';
import { OPERATION_KIND } from '../../../../operator/decide/operation-view';
import type { ClusterStatus, World } from '../../../../operator/decide/world';
import { withStatus } from '../../../../operator/decide/simulate';
import { CLAIM } from '../../../../operator/kinds';
import { begun, done, firing, known, onRecord, up } from '../../../world/alerted';
import { contextOf, converged, NOW } from '../../../world/makers';
import { dedicatedNodes } from '../../../world/three-nodes';

jest.mock('../../../../lib/api/resolve', () => {
  const actual = jest.requireActual<{ resolve: typeof resolve }>('../../../../lib/api/resolve');
  return { ...actual, resolve: jest.fn(actual.resolve) };
});

const of = (config = ''): ReturnType<typeof dedicatedNodes> =>
  dedicatedNodes(`  cruiseControlConfig: {}\n  alertManagerConfig: {${config}}`);
const calm = converged(of());
const HOUR = 3_600_000;
const claim = calm.objects.find(({ kind, metadata }) => kind === CLAIM.kind && metadata.name.startsWith('orders-100-'))!;

const many = (make: (name: string, change: Partial<KnownAlert>) => KnownAlert = up): readonly KnownAlert[] =>
  Array.from({ length: 64 }, (_, at) => make(`alert-${String(at).padStart(2, '0')}`, { since: NOW + at * 1000 }));

const kindsOf = (world: World, cluster = of(), now = NOW): readonly string[] =>
  verdicts(contextOf(cluster, world, now)).map(({ verdict }) => verdict.kind);

describe('of 64 alerts', () => {
  beforeEach(() => jest.mocked(resolve).mockClear());

  it('one acts, the others wait, and the spec that it would make is resolved once', () => {
    const context = contextOf(of(), firing(calm, ...many()));
    jest.mocked(resolve).mockClear();
    const [first, ...others] = verdicts(context).map(({ verdict }) => verdict);
    expect(first?.kind).toBe('acts');
    expect(others).toHaveLength(63);
    for (const other of others)
      expect(other).toEqual({ kind: 'waits', reason: 'ActionUnfinished', message: 'one action at a time; alert-00 goes first' });
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it('that would all make the same spec, which would be refused, it is resolved once, in the next pass too', () => {
    const bad = many((name, change) => ({ ...up(name, change), annotations: { command: 'plug' } }));
    const cluster = of();
    const answer = { changes: [{ kind: 'addBroker' as const, broker: { id: 103, brokerConfigGroup: 'odd' } }] };
    const said = bad.map((alert) => [alert.fingerprint, { question: questionOf(alert, { cluster }), answer, failed: false }]);
    const alerts = { firing: bad, refused: 0, plugins: ['plug'], answers: Object.fromEntries(said) as AlertsView['answers'] };
    const context = contextOf(cluster, { ...calm, alerts });
    const later = contextOf(cluster, { ...calm, alerts: { ...alerts } }, NOW + 1000);
    jest.mocked(resolve).mockClear();
    expect(new Set(verdicts(context).map(({ verdict }) => verdict.kind))).toEqual(new Set(['refused']));
    verdicts(later);
    expect(resolve).toHaveBeenCalledTimes(1);
  });

  it('those that ask for nothing that there is are refused though another one goes first', () => {
    const odd = { ...up('odd', { since: NOW + 99_000 }), annotations: { command: 'deleteAll' } };
    expect(kindsOf(firing(calm, ...many(), odd)).at(-1)).toBe('refused');
  });
});

describe('an alert waits', () => {
  const waits = (world: World, alert = up('a'), cluster = of(), now = NOW): object | undefined => {
    const [judged] = verdicts(contextOf(cluster, firing(world, alert), now));
    return judged?.verdict.kind === 'waits' ? judged.verdict : { kind: judged?.verdict.kind };
  };
  const status = (change: Partial<ClusterStatus>): World => withStatus(calm, change);
  const grow = (name = 'a'): KnownAlert =>
    known(name, { command: 'resizePvc', incrementBy: '1Gi' }, { labels: { persistentvolumeclaim: claim.metadata.name } });
  const operation = (spec: object, more: object = {}): World => {
    const metadata = { name: 'rebalance-1', namespace: 'kafka', uid: 'o', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
    const object = { apiVersion: 'kafka.banzaicloud.io/v1alpha1', kind: OPERATION_KIND, metadata, spec, status: more };
    return { ...calm, objects: [...calm.objects, object] };
  };
  const graceful = (gracefulActionState: object): Partial<ClusterStatus> => {
    const { brokersState = {} } = calm.cluster.status;
    return { brokersState: { ...brokersState, 102: { ...brokersState['102'], gracefulActionState } } };
  };
  const small = { ...calm, objects: calm.objects.map((o) => (o === claim ? { ...o, status: { capacity: { storage: '1Gi' } } } : o)) };

  it.each<[string, World, KnownAlert, string]>([
    ['while the spec has just changed', status({ observedGeneration: 0 }), up('a'), 'ClusterNotRunning: the spec has just changed'],
    [
      'while the cluster is in motion',
      status({ state: 'ClusterReconciling' }),
      up('a'),
      'ClusterNotRunning: the cluster is ClusterReconciling',
    ],
    [
      'while the cluster rolls',
      status({ state: 'ClusterRollingUpgrading' }),
      grow(),
      'ClusterNotRunning: the cluster is ClusterRollingUpgrading',
    ],
    ['while Kafka cannot be seen', { ...calm, kafka: { state: 'unknown', why: 'x' } }, up('a'), 'ClusterNotRunning: Kafka cannot be seen'],
    [
      'while an action is being applied',
      onRecord(calm, begun()),
      up('b'),
      'ActionUnfinished: upScale of 2026-01-01T00:00:00Z is being applied',
    ],
    [
      'while the broker of the last action has no share',
      onRecord(
        status(graceful({ cruiseControlState: 'GracefulUpscaleRunning' })),
        done('upScale', NOW - HOUR, { changes: JSON.stringify([{ kind: 'addBroker', broker: { id: 102 } }]) }),
      ),
      grow(),
      'ActionUnfinished: upScale of 2025-12-31T23:00:00Z: broker 102 has not got its share yet',
    ],
    [
      'while the volume of the last action is filled',
      onRecord(
        status(graceful({ volumeStates: { '/logs': { cruiseControlVolumeState: 'GracefulDiskRebalanceRunning' } } })),
        done('addPvc', NOW - HOUR, {
          changes: JSON.stringify([{ kind: 'addStorage', broker: 102, storage: { mountPath: '/logs' } }]),
        }),
      ),
      up('a'),
      'ActionUnfinished: addPvc of 2025-12-31T23:00:00Z: volume /logs of broker 102 has not got its share yet',
    ],
    [
      'while the volume of the last action grows',
      onRecord(
        small,
        done('resizePvc', NOW - 1_200_000, {
          changes: JSON.stringify([{ kind: 'growClaim', claim: claim.metadata.name, size: '9Gi' }]),
        }),
      ),
      up('a'),
      `ActionUnfinished: resizePvc of 2025-12-31T23:40:00Z: volume ${claim.metadata.name} has 1Gi of 9Gi`,
    ],
    [
      'while an operation of Cruise Control runs',
      operation({ operation: 'rebalance' }),
      up('a'),
      'OperationUnfinished: rebalance-1 is not finished',
    ],
    [
      'while an approved operation runs',
      operation({ operation: 'rebalance', approval: 'Approved' }, { proposal: {}, currentTask: { state: 'Active' } }),
      grow(),
      'OperationUnfinished: rebalance-1 is not finished',
    ],
  ])('%s', (_, world, alert, why) => {
    const [reason, message] = why.split(/: (.*)/s);
    expect(waits(world, alert)).toEqual({ kind: 'waits', reason, message });
  });

  it.each<[string, World, KnownAlert]>([
    ['for an operation that waits for a person', operation({ operation: 'rebalance', approval: 'Required' }, { proposal: {} }), grow()],
    ['for an operation that is over', operation({ operation: 'rebalance' }, { currentTask: { state: 'Completed' } }), up('a')],
    [
      'for a volume that has not grown for half an hour',
      onRecord(
        small,
        done('resizePvc', NOW - HOUR, { changes: JSON.stringify([{ kind: 'growClaim', claim: claim.metadata.name, size: '9Gi' }]) }),
      ),
      up('a'),
    ],
    [
      'for replicas when a broker more is what they need',
      status({
        state: 'ClusterReconciling',
        conditions: (calm.cluster.status.conditions ?? []).map((c) =>
          c.type === 'Ready' ? { ...c, status: 'False' as const, reason: 'PartitionsNotInSync' } : c,
        ),
      }),
      up('a'),
    ],
  ])('not %s', (_, world, alert) => expect(waits(world, alert)).toEqual({ kind: 'acts' }));

  it('while its kind cools down, and the opposite kind, until that is over; another kind does not wait', () => {
    const world = onRecord(calm, done('upScale', NOW - 60_000));
    const message = 'the last action of the kind was a short time ago (coolDown)';
    const expected = { kind: 'waits', reason: 'CoolDown', message, until: NOW + 540_000 };
    expect(waits(world)).toEqual(expected);
    expect(waits(world, known('a', { command: 'downScale' }))).toEqual(expected);
    expect(waits(world, grow())).toEqual({ kind: 'acts' });
    expect(waits(world, up('a'), of(' coolDown: 1m '))).toEqual({ kind: 'acts' });
  });

  it('while the budget of the day is spent, until there is room', () => {
    const world = onRecord(calm, ...[20, 10, 5].map((hours) => done('upScale', NOW - hours * HOUR)));
    const message = 'budgetPerDay is 3, and as many actions were taken';
    expect(waits(world, up('a'), of(' budgetPerDay: 3 '))).toEqual({
      kind: 'waits',
      reason: 'BudgetSpent',
      message,
      until: NOW + 4 * HOUR,
    });
    expect(waits(world, up('a'), of(' budgetPerDay: 4 '))).toEqual({ kind: 'acts' });
    expect(waits(calm, up('a'), of(' budgetPerDay: 0 '))).toMatchObject({ reason: 'BudgetSpent', until: NOW + 24 * HOUR });
  });
});
