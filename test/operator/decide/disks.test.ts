import type { Action } from '../../../operator/decide/action';
import { wasEmptied } from '../../../operator/decide/leaving-volume';
import { mountPathOf } from '../../../operator/decide/node-view';
import { operationsIn } from '../../../operator/decide/operation-view';
import type { CruiseControlFault } from '../../../operator/decide/simulate-execution';
import type { World } from '../../../operator/decide/world';
import { happened, type Happening } from '../../world/happenings';
import { BROKER, running, SECOND, withDisks } from '../../world/disks';
import { claimsOf, podOf, withoutPod } from '../../world/makers';
import { moments, type Moment } from '../../world/moments';

const one = withDisks();
const two = withDisks({ more: [SECOND], generation: 2 });
const oneAgain = withDisks({ generation: 3 });
const beforeTwo = running(two);
const holding: Happening = { volume: SECOND, node: BROKER, holds: 6 };
const full = [{ volume: '/kafka-logs', node: BROKER, holds: 10 } as const, holding].reduce<World>(
  (world, what) => happened(world, two, what),
  beforeTwo,
);

const last = (all: readonly Moment[]): World => all.at(-1)!.world;
const actions = (all: readonly Moment[]): readonly Action[] => all.flatMap(({ plan }) => plan.actions);
const restarts = (all: readonly Moment[]): readonly (number | undefined)[] =>
  actions(all).flatMap((a) => (a.kind === 'restartNode' ? [a.node] : []));
const claimDeletions = (all: readonly Moment[]): readonly Action[] =>
  actions(all).filter((a) => a.kind === 'delete' && a.target.kind === 'PersistentVolumeClaim');
const paths = (world: World): readonly string[] => claimsOf(world, BROKER).map(mountPathOf).sort();
const stateOf = (world: World, path = SECOND): string | undefined =>
  world.cluster.status.brokersState?.[String(BROKER)]?.gracefulActionState?.volumeStates?.[path]?.cruiseControlVolumeState;
const held = ({ plan }: Moment): string => plan.held.map((h) => `${h.what}: ${h.reasons.map((r) => r.code).join()}`).join('\n');
const states = (all: readonly Moment[]): readonly (string | undefined)[] =>
  all.map(({ world }) => stateOf(world)).filter((state, at, list) => at === 0 || state !== list[at - 1]);

describe('a volume that is added', () => {
  const story = moments(two, running(one), 12);

  it('is mounted by one restart and filled by one operation', () => {
    expect(restarts(story)).toEqual([BROKER]);
    expect(operationsIn(last(story)).map((o) => [o.operation, o.parameters])).toEqual([
      ['rebalance', { destination_broker_ids: '101', rebalance_disk: 'true' }],
    ]);
  });

  it('goes from state to state until it has its share', () => {
    expect(states(story)).toEqual([
      'GracefulDiskRebalanceRequired',
      'GracefulDiskRebalanceScheduled',
      'GracefulDiskRebalanceRunning',
      'GracefulDiskRebalanceSucceeded',
    ]);
  });

  it('of a birth has its share from the start', () => {
    expect(stateOf(beforeTwo)).toBe('GracefulDiskRebalanceSucceeded');
    expect(operationsIn(beforeTwo)).toEqual([]);
  });

  it('is no new one after the status was lost', () => {
    const lost = { ...beforeTwo, cluster: { ...beforeTwo.cluster, status: {} } };
    const after = moments(two, lost, 8);
    expect(operationsIn(last(after))).toEqual([]);
    expect(stateOf(last(after))).toBe('GracefulDiskRebalanceSucceeded');
  });

  it('stays to be filled while nothing could fill it, without a word of what is held', () => {
    const alone = moments(
      withDisks({ more: [SECOND], cruiseControl: false, generation: 2 }),
      running(withDisks({ cruiseControl: false })),
      6,
    );
    expect(stateOf(last(alone))).toBe('GracefulDiskRebalanceRequired');
    expect(alone.at(-1)!.plan.held).toEqual([]);
  });

  it.each<[CruiseControlFault, string]>([
    ['failsHalfWay', 'GracefulDiskRebalanceCompletedWithError'],
    ['missing', 'GracefulDiskRebalanceScheduled'],
    ['notReady', 'GracefulDiskRebalanceScheduled'],
  ])('has no share while Cruise Control %s', (cruiseControl, state) => {
    const faulty = moments(two, running(one), 12, { circumstances: { cruiseControl } });
    expect(stateOf(last(faulty))).toBe(state);
  });

  it('whose operation somebody deleted gets another one', () => {
    const begun = moments(two, running(one), 3);
    const gone = happened(last(begun), two, { operation: 'rebalance', gone: true });
    const after = moments(two, gone, 10);
    expect(stateOf(after[0]!.world)).not.toMatch(/Succeeded/);
    expect(stateOf(last(after))).toBe('GracefulDiskRebalanceSucceeded');
  });
});

