/**
 * What may be known of a Secret once its values are forgotten. It runs for every Secret that is seen, so Secrets that are none of ours are
 * left after a look at their keys, and what was found out once is remembered by a hash of the values.
 */
import { createHash } from 'node:crypto';
import type { CertificateView, SecretTls } from '../decide/certificate-view';
import { signedBy } from './chain';
import type { KeyPair } from './issue';
import { recall } from './memory';
import { certificateOf, certificateView, splitChain } from './pem';
import { CERTIFICATE_KEYS, identityIn, nextIn, READ_KEYS, trustedIn } from './secret-contents';
import type { SecretData } from './secret-contents';

const MOST_SECRETS = 4096;
const MOST_AUTHORITIES = 512;

type Findings = Omit<SecretTls, 'keys'>;
const NOTHING: Findings = { authorities: [] };

/** Never throws: what cannot be used is in `problem`. */
export function secretTls(data: SecretData): SecretTls {
  const keys = Object.keys(data)
    .filter((key) => typeof data[key] === 'string' && data[key] !== '')
    .sort();
  return { keys, ...(keys.some((key) => CERTIFICATE_KEYS.has(key)) ? remembered(data, keys) : NOTHING) };
}

// ---- memory ------------------------------------------------------------------------------------------------------------

const findings = new Map<string, Findings>();
const views = new Map<string, CertificateView>();

function remembered(data: SecretData, keys: readonly string[]): Findings {
  const hash = createHash('sha256');
  for (const key of keys) if (READ_KEYS.has(key)) hash.update(`${key}\0${data[key] ?? ''}\0`);
  return recall(findings, { name: hash.digest('hex'), most: MOST_SECRETS }, () => findingsIn(data));
}

// ---- findings ----------------------------------------------------------------------------------------------------------

type Attempt<T> = { readonly value: T } | { readonly problem: string };

function findingsIn(data: SecretData): Findings {
  const [identity, trusted, next] = [attempt(() => identityIn(data)), attempt(() => authoritiesIn(data)), attempt(() => nextIn(data))];
  const authorities = valueOf(trusted) ?? [];
  const certificate = attempt(() => shownView(valueOf(identity), data, authorities));
  const nextView = attempt(() => viewOfPair(valueOf(next)));
  const problem = [identity, certificate, trusted, next, nextView].flatMap((one) => ('problem' in one ? [one.problem] : []))[0];
  return {
    ...optional('certificate', valueOf(certificate)),
    authorities,
    ...optional('next', valueOf(nextView)),
    ...optional('problem', problem),
  };
}

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { value: read() };
  } catch (error: unknown) {
    return {
      problem: error instanceof Error && error.message.startsWith('cannot ') ? error.message : 'cannot read the Secret: it is damaged',
    };
  }
}

const valueOf = <T>(one: Attempt<T>): T | undefined => ('value' in one ? one.value : undefined);

const optional = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, V>>;

const authoritiesIn = (data: SecretData): readonly CertificateView[] =>
  trustedIn(data).map((pem) => recall(views, { name: pem, most: MOST_AUTHORITIES }, () => ({ ...certificateView(pem), pem })));

const viewOfPair = (pair: KeyPair | undefined): CertificateView | undefined =>
  pair === undefined ? undefined : certificateView(pair.certificate);

/** Of what can be shown; when it cannot because of its key, what `tls.crt` says is told all the same. */
function shownView(pair: KeyPair | undefined, data: SecretData, authorities: readonly CertificateView[]): CertificateView | undefined {
  const text = pair?.certificate ?? Buffer.from(data['tls.crt'] ?? '', 'base64').toString('utf8');
  if (text === '') return undefined;
  const chain = splitChain(text, 'tls.crt of the Secret').map(certificateOf);
  const signer = authorities.find(({ pem = '' }) => chain.some((certificate) => signedBy(certificate, certificateOf(pem))));
  return { ...certificateView(text), ...optional('signedBy', signer?.fingerprint) };
}
