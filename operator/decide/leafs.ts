/** The certificates that a CA of the operator signs, what they are to be, and why one is issued (again). */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { usesTls } from '../../lib/api/resolved-security';
import { certificateProfiles, covers, type CertificateProfile, type CertificateProfiles } from '../../lib/constructs/certificate-profiles';
import { isByKubeNode } from '../../lib/constructs/ingress-members';
import { ANNOTATION, clientCertificateName, quorumCertificateName, serverCertificateName } from '../../lib/constructs/naming';
import { hasRole } from '../../lib/kafka/quorum';
import { leadOf, type Authority } from './authority';
import { secretOf, tlsListeners } from './certificate-sight';
import type { CertificateView, SecretObject } from './certificate-view';
import { addressOfNode } from './entrance';
import { externalFacts } from './external-addresses';
import { annotationOf, nodeIdOf, objectsOf } from './node-view';
import { reason, type Reason } from './reason';
import { isoSeconds } from './rfc3339';
import type { World } from './world';

export interface Leaf {
  readonly kind: 'server' | 'quorum' | 'client';
  readonly secret: string;
  readonly profile: CertificateProfile;
  /** On which listeners it is shown, so who has to trust its signer. */
  readonly entries: readonly string[];
  /** Java programs of Koperator's users read these. */
  readonly javaStores: boolean;
}

/** None where every certificate is the user's own. */
export function leafsOf(cluster: ResolvedCluster, world: World): readonly Leaf[] {
  if (cluster.security.pki === undefined) return [];
  const profiles = certificateProfiles(cluster, externalFacts(cluster, world).external, kubeNodeAddresses(cluster, world));
  return profiles === undefined ? [] : leafs(cluster, profiles);
}

/**
 * What brokers advertise of the Kubernetes nodes that they are on. No other is named, for a certificate that grew and changed with a
 * large Kubernetes would at last be more than Java reads; a broker that lands elsewhere gains a name, which all load while they run.
 */
function kubeNodeAddresses(cluster: ResolvedCluster, world: World): readonly string[] {
  const listeners = cluster.listeners.external.filter(usesTls);
  const nodes = cluster.nodes.filter((node) => hasRole(node, 'broker') && listeners.some((listener) => isByKubeNode(listener, node)));
  if (nodes.length === 0) return [];
  const kubeNodes = new Map(world.kubeNodes.map((kubeNode) => [kubeNode.name, kubeNode] as const));
  const places = new Map(objectsOf(world, 'Pod').map((pod) => [nodeIdOf(pod), (pod.spec as Bound | undefined)?.nodeName ?? ''] as const));
  return nodes.flatMap(({ id, nodePort }) => addressOfNode(kubeNodes.get(places.get(id) ?? ''), nodePort.addressType) ?? []);
}

interface Bound {
  readonly nodeName?: string;
}

/** Of names, with `DNS:` and the like. Java refuses a handshake whose message has more than 32 kB. */
const MOST_CHARACTERS = 16_000;

/**
 * Kafka loads a certificate while it runs only when it has all the names of the one before. So names are only gained, until they are too
 * many: then the former ones go at once, and nodes that do not load what is left are restarted.
 */
export function namesWithFormer(names: readonly string[], former: readonly string[]): readonly string[] {
  const all = [...new Set([...names, ...former])].sort();
  return all.join('').length > MOST_CHARACTERS ? names : all;
}

function leafs(cluster: ResolvedCluster, profiles: CertificateProfiles): readonly Leaf[] {
  const { name, listeners, security } = cluster;
  const generated = tlsListeners(cluster).filter((listener) => listener.ownSecret === undefined);
  const served = generated.filter((listener) => listener.name !== listeners.controller.name).map((listener) => listener.name);
  const server: Leaf = { kind: 'server', secret: serverCertificateName(name), profile: profiles.server, entries: served, javaStores: true };
  const quorum = listeners.controller.ownSecret === undefined ? profiles.quorum : undefined;
  const client: Leaf = {
    kind: 'client',
    secret: clientCertificateName(name),
    profile: profiles.client,
    entries: usesTls(listeners.admin) ? [listeners.admin.name] : [],
    javaStores: true,
  };
  return [
    ...(generated.length === 0 ? [] : [server]),
    ...(quorum === undefined
      ? []
      : [
          {
            kind: 'quorum',
            secret: quorumCertificateName(name),
            profile: quorum,
            entries: [listeners.controller.name],
            javaStores: false,
          } as const,
        ]),
    ...(security.clientSecret === undefined ? [client] : []),
  ];
}

/** Why a leaf is issued, as it should be with this CA; empty: it is as it should be. */
export function whyIssued(
  leaf: Leaf,
  authority: Authority,
  { world, now }: { readonly world: World; readonly now: number },
): readonly Reason[] {
  const object = secretOf(world, leaf.secret);
  if (object === undefined) return [reason('CertificateMissing', 'missing')];
  const { certificate, problem } = object.tls ?? {};
  if (problem !== undefined || certificate === undefined) return [reason('CertificateMissing', problem ?? 'it holds no certificate')];
  return [...whyDiffers(leaf, certificate, authority), ...whyDue(leaf, { certificate, object }, authority, { world, now })];
}

function whyDiffers({ profile }: Leaf, certificate: CertificateView, { signer }: Authority): readonly Reason[] {
  const differs = (message: string): readonly Reason[] => [reason('CertificateDiffers', message)];
  if (certificate.signedBy !== signer.fingerprint) return differs('it is not signed by the CA of now');
  if (!covers(certificate.names, profile.names))
    return differs(
      `it lacks names: ${profile.names
        .filter((n) => !certificate.names.includes(n))
        .slice(0, 4)
        .join(', ')}`,
    );
  if (certificate.keyType !== profile.keyType) return differs(`its key is ${certificate.keyType}, wanted ${profile.keyType}`);
  return certificate.subject === `CN=${profile.commonName}` ? [] : differs(`its subject is ${certificate.subject}`);
}

interface Issued {
  readonly certificate: CertificateView;
  readonly object: SecretObject;
}

function whyDue(
  { profile }: Leaf,
  { certificate, object }: Issued,
  { signer }: Authority,
  { world, now }: { readonly world: World; readonly now: number },
): readonly Reason[] {
  if (isRenewalAsked(world, object)) return [reason('CertificateDue', `annotation ${ANNOTATION.renewCertificates} asks for it`)];
  // One that ends with its CA would end no later if it were issued again.
  if (now < dueAt(certificate, profile) || certificate.notAfter >= signer.notAfter) return [];
  return [reason('CertificateDue', `it ends at ${isoSeconds(certificate.notAfter)}`)];
}

/** By the annotation on the KafkaCluster, which the Secret has not answered yet. */
export function isRenewalAsked(world: World, object: SecretObject): boolean {
  const asked = world.cluster.annotations[ANNOTATION.renewCertificates];
  return asked !== undefined && asked !== annotationOf(object, ANNOTATION.renewCertificates);
}

/** When it is renewed, in milliseconds since the epoch. */
export const dueAt = (certificate: CertificateView, profile: CertificateProfile): number =>
  certificate.notAfter - leadOf(certificate, profile.renewBeforeMs);
