/**
 * What can be wrong with where certificates come from and how long they live. Times are bounded from both sides: what lives shorter
 * than it takes to be made would never be there, and what lives longer than dates can be written would make none.
 */
import { parseDuration } from './duration';
import { isObjectName } from './host-name';
import type { DefaultedSpec } from './kafka-cluster';
import type { Problem, ProblemCode } from './problem';

type SslSecrets = NonNullable<DefaultedSpec['listenersConfig']['sslSecrets']>;
type TimeField = 'duration' | 'renewBefore' | 'caDuration' | 'caOverlap';

const at = 'spec.listenersConfig.sslSecrets';

export const checkSslSecrets = ({ sslSecrets }: DefaultedSpec['listenersConfig']): readonly Problem[] =>
  sslSecrets === undefined ? [] : [...checkSigner(sslSecrets), ...checkAuthority(sslSecrets), ...checkTimes(sslSecrets)];

const problem = (field: string, code: ProblemCode, message: string): Problem => ({ path: `${at}.${field}`, code, message });

function checkSigner({ issuerRef, pkiBackend }: SslSecrets): readonly Problem[] {
  if (pkiBackend === 'k8s-csr') {
    const message =
      'cannot have the certificates of a cluster signed by k8s-csr, which is for KafkaUsers: write operator or cert-manager, or leave it out';
    return [problem('pkiBackend', 'NotSupported', message)];
  }
  if (issuerRef === undefined || pkiBackend !== 'operator') return [];
  const message =
    'cannot sign with the operator and with an issuer of cert-manager: remove issuerRef, or write cert-manager (or nothing) in pkiBackend';
  return [problem('pkiBackend', 'Invalid', message)];
}

/** The Secret of the user's own CA; a name that is not used is not looked at. */
function checkAuthority({ tlsSecretName, create, issuerRef }: SslSecrets): readonly Problem[] {
  if (create === true || issuerRef !== undefined || isObjectName(tlsSecretName)) return [];
  const message =
    tlsSecretName === ''
      ? 'cannot sign without a CA: write the name of the Secret that holds it (caCert, caKey), or create: true to have one made'
      : `cannot read ${JSON.stringify(tlsSecretName.slice(0, 60))} as the name of a Secret: correct it`;
  return [problem('tlsSecretName', tlsSecretName === '' ? 'Required' : 'Invalid', message)];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** A century. */
const LONGEST = 36_500 * 24 * HOUR;

interface Bound {
  readonly field: TimeField;
  readonly least: number;
  readonly text: string;
}

const BOUNDS: readonly Bound[] = [
  { field: 'duration', least: SECOND, text: '1s' },
  { field: 'renewBefore', least: SECOND, text: '1s' },
  { field: 'caDuration', least: SECOND, text: '1s' },
  { field: 'caOverlap', least: 0, text: '0s' },
];

/** What cert-manager itself takes. */
const CERT_MANAGER_BOUNDS: readonly Bound[] = [
  { field: 'duration', least: HOUR, text: '1h, the least that cert-manager takes' },
  { field: 'renewBefore', least: 5 * MINUTE, text: '5m, the least that cert-manager takes' },
  { field: 'caDuration', least: HOUR, text: '1h, the least that cert-manager takes' },
];

function checkTimes(written: SslSecrets): readonly Problem[] {
  const byCertManager = written.pkiBackend === 'cert-manager' || (written.issuerRef !== undefined && written.pkiBackend === undefined);
  const bounds = byCertManager ? CERT_MANAGER_BOUNDS : BOUNDS;
  const outside = bounds.flatMap((bound) => checkBound(written, bound));
  return outside.length > 0
    ? outside
    : [...checkOrder(written, 'renewBefore', 'duration'), ...checkOrder(written, 'duration', 'caDuration')];
}

const lengthOf = (written: SslSecrets, field: TimeField): number => parseDuration(written[field]) ?? 0;

function checkBound(written: SslSecrets, { field, least, text }: Bound): readonly Problem[] {
  const length = lengthOf(written, field);
  if (length < least) return [problem(field, 'OutOfRange', `cannot use ${written[field]}: write at least ${text}`)];
  return length > LONGEST ? [problem(field, 'OutOfRange', `cannot use ${written[field]}: write at most 36500d, a hundred years`)] : [];
}

/** An issuer that is there already has a life of its own. */
function checkOrder(written: SslSecrets, shorter: TimeField, longer: TimeField): readonly Problem[] {
  if (longer === 'caDuration' && written.issuerRef !== undefined) return [];
  if (lengthOf(written, shorter) < lengthOf(written, longer)) return [];
  const message = `cannot use ${written[shorter]}, which is not shorter than ${longer} (${written[longer]}): ${ORDER[longer] ?? ''}`;
  return [problem(shorter, 'Invalid', message)];
}

const ORDER: Partial<Readonly<Record<TimeField, string>>> = {
  duration: 'a certificate would be renewed all the time; write less here or more there',
  caDuration: 'a certificate would outlive the CA that signed it; write less here or more there',
};
