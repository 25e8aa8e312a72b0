/** The Secrets with certificates as they were seen: those that the operator writes, and those of the user's own that the spec names. */
import type { ResolvedCluster, ResolvedListener } from '../../lib/api/resolved-cluster';
import { everyListener, usesTls } from '../../lib/api/resolved-security';
import { clientCertificateName, quorumCertificateName, serverCertificateName } from '../../lib/constructs/naming';
import { isOfEarlierLife } from './node-view';
import { whyNoSecret } from './certificate-state';
import type { CertificateView, SecretObject, SecretTls } from './certificate-view';
import { isoSeconds } from './rfc3339';
import type { World } from './world';

/** A Secret of ours, or cert-manager's under our name; undefined: there is none. */
export function secretOf(world: World, name: string): SecretObject | undefined {
  const found = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === name) as SecretObject | undefined;
  return found === undefined || isOfEarlierLife(found, world.cluster.uid) ? undefined : found;
}

/** Listeners with TLS, in spec order. */
export const tlsListeners = (cluster: Pick<ResolvedCluster, 'listeners'>): readonly ResolvedListener[] =>
  everyListener(cluster.listeners).filter(usesTls);

/** The entry of key stores and trust for Cruise Control. */
export const CLIENT_ENTRY = 'client';

/** What stands for one entry of the key stores: a listener, or `client`. */
export interface Source {
  readonly entry: string;
  readonly secret: string;
  /** The Secret is the user's own. */
  readonly own: boolean;
}

/** The name of the Secret whose certificate a listener shows. */
export function sourceOf(cluster: ResolvedCluster, listener: ResolvedListener): Source {
  if (listener.ownSecret !== undefined) return { entry: listener.name, secret: listener.ownSecret, own: true };
  const isQuorum = listener.name === cluster.listeners.controller.name;
  const secret = isQuorum ? quorumCertificateName(cluster.name) : serverCertificateName(cluster.name);
  return { entry: listener.name, secret, own: false };
}

/** With what the operator and Cruise Control show who they are; undefined: nobody asks them to. */
export function clientSource({ name, security }: ResolvedCluster): Source | undefined {
  if (security.clientSecret !== undefined) return { entry: CLIENT_ENTRY, secret: security.clientSecret, own: true };
  return security.pki === undefined ? undefined : { entry: CLIENT_ENTRY, secret: clientCertificateName(name), own: false };
}

/** Everything that is in the key stores of this cluster; none without listeners with TLS. */
export function sourcesOf(cluster: ResolvedCluster): readonly Source[] {
  const listeners = tlsListeners(cluster);
  const client = clientSource(cluster);
  return listeners.length === 0
    ? []
    : [...listeners.map((listener) => sourceOf(cluster, listener)), ...(client === undefined ? [] : [client])];
}

/** Secrets of the user's own that the spec names for certificates, each once, sorted. */
export function namedSecretsOf(cluster: ResolvedCluster): readonly string[] {
  if (tlsListeners(cluster).length === 0) return [];
  const own = sourcesOf(cluster).flatMap((source) => (source.own ? [source.secret] : []));
  const authority = cluster.security.pki?.ownAuthority;
  return [...new Set([...own, ...(authority === undefined ? [] : [authority])])].sort();
}

/** What a source holds, or why it cannot be used. */
export type Sighted =
  | { readonly state: 'usable'; readonly certificate: CertificateView; readonly tls: SecretTls; readonly object: SecretObject }
  /** It is being made, or not seen yet. */
  | { readonly state: 'pending'; readonly why: string }
  /** Somebody has to mend it. */
  | { readonly state: 'unusable'; readonly why: string };

/** @param now an ended certificate cannot be used, whoever made it */
export function sighted(world: World, { secret, own }: Pick<Source, 'secret' | 'own'>, now: number): Sighted {
  const seen = own ? namedSecret(world, secret) : generated(world, secret);
  if ('state' in seen) return seen;
  const { tls } = seen.object;
  if (tls?.problem !== undefined) return { state: 'unusable', why: `Secret ${secret}: ${tls.problem}` };
  if (tls?.certificate === undefined)
    return { state: 'unusable', why: `Secret ${secret} holds no certificate; give it tls.crt and tls.key, or keystore.jks and password` };
  if (tls.certificate.notAfter <= now)
    return { state: 'unusable', why: `the certificate in Secret ${secret} ended at ${isoSeconds(tls.certificate.notAfter)}; renew it` };
  return { state: 'usable', certificate: tls.certificate, tls, object: seen.object };
}

type Found = { readonly object: SecretObject } | Extract<Sighted, { state: 'pending' | 'unusable' }>;

function generated(world: World, name: string): Found {
  const object = secretOf(world, name);
  return object === undefined ? { state: 'pending', why: whyNoSecret(world, name) ?? `Secret ${name} is being made` } : { object };
}

export function namedSecret({ namedSecrets = {} }: World, name: string): Found {
  const seen = namedSecrets[name];
  if (seen === undefined || seen.state === 'notAsked') return { state: 'pending', why: `Secret ${name} was not read yet` };
  if (seen.state === 'unknown') return { state: 'pending', why: `Secret ${name} cannot be seen: ${seen.why}` };
  return seen.value === undefined
    ? { state: 'unusable', why: `Secret ${name} that the spec names does not exist; create it` }
    : { object: seen.value };
}
