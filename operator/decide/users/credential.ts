/**
 * What is to become of the Secret of one user. A Secret is written only when something in it has to change: key stores hold salts, so to
 * write them again is to change them, and clients would reload for nothing.
 *
 * When the CA is replaced, Secrets first get both CAs (`trust`), then a certificate of the new one (`issue`), then lose the old CA. Old and
 * new certificates are valid at once all the way, so there is no gap.
 */
import { authenticationOf, type KafkaUserSpec } from '../../../lib/api/kafka-user';
import type { ResolvedCluster } from '../../../lib/api/resolved-cluster';
import { commonName, type CertificateProfile } from '../../../lib/constructs/certificate-profiles';
import { ANNOTATION, GROUP, LABEL, MANAGED_BY, shortHash } from '../../../lib/constructs/naming';
import type { CertificateView, SecretObject } from '../certificate-view';
import type { UserJudgement } from './user-conditions';
import type { UserObject } from './user-object';

export const USER_ANNOTATION = {
  /** On the Secret: `namespace/name` of the KafkaCluster. */
  cluster: `${GROUP}/kafka-cluster`,
  /** On the Secret: what its key stores were made from. */
  storesOf: `${GROUP}/stores-of`,
  /** On the Secret: which version of which Secret its password was taken from. */
  passwordOf: `${GROUP}/password-of`,
} as const;

/** Keys that the operator writes; those that others add stay. */
export const STORE_KEYS = ['keystore.jks', 'truststore.jks', 'keystore.p12', 'truststore.p12', 'password'] as const;
export const CERTIFICATE_SECRET_KEYS = ['ca.crt', 'tls.crt', 'tls.key'] as const;
export const PASSWORD_SECRET_KEYS = ['username', 'password', 'sasl.jaas.config'] as const;

/** The CA of a cluster as its Secret says; nothing of it is secret. */
export interface AuthorityFacts {
  /** Of who signs. */
  readonly fingerprint: string;
  /** When who signs ends, milliseconds since the epoch: what it signs ends no later. */
  readonly notAfter?: number;
  /** Fingerprints of everybody who is trusted, newest first. */
  readonly trusted: readonly string[];
}

/** A Secret that somebody wrote a password into: which version of it, or why it cannot be used. */
export type PasswordFacts = { readonly source: string } | { readonly missing: string };

/** The Secret of a user as seen; its jaas line fits its password, or it is written again. */
export interface UserSecret extends SecretObject {
  readonly jaasFits?: boolean;
}

export type CredentialSource = 'operator' | 'cert-manager' | 'k8s-csr';

/** Who makes the certificate of this user. */
export const credentialSource = (
  { pkiBackendSpec }: Pick<KafkaUserSpec, 'pkiBackendSpec'>,
  { security: { pki } }: ResolvedCluster,
): CredentialSource =>
  pkiBackendSpec?.pkiBackend ?? (pkiBackendSpec?.issuerRef === undefined ? (pki?.backend ?? 'operator') : 'cert-manager');

export type CredentialStep =
  /** All is well, or there is nothing to have. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'issue'; readonly profile: CertificateProfile; readonly why: string }
  /** Another CA is trusted, or key stores are wanted: key and certificate stay. */
  | { readonly kind: 'complete'; readonly profile: CertificateProfile; readonly why: string }
  /** `draw`: there is no password yet; else what stands there is completed. */
  | {
      readonly kind: 'password';
      readonly draw: boolean;
      /** Of a password that is taken. */ readonly source?: string;
      readonly why: string;
    }
  /** Only labels and annotations. */
  | { readonly kind: 'label' }
  /** Made by cert-manager or by a CertificateSigningRequest. */
  | { readonly kind: 'elsewhere'; readonly source: 'cert-manager' | 'k8s-csr'; readonly profile: CertificateProfile }
  | { readonly kind: 'blocked'; readonly reason: UserJudgement['reason']; readonly message: string };

export interface CredentialFacts {
  readonly cluster: ResolvedCluster;
  readonly authority: AuthorityFacts | undefined;
  /** The Secret of `secretName`, when it is known to be somebody's KafkaUser's. */
  readonly secret: UserSecret | undefined;
  /** Of `passwordSecret`; undefined: it was not read yet. */
  readonly password: PasswordFacts | undefined;
  readonly now: number;
}

