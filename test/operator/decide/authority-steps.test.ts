/** A CA is replaced no faster than KafkaUsers can follow, wherever they are; and where there are none nobody waits for them. */
import { ANNOTATION, authorityName } from '../../../lib/constructs/naming';
import { authorityIn, type Authority } from '../../../operator/decide/authority';
import { whyNotDropped, whyNotSwitched } from '../../../operator/decide/authority-steps';
import type { SecretObject } from '../../../operator/decide/certificate-view';
import { withObject } from '../../../operator/decide/simulate';
import { toyCertificate } from '../../../operator/decide/simulate-certificates';
import type { World } from '../../../operator/decide/world';
import { contextOf, converged, NOW } from '../../world/makers';
import { tlsCluster } from '../../world/tls';

const cluster = tlsCluster({ ssl: 'caOverlap: 1h' });
const born = converged(cluster);
const secret = born.objects.find((o) => o.metadata.name === authorityName('orders')) as SecretObject;
const first = secret.tls!.certificate!;
const second = toyCertificate('second', NOW);

type Told = Readonly<Record<string, string>>;

/** The CA as it is, with what was said of users. */
const told = (tls: Partial<NonNullable<SecretObject['tls']>>, annotations: Told): World =>
  withObject(born, {
    ...secret,
    metadata: { ...secret.metadata, annotations: { ...secret.metadata.annotations, ...annotations } },
    tls: { ...secret.tls!, ...tls },
  });

const trusting = (...fingerprints: readonly string[]): Told => ({ [ANNOTATION.usersTrust]: fingerprints.join(',') });
const signedBy = (...fingerprints: readonly string[]): Told => ({ [ANNOTATION.usersSignedBy]: fingerprints.join(',') });
const users = (reasons: readonly { readonly message: string }[]): readonly string[] =>
  reasons.map(({ message }) => message).filter((message) => message.includes('KafkaUser'));

const switching = (annotations: Told, more: (world: World) => World = (world) => world) => {
  const world = more(told({ next: second, authorities: [second, first] }, annotations));
  return whyNotSwitched(contextOf(cluster, world), authorityIn(cluster, world) as Authority).map((why) => ({ message: why.message }));
};
const dropping = (annotations: Told) => {
  const world = told({ certificate: second, authorities: [second, first] }, annotations);
  return whyNotDropped(contextOf(cluster, world), authorityIn(cluster, world) as Authority).map((why) => ({ message: why.message }));
};

test.each<[string, Told, boolean]>([
  ['nobody said anything of users', {}, false],
  ['every user trusts it', trusting(second.fingerprint, first.fingerprint), false],
  ['a user trusts the first one only', trusting(first.fingerprint), true],
  ['no CA is trusted by every user', trusting(), true],
])('when %s, the next CA waits for users: %#', (_, annotations, waits) => {
  expect(users(switching(annotations))).toHaveLength(waits ? 1 : 0);
});

test.each<[string, Told, boolean]>([
  ['nobody said anything of users', {}, false],
  ['there are no users', signedBy(), false],
  ['users show what the new one signed', signedBy(second.fingerprint), false],
  ['a user shows what the old one signed', signedBy(second.fingerprint, first.fingerprint), true],
  ['a user shows what nobody knows', signedBy('ffff'), false],
])('when %s, the old CA waits for users: %#', (_, annotations, waits) => {
  expect(users(dropping(annotations))).toHaveLength(waits ? 1 : 0);
});
