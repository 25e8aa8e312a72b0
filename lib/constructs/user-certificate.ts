/**
 * A KafkaUser whose certificate cert-manager makes (contract 6). The Certificate bears the user's name, and its Secret holds all keys that
 * clients of Koperator know: with Java key stores the password lies in the same Secret, put there before the Certificate exists.
 */
import type { KeyType, ResolvedCluster, ResolvedPki } from '../api/resolved-cluster';
import { certificateSpec, issuerOf, type Certificate } from './cert-manager';
import { commonName } from './certificate-profiles';
import { manifest } from './draft';
import type { Manifest } from './manifest';
import { GROUP, KAFKA_APP, LABEL, MANAGED_BY } from './naming';

/** Key of the Secret with the password of its key stores. */
export const PASSWORD_KEY = 'password';

/** What a KafkaUser wishes for, whoever signs. */
export interface UserCertificate {
  readonly user: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly durationMs: number;
  readonly includeJks: boolean;
  /** `spec.annotations`. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** What its cluster is to it. */
export type UserCluster = Pick<ResolvedCluster, 'name' | 'namespace' | 'domain' | 'security'>;

export interface CertManagerUser extends UserCertificate {
  /** `pkiBackendSpec.issuerRef`; undefined: whoever signs for the cluster. */
  readonly issuer: ResolvedPki['issuer'];
}

export type Wanted = { readonly manifest: Manifest } | { readonly problem: string };

/** The Certificate of a user, or why there can be none. */
export function userCertificate(wish: CertManagerUser, cluster: UserCluster): Wanted {
  const issuerRef = wish.issuer ?? issuerOfCluster(wish, cluster);
  if (issuerRef === undefined) return { problem: whyNoIssuer(wish, cluster) };
  const { user, secretName, annotations } = wish;
  const labels = userLabels(cluster);
  const metadata = { name: user.name, namespace: user.namespace, labels, ownerReferences: [ownerOf(user)] };
  const spec = certificateSpec(secretName, { profile: profileOf(wish, cluster), usages: USAGES, issuerRef }, labels);
  return {
    manifest: manifest<UserCertificateObject>({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
      spec: { ...spec, ...(wish.includeJks ? javaStores(secretName) : {}) },
    }),
  };
}

interface UserCertificateObject extends Omit<Certificate, 'spec'> {
  readonly spec: Certificate['spec'] & { readonly keystores?: ReturnType<typeof javaStores>['keystores'] };
}

/** As Koperator's. */
const USAGES: readonly string[] = ['digital signature', 'key encipherment', 'client auth', 'server auth'];

const javaStores = (name: string) => ({ keystores: { jks: { create: true, passwordSecretRef: { name, key: PASSWORD_KEY } } } }) as const;

const DEFAULT_KEY: KeyType = 'ECDSA-P256';

/** cert-manager renews after two thirds of the time, as it does of its own accord. */
function profileOf(
  { user, dnsNames, durationMs }: CertManagerUser,
  cluster: UserCluster,
): Parameters<typeof certificateSpec>[1]['profile'] {
  return {
    commonName: commonName(user.name),
    names: [...dnsNames.map((name) => `DNS:${name}`), userUri(user, cluster)].sort(),
    keyType: cluster.security.pki?.keyType ?? DEFAULT_KEY,
    durationMs,
    renewBeforeMs: durationMs / 3,
    authority: false,
  };
}

/** By which a mesh knows it. */
export const userUri = ({ name, namespace }: UserCertificate['user'], { domain }: Pick<UserCluster, 'domain'>): string =>
  `URI:spiffe://${domain}/ns/${namespace}/kafkauser/${name}`;

/** By these the operator sees what belongs to users of a cluster, in whatever namespace. */
export const userLabels = ({ name }: Pick<UserCluster, 'name'>): Readonly<Record<string, string>> => ({
  [LABEL.app]: KAFKA_APP,
  [LABEL.cluster]: name,
  [LABEL.managedBy]: MANAGED_BY,
});

/** What is made for a user goes with the user, not with the cluster. */
export const ownerOf = ({ name, uid }: UserCertificate['user']) => ({
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