const QUARTER = 90 * 24 * 3600;

export function profileOf({ name, namespace }: UserObject, spec: KafkaUserSpec, cluster: ResolvedCluster): CertificateProfile {
  const durationMs = (spec.expirationSeconds ?? QUARTER) * 1000;
  const dnsNames = spec.dnsNames ?? [];
  const names = [...dnsNames.map((dns) => `DNS:${dns}`), `URI:spiffe://${cluster.domain}/ns/${namespace}/kafkauser/${name}`];
  return {
    commonName: commonName(name),
    names: [...new Set(names)].sort(),
    keyType: cluster.security.pki?.keyType ?? 'ECDSA-P256',
    durationMs,
    renewBeforeMs: Math.min(cluster.security.pki?.renewBeforeMs ?? Number.POSITIVE_INFINITY, Math.floor(durationMs / 3)),
    authority: false,
    clientOnly: dnsNames.length === 0,
  };
}

/** What a certificate was asked to be; when it is renewed is no part of it. */
export const profileHash = ({ commonName: cn, names, keyType, durationMs, clientOnly = false }: CertificateProfile): string =>
  shortHash(JSON.stringify([cn, names, keyType, durationMs, clientOnly]));

export const labelsOf = (user: UserObject, cluster: ResolvedCluster): Readonly<Record<string, string>> => ({
  [LABEL.userSecret]: 'true',
  [LABEL.managedBy]: MANAGED_BY,
  ...(user.namespace === cluster.namespace ? { [LABEL.cluster]: cluster.name } : {}),
});

/** Without those that depend on what is in the Secret. */
export const annotationsOf = ({ annotations = {} }: KafkaUserSpec, cluster: ResolvedCluster): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith(GROUP))),
  [USER_ANNOTATION.cluster]: `${cluster.namespace}/${cluster.name}`,
});

export const isOwnedBy = ({ metadata }: SecretObject, { uid }: Pick<UserObject, 'uid'>): boolean =>
  metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;

export const secretTaken = ({ namespace }: Pick<UserObject, 'namespace'>, name: string): string =>
  `Secret ${namespace}/${name} belongs to somebody else: name another one in secretName, or delete it`;

const within = (wanted: Readonly<Record<string, string>>, have: Readonly<Record<string, string>> = {}): boolean =>
  Object.entries(wanted).every(([key, value]) => have[key] === value);

export function credentialStep(user: UserObject, spec: KafkaUserSpec, facts: CredentialFacts): CredentialStep {
  const { secret, cluster } = facts;
  const authentication = authenticationOf(spec);
  if (authentication === 'none') return { kind: 'keep' };
  if (secret !== undefined && !isOwnedBy(secret, user))
    return {
      kind: 'blocked',
      reason: 'SecretTaken',
      message: secretTaken(user, spec.secretName ?? ''),
    };
  const step = authentication === 'tls' ? certificateStep(user, spec, facts) : passwordStep(spec, facts);
  if (step.kind !== 'keep' || secret === undefined) return step;
  const { labels, annotations } = secret.metadata;
  return within(labelsOf(user, cluster), labels) && within(annotationsOf(spec, cluster), annotations) ? step : { kind: 'label' };
}

function certificateStep(user: UserObject, spec: KafkaUserSpec, facts: CredentialFacts): CredentialStep {
  const { cluster, authority, secret, now } = facts;
  const profile = profileOf(user, spec, cluster);
  const source = credentialSource(spec, cluster);
  if (source !== 'operator') return { kind: 'elsewhere', source, profile };
  if (authority === undefined) return withoutAuthority(cluster);
  const missing = reasonToIssue(profile, authority, secret, now);
  if (missing !== undefined) return { kind: 'issue', profile, why: missing };
  const why = reasonToComplete(spec, authority, secret);
  return why === undefined ? { kind: 'keep' } : { kind: 'complete', profile, why };
}

