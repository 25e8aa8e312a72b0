/**
 * The CA of a cluster and the certificates that it signs. One Secret for each write, the CA before any leaf, and no leaf by a signer
 * that somebody who runs does not trust yet: whatever is interrupted, the next pass goes on.
 */
import { ANNOTATION, authorityName } from '../../../lib/constructs/naming';
import type { Manifest } from '../../../lib/constructs/manifest';
import { childMetadata, manifest } from '../../../lib/constructs/draft';
import { certificateProfiles, type CertificateProfile } from '../../../lib/constructs/certificate-profiles';
import type { ResolvedPki } from '../../../lib/api/resolved-cluster';
import type { IssueCertificate, PassOnTrust } from '../action';
import { authorityIn, ownAuthorityIn, type Authority } from '../authority';
import { secretOf, tlsListeners } from '../certificate-sight';
import type { SecretObject } from '../certificate-view';
import { targetOf, type Context, type Rule } from '../context';
import { isOfEarlierLife } from '../node-view';
import { isRenewalAsked, leafsOf, namesWithFormer, whyIssued, type Leaf } from '../leafs';
import type { Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import { isoSeconds } from '../rfc3339';
import { lastTrust, whoDoesNotTrust } from '../trust-memory';

export const issueCertificates: Rule = (context) => {
  const { pki } = context.cluster.security;
  if (pki === undefined || leavesAuthority(context)) return [];
  const authority = authorityIn(context.cluster, context.world);
  if (authority === undefined) return makeAuthority(context, pki);
  return pki.backend === 'operator' ? leafsOf(context.cluster, context.world).flatMap((leaf) => issueLeaf(context, leaf, authority)) : [];
};

/** Secrets of an earlier life of this cluster are on their way out. */
const leavesAuthority = ({ cluster, world }: Context): boolean =>
  world.objects.some(
    (o) => o.kind === 'Secret' && o.metadata.name === authorityName(cluster.name) && isOfEarlierLife(o, world.cluster.uid),
  );

/** Metadata, and nothing that is secret. */
export function secretDraft(
  context: Pick<Context, 'cluster'>,
  name: string,
  annotations: Readonly<Record<string, string | undefined>> = {},
  owned = true,
): Manifest {
  const given = Object.fromEntries(Object.entries(annotations).filter((e): e is [string, string] => e[1] !== undefined));
  return manifest({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: childMetadata(context.cluster, { name, annotations: given, owned }),
    type: 'Opaque',
  });
}

/**
 * The first one; or another one in the place of one that is lost: then whoever was trusted stays trusted, and what the lost one
 * signed stays in use until everybody trusts the new one.
 */
function makeAuthority(context: Context, pki: ResolvedPki): readonly Proposal[] {
  const { cluster, world, now } = context;
  const own = pki.ownAuthority === undefined ? undefined : ownAuthorityIn(world, pki.ownAuthority, now);
  const profile = certificateProfiles(cluster, undefined)?.authority;
  const isOthers = pki.backend === 'cert-manager' && own === undefined;
  if (isOthers || own?.state === 'waits' || profile === undefined) return [];
  const before = secretOf(world, authorityName(cluster.name));
  const former = formerlyTrusted(context);
  return [
    {
      ...authorityBase(context, profile, before),
      certificate: 'authority',
      manifest: secretDraft(context, authorityName(cluster.name), firstAnnotations(context, former)),
      ...(own === undefined ? {} : { own: targetOf(own.object) }),
      ...(former.length === 0 ? {} : { alsoTrusted: former }),
      reasons: [whyMade(before, former)],
    },
  ];
}

const firstAnnotations = ({ world, now }: Context, former: readonly string[]): Readonly<Record<string, string | undefined>> => ({
  [ANNOTATION.renewAuthority]: world.cluster.annotations[ANNOTATION.renewAuthority],
  ...(former.length === 0 ? {} : { [ANNOTATION.switchedAt]: isoSeconds(now) }),
});

function whyMade(before: SecretObject | undefined, former: readonly string[]): Reason {
  const message = before === undefined ? 'missing' : (before.tls?.problem ?? 'it holds no CA');
  return reason('CertificateMissing', former.length === 0 ? message : `${message}; who was trusted stays trusted`);
}

/** PEM of everybody whom what runs trusts for the sake of the lost CA: on listeners with generated certificates. */
function formerlyTrusted({ cluster, world }: Context): readonly string[] {
  const trust = lastTrust(world)?.trust ?? {};
  const entries = tlsListeners(cluster).flatMap((listener) => (listener.ownSecret === undefined ? [listener.name] : []));
  return [...new Set(entries.flatMap((entry) => (trust[entry] ?? []).map(({ pem }) => pem)))];
}

type Base = Pick<IssueCertificate, 'kind' | 'risk' | 'profile' | 'replaces' | 'javaStores' | 'at'>;

export function authorityBase({ now }: Context, profile: CertificateProfile, before: SecretObject | undefined): Base {
  return {
    kind: 'issueCertificate',
    risk: 'safe',
    profile,
    replaces: before === undefined ? undefined : targetOf(before),
    javaStores: false,
    at: now,
  };
}

function issueLeaf(context: Context, leaf: Leaf, authority: Authority): readonly Proposal[] {
  const { world, now } = context;
  const reasons = whyIssued(leaf, authority, { world, now });
  if (reasons.length === 0) return passOnTrust(leaf, authority, world);
  if (authority.signer.notAfter <= now || whoDoesNotTrust(world, authority.signer.fingerprint, leaf.entries).length > 0) return [];
  const before = secretOf(world, leaf.secret);
  const annotations = { [ANNOTATION.renewCertificates]: world.cluster.annotations[ANNOTATION.renewCertificates] };
  return [
    {
      kind: 'issueCertificate',
      risk: 'safe',
      certificate: leaf.kind,
      profile: withFormerNames(leaf, before, world),
      manifest: secretDraft(context, leaf.secret, annotations),
      replaces: before === undefined ? undefined : targetOf(before),
      signer: targetOf(authority.object),
      javaStores: leaf.javaStores,
      at: now,
      reasons,
    },
  ];
}

/** A renewal that somebody asks for says what the spec says, and nodes that do not take it are restarted. */
function withFormerNames({ kind, profile }: Leaf, before: SecretObject | undefined, world: Context['world']): CertificateProfile {
  const names = before?.tls?.certificate?.names;
  if (kind !== 'server' || before === undefined || names === undefined || isRenewalAsked(world, before)) return profile;
  return { ...profile, names: namesWithFormer(profile.names, names) };
}

/** Whoever reads the Secret trusts whom the cluster trusts. */
function passOnTrust({ secret, javaStores }: Leaf, authority: Authority, world: Context['world']): readonly PassOnTrust[] {
  const object = secretOf(world, secret);
  const list = (views: readonly { readonly fingerprint: string }[]): string => views.map((v) => v.fingerprint).join();
  if (object?.tls === undefined || list(object.tls.authorities) === list(authority.trusted)) return [];
  return [
    {
      kind: 'passOnTrust',
      risk: 'safe',
      target: targetOf(object),
      authority: targetOf(authority.object),
      javaStores,
      reasons: [reason('CertificateDiffers', 'it does not name everybody who is trusted')],
    },
  ];
}
