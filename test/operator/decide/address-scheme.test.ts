import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { presentHost, servicesOfOldScheme } from '../../../operator/decide/address-scheme';
import { nodeViews } from '../../../operator/decide/node-view';
import { without } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { converged, podOf } from '../../world/makers';
import { dedicatedNodes } from '../../world/three-nodes';

const headless = dedicatedNodes();
const oneForEach: ResolvedCluster = { ...headless, headless: false };

const services = (cluster: ResolvedCluster, world: World): readonly string[] =>
  servicesOfOldScheme({ cluster, world, views: nodeViews(cluster, world) }).map((m) => m.metadata.name);
const hostOf = (cluster: ResolvedCluster, world: World, id: number): string =>
  presentHost(
    cluster,
    nodeViews(cluster, world).find((v) => v.node.id === id)!,
    world,
  );

/** The node's Pod and its file as in the other world. */
function restarted(world: World, id: number, after: World): World {
  const [before, pod] = [podOf(world, id)!, podOf(after, id)!];
  const { name } = (pod.spec as { volumes: { name: string; configMap?: { name: string } }[] }).volumes.find(
    (v) => v.name === 'broker-config',
  )!.configMap!;
  const file = after.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === name)!;
  const others = without(world, 'Pod', before.metadata.name).objects;
  return { ...world, objects: [...others, pod, file] };
}

const ids = [0, 1, 2, 100, 101, 102];

describe.each([
  ['headless Services', headless, oneForEach, ['orders-headless', 'orders-controller-headless']],
  ['a Service for each node', oneForEach, headless, ['orders-all-broker', ...ids.map((id) => `orders-${String(id)}`)]],
])('a cluster that leaves %s', (_name, before, after, leaves) => {
  const [old, fresh] = [converged(before), converged(after)];

  it('keeps all of them from the first restart to the last', () => {
    ids.reduce((world, id) => {
      expect(services(after, world)).toEqual(leaves);
      return restarted(world, id, fresh);
    }, old);
  });

  it('keeps none of them after that', () => {
    const over = ids.reduce((world, id) => restarted(world, id, fresh), old);
    expect(services(after, over)).toEqual([]);
  });

  it('keeps them while a file of a Pod cannot be seen: it may name them', () => {
    const blind = { ...fresh, objects: fresh.objects.filter((o) => o.kind !== 'ConfigMap') };
    expect(services(after, blind)).toEqual(leaves);
  });

  it('reaches each node by the name that it was started with', () => {
    const half = restarted(old, 100, fresh);
    expect(hostOf(after, half, 100)).toBe(hostOf(after, fresh, 100));
    expect(hostOf(after, half, 101)).toBe(hostOf(before, old, 101));
    expect(hostOf(after, half, 101)).not.toBe(hostOf(after, fresh, 101));
  });

  it('reaches a node without a Pod by the name that it will have', () => {
    expect(hostOf(after, without(old, 'Pod', 'orders-100'), 100)).toBe(hostOf(after, fresh, 100));
  });
});
