/** Which certificates belong together: who signed whom, and the chain of a key. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { certificateOf, fingerprintOf } from './pem';

/** Signed by `authority`: the names fit and the signature does. */
export function signedBy(certificate: X509Certificate, authority: X509Certificate): boolean {
  try {
    return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
  } catch {
    return false;
  }
}

/**
 * The certificate of `key`, and those that signed it, each behind the one that it signed; what is no part of that is left out, because
 * clients stumble over it. Throws when none of them is the key's.
 */
export function chainOf(certificates: readonly string[], key: KeyObject, what: string): readonly string[] {
  const all = certificates.map((pem) => ({ pem, certificate: certificateOf(pem) }));
  const leaf = all.find(({ certificate }) => certificate.checkPrivateKey(key));
  if (leaf === undefined) {
    throw new Error(`cannot use ${what}: key and certificate do not belong together; store the two that do`);
  }
  const chain = [leaf];
  for (let above = signerAmong(leaf); above !== undefined; above = signerAmong(above)) chain.push(above);
  return chain.map(({ pem }) => pem);

  function signerAmong({ certificate }: (typeof all)[number]): (typeof all)[number] | undefined {
    if (signedBy(certificate, certificate)) return undefined;
    const taken = new Set(chain.map((entry) => fingerprintOf(entry.certificate)));
    return all.find((other) => !taken.has(fingerprintOf(other.certificate)) && signedBy(certificate, other.certificate));
  }
}
