/** A signer of requests to Kubernetes: a CA of the test that signs whatever is asked for. */
import 'reflect-metadata';
import { createPrivateKey } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from '../../../operator/pki/issue';
import type { KubeObject } from '../../../operator/runtime/kube-types';

/** The certificate in PEM. */
export async function certificateFor(request: KubeObject, ca: KeyPair, now = Date.now()): Promise<string> {
  const { spec } = request as unknown as { readonly spec: { readonly request: string } };
  const asked = new x509.Pkcs10CertificateRequest(Buffer.from(spec.request, 'base64').toString('utf8'));
  const key = createPrivateKey(ca.key).export({ type: 'pkcs8', format: 'der' });
  const made = await x509.X509CertificateGenerator.create({
    subject: asked.subject,
    issuer: new x509.X509Certificate(ca.certificate).subject,
    publicKey: await asked.publicKey.export(),
    signingKey: await crypto.subtle.importKey('pkcs8', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']),
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    notBefore: new Date(now - 1000),
    notAfter: new Date(now + 3_600_000),
  });
  return `${made.toString('pem')}\n`;
}
