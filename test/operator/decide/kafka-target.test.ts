import { bootstrapAddresses } from '../../../operator/decide/kafka-target';
import { nodeViews } from '../../../operator/decide/node-view';
import { happened, type Happening } from '../../world/happenings';
import { converged, emptyWorld } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const cluster = dedicatedNodes();
const calm = converged(cluster);
const host = (id: number): string => `orders-${id}.orders-headless.kafka.svc.cluster.local:29092`;
const asked = (...story: readonly Happening[]): readonly string[] => {
  const world = story.reduce((w, what) => happened(w, cluster, what), calm);
  return bootstrapAddresses(cluster, nodeViews(cluster, world), world);
};

describe('Kafka is asked at', () => {
  it.each<[string, readonly Happening[], readonly number[]]>([
    ['every broker, and no controller', [], [100, 101, 102]],
    ['those that serve first', [{ podNotReady: 100 }], [101, 102, 100]],
    ['those that Kafka has fenced last', [{ fenced: 101 }], [100, 102, 101]],
    ['none whose Pod is gone, stops or crashes', [{ podGone: 100 }, { podStopping: 101 }, { podCrashing: 102, says: 'x' }], []],
  ])('%s', (_, story, ids) => expect(asked(...story)).toEqual(ids.map(host)));

  it('nobody before anything runs', () =>
    expect(bootstrapAddresses(cluster, nodeViews(cluster, emptyWorld(cluster)), { objects: [] })).toEqual([]));
});
