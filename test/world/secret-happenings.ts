/** What can befall Secrets, in the words of world.yaml. */
import type { SecretObject, SecretTls } from '../../operator/decide/certificate-view';
import { withObject, without } from '../../operator/decide/simulate';
import { toyCertificate } from '../../operator/decide/simulate-certificates';
import type { World } from '../../operator/decide/world';
import { NOW } from './makers';

const DAY = 86_400_000;

export type SecretHappening =
  /** Somebody deleted it. */
  | { readonly secretGone: string }
  /** Its certificate ends in so many days. */
  | { readonly certificateEndsIn: number; readonly of: string }
  /** A Secret of the user's own: its certificate ends in so many days, or it cannot be used, or it is not there. */
  | { readonly ownSecret: string; readonly endsIn?: number; readonly problem?: string; readonly missing?: true };

type Told = Readonly<Record<string, unknown>>;

function endsIn(world: World, what: Told): World {
  const object = world.objects.find((o) => o.kind === 'Secret' && o.metadata.name === what.of) as SecretObject | undefined;
  if (object?.tls?.certificate === undefined) throw new Error(`no Secret ${String(what.of)} with a certificate`);
  const certificate = { ...object.tls.certificate, notBefore: NOW - 60 * DAY, notAfter: NOW + Number(what.certificateEndsIn) * DAY };
  return withObject(world, { ...object, tls: { ...object.tls, certificate } });
}

export function ownSecret(world: World, name: string, tls: SecretTls | undefined): World {
  const metadata = { name, namespace: 'kafka', uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const value: SecretObject | undefined = tls === undefined ? undefined : { apiVersion: 'v1', kind: 'Secret', metadata, tls };
  return { ...world, namedSecrets: { ...world.namedSecrets, [name]: { state: 'known', value } } };
}

/** With the CA that signed it. */
export function ownTls(text: string, days: number): SecretTls {
  const authority = toyCertificate(`CA of ${text}`, NOW - 60 * DAY, { notAfter: NOW + 3650 * DAY });
  const { pem: _, ...certificate } = toyCertificate(text, NOW - 60 * DAY, { notAfter: NOW + days * DAY, signedBy: authority.fingerprint });
  return { keys: ['ca.crt', 'tls.crt', 'tls.key'], certificate, authorities: [authority] };
}

function given(world: World, what: Told): World {
  const name = String(what.ownSecret);
  if (what.missing === true) return ownSecret(world, name, undefined);
  const { problem } = what;
  if (typeof problem === 'string') return ownSecret(world, name, { keys: ['tls.crt', 'tls.key'], authorities: [], problem });
  return ownSecret(world, name, ownTls(`${name} for ${String(what.endsIn)} days`, Number(what.endsIn)));
}

export const SECRETS_TOLD: Readonly<Record<string, (world: World, what: Told) => World>> = {
  secretGone: (world, what) => without(world, 'Secret', String(what.secretGone)),
  certificateEndsIn: endsIn,
  ownSecret: given,
};
