import { LABEL, NODE_PORT_APP } from '../../../lib/constructs/naming';
import { decide } from '../../../operator/decide/decide';
import { simulate, withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { converged, NOW } from '../../world/makers';
import { withEnvoy, type EnvoyWish } from '../../world/with-envoy';

const BUDGET = '  envoyConfig: { disruptionBudget: { create: true, budget: "1" } }';
const calm = converged(withEnvoy({ spec: BUDGET }));
const TWO_WAYS = ', config: { defaultIngressConfig: a, ingressConfig: { a: { envoyConfig: {} }, b: { envoyConfig: {} } } }';

const plan = (world: World, wish: EnvoyWish) => decide(withEnvoy({ ...wish, world }), world, NOW);
const deleted = (world: World, wish: EnvoyWish): readonly string[] =>
  plan(world, wish).actions.flatMap((a) => (a.kind === 'delete' ? [`${a.target.kind} ${a.target.name}`] : []));
const kept = (world: World, wish: EnvoyWish): readonly string[] =>
  plan(world, wish)
    .held.filter((h) => h.reasons.some((r) => r.code === 'IngressKept'))
    .map((h) => h.what);

/** An object of ours, of a way in, that nobody wants. */
function unwanted(kind: string, name: string, labels: Readonly<Record<string, string>>): LiveObject {
  const like = calm.objects.find((o) => o.kind === 'Service' && o.metadata.name.startsWith('envoy-'))!;
  const metadata = { ...like.metadata, name, uid: name, labels: { ...like.metadata.labels, ...labels } };
  return { ...like, kind, metadata };
}

describe('what an earlier way in left behind', () => {
  it('of a way in that still stands goes', () => {
    expect(deleted(calm, {})).toEqual(['PodDisruptionBudget envoy-external-orders-pdb']);
    expect(kept(calm, {})).toEqual([]);
  });

  it('of an ingress configuration that left the spec is kept, in one line', () => {
    const two = converged(withEnvoy({ listener: TWO_WAYS }));
    expect(deleted(two, {})).toEqual([]);
    expect(kept(two, {})).toEqual(['remove   envoyingress/external-a', 'remove   envoyingress/external-b']);
  });

  it('is removed when that is asked for', () => {
    const two = converged(withEnvoy({ listener: TWO_WAYS }));
    const one = { spec: '  removeUnusedIngressResources: true' };
    const made = plan(two, one)
      .actions.filter((a) => a.kind === 'apply')
      .reduce(simulate, two);
    const all = deleted(converged(withEnvoy({ ...one, world: made }), made), one);
    expect(all).toEqual([]);
    const gone = converged(withEnvoy({ ...one, world: made }), made).objects.filter((o) => o.metadata.name.includes('external-a'));
    expect(gone).toEqual([]);
  });

  it.each<[string, LiveObject, boolean]>([
    [
      'the Service of a broker that is gone for good',
      unwanted('Service', 'orders-999-old', { [LABEL.app]: NODE_PORT_APP, [LABEL.nodeId]: '999' }),
      true,
    ],
    [
      'the Service of a broker that is there',
      unwanted('Service', 'orders-100-old', { [LABEL.app]: NODE_PORT_APP, [LABEL.nodeId]: '100' }),
      false,
    ],
    ['a policy, which leads nobody in', unwanted('NetworkPolicy', 'old', { [LABEL.externalListener]: 'old' }), true],
    ['an object of a kind of others', unwanted('VirtualService', 'old', { [LABEL.app]: 'istioingress' }), false],
  ])('%s: goes without being asked for: %#', (_, object, goes) => {
    const world = withObject(converged(withEnvoy()), object);
    expect(deleted(world, {})).toEqual(goes ? [`${object.kind} ${object.metadata.name}`] : []);
    expect(kept(world, {}).length).toBe(goes ? 0 : 1);
  });
});
