/** What can befall certificates, in the words of world.yaml. */
import { ANNOTATION, authorityName, keystoresName, serverCertificateName } from '../../lib/constructs/naming';
import type { SecretObject } from '../../operator/decide/certificate-view';
import { pairsOf, textOf } from '../../operator/decide/keystores';
import { annotationOf } from '../../operator/decide/node-view';
import { hashOfKeystores } from '../../operator/decide/served-certificates';
import { withObject } from '../../operator/decide/simulate';
import { toyCertificate } from '../../operator/decide/simulate-certificates';
import type { LiveObject, World } from '../../operator/decide/world';
import { NOW, podOf } from './makers';

export type CertificateHappening =
  /** The certificate of the brokers is another one, in its Secret and in the key stores. */
  | { readonly brokerCertificateRenewed: true }
  /** What is seen of a broker's listener: the new certificate, the one from before, or nothing. */
  | { readonly serves: 'new' | 'old' | 'nothing'; readonly node: number; readonly listener: string }
  /** So many seconds ago it was told for the last time, after it had been told so often to load. */
  /** What the passes over KafkaUsers say: CAs that their Secrets trust, and who signed what they show. */
  | { readonly usersTrust: readonly CaName[]; readonly signedBy: readonly CaName[] }
  | { readonly toldToLoad: number; readonly secondsAgo: number; readonly times: number };

type CaName = 'signer' | 'next' | 'former';

function usersTold(world: World, what: Told): World {
  const secret = secretIn(world, authorityName(world.cluster.name));
  const { certificate, next, authorities = [] } = secret.tls ?? {};
  const former = authorities.find(({ fingerprint }) => fingerprint !== certificate?.fingerprint && fingerprint !== next?.fingerprint);
  const of = { signer: certificate, next, former };
  const text = (names: unknown): string => (names as readonly CaName[]).map((name) => of[name]?.fingerprint ?? name).join(',');
  return withObject(
    world,
    annotated(secret, { [ANNOTATION.usersTrust]: text(what.usersTrust), [ANNOTATION.usersSignedBy]: text(what.signedBy) }),
  );
}

type Told = Readonly<Record<string, unknown>>;

const secretIn = (world: World, name: string): SecretObject => {
  const found = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === name);
  if (found === undefined) throw new Error(`there is no Secret ${name} in this world`);
  return found;
};

const keystoresOf = (world: World): LiveObject => secretIn(world, keystoresName(world.cluster.name));

const annotated = (object: LiveObject, annotations: Readonly<Record<string, string>>): LiveObject => ({
  ...object,
  metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
});

function renewed(world: World): World {
  const server = secretIn(world, serverCertificateName(world.cluster.name));
  const before = server.tls?.certificate;
  if (server.tls === undefined || before === undefined) throw new Error('the brokers have no certificate in this world');
  const { fingerprint } = toyCertificate('renewed', NOW);
  const keystores = keystoresOf(world);
  const holds = [...pairsOf(annotationOf(keystores, ANNOTATION.keystoresOf))];
  const text = textOf(new Map(holds.map(([entry, held]) => [entry, held === before.fingerprint ? fingerprint : held])));
  const certificate = { ...before, fingerprint };
  const withServer = withObject(world, { ...server, tls: { ...server.tls, certificate } });
  return withObject(withServer, annotated(keystores, { [ANNOTATION.keystoresOf]: text }));
}

function seen(world: World, what: Told): World {
  const [node, listener] = [String(what.node), String(what.listener)];
  const pod = podOf(world, Number(node));
  const of = (object: LiveObject | undefined, key: string): string =>
    (object === undefined ? undefined : pairsOf(annotationOf(object, key)).get(listener)) ?? '';
  const fingerprints: Readonly<Record<string, string>> = {
    new: of(keystoresOf(world), ANNOTATION.keystoresOf),
    old: of(pod, ANNOTATION.servedCertificates),
    nothing: '',
  };
  const answer = { fingerprint: fingerprints[String(what.serves)] ?? '', at: NOW };
  return { ...world, served: { ...world.served, [node]: { ...world.served?.[node], [listener]: answer } } };
}

export const CERTIFICATES_TOLD: Readonly<Record<string, (world: World, what: Told) => World>> = {
  usersTrust: usersTold,
  brokerCertificateRenewed: renewed,
  serves: seen,
  toldToLoad: (world, what) => {
    const pod = podOf(world, Number(what.toldToLoad));
    if (pod === undefined) return world;
    const time = new Date(NOW - Number(what.secondsAgo) * 1000).toISOString();
    const text = `${hashOfKeystores(keystoresOf(world))} ${time} ${String(what.times)}`;
    return withObject(world, annotated(pod, { [ANNOTATION.keystoreFiles]: text }));
  },
};
