/**
 * The CA of a cluster and how far its replacement is (decision 27). The phase is read off from the Secret of the CA, so that whoever
 * comes after a killed operator goes on where it was:
 *
 *     single    ca.crt [A]     tls A            A signs
 *     prepared  ca.crt [B, A]  tls A  next B    both are trusted soon; A signs until everybody trusts B
 *     switched  ca.crt [B, A]  tls B            B signs, every leaf is issued again; A is trusted as long as somebody may show what it signed
 *     single    ca.crt [B]     tls B
 *
 * One invariant holds all through: no certificate is put to use whose signer somebody does not trust yet, and nobody stops to be
 * trusted who signed what is still in use.
 */
import type { ResolvedCluster, ResolvedPki } from '../../lib/api/resolved-cluster';
import { certificateProfiles } from '../../lib/constructs/certificate-profiles';
import { ANNOTATION, authorityName } from '../../lib/constructs/naming';
import { namedSecret, secretOf } from './certificate-sight';
import type { CertificateView, SecretObject } from './certificate-view';
import { annotationOf } from './node-view';
import { millisecondsOf } from './rfc3339';
import type { World } from './world';

export interface Authority {
  readonly object: SecretObject;
  readonly phase: 'single' | 'prepared' | 'switched';
  /** Who signs. */
  readonly signer: CertificateView;
  /** Who will. */
  readonly next: CertificateView | undefined;
  /** Everybody who is trusted, newest first. */
  readonly trusted: readonly CertificateView[];
  /** When the signer took over, in milliseconds since the epoch; undefined: it is the first one. */
  readonly switchedAt: number | undefined;
}

/** Undefined: there is none, or what is there signs nothing. */
export function authorityIn(cluster: Pick<ResolvedCluster, 'name'>, world: World): Authority | undefined {
  const object = secretOf(world, authorityName(cluster.name));
  const { tls } = object ?? {};
  if (object === undefined || tls?.certificate === undefined || tls.problem !== undefined) return undefined;
  const { certificate: signer, next } = tls;
  const others = tls.authorities.filter((a) => a.fingerprint !== signer.fingerprint && a.fingerprint !== next?.fingerprint);
  return {
    object,
    phase: next !== undefined ? 'prepared' : others.length > 0 ? 'switched' : 'single',
    signer,
    next,
    trusted: tls.authorities,
    switchedAt: millisecondsOf(annotationOf(object, ANNOTATION.switchedAt)),
  };
}

/** The user's own CA, when the spec names one. */
export type OwnAuthority =
  | { readonly state: 'usable'; readonly certificate: CertificateView; readonly object: SecretObject }
  | { readonly state: 'waits'; readonly unusable: boolean; readonly why: string };

export function ownAuthorityIn(world: World, name: string, now: number): OwnAuthority {
  const seen = namedSecret(world, name);
  if ('state' in seen) return { state: 'waits', unusable: seen.state === 'unusable', why: seen.why };
  const { tls } = seen.object;
  const bad = (why: string): OwnAuthority => ({ state: 'waits', unusable: true, why: `Secret ${name}: ${why}` });
  if (tls?.problem !== undefined) return bad(tls.problem);
  const certificate = tls?.certificate;
  if (certificate === undefined) return bad('it holds no CA; give it caCert and caKey');
  if (certificate.notAfter <= now) return bad('its CA has ended; renew it');
  return { state: 'usable', certificate, object: seen.object };
}

/** How long before its end a certificate is replaced; never more than half of its life, or it would be replaced for ever. */
export const leadOf = ({ notBefore, notAfter }: CertificateView, wanted: number): number => Math.min(wanted, (notAfter - notBefore) / 2);

/** When the CA is to be replaced by its age, in milliseconds since the epoch; undefined: never. */
export function authorityDueAt({ signer }: Authority, cluster: ResolvedCluster): number | undefined {
  const profiles = certificateProfiles(cluster, undefined);
  return profiles && signer.notAfter - leadOf(signer, profiles.authority.renewBeforeMs);
}

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly now: number;
}

/** Why the CA is to be replaced now; undefined: it is not. */
export function whyReplaced(authority: Authority, pki: ResolvedPki, { cluster, world, now }: Seen): string | undefined {
  if (pki.ownAuthority !== undefined) {
    const own = ownAuthorityIn(world, pki.ownAuthority, now);
    const other = own.state === 'usable' && own.certificate.fingerprint !== authority.signer.fingerprint;
    return other ? `Secret ${pki.ownAuthority} holds another CA` : undefined;
  }
  const asked = world.cluster.annotations[ANNOTATION.renewAuthority];
  if (asked !== undefined && asked !== annotationOf(authority.object, ANNOTATION.renewAuthority))
    return `annotation ${ANNOTATION.renewAuthority} is ${asked}`;
  const due = authorityDueAt(authority, cluster);
  return due !== undefined && now >= due ? 'it ends soon' : undefined;
}
