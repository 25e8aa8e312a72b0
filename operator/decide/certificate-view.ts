/** What is seen of certificates: what Secrets say of themselves, and what brokers were seen to serve. Nothing in it is secret. */
import type { LiveObject } from './world';

/** A live Secret: metadata, `dataHash`, and what certificates in it say of themselves. */
export interface SecretObject extends LiveObject {
  readonly dataHash?: string;
  readonly tls?: SecretTls;
}

/** What a Secret says about certificates; nothing in it is secret. */
export interface SecretTls {
  /** Keys of its data that are not empty, sorted. */
  readonly keys: readonly string[];
  /** `tls.crt`, or the key entry of `keystore.jks` / `keystore.p12`; its private key fits, or there is a problem. */
  readonly certificate?: CertificateView;
  /** Who is trusted: `ca.crt` (or `caCert`), or the entries of the trust store, in order. */
  readonly authorities: readonly CertificateView[];
  /** `next.crt` of a CA that is being replaced. */
  readonly next?: CertificateView;
  /** Why it cannot be used, in a sentence that names the key and the remedy. */
  readonly problem?: string;
}

export interface CertificateView {
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly fingerprint: string;
  /** RFC 2253, as Kafka's principals have it. */
  readonly subject: string;
  readonly issuer: string;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Subject alternative names, sorted, for example `DNS:*.orders-headless.kafka.svc`, `IP:10.0.0.1`, `URI:spiffe://…`. */
  readonly names: readonly string[];
  /** For example `ECDSA-P256`. */
  readonly keyType: string;
  /** Fingerprint of the one among `authorities` that signed it; undefined: none of them. */
  readonly signedBy?: string;
  /** Of authorities only. */
  readonly pem?: string;
}

export interface ServedCertificate {
  readonly fingerprint: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