describe('a volume that left the spec', () => {
  const story = moments(oneAgain, full, 16);

  it('is emptied by one operation, taken off by one restart, and its claim goes', () => {
    expect(operationsIn(last(story)).map((o) => [o.operation, o.parameters.brokerid_and_logdirs])).toEqual([
      ['remove_disks', '101-/kafka-logs2/kafka'],
    ]);
    expect(restarts(story)).toEqual([BROKER]);
    expect(paths(last(story))).toEqual(['/kafka-logs']);
  });

  it('goes from state to state and is forgotten', () => {
    expect(states(story)).toEqual([
      'GracefulDiskRemovalScheduled',
      'GracefulDiskRemovalRunning',
      'GracefulDiskRemovalSucceeded',
      undefined,
    ]);
    expect(last(story).cluster.status.brokersState?.[String(BROKER)]?.volumes).toEqual(['/kafka-logs']);
  });

  it("is nobody's when claims are kept, and filled like a new one when it is back", () => {
    const retain = { volumeReclaim: 'Retain' } as const;
    const kept = moments(withDisks({ ...retain, generation: 3 }), full, 16);
    expect(paths(last(kept))).toEqual(['/kafka-logs', SECOND]);
    expect(stateOf(last(kept))).toBeUndefined();
    expect(kept.at(-1)!.plan.actions).toEqual([]);
    const back = moments(withDisks({ ...retain, more: [SECOND], generation: 4 }), last(kept), 12);
    expect(restarts(back)).toEqual([BROKER]);
    expect(stateOf(last(back))).toBe('GracefulDiskRebalanceSucceeded');
    const claim = claimsOf(last(back), BROKER).find((c) => mountPathOf(c) === SECOND)!;
    expect(wasEmptied({ claim, mountPath: SECOND, logDir: '' }, undefined)).toBe(false);
  });

  it.each(Array.from({ length: 13 }, (_, at) => at + 1))(
    'may come back after %i moments: nothing is lost, nothing is left over',
    (count) => {
      const begun = moments(oneAgain, full, count);
      const back = moments(withDisks({ more: [SECOND], generation: 4 }), last(begun), 24);
      expect(claimDeletions(back)).toEqual([]);
      expect(paths(last(back))).toEqual(['/kafka-logs', SECOND]);
      expect(stateOf(last(back))).toBe('GracefulDiskRebalanceSucceeded');
      expect(operationsIn(last(back)).filter((o) => o.operation === 'remove_disks' && !o.final)).toEqual([]);
      expect(back.at(-1)!.plan.actions).toEqual([]);
    },
  );

  it('is not taken off while the operation that empties it still runs', () => {
    for (const { plan, world } of story)
      if (plan.actions.some((a) => a.kind === 'restartNode'))
        expect(
          operationsIn(world)
            .filter((o) => o.operation === 'remove_disks')
            .map((o) => o.state),
        ).toEqual(['Completed']);
  });

  it('is put back by a Pod that died before the restart, and taken off later', () => {
    const at = story.findIndex(({ plan }) => plan.actions.some((a) => a.kind === 'restartNode'));
    const dead = withoutPod(story[at - 1]!.world, BROKER);
    const after = moments(oneAgain, dead, 12);
    expect(actions(after).filter((a) => a.kind === 'createPod').length).toBe(2);
    expect(restarts(after)).toEqual([BROKER]);
    expect(paths(last(after))).toEqual(['/kafka-logs']);
  });

  it('stays when a replica came to it after it was emptied', () => {
    const at = story.findIndex(({ plan }) => plan.actions.some((a) => a.kind === 'restartNode'));
    const [next] = moments(oneAgain, happened(story[at - 1]!.world, oneAgain, { volume: SECOND, node: BROKER, holds: 1 }), 1);
    expect(next!.plan.actions.map((a) => a.kind)).not.toContain('restartNode');
    expect(held(next!)).toContain('HoldsReplicas');
  });
});

