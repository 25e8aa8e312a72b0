import { ANNOTATION } from '../../../lib/constructs/naming';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { lostVolumes, whyMetadataLogMoved, whyNotRecreated } from '../../../operator/decide/lost-volume';
import { nodeViews, type NodeView } from '../../../operator/decide/node-view';
import type { World } from '../../../operator/decide/world';
import { withObject } from '../../../operator/decide/simulate';
import { happened, type Happening } from '../../world/happenings';
import { claimsOf, converged, emptyWorld } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const after = (...story: readonly Happening[]): World => story.reduce((world, what) => happened(world, cluster, what), calm);
const viewOf = (world: World, id: number, of: ResolvedCluster = cluster): NodeView => {
  const view = nodeViews(of, world).find((v) => v.node.id === id);
  if (view === undefined) throw new Error(`no node ${id}`);
  return view;
};
const gone: readonly Happening[] = [{ podGone: 101 }, { claimsGone: 101 }];
const alone: Happening = { partition: 'orders-9', replicas: [101], isr: [101] };

describe('a volume is lost', () => {
  it('when a node that ran has no claim any more', () => {
    expect(lostVolumes(viewOf(after(...gone), 101))).toEqual(['/logs']);
  });

  it('when the claim says so', () => {
    const claim = claimsOf(calm, 101)[0];
    expect(lostVolumes(viewOf(withObject(calm, { ...claim!, status: { phase: 'Lost' } }), 101))).toEqual(['/logs']);
  });

  it('not when it is there, and not before the node ever ran', () => {
    expect(lostVolumes(viewOf(calm, 101))).toEqual([]);
    expect(lostVolumes(viewOf(emptyWorld(cluster), 101))).toEqual([]);
  });

  it('when the Pod of a node on emptyDir is gone, and not while it is there', () => {
    const temporary: ResolvedCluster = {
      ...cluster,
      nodes: cluster.nodes.map((n) => ({ ...n, storage: [{ mountPath: '/logs', source: { kind: 'emptyDir' as const, spec: {} } }] })),
    };
    expect(lostVolumes(viewOf(calm, 101, temporary))).toEqual([]);
    expect(lostVolumes(viewOf(after({ podGone: 101 }), 101, temporary))).toEqual(['/logs']);
  });
});

describe('a lost volume', () => {
  const why = (id: number, ...story: readonly Happening[]): string | undefined =>
    whyNotRecreated(viewOf(after(...story), id), after(...story))?.message;

  it.each<[string, readonly Happening[], string]>([
    ['Kafka cannot be asked', [...gone, { kafkaUnknown: 'x' }], 'Kafka cannot be asked who else has its data'],
    ['Kafka has not fenced the broker', gone, 'Kafka has not fenced it yet'],
    [
      'one of its partitions has no other replica in sync',
      [...gone, { fenced: 101 }, alone],
      '1 of its partitions (first orders-9) have no other in-sync replica',
    ],
    [
      'one of its partitions has no leader',
      [...gone, { fenced: 101 }, { partition: 'orders-9', replicas: [100, 101], isr: [] }],
      'no other in-sync replica',
    ],
  ])('of a broker is not made anew while %s', (_, story, message) => {
    expect(why(101, ...story)).toContain(message);
    expect(why(101, ...story)).toContain(`annotate the KafkaCluster with ${ANNOTATION.recreateVolumes}=101`);
  });

  it('of a broker is made anew when all its partitions are in sync elsewhere', () => {
    expect(why(101, ...gone, { fenced: 101 }, { partition: 'orders-9', replicas: [100, 101], isr: [100] })).toBeUndefined();
  });

  it('of a controller is made anew on nothing but the word of the user', () => {
    const lost: readonly Happening[] = [{ podGone: 1 }, { claimsGone: 1 }];
    expect(why(1, ...lost)).toContain('it holds the vote of a controller');
    expect(why(1, ...lost, { annotation: ANNOTATION.recreateVolumes, value: '0, 1' })).toBeUndefined();
  });

  it('of another node is not meant by the word of the user', () => {
    const story: readonly Happening[] = [...gone, { kafkaUnknown: 'x' }];
    expect(why(101, ...story, { annotation: ANNOTATION.recreateVolumes, value: '10,1' })).toContain('is gone');
    expect(why(101, ...story, { annotation: ANNOTATION.recreateVolumes, value: '100, 101' })).toBeUndefined();
  });
});

it('the metadata log stays where it was: another first volume is refused with the way back', () => {
  const moved = {
    ...cluster,
    nodes: cluster.nodes.map((n) => ({ ...n, storage: [{ ...n.storage[0]!, mountPath: '/new' }, ...n.storage] })),
  };
  expect(whyMetadataLogMoved(viewOf(calm, 0))).toBeUndefined();
  expect(whyMetadataLogMoved(viewOf(calm, 0, moved))).toMatchObject({
    code: 'VolumeImmutable',
    message: expect.stringContaining('put /logs first again'),
  });
});
