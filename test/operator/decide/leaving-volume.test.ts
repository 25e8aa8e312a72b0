import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { dataMounts, leavingVolumes, wasEmptied, wasNeverUsed, withLeavingVolumes } from '../../../operator/decide/leaving-volume';
import { mountPathOf, nodeViews, podView } from '../../../operator/decide/node-view';
import { withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { BROKER, running, withDisks } from '../../world/disks';
import { happened } from '../../world/happenings';
import { claimsOf, podOf, withoutPod } from '../../world/makers';

const three = withDisks({ more: ['/b', '/c'] });
const world = ['/kafka-logs', '/b', '/c'].reduce(
  (seen, volume) => happened(seen, three, { volume, node: BROKER, holds: 2 }),
  running(three),
);
const pathsOf = (cluster: ResolvedCluster): readonly string[] =>
  cluster.nodes.find((n) => n.id === BROKER)!.storage.map((s) => `${s.mountPath}${s.leaving === true ? ' leaves' : ''}`);
const claim = (path: string, seen: World = world): LiveObject => claimsOf(seen, BROKER).find((c) => mountPathOf(c) === path)!;

describe('a cluster with volumes that left its spec', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['in the middle', ['/c'], ['/kafka-logs', '/b leaves', '/c']],
    ['at the end', ['/b'], ['/kafka-logs', '/b', '/c leaves']],
    ['all of them', [], ['/kafka-logs', '/b leaves', '/c leaves']],
    ['while others come', ['/c', '/d'], ['/kafka-logs', '/b leaves', '/c', '/d']],
    ['none', ['/b', '/c'], ['/kafka-logs', '/b', '/c']],
  ])('has them where its Pods have them: %s', (_, more, expected) => {
    expect(pathsOf(withLeavingVolumes(withDisks({ more }), world))).toEqual(expected);
  });

  it('is the same value for the same wish, so that nothing is built twice', () => {
    const wish = withDisks({ more: ['/c'] });
    expect(withLeavingVolumes(wish, world)).toBe(withLeavingVolumes(wish, world));
    expect(withLeavingVolumes(three, world)).toBe(three);
  });

  it('has them behind the others while there is no Pod that says where', () => {
    expect(pathsOf(withLeavingVolumes(withDisks({ more: ['/c'] }), withoutPod(world, BROKER)))).toEqual(['/kafka-logs', '/c', '/b leaves']);
  });

  it('keeps the volume with the metadata log first, whatever its Pod is', () => {
    const moved: ResolvedCluster = {
      ...three,
      nodes: three.nodes.map((n) => (n.id === BROKER ? { ...n, storage: n.storage.slice(1) } : n)),
    };
    for (const seen of [world, withoutPod(world, BROKER), happened(world, three, { volume: '/kafka-logs', node: BROKER, holds: 0 })])
      expect(pathsOf(withLeavingVolumes(moved, seen))[0]).toBe('/kafka-logs leaves');
  });

  it('is without one that Kafka says is empty, and with it again when it is not', () => {
    const wish = withDisks({ more: ['/c'] });
    const emptied = happened(world, wish, { volume: '/b', node: BROKER, holds: 0 });
    expect(pathsOf(withLeavingVolumes(wish, emptied))).toEqual(['/kafka-logs', '/c']);
    expect(pathsOf(withLeavingVolumes(wish, happened(emptied, wish, { volume: '/b', node: BROKER, holds: 1 })))).toContain('/b leaves');
    expect(pathsOf(withLeavingVolumes(wish, happened(emptied, wish, { logDirsUnknown: BROKER })))).toContain('/b leaves');
    expect(pathsOf(withLeavingVolumes(wish, withoutPod(emptied, BROKER)))).toContain('/b leaves');
  });

  it('is without one whose claim somebody deleted', () => {
    const given = happened(world, three, { claimDeleted: '/b', node: BROKER });
    expect(pathsOf(withLeavingVolumes(withDisks({ more: ['/c'] }), given))).toEqual(['/kafka-logs', '/c']);
  });
});

describe('a leaving volume', () => {
  const pod = podOf(world, BROKER)!;
  const marked = (uid: string): LiveObject => ({
    ...claim('/b'),
    metadata: { ...claim('/b').metadata, annotations: { ...claim('/b').metadata.annotations, [ANNOTATION.emptiedBefore]: uid } },
  });
  const volume = (of: LiveObject) => ({ claim: of, mountPath: '/b', logDir: '/b/kafka' });
  const view = (change: Partial<LiveObject['metadata']> = {}) => podView({ ...pod, metadata: { ...pod.metadata, ...change } }, three.uid);
  const stopping = { deletionTimestamp: '2026-01-01T00:00:00Z' };

  it.each<[string, string, ReturnType<typeof view> | undefined, boolean]>([
    ['was emptied when its Pod is gone', pod.metadata.uid, undefined, true],
    ['was emptied when the Pod it was marked for is being stopped', pod.metadata.uid, view(stopping), true],
    ['was not when that Pod runs on', pod.metadata.uid, view(), false],
    ['was not when another Pod that mounts it is being stopped', 'another', view(stopping), false],
    ['was not without a mark', '', undefined, false],
  ])('%s', (_, mark, of, expected) => expect(wasEmptied(volume(marked(mark)), of)).toBe(expected));

  it('was never used when it was made behind a Pod that runs without it', () => {
    const plain = podOf(running(withDisks()), BROKER)!;
    const without = podView(plain, three.uid);
    const at = (creationTimestamp: string) => volume({ ...claim('/b'), metadata: { ...claim('/b').metadata, creationTimestamp } });
    expect(wasNeverUsed(at('2026-01-01T00:00:01Z'), without)).toBe(true);
    expect(wasNeverUsed(at('2026-01-01T00:00:00Z'), without)).toBe(false);
    expect(wasNeverUsed(at('2026-01-01T00:00:01Z'), view())).toBe(false);
    expect(wasNeverUsed(at('2026-01-01T00:00:01Z'), undefined)).toBe(false);
  });

  it('is known by its claim, in whatever state', () => {
    const lost = withObject(world, { ...claim('/b'), status: { phase: 'Lost' } });
    const found = nodeViews(withDisks({ more: ['/c'] }), lost).find((v) => v.node.id === BROKER)!;
    expect(leavingVolumes(found).map((v) => [v.mountPath, v.logDir])).toEqual([['/b', '/b/kafka']]);
  });

  it('is mounted where the container of Kafka has it', () => {
    expect(dataMounts(pod)).toEqual(['/kafka-logs', '/b', '/c']);
    expect(dataMounts({ ...pod, spec: {} })).toEqual([]);
  });
});
