/**
 * The request by which a KafkaUser's certificate is signed through Kubernetes (contract 6). It is named by the user and the key, so a
 * second request for one key is the same object.
 */
import { manifest } from './draft';
import type { Manifest } from './manifest';
import { shortHash } from './naming';
import type { UserCertificate } from './user-certificate';

/** Koperator's annotation on a Secret: the name of the request that it waits for, or came from. */
export const REQUEST_ANNOTATION = 'banzaicloud.io/csr';
const OWNER_ANNOTATION = 'banzaicloud.io/owner';
const FULL_CHAIN_ANNOTATION = 'csr.banzaicloud.io/fullchain';

/** Key of a Secret with the private key that is to be signed. */
export const WAITING_KEY = 'request.key';

export interface SigningUser extends UserCertificate {
  /** `pkiBackendSpec.signerName`. */
  readonly signerName: string;
}

const APPROVED_SIGNERS = ['issuers.cert-manager.io/', 'clusterissuers.cert-manager.io/'];

export const mayApprove = (signerName: string): boolean =>
  APPROVED_SIGNERS.some((prefix) => signerName.startsWith(prefix) && signerName.length > prefix.length);

/** Named by the user and the key: a second request for the same key is the same object. */
export const requestName = ({ name, namespace }: UserCertificate['user'], publicKey: string): string =>
  `${name.slice(0, 180)}-${shortHash(`${namespace}/${name}/${publicKey}`, 12)}`;

/** By these cert-manager goes beyond what a request says: `request-is-ca` makes it the certificate of a CA. */
const SIGNER_ANNOTATIONS = 'experimental.cert-manager.io/';
const DURATION_ANNOTATION = `${SIGNER_ANNOTATIONS}request-duration`;

/** What tells cert-manager how to sign; a user may only say how long its certificate is valid. */
export const signerAnnotationsIn = (annotations: Readonly<Record<string, string>> = {}): readonly string[] =>
  Object.keys(annotations).filter((key) => key.startsWith(SIGNER_ANNOTATIONS) && key !== DURATION_ANNOTATION);

const harmless = (annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const refused = signerAnnotationsIn(annotations);
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !refused.includes(key)));
};

/** @param request the PKCS #10 request in PEM */
export const signingRequest = (wish: SigningUser, name: string, request: string): Manifest =>
  manifest<SigningRequest>({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: {
      name,
      labels: wish.labels,
      annotations: {
        ...harmless(wish.annotations),
        [OWNER_ANNOTATION]: `${wish.user.namespace}/${wish.user.name}`,
        [FULL_CHAIN_ANNOTATION]: 'true',
      },
    },
    spec: {
      request: Buffer.from(request).toString('base64'),
      signerName: wish.signerName,
      expirationSeconds: Math.round(wish.profile.durationMs / 1000),
      usages: usagesOf(wish),
    },
  });

/**
 * cert-manager signs only what the request itself asks for, word by word (operator/pki/issue.ts); signers of Kubernetes give no
 * certificates for servers.
 */
const usagesOf = ({ signerName, profile }: SigningUser): readonly string[] => [
  'digital signature',
  ...(profile.keyType.startsWith('RSA') ? ['key encipherment'] : []),
  'client auth',
  ...(mayApprove(signerName) && profile.clientOnly !== true ? ['server auth'] : []),
];

interface SigningRequest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly request: string;
    readonly signerName: string;
    readonly expirationSeconds: number;
    readonly usages: readonly string[];
  };
}

/** What is said for an approval; Kubernetes keeps it on the request. */
export const APPROVAL = {
  type: 'Approved',
  status: 'True',
  reason: 'KafkaUser',
  message: 'a KafkaUser asks for it, by an issuer of cert-manager',
} as const;
