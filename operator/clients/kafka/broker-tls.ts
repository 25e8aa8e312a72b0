/**
 * TLS to a broker. It is trusted as everywhere: a CA that is trusted signed what it shows, and that is for the name that was dialled.
 * But for one thing: a certificate that has ended is taken by the operator, and by nobody else. Brokers whose certificates have all
 * ended (the operator was away for long) are mended through this very connection, by telling them to load new ones; an operator that
 * turned away from them could neither do that nor see whether one of them may be restarted.
 */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';

interface Address {
  readonly host: string;
  readonly port: number;
  /** That the certificate has to be for. */
  readonly name: string;
}

export function dialTls({ host, port, name }: Address, tls: ConnectionOptions, onConnect: () => void): TLSSocket {
  const servername = isIP(name) === 0 ? { servername: name } : {};
  const socket = connect({ host, port, ...servername, ...tls, rejectUnauthorized: false }, () => {
    const why = whyNotTrusted(socket, name, tls.ca);
    if (why === undefined) onConnect();
    else socket.destroy(new Error(why));
  });
  return socket;
}

const ENDED = 'CERT_HAS_EXPIRED';

function whyNotTrusted(socket: TLSSocket, name: string, ca: ConnectionOptions['ca']): string | undefined {
  if (socket.authorized) return undefined;
  // A code in most cases, whatever its type says.
  const code = String(socket.authorizationError);
  const peer = socket.getPeerX509Certificate();
  if (code !== ENDED || peer === undefined) return `the certificate of the broker is not trusted: ${code}`;
  if (!leadsTo(peer, authorities(ca)))
    return 'the certificate of the broker is not trusted: it has ended, and no CA that is trusted signed it';
  const isNamed = (isIP(name) === 0 ? peer.checkHost(name) : peer.checkIP(name)) !== undefined;
  return isNamed ? undefined : `the certificate of the broker is not trusted: it has ended, and is not for ${name}`;
}

const LONGEST_CHAIN = 5;

/** Signed by one of these, through what the broker sent along. */
function leadsTo(peer: X509Certificate, trusted: readonly X509Certificate[]): boolean {
  let subject = peer;
  for (let depth = 0; depth < LONGEST_CHAIN; depth += 1) {
    const current = subject;
    if (trusted.some((signer) => isSignedBy(current, signer))) return true;
    const next = current.issuerCertificate;
    if (next === undefined || !isSignedBy(current, next)) return false;
    subject = next;
  }
  return false;
}

const isSignedBy = (subject: X509Certificate, signer: X509Certificate): boolean =>
  signer.ca && subject.checkIssued(signer) && subject.verify(signer.publicKey);

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

const authorities = (ca: ConnectionOptions['ca']): readonly X509Certificate[] =>
  [ca ?? []].flat().flatMap((text) => (String(text).match(PEM) ?? []).map((pem) => new X509Certificate(pem)));