describe('a volume that Cruise Control does not empty', () => {
  const faulty = (cruiseControl: CruiseControlFault, count: number) =>
    moments(oneAgain, full, count, { befalls: (world) => happened(world, oneAgain, holding), circumstances: { cruiseControl } });

  it.each<CruiseControlFault>(['missing', 'forgets', 'failsHalfWay', 'ignoresMoves', 'notReady'])('stays (%s)', (fault) => {
    const all = faulty(fault, 40);
    expect(restarts(all)).toEqual([]);
    expect(claimDeletions(all)).toEqual([]);
    expect(podOf(last(all), BROKER)).toBeDefined();
    expect(stateOf(last(all))).not.toBe('GracefulDiskRemovalSucceeded');
  });

  it('is given up after five operations that completed and left what was there', () => {
    const all = faulty('ignoresMoves', 60);
    expect(operationsIn(last(all)).filter((o) => o.operation === 'remove_disks').length).toBe(5);
    expect(held(all.at(-1)!)).toContain(`remove   ${SECOND} of node 101: OperationFailed`);
  });
});

describe('a disk that failed', () => {
  const deleted = happened(full, two, { claimDeleted: SECOND, node: BROKER });
  /** Kubernetes lets a deleted claim go once no Pod uses it. */
  const protectedClaims = (world: World): World =>
    podOf(world, BROKER) !== undefined
      ? world
      : {
          ...world,
          objects: world.objects.filter((o) => o.kind !== 'PersistentVolumeClaim' || o.metadata.deletionTimestamp === undefined),
        };

  it('is replaced when its claim is deleted: one restart, an empty volume, no operation', () => {
    const all = moments(two, deleted, 10, { befalls: protectedClaims });
    expect(restarts(all)).toEqual([BROKER]);
    expect(actions(all).filter((a) => a.kind === 'apply' && a.manifest.kind === 'PersistentVolumeClaim').length).toBe(1);
    expect(claimsOf(last(all), BROKER).every((c) => c.metadata.deletionTimestamp === undefined)).toBe(true);
    expect(operationsIn(last(all))).toEqual([]);
    expect(all.at(-1)!.plan.actions).toEqual([]);
  });

  it('may also leave the spec: its broker goes on without it', () => {
    const all = moments(oneAgain, deleted, 10, { befalls: protectedClaims });
    expect(restarts(all)).toEqual([BROKER]);
    expect(paths(last(all))).toEqual(['/kafka-logs']);
    expect(stateOf(last(all))).toBeUndefined();
  });

  it('whose broker dies before others have its replicas keeps the broker stopped', () => {
    const alone = happened(deleted, two, { partition: 'payments-0', replicas: [BROKER], isr: [BROKER] });
    const leaving = last(moments(oneAgain, alone, 2, { befalls: protectedClaims }));
    const [dead] = moments(oneAgain, protectedClaims(withoutPod(leaving, BROKER)), 1);
    expect(dead!.plan.actions.map((a) => a.kind)).not.toContain('createPod');
    expect(held(dead!)).toContain('create   node 101: VolumeLost');
  });
});