function reasonToComplete(spec: KafkaUserSpec, { trusted }: AuthorityFacts, secret: UserSecret | undefined): string | undefined {
  const theirs = secret?.tls?.authorities.map(({ fingerprint }) => fingerprint) ?? [];
  if (theirs.join() !== trusted.join()) return 'other CAs are trusted';
  return spec.includeJKS !== true || hasStores(secret, trusted) ? undefined : 'key stores are wanted';
}

function hasStores(secret: UserSecret | undefined, trusted: readonly string[]): boolean {
  const { certificate, keys = [] } = secret?.tls ?? {};
  const made = secret?.metadata.annotations?.[USER_ANNOTATION.storesOf];
  return made === storesOf(certificate?.fingerprint ?? '', trusted) && STORE_KEYS.every((key) => keys.includes(key));
}

export const storesOf = (fingerprint: string, trusted: readonly string[]): string => shortHash([fingerprint, ...trusted].join(), 16);

function withoutAuthority({ namespace, name, security }: ResolvedCluster): CredentialStep {
  const waits = security.pki !== undefined;
  const message = waits
    ? `the CA of KafkaCluster ${namespace}/${name} is not made yet`
    : `KafkaCluster ${namespace}/${name} has no CA: give one of its listeners TLS with a generated certificate, name a signer in pkiBackendSpec, or write authentication: none and bring a certificate with CN=<name of this user>`;
  return { kind: 'blocked', reason: waits ? 'CredentialPending' : 'AuthorityMissing', message };
}

function reasonToIssue(
  profile: CertificateProfile,
  authority: AuthorityFacts,
  secret: UserSecret | undefined,
  now: number,
): string | undefined {
  if (secret === undefined) return 'it has no Secret yet';
  const { certificate, problem } = secret.tls ?? {};
  if (certificate === undefined || problem !== undefined) return problem ?? 'the Secret has no certificate';
  if (secret.metadata.annotations?.[ANNOTATION.profileHash] !== profileHash(profile)) return 'it is to say something else';
  if (certificate.signedBy !== authority.fingerprint) return 'another CA signs';
  return dueAt(certificate, profile, authority) <= now ? 'it ends soon' : undefined;
}

/** Another one of a CA that ends no later would end no later. */
const dueAt = (
  certificate: CertificateView,
  profile: CertificateProfile,
  { notAfter = Number.POSITIVE_INFINITY }: AuthorityFacts,
): number => (certificate.notAfter >= notAfter ? Number.POSITIVE_INFINITY : renewalOf(certificate, profile));

/** Milliseconds since the epoch. One that its CA cut short is renewed by what it has. */
export const renewalOf = (
  { notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number },
  { renewBeforeMs }: Pick<CertificateProfile, 'renewBeforeMs'>,
): number => notAfter - Math.min(renewBeforeMs, Math.floor((notAfter - notBefore) / 3));

function passwordStep(spec: KafkaUserSpec, facts: CredentialFacts): CredentialStep {
  const { secret } = facts;
  if (spec.passwordSecret !== undefined) return takenPasswordStep(spec, facts);
  const keys = secret?.tls?.keys ?? [];
  if (!keys.includes('password') || !keys.includes('username')) return { kind: 'password', draw: true, why: 'it has no password yet' };
  return secret?.jaasFits === true ? { kind: 'keep' } : { kind: 'password', draw: false, why: 'the password was changed' };
}

function takenPasswordStep({ secretName = '' }: KafkaUserSpec, { secret, password }: CredentialFacts): CredentialStep {
  if (password === undefined)
    return { kind: 'blocked', reason: 'CredentialPending', message: 'the Secret with the password was not read yet' };
  if ('missing' in password) return { kind: 'blocked', reason: 'PasswordMissing', message: password.missing };
  const taken = secret?.metadata.annotations?.[USER_ANNOTATION.passwordOf] === password.source && secret.jaasFits === true;
  return secretName === '' || taken
    ? { kind: 'keep' }
    : { kind: 'password', draw: false, source: password.source, why: 'the password is another one' };
}

/** By what Kafka was told the password of; a change of the Secret is another password. */
export const sourceOf = ({ metadata: { name, uid, resourceVersion } }: SecretObject): string => `${name}/${uid}/${resourceVersion}`;
