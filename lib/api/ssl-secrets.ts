import { z } from 'zod';
import { duration, flag, open, text } from './field';

export const sslSecrets = z
  .object({
    tlsSecretName: text('Secret that holds the CA (caCert, caKey), or that gets it when create is true.'),
    create: flag('Make the CA instead of reading it from tlsSecretName.').optional(),
    issuerRef: open(
      {
        name: text('Name of the issuer.'),
        kind: text('Issuer or ClusterIssuer.').optional(),
        group: text('API group of the issuer.').optional(),
      },
      'A cert-manager issuer that signs instead.',
    ).optional(),
    pkiBackend: z
      .enum(['cert-manager', 'k8s-csr', 'operator'])
      .describe('Who signs: cert-manager, the Kubernetes CSR API, or the operator itself.')
      .optional(),
    jksPasswordName: text('Accepted for compatibility; has no effect.').optional(),
    keyType: z
      .enum(['ECDSA-P256', 'ECDSA-P384', 'RSA-2048', 'RSA-4096'])
      .describe('Keys of the certificates the operator makes.')
      .default('ECDSA-P256'),
    duration: duration('How long a certificate is valid.').default('90d'),
    renewBefore: duration('How long before its end a certificate is renewed.').default('30d'),
    caDuration: duration('How long the CA is valid.').default('3650d'),
    caOverlap: duration('How long the old CA stays trusted after a new one signed everything.').default('30d'),
  })
  .describe('Certificates of the cluster.');
