/**
 * A KafkaUser whose certificate cert-manager makes (contract 6). The Certificate bears the user's name, and its Secret holds all keys that
 * clients of Koperator know: with Java key stores their password lies in the same Secret, which is there before the Certificate.
 */
import type { ResolvedCluster, ResolvedPki } from '../api/resolved-cluster';
import { CERT_MANAGER, certificateSpec, issuerOf, usagesOf, type Certificate } from './cert-manager';
import type { CertificateProfile } from './certificate-profiles';
import { manifest } from './draft';
import type { Manifest, OwnerReference } from './manifest';
import { GROUP } from './naming';

/** Key of the Secret with the password of its key stores. */
export const PASSWORD_KEY = 'password';

/** What a KafkaUser wishes for, whoever signs. */
export interface UserCertificate {
  readonly user: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly secretName: string;
  readonly profile: CertificateProfile;
  readonly includeJks: boolean;
  /** Of its Secret, by which the operator sees it. */
  readonly labels: Readonly<Record<string, string>>;
  /** `spec.annotations`, and what the operator marks its Secret with. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What its cluster is to it. */
export type UserCluster = Pick<ResolvedCluster, 'name' | 'namespace' | 'security'>;

export interface CertManagerUser extends UserCertificate {
  /** `pkiBackendSpec.issuerRef`; undefined: whoever signs for the cluster. */
  readonly issuer: ResolvedPki['issuer'];
}

export type Wanted = { readonly manifest: Manifest } | { readonly problem: string };

/** The Certificate of a user, or why there can be none. */
export function userCertificate(wish: CertManagerUser, cluster: UserCluster): Wanted {
  const issuerRef = wish.issuer ?? issuerOfCluster(wish, cluster);
  if (issuerRef === undefined) return { problem: whyNoIssuer(wish, cluster) };
  const { user, secretName, labels, profile } = wish;
  const metadata = { name: user.name, namespace: user.namespace, labels, ownerReferences: [ownerOf(user)] };
  const spec = certificateSpec(secretName, { profile, usages: usagesOf(profile), issuerRef }, labels);
  return {
    manifest: manifest<UserCertificateObject>({
      apiVersion: `${CERT_MANAGER}/v1`,
      kind: 'Certificate',
      metadata,
      spec: { ...spec, ...(wish.includeJks ? javaStores(secretName) : {}) },
    }),
  };
}

interface UserCertificateObject extends Omit<Certificate, 'spec'> {
  readonly spec: Certificate['spec'] & { readonly keystores?: ReturnType<typeof javaStores>['keystores'] };
}

/** What the spec of a Certificate has for some users only: left out, it goes. */
export const OPTIONAL_FIELDS = ['dnsNames', 'ipAddresses', 'uris', 'keystores'] as const;

const javaStores = (name: string) => {
  const passwordSecretRef = { name, key: PASSWORD_KEY };
  return { keystores: { jks: { create: true, passwordSecretRef }, pkcs12: { create: true, passwordSecretRef } } } as const;
};

/** What is made for a user goes with the user, not with the cluster. */
export const ownerOf = ({ name, uid }: UserCertificate['user']): OwnerReference => ({
  apiVersion: `${GROUP}/v1alpha1`,
  kind: 'KafkaUser',
  name,
  uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** Undefined: cert-manager does not sign for the cluster, or by an Issuer that the namespace of the user has no part in. */
function issuerOfCluster({ user }: UserCertificate, cluster: UserCluster): ReturnType<typeof issuerOf> | undefined {
  const { pki } = cluster.security;
  if (pki?.backend !== 'cert-manager') return undefined;
  const issuer = issuerOf(cluster, pki);
  return issuer.kind === 'Issuer' && user.namespace !== cluster.namespace ? undefined : issuer;
}

const whyNoIssuer = ({ user }: UserCertificate, { name, namespace, security }: UserCluster): string =>
  security.pki?.backend === 'cert-manager'
    ? `the issuer of KafkaCluster ${namespace}/${name} signs in its own namespace only: name an issuer of namespace ${user.namespace}, or a ClusterIssuer, in pkiBackendSpec.issuerRef`
    : `cert-manager does not sign for KafkaCluster ${namespace}/${name}: name an issuer in pkiBackendSpec.issuerRef`;
