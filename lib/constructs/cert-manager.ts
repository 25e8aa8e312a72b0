/**
 * What cert-manager is asked for. Everything is in the namespace of the cluster: neither the operator nor the cluster needs rights in
 * cert-manager's own, and two clusters of one name do not meet. The key of the CA stays when its certificate is renewed: what the old
 * certificate signed is trusted by whoever trusts the new one, and the other way round, so its renewal needs no time in which both are
 * trusted.
 */
import type { Construct } from 'constructs';
import type { KeyType, ResolvedCluster, ResolvedPki } from '../api/resolved-cluster';
import { everyListener, usesTls } from '../api/resolved-security';
import { certificateProfiles, type CertificateProfile } from './certificate-profiles';
import { childMetadata, clusterLabels, manifest, ManifestObject } from './draft';
import type { Facts } from './facts';
import type { Manifest } from './manifest';
import { authorityName, clientCertificateName, issuerName, quorumCertificateName, selfSignerName, serverCertificateName } from './naming';

export const CERT_MANAGER = 'cert-manager.io';
const API_VERSION = `${CERT_MANAGER}/v1`;

interface IssuerRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

/** As much of a Certificate as is written here. */
export interface Certificate {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly secretName: string;
    readonly secretTemplate: { readonly labels: Readonly<Record<string, string>> };
    readonly commonName: string;
    readonly isCA: boolean;
    readonly dnsNames: readonly string[];
    readonly ipAddresses: readonly string[];
    readonly uris: readonly string[];
    readonly duration: string;
    readonly renewBefore: string;
    readonly usages: readonly string[];
    readonly privateKey: PrivateKey;
    readonly issuerRef: IssuerRef;
  };
}

interface PrivateKey {
  readonly algorithm: string;
  readonly size: number;
  readonly encoding: string;
  readonly rotationPolicy: 'Always' | 'Never';
}

interface Issuer {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly selfSigned: object } | { readonly ca: { readonly secretName: string } };
}

/** A certificate that is asked for, by the name of its Secret. */
export interface AskedLeaf {
  readonly secret: string;
  readonly profile: CertificateProfile;
}

/** @returns nothing unless cert-manager makes the certificates of the cluster */
export function certManagerManifests(cluster: ResolvedCluster, leafs: readonly AskedLeaf[]): readonly Manifest[] {
  const { pki } = cluster.security;
  if (pki?.backend !== 'cert-manager') return [];
  const issuerRef = issuerOf(cluster, pki);
  const asked = leafs.map(({ secret, profile }) => certificate(cluster, secret, { profile, issuerRef, usages: LEAF_USAGES }));
  return [...authority(cluster, pki), ...asked];
}

/** Who signs for the cluster, and for its users unless they name somebody else. */
export const issuerOf = ({ name }: Pick<ResolvedCluster, 'name'>, { issuer }: Pick<ResolvedPki, 'issuer'>): IssuerRef =>
  issuer ?? ownIssuer(issuerName(name));

const ownIssuer = (name: string): IssuerRef => ({ group: CERT_MANAGER, kind: 'Issuer', name });

/** Nothing when somebody else's issuer signs; only the issuer when the CA is the user's own. */
function authority(cluster: ResolvedCluster, { issuer, ownAuthority }: ResolvedPki): readonly Manifest[] {
  const profile = certificateProfiles(cluster, undefined)?.authority;
  if (issuer !== undefined || profile === undefined) return [];
  const signer = issuerManifest(cluster, issuerName(cluster.name), { ca: { secretName: authorityName(cluster.name) } });
  if (ownAuthority !== undefined) return [signer];
  const selfSigner = selfSignerName(cluster.name);
  const usages = ['cert sign', 'crl sign', 'digital signature'];
  const asked = { profile, usages, issuerRef: ownIssuer(selfSigner) };
  return [issuerManifest(cluster, selfSigner, { selfSigned: {} }), certificate(cluster, authorityName(cluster.name), asked), signer];
}

const issuerManifest = (cluster: ResolvedCluster, name: string, spec: Issuer['spec']): Manifest =>
  manifest<Issuer>({ apiVersion: API_VERSION, kind: 'Issuer', metadata: childMetadata(cluster, { name }), spec });

