/** Passwords that the quorum knows and nobody else any more: nothing is drawn in their place, and what is to be done is said. */
import { decide } from '../../../operator/decide/decide';
import { decideDeletion } from '../../../operator/decide/deletion';
import { whyNotDrawn } from '../../../operator/decide/lost-credentials';
import { without } from '../../../operator/decide/simulate';
import type { World } from '../../../operator/decide/world';
import { clusterFrom } from '../../world/cluster-file';
import { converged, NOW, withoutPod } from '../../world/makers';
import { tlsYaml } from '../../world/tls';

const sasl = (by = '""', more = ''): ReturnType<typeof clusterFrom> =>
  clusterFrom(
    tlsYaml()
      .replace('- { type: ssl, name: internal', `${more}- { type: sasl_ssl, name: internal`)
      .replace('readOnlyConfig: ""', `readOnlyConfig: ${by}`),
  );
const ADMIN = '- { type: ssl, name: admin, containerPort: 29094, usedForKafkaAdminCommunication: true }\n      ';
const cluster = sasl();
const calm = converged(cluster);
const lost = (world: World, ...names: readonly string[]): World => names.reduce((w, name) => without(w, 'Secret', name), world);
const BOTH = ['orders-sasl', 'orders-sasl-copy'];

test('all is held that would draw others, with the remedy', () => {
  const { actions, held } = decide(cluster, withoutPod(lost(calm, ...BOTH), 1), NOW);
  expect(actions.filter(({ kind }) => kind === 'makeCredentials')).toEqual([]);
  const why = held.find(({ what }) => what.includes('secret/orders-sasl'))?.reasons[0];
  expect(why).toMatchObject({ code: 'CredentialsPending', message: expect.stringContaining('"Lost passwords" in docs/security.md') });
});

test.each(BOTH)('nothing is held when only %s is lost', (name) => {
  const { actions, held } = decide(cluster, lost(calm, name), NOW);
  expect(actions).toMatchObject([{ kind: 'makeCredentials', manifest: { metadata: { name } } }]);
  expect(held.filter(({ reasons }) => reasons.some(({ code }) => code === 'CredentialsPending'))).toEqual([]);
});

test.each([
  ['the operator and the brokers log in by them', cluster, 'kafka-operator, kafka-brokers'],
  ['only the brokers do', sasl('""', ADMIN), 'lacks kafka-brokers,'],
  ['nobody does, for another mechanism was chosen', sasl('listener.name.internal.sasl.enabled.mechanisms=OAUTHBEARER'), undefined],
])('what is lost is needed where %s', (_, wanted, names) => {
  const world = { ...lost(calm, ...BOTH) };
  const why = whyNotDrawn({ cluster: wanted, world })?.message;
  if (names === undefined) expect(why).toBeUndefined();
  else expect(why).toContain(names);
});

test('those of a quorum that has not formed are drawn', () => {
  const world = lost(calm, ...BOTH);
  const forming: World = { ...world, cluster: { ...world.cluster, status: { ...world.cluster.status, quorum: 'Forming' } } };
  expect(whyNotDrawn({ cluster, world: forming })).toBeUndefined();
});

test.each([
  ['Retain', []],
  ['Delete', BOTH],
] as const)('they go with the claims when the cluster is deleted: %s', (volumeReclaim, gone) => {
  const world: World = {
    ...calm,
    cluster: { ...calm.cluster, deleting: true, finalizers: ['finalizer.kafkaclusters.kafka.banzaicloud.io'] },
  };
  const deleted = decideDeletion({ volumeReclaim }, world).actions.flatMap((a) =>
    a.kind === 'delete' && a.target.kind === 'Secret' ? [a.target.name] : [],
  );
  expect([...deleted].sort()).toEqual(gone);
});
