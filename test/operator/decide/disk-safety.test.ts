/**
 * What must never happen to a volume, in a world in which everything happens: brokers that do not tell what lies on them, disks
 * whose names begin alike, replicas that come at the last moment, Pods that die, Cruise Control that lies, a spec that changes
 * its mind.
 */
import fc from 'fast-check';
import type { Action } from '../../../operator/decide/action';
import { dataMounts } from '../../../operator/decide/leaving-volume';
import { isEmptyDir, seenLogDir } from '../../../operator/decide/log-dir';
import { mountPathOf } from '../../../operator/decide/node-view';
import type { CruiseControlFault } from '../../../operator/decide/simulate-execution';
import type { World } from '../../../operator/decide/world';
import { BROKER, running, withDisks } from '../../world/disks';
import { happened, type Happening } from '../../world/happenings';
import { claimsOf, podOf, withoutPod } from '../../world/makers';
import { moments } from '../../world/moments';

/** Each begins with the one before. */
const DISKS = ['/kafka-logs2', '/kafka-logs22', '/kafka-logs22/kafka2'];
const OTHERS = DISKS.slice(0, 2);

type Event =
  | { readonly kind: 'replica'; readonly disk: string; readonly holds: number; readonly offline: boolean }
  | { readonly kind: 'silence' }
  | { readonly kind: 'death' }
  | { readonly kind: 'wish'; readonly disks: readonly string[] }
  | { readonly kind: 'statusLost' };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('replica' as const), disk: fc.constantFrom(...OTHERS), holds: fc.nat(2), offline: fc.boolean() }),
  fc.record({ kind: fc.constant('silence' as const) }),
  fc.record({ kind: fc.constant('death' as const) }),
  fc.record({ kind: fc.constant('wish' as const), disks: fc.subarray(OTHERS) }),
  fc.record({ kind: fc.constant('statusLost' as const) }),
);
const fault = fc.constantFrom<CruiseControlFault | undefined>(undefined, undefined, 'forgets', 'failsHalfWay', 'ignoresMoves', 'missing');
const story = fc.array(fc.record({ events: fc.array(event, { maxLength: 2 }), fault, moments: fc.integer({ min: 1, max: 5 }) }), {
  minLength: 2,
  maxLength: 7,
});

const start = running(withDisks({ more: OTHERS }));

function befallen(world: World, what: Event): World {
  if (what.kind === 'death') return withoutPod(world, BROKER);
  if (what.kind === 'statusLost') {
    const { brokersState: _lost, ...status } = world.cluster.status;
    return { ...world, cluster: { ...world.cluster, status } };
  }
  if (what.kind === 'wish' || world.kafka.state !== 'known') return world;
  const told: Happening =
    what.kind === 'silence'
      ? { logDirsUnknown: BROKER }
      : { volume: what.disk, node: BROKER, holds: what.holds, ...(what.offline ? { offline: true } : {}) };
  return happened(world, withDisks(), told);
}

/** What the Pod that is about to be stopped may come back without: seen empty at the very moment. */
const emptyAt = (world: World, action: Extract<Action, { kind: 'restartNode' }>): readonly string[] =>
  (action.without ?? []).map(({ mountPath }) => {
    expect([mountPath, isEmptyDir(seenLogDir(world, BROKER, mountPath))]).toEqual([mountPath, true]);
    return mountPath;
  });

/** How often there was anything to judge. */
const seen = { started: 0, deleted: 0 };

class Watcher {
  /** Volumes that were empty when the last Pod with them was stopped on purpose. */
  private readonly emptied = new Set<string>();

  watch(world: World, actions: readonly Action[]): void {
    for (const action of actions) this.judge(world, action);
  }

  private judge(world: World, action: Action): void {
    if (action.node !== BROKER) return;
    if (action.kind === 'restartNode') for (const path of emptyAt(world, action)) this.emptied.add(path);
    if (action.kind === 'createPod') this.judgeStart(world, dataMounts(action.manifest));
    if (action.kind === 'delete' && action.target.kind === 'PersistentVolumeClaim') this.judgeDeletion(world, action.target.uid);
  }

  private judgeStart(world: World, mounted: readonly string[]): void {
    seen.started += 1;
    for (const path of mounted) this.emptied.delete(path);
    const missing = claimsOf(world, BROKER)
      .map(mountPathOf)
      .filter((path) => !mounted.includes(path) && !this.emptied.has(path));
    expect(missing).toEqual([]);
  }

  private judgeDeletion(world: World, uid: string): void {
    seen.deleted += 1;
    const path = mountPathOf(claimsOf(world, BROKER).find((c) => c.metadata.uid === uid)!);
    const dir = seenLogDir(world, BROKER, path);
    expect([path, this.emptied.has(path), dir === 'notServed' || isEmptyDir(dir)]).toEqual([path, true, true]);
    expect(dataMounts(podOf(world, BROKER)!)).not.toContain(path);
  }
}

test('no claim is deleted, and no broker started without a volume, unless its very log directory was seen empty before', () => {
  fc.assert(
    fc.property(story, (chapters) => {
      const watcher = new Watcher();
      let world = start;
      let wish = withDisks({ more: OTHERS });
      chapters.forEach(({ events, fault: cruiseControl, moments: count }, at) => {
        const wanted = events.findLast((e) => e.kind === 'wish');
        if (wanted !== undefined) wish = withDisks({ more: wanted.disks, generation: at + 2 });
        world = events.reduce(befallen, world);
        const all = moments(wish, world, count, { circumstances: cruiseControl === undefined ? {} : { cruiseControl } });
        for (const moment of all) watcher.watch(moment.before, moment.plan.actions);
        world = all.at(-1)!.world;
      });
    }),
    { numRuns: 30, seed: 5 },
  );
  expect(seen.started).toBeGreaterThan(10);
  expect(seen.deleted).toBeGreaterThan(2);
});

describe('a log directory', () => {
  test('is known by its exact path alone', () => {
    fc.assert(
      fc.property(fc.constantFrom('/kafka-logs', ...DISKS), fc.constantFrom('/kafka-logs', ...DISKS), fc.nat(3), (asked, told, holds) => {
        const dirs = { logDirs: { [String(BROKER)]: [{ path: `${told}/kafka`, offline: false, replicas: holds, topics: [], bytes: 0 }] } };
        const kafka = start.kafka.state === 'known' ? { state: 'known' as const, value: { ...start.kafka.value, ...dirs } } : start.kafka;
        expect(isEmptyDir(seenLogDir({ ...start, kafka }, BROKER, asked))).toBe(asked === told && holds === 0);
      }),
    );
  });
});
