import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { membersOf } from '../../../lib/constructs/ingress-members';
import { decide } from '../../../operator/decide/decide';
import { withFormerIngress } from '../../../operator/decide/former-ingress';
import type { World } from '../../../operator/decide/world';
import { converged, NOW, pass } from '../../world/makers';
import { outside } from '../../world/outside';

const WAYS =
  'name: out, externalStartingPort: 19090, config: { defaultIngressConfig: az1, ingressConfig: { az1: { hostnameOverride: az1.example.com }, az2: { hostnameOverride: az2.example.com } } }';

const before = outside([WAYS]);
const remapped = outside([WAYS], { configs: { 2: 'brokerIngressMapping: [az2]' } });

const members = (cluster: ResolvedCluster, world: World) =>
  withFormerIngress(cluster, world).listeners.external[0]!.ways.map((way) =>
    membersOf(withFormerIngress(cluster, world), way).map((node) => node.id),
  );

const knownAs = (world: World, id: number) => world.cluster.status.brokersState?.[String(id)]?.externalListenerConfigNames;

const restarts = (cluster: ResolvedCluster, world: World) =>
  decide(cluster, world, NOW).actions.flatMap((a) => (a.kind === 'restartNode' ? [a.node] : []));

describe('a broker that is mapped to another way in', () => {
  const calm = converged(before);

  test('was known by one', () => {
    expect([0, 1, 2].map((id) => knownAs(calm, id))).toEqual([['az1'], ['az1'], ['az1']]);
    expect(members(before, calm)).toEqual([[0, 1, 2], []]);
    expect(withFormerIngress(before, calm)).toBe(before);
  });

  test('is a member of both until it serves with the new address, and then of the new one', () => {
    const seen: (readonly (readonly number[])[])[] = [];
    let world = calm;
    for (let at = 0; at < 12; at += 1) {
      seen.push(members(remapped, world));
      world = pass(remapped, world);
    }
    expect(seen[0]).toEqual([[0, 1, 2], [2]]);
    expect(seen.at(-1)).toEqual([[0, 1], [2]]);
    const changes = seen.filter((is, at) => JSON.stringify(is) !== JSON.stringify(seen[at - 1]));
    expect(changes).toHaveLength(2);
    expect(knownAs(world, 2)).toEqual(['az2']);
  });

  test('is not forgotten by the old one while it waits for its restart', () => {
    expect(restarts(remapped, calm)).toEqual([2]);
    const silent = { ...calm, kafka: { state: 'unknown' as const, why: 'nobody answers' } };
    const later = { ...pass(remapped, silent), kafka: calm.kafka };
    expect(knownAs(later, 2)).toEqual(['az1', 'az2']);
    expect(members(remapped, later)).toEqual([[0, 1, 2], [2]]);
  });

  test('gives the same cluster for the same status, so that nothing is built twice', () => {
    const again: World = { ...calm };
    expect(withFormerIngress(remapped, again)).toBe(withFormerIngress(remapped, calm));
  });

  test('leaves one that left the spec at once: nobody makes it any more', () => {
    const only = outside([
      'name: out, externalStartingPort: 19090, config: { defaultIngressConfig: az2, ingressConfig: { az2: { hostnameOverride: az2.example.com } } }',
    ]);
    expect(members(only, calm)).toEqual([[0, 1, 2]]);
    expect(withFormerIngress(only, calm)).toBe(only);
  });
});

test('ways in without a name are not remembered', () => {
  const world = converged(outside(['name: out, externalStartingPort: 19090']));
  expect(world.cluster.status.brokersState!['0']).not.toHaveProperty('externalListenerConfigNames');
});

test('what was remembered is forgotten with the last listener', () => {
  const world = converged(outside([]), converged(before));
  expect(world.cluster.status.brokersState!['0']).not.toHaveProperty('externalListenerConfigNames');
  expect(world.cluster.status.listenerStatuses).not.toHaveProperty('externalListeners');
});
