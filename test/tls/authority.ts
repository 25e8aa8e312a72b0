/** Certificates for tests, made by a CA that lives as long as the test does. */
import 'reflect-metadata';
import { webcrypto, X509Certificate as NodeCertificate } from 'node:crypto';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import type { JsonGeneralNames, X509Certificate } from '@peculiar/x509';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const HOUR_MS = 3_600_000;

export interface Issued {
  readonly cert: string;
  readonly key: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
}

export interface TestAuthority {
  readonly ca: string;
  /** For `localhost`, 127.0.0.1 and these names; good for an hour, unless it has `ended`. */
  issue(commonName: string, names?: readonly string[], ended?: 'ended'): Promise<Issued>;
}

type KeyPair = Awaited<ReturnType<typeof keyPair>>;
const keyPair = () => webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);

const pemOf = async ({ privateKey }: KeyPair): Promise<string> => {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
};

const fingerprintOf = (certificate: X509Certificate): string =>
  new NodeCertificate(certificate.toString('pem')).fingerprint256.replaceAll(':', '').toLowerCase();

const validity = (from = Date.now()) => ({ notBefore: new Date(from - HOUR_MS), notAfter: new Date(from + HOUR_MS) });

export async function testAuthority(name = 'CN=test ca'): Promise<TestAuthority> {
  const keys = await keyPair();
  const extensions = [new BasicConstraintsExtension(true, undefined, true)];
  const own = await X509CertificateGenerator.createSelfSigned({ name, keys, signingAlgorithm: SIGNING, ...validity(), extensions });
  return {
    ca: own.toString('pem'),
    issue: async (commonName, names = [], ended) => {
      const pair = await keyPair();
      const alternatives: JsonGeneralNames = [
        ...['localhost', ...names].map((value) => ({ type: 'dns' as const, value })),
        { type: 'ip', value: '127.0.0.1' },
      ];
      const certificate = await X509CertificateGenerator.create({
        subject: `CN=${commonName}`,
        issuer: own.subject,
        signingKey: keys.privateKey,
        publicKey: pair.publicKey,
        signingAlgorithm: SIGNING,
        ...validity(ended === undefined ? Date.now() : Date.now() - 2 * HOUR_MS),
        extensions: [new SubjectAlternativeNameExtension(alternatives)],
      });
      return { cert: certificate.toString('pem'), key: await pemOf(pair), fingerprint: fingerprintOf(certificate) };
    },
  };
}
