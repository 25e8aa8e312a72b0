/** The toy world's certificates: what Secrets would say of themselves. Fingerprints count up; nothing is drawn or signed. */
import { createHash } from 'node:crypto';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { IssueCertificate, PassOnTrust, ReplaceAuthority, SecurityAction, WriteKeystores } from './action';
import type { CertificateView, SecretObject, SecretTls } from './certificate-view';
import { isoSeconds } from './rfc3339';
import { trustedIn } from './trust-memory';
import type { LiveObject, World } from './world';

/** The Secret as it would be; undefined: the action is refused, or changes nothing. */
export function simulatedSecret(world: World, action: SecurityAction): SecretObject | undefined {
  switch (action.kind) {
    case 'issueCertificate':
      return issued(world, action);
    case 'passOnTrust':
      return changed(secretIn(world, action.target.name), (tls) => ({
        ...tls,
        authorities: authorityOf(world, action)?.authorities ?? tls.authorities,
      }));
    case 'replaceAuthority':
      return replaced(secretIn(world, action.target.name), action);
    case 'writeKeystores':
      return written(world, action);
    case 'makeCredentials':
      return draft(world, action.manifest, {
        keys: [...action.users, ...Object.keys(action.properties), action.formatKey].sort(),
        authorities: [],
      });
    case 'knowCredentials':
      return annotated(secretIn(world, action.target.name), { [ANNOTATION.credentialsKnown]: action.clusterId });
  }
}

const secretIn = (world: World, name: string): SecretObject | undefined =>
  world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === name);

const authorityOf = (world: World, { authority }: PassOnTrust): SecretTls | undefined => secretIn(world, authority.name)?.tls;

function draft(
  world: World,
  manifest: Pick<LiveObject, 'apiVersion' | 'kind'> & { readonly metadata: object },
  tls: SecretTls,
): SecretObject {
  const { name } = manifest.metadata as { readonly name: string };
  const before = secretIn(world, name);
  const metadata = {
    ...before?.metadata,
    ...manifest.metadata,
    annotations: { ...before?.metadata.annotations, ...(manifest.metadata as LiveObject['metadata']).annotations },
  };
  return { ...before, ...manifest, metadata, tls } as SecretObject;
}

const changed = (object: SecretObject | undefined, change: (tls: SecretTls) => SecretTls): SecretObject | undefined =>
  object?.tls === undefined ? object : { ...object, tls: change(object.tls) };

function annotated(object: SecretObject | undefined, annotations: Readonly<Record<string, string>>): SecretObject | undefined {
  if (object === undefined) return undefined;
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } } };
}

/** A certificate that nobody has seen yet. */
export function toyCertificate(text: string, from: number, more: Partial<CertificateView> = {}): CertificateView {
  const body = Buffer.from(`toy certificate ${text}`).toString('base64');
  const fingerprint = createHash('sha256').update(Buffer.from(body, 'base64')).digest('hex');
  const pem = `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
  return {
    fingerprint,
    subject: `CN=${text}`,
    issuer: `CN=${text}`,
    notBefore: from,
    notAfter: from + 90 * 86_400_000,
    names: [],
    keyType: 'ECDSA-P256',
    pem,
    ...more,
  };
}

/** Another one each time: what has happened before tells them apart. */
function certificateFor(world: World, { profile, at, manifest, certificate }: IssueCertificate, latest = Infinity): CertificateView {
  const { commonName, durationMs, names, keyType } = profile;
  const stamp = Math.max(0, ...world.objects.map((o) => Number(o.metadata.resourceVersion)));
  const text = [manifest.metadata.name, certificate, String(stamp), String(at)].join('/');
  return toyCertificate(text, at, { subject: `CN=${commonName}`, notAfter: Math.min(at + durationMs, latest), names, keyType });
}

function issued(world: World, action: IssueCertificate): SecretObject | undefined {
  const before = secretIn(world, action.manifest.metadata.name);
  if (action.signer !== undefined) return leaf(world, action);
  const own = action.own === undefined ? undefined : ownView(world, action.own.name);
  const made = own ?? certificateFor(world, action);
  const keys = ['ca.crt', 'tls.crt', 'tls.key'];
  if (action.certificate !== 'nextAuthority') {
    const former = (action.alsoTrusted ?? [])
      .flatMap(trustedIn)
      .map(({ fingerprint, pem }) => ({ ...toyCertificate('former', 0), fingerprint, pem }));
    const { pem: _, ...certificate } = made;
    return draft(world, action.manifest, {
      keys,
      certificate: { ...certificate, signedBy: made.fingerprint },
      authorities: [made, ...former],
    });
  }
  if (before?.tls === undefined) return undefined;
  return draft(world, action.manifest, {
    ...before.tls,
    keys: ['next.crt', 'next.key', ...keys].sort(),
    next: made,
    authorities: [made, ...before.tls.authorities],
  });
}

function ownView({ namedSecrets = {} }: World, name: string): CertificateView | undefined {
  const seen = namedSecrets[name];
  return seen?.state === 'known' ? seen.value?.tls?.authorities[0] : undefined;
}

function leaf(world: World, action: IssueCertificate): SecretObject | undefined {
  const authority = secretIn(world, action.signer?.name ?? '')?.tls;
  if (authority?.certificate === undefined) return undefined;
  const { pem: _, ...certificate } = certificateFor(world, action, authority.certificate.notAfter);
  const stores = action.javaStores ? ['keystore.jks', 'password', 'truststore.jks'] : [];
  const keys = ['ca.crt', 'tls.crt', 'tls.key', ...stores].sort();
  return draft(world, action.manifest, {
    keys,
    certificate: { ...certificate, signedBy: authority.certificate.fingerprint },
    authorities: authority.authorities,
  });
}

function replaced(object: SecretObject | undefined, { step, at }: ReplaceAuthority): SecretObject | undefined {
  const tls = object?.tls;
  if (object === undefined || tls?.certificate === undefined) return object;
  if (step === 'drop')
    return changed(object, () => ({ ...tls, authorities: tls.authorities.filter((a) => a.fingerprint === tls.certificate?.fingerprint) }));
  const { next, ...rest } = tls;
  if (next === undefined) return object;
  const switched = { ...rest, keys: ['ca.crt', 'tls.crt', 'tls.key'], certificate: { ...next, signedBy: next.fingerprint } };
  return annotated({ ...object, tls: switched }, { [ANNOTATION.switchedAt]: isoSeconds(at) });
}

function written(world: World, { manifest, sources, drop }: WriteKeystores): SecretObject {
  const before = secretIn(world, manifest.metadata.name)?.tls?.keys ?? [];
  const gone = drop.map((entry) => `${entry}.pem`);
  const keys = [...new Set([...before.filter((key) => !gone.includes(key)), ...sources.map(({ entry }) => `${entry}.pem`)])].sort();
  return draft(world, manifest, { keys, authorities: [] });
}
