/** Cruise Control reads its certificate when it starts: a renewed one restarts it, and nothing else does. */
import { keystoresName, ANNOTATION } from '../../../lib/constructs/naming';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { decide } from '../../../operator/decide/decide';
import { describe as inWords } from '../../../operator/decide/explain';
import { pairsOf, textOf } from '../../../operator/decide/keystores';
import { withObject } from '../../../operator/decide/simulate';
import type { LiveObject, World } from '../../../operator/decide/world';
import { converged, NOW } from '../../world/makers';
import { withOperation } from '../../world/operations';
import { tlsCluster } from '../../world/tls';

const DEPLOYMENT = 'apply    deployment/orders-cruisecontrol';
const cluster = tlsCluster({ more: 'cruiseControlConfig: {}' });
const world = converged(cluster);

const keystores = (of: World): LiveObject => of.objects.find((o) => o.metadata.name === keystoresName('orders'))!;
const template = (of: World): Readonly<Record<string, string>> => {
  const spec = of.objects.find((o) => o.kind === 'Deployment')?.spec as { template: { metadata: { annotations: Record<string, string> } } };
  return spec.template.metadata.annotations;
};
const restarts = (of: World, wish: ResolvedCluster = cluster): readonly string[] =>
  decide(wish, of, NOW)
    .actions.map((action) => inWords(action))
    .filter((what) => what === DEPLOYMENT);

/** The key stores hold another certificate of this entry. */
function renewed(of: World, entry: string): World {
  const object = keystores(of);
  const { annotations = {} } = object.metadata;
  const holds = new Map([...pairsOf(annotations[ANNOTATION.keystoresOf]), [entry, 'f'.repeat(64)] as const]);
  const metadata = { ...object.metadata, annotations: { ...annotations, [ANNOTATION.keystoresOf]: textOf(holds) } };
  return withObject(of, { ...object, metadata });
}

test('its Pod says which certificate it was started with', () => {
  const { client } = Object.fromEntries(pairsOf(keystores(world).metadata.annotations?.[ANNOTATION.keystoresOf]));
  expect(client).toMatch(/^.{8,}$/u);
  expect(template(world)[ANNOTATION.clientCertificate]).toBe(client);
  expect(restarts(world)).toEqual([]);
});

test('it restarts when its certificate is renewed', () => {
  expect(restarts(renewed(world, 'client'))).toEqual([DEPLOYMENT]);
});

test('it does not restart for the certificates of brokers', () => {
  expect(restarts(renewed(world, 'internal'))).toEqual([]);
});

test('it goes on with what it does, and restarts after that', () => {
  const moving = withOperation(renewed(world, 'client'), cluster, 'InExecution');
  const plan = decide(cluster, moving, NOW);
  expect(restarts(moving)).toEqual([]);
  expect(plan.held.filter(({ what }) => what === DEPLOYMENT).flatMap(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
    'OperationInFlight',
  ]);
});

test('it does not restart while the key stores are not seen', () => {
  expect(restarts({ ...world, objects: world.objects.filter((o) => o !== keystores(world)) })).toEqual([]);
});

test('where brokers ask for no certificate it says nothing of one, and does not restart for it', () => {
  const internal = 'sslClientAuth: none';
  const unasked = tlsCluster({ more: 'cruiseControlConfig: {}', internal });
  const of = converged(unasked);
  expect(template(of)[ANNOTATION.clientCertificate]).toBeUndefined();
  expect(restarts(renewed(of, 'client'), unasked)).toEqual([]);
});