/** What is to be asked for; what the user's own Secrets take the place of is not. */
export function askedLeafs(cluster: ResolvedCluster, external: Facts['external']): readonly AskedLeaf[] {
  const { listeners, security, name } = cluster;
  const profiles = certificateProfiles(cluster, external);
  if (profiles === undefined) return [];
  const served = everyListener(listeners).some((listener) => usesTls(listener) && listener.ownSecret === undefined);
  const quorum = listeners.controller.ownSecret === undefined ? profiles.quorum : undefined;
  return [
    ...(served ? [{ secret: serverCertificateName(name), profile: profiles.server }] : []),
    ...(quorum === undefined ? [] : [{ secret: quorumCertificateName(name), profile: quorum }]),
    ...(security.clientSecret === undefined ? [{ secret: clientCertificateName(name), profile: profiles.client }] : []),
  ];
}

/** Brokers are clients of each other, and Koperator's clients were given both usages. */
export const LEAF_USAGES: readonly string[] = ['digital signature', 'key encipherment', 'server auth', 'client auth'];

/** A user that is no server gets no certificate of one. */
export const usagesOf = ({ clientOnly = false }: CertificateProfile): readonly string[] =>
  clientOnly ? LEAF_USAGES.filter((usage) => usage !== 'server auth') : LEAF_USAGES;

interface Asked {
  readonly profile: CertificateProfile;
  readonly usages: readonly string[];
  readonly issuerRef: IssuerRef;
}

const certificate = (cluster: ResolvedCluster, name: string, asked: Asked): Manifest =>
  manifest<Certificate>({
    apiVersion: API_VERSION,
    kind: 'Certificate',
    metadata: childMetadata(cluster, { name }),
    spec: certificateSpec(name, asked, clusterLabels(cluster)),
  });

/** @param labels of the Secret, by which the operator sees it */
export function certificateSpec(
  secretName: string,
  { profile, usages, issuerRef }: Asked,
  labels: Readonly<Record<string, string>>,
): Certificate['spec'] {
  return {
    secretName,
    secretTemplate: { labels },
    commonName: profile.commonName,
    isCA: profile.authority,
    ...namesOf(profile.names),
    duration: goDuration(profile.durationMs),
    renewBefore: goDuration(profile.renewBeforeMs),
    usages,
    privateKey: privateKey(profile),
    issuerRef,
  };
}

/** By kind, as cert-manager takes them; kinds without names are left out. */
function namesOf(names: readonly string[]): Pick<Certificate['spec'], 'dnsNames' | 'ipAddresses' | 'uris'> {
  const of = (prefix: string) => names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  const all = { dnsNames: of('DNS:'), ipAddresses: of('IP:'), uris: of('URI:') };
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0)) as typeof all;
}

const SIZES: Readonly<Record<KeyType, Pick<PrivateKey, 'algorithm' | 'size'>>> = {
  'ECDSA-P256': { algorithm: 'ECDSA', size: 256 },
  'ECDSA-P384': { algorithm: 'ECDSA', size: 384 },
  'RSA-2048': { algorithm: 'RSA', size: 2048 },
  'RSA-4096': { algorithm: 'RSA', size: 4096 },
};

const privateKey = ({ keyType, authority: isAuthority }: CertificateProfile): PrivateKey => ({
  ...SIZES[keyType],
  encoding: 'PKCS8',
  rotationPolicy: isAuthority ? 'Never' : 'Always',
});

/** As Go prints it, for example `2160h0m0s` or `1m30s`: somebody who reads and writes the object must not make it differ. */
export function goDuration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return `${hours > 0 ? `${String(hours)}h` : ''}${seconds >= 60 ? `${String(minutes)}m` : ''}${String(rest)}s`;
}

/** A Certificate or an Issuer as a construct. */
export class CertificateObject extends ManifestObject {
  public constructor(scope: Construct, content: Manifest) {
    super(scope, `${content.kind.toLowerCase()}-${content.metadata.name}`, content);
  }
}
