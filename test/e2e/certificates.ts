/** Certificates as clients meet them: in Secrets, and shown by brokers. */
import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import type { SASLOptions } from 'kafkajs';
import { SECRET } from '../../operator/kinds';
import type { KubeObject } from '../../operator/runtime/kube-types';
import { kube, NAMESPACE, until } from './kubernetes';
import type { Start } from './records';

export const secretOf = (name: string): Promise<KubeObject> => kube.get({ kind: SECRET, namespace: NAMESPACE, name });

/** The decoded value of a key; undefined: it has none. */
export function valueIn(secret: KubeObject, key: string): Buffer | undefined {
  const value = (secret.data as Readonly<Record<string, string>> | undefined)?.[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64');
}

export const textIn = (secret: KubeObject, key: string): string => valueIn(secret, key)?.toString('utf8') ?? '';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Each certificate of a PEM text. */
export const certificatesIn = (pem: string): readonly string[] => [...pem.matchAll(CERTIFICATE)].map(([one]) => one);

export interface Shown {
  /** SHA-256 of the certificate, as Node writes it. */
  readonly fingerprint: string;
  readonly names: string;
  /** Certificates that are trusted lead to it. */
  readonly trusted: boolean;
}

/** The certificate that a port shows; without one of our own, which is judged later. */
export function shownAt(host: string, port: number, ca?: string): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...name, rejectUnauthorized: false, timeout: 2_000, ...(ca === undefined ? {} : { ca }) }, () => {
      const { fingerprint256: fingerprint, subjectaltname: names = '' } = socket.getPeerCertificate() as Partial<PeerCertificate>;
      const { authorized: trusted } = socket;
      socket.destroy();
      if (fingerprint === undefined) reject(new Error(`cannot see the certificate of ${host}:${String(port)}`));
      else resolve({ fingerprint, names, trusted });
    });
    socket.on('error', reject).on('timeout', () => socket.destroy(new Error(`${host}:${String(port)} does not answer`)));
  });
}

export interface Client {
  readonly start: Exclude<Start, string>;
  stop(): void;
}

/** A client that shows what its Secret holds at the time of each connection, as one does that mounts it. */
export async function clientOf(bootstrap: string, secretName: string): Promise<Client> {
  let secret = await until(`Secret ${secretName} has a certificate`, async () => {
    const found = await secretOf(secretName).catch(() => undefined);
    return found !== undefined && valueIn(found, 'tls.crt') !== undefined ? found : undefined;
  });
  const timer = setInterval(() => {
    secretOf(secretName).then(
      (found) => (secret = found),
      () => undefined,
    );
  }, 1_000);
  const socketFactory: NonNullable<Exclude<Start, string>['socketFactory']> = ({ host, port, onConnect }) => {
    const identity = { ca: textIn(secret, 'ca.crt'), cert: textIn(secret, 'tls.crt'), key: textIn(secret, 'tls.key') };
    return connect({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...identity }, onConnect);
  };
  const stop = (): void => {
    clearInterval(timer);
  };
  return { start: { brokers: [bootstrap], socketFactory }, stop };
}

export interface Login {
  readonly username: string;
  readonly secretName: string;
  /** In the Secret; the name of the user when left out. */
  readonly key?: string;
  /** The Secret with the CA, where the listener has TLS. */
  readonly caFrom?: string;
  /** SHA-512 when left out. */
  readonly mechanism?: 'scram-sha-256' | 'scram-sha-512';
}

/** A client with a password. */
export async function loggedIn(
  bootstrap: string,
  { username, secretName, key = username, caFrom, mechanism = 'scram-sha-512' }: Login,
): Promise<Exclude<Start, string>> {
  const password = textIn(await secretOf(secretName), key);
  const ssl = caFrom === undefined ? {} : { ssl: { ca: [textIn(await secretOf(caFrom), 'ca.crt')] } };
  return { brokers: [bootstrap], sasl: { mechanism, username, password } as SASLOptions, ...ssl };
}
