/** What leads clients to a broker goes with it, once, and is not put up again while the status still remembers it. */
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import type { Action } from '../../../operator/decide/action';
import { decide } from '../../../operator/decide/decide';
import { nodeIdOf } from '../../../operator/decide/node-view';
import { settle, simulate } from '../../../operator/decide/simulate';
import { withCruiseControl } from '../../../operator/decide/simulate-cruise-control';
import type { World } from '../../../operator/decide/world';
import { converged, NOW, pass } from '../../world/makers';
import { withEnvoy, type EnvoyWish } from '../../world/with-envoy';

const CRUISE_CONTROL = '  cruiseControlConfig: {}';

const isNamed = (world: World): boolean => world.cluster.status.brokersState?.['103'] !== undefined;
const namesOf = (world: World): readonly string[] =>
  world.objects.filter((o) => o.kind !== 'PersistentVolumeClaim' && nodeIdOf(o) === 103).map((o) => o.metadata.name);

it.each<[string, EnvoyWish]>([
  ['by node ports', { listener: ', accessMethod: NodePort', spec: CRUISE_CONTROL }],
  ['through Istio', { spec: `${CRUISE_CONTROL}\n  ingressController: istioingress` }],
  ['through Envoy', { spec: CRUISE_CONTROL }],
])('%s: nothing leads to a broker that is gone', (_, wish) => {
  const fewer = (world: World) => withEnvoy({ ...wish, ids: [100, 101, 102], world });
  let world = converged(withEnvoy({ ...wish, ids: [100, 101, 102, 103] }));
  expect(namesOf(world)).toContain('orders-103');
  const made: string[] = [];
  const note = (cluster: ResolvedCluster, seen: World): readonly Action[] => {
    const { actions } = decide(cluster, seen, NOW);
    made.push(...actions.flatMap((a) => (a.kind === 'apply' && nodeIdOf(a.manifest) === 103 ? [a.manifest.metadata.name] : [])));
    return actions;
  };
  for (let at = 0; at < 40 && isNamed(world); at += 1) {
    const cluster = fewer(world);
    const seen = withCruiseControl(world, cluster);
    // The status is written a moment later.
    note(cluster, settle(note(cluster, seen).reduce(simulate, seen)));
    world = pass(cluster, seen);
  }
  expect({ named: isNamed(world), left: namesOf(world), made }).toEqual({ named: false, left: [], made: [] });
});
