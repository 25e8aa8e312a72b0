/**
 * Whom running Pods trust. Each Pod mounts an immutable ConfigMap that says it, so that it can be read off whatever became of the
 * Secrets: a certificate is put to use only when everybody trusts its signer, and trust that is in use is never forgotten because
 * what it was made from is gone.
 */
import { createHash } from 'node:crypto';
import type { LiveObject, World } from './world';

const PEM = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g;

/** A certificate in PEM and the SHA-256 of its DER. */
export interface Trusted {
  readonly pem: string;
  readonly fingerprint: string;
}

/** The certificates in a text, in order, each once. */
export function trustedIn(text: string): readonly Trusted[] {
  const blocks = [...text.matchAll(PEM)].map(([block, body = '']) => ({ pem: `${block}\n`, fingerprint: fingerprintOf(body) }));
  return distinct(blocks);
}

const fingerprintOf = (base64: string): string =>
  createHash('sha256')
    .update(Buffer.from(base64.replace(/\s/g, ''), 'base64'))
    .digest('hex');

export const distinct = (list: readonly Trusted[]): readonly Trusted[] =>
  list.filter((one, at) => list.findIndex((other) => other.fingerprint === one.fingerprint) === at);

/** Who is trusted, by listener (`client`: by Cruise Control). */
export type TrustByEntry = Readonly<Record<string, readonly Trusted[]>>;

interface Volumes {
  readonly volumes?: readonly { readonly configMap?: { readonly name?: string } }[];
}

/** Name of the ConfigMap of trust that a Pod mounts; undefined: none, it speaks no TLS. */
export function trustNameOf(object: LiveObject, cluster: string): string | undefined {
  const spec = (object.spec ?? {}) as Volumes & { readonly template?: { readonly spec?: Volumes } };
  const volumes = spec.template?.spec?.volumes ?? spec.volumes ?? [];
  return volumes.map((v) => v.configMap?.name ?? '').find((name) => name.startsWith(`${cluster}-trust-`));
}

const read = new WeakMap<LiveObject, TrustByEntry>();

/** What a ConfigMap of trust says. */
export function trustOf(object: LiveObject): TrustByEntry {
  const known = read.get(object);
  if (known !== undefined) return known;
  const data = (object.data ?? {}) as Readonly<Record<string, string>>;
  const entries = Object.entries(data).filter(([key]) => key.endsWith('.pem'));
  const trust = Object.fromEntries(entries.map(([key, text]) => [key.slice(0, -'.pem'.length), trustedIn(text)] as const));
  read.set(object, trust);
  return trust;
}

/** Something that runs with a trust of its own. */
export interface Trusting {
  /** For example `Pod orders-1`. */
  readonly who: string;
  readonly object: LiveObject;
  readonly createdAt: string;
  /** Undefined: the ConfigMap that it mounts was not seen, so that nobody can say. */
  readonly trust: TrustByEntry | undefined;
  readonly revision: string;
}

/** Pods of nodes and Deployments (Cruise Control) that mount a trust. */
export function trusting(world: World): readonly Trusting[] {
  const maps = new Map(world.objects.filter((o) => o.kind === 'ConfigMap').map((o) => [o.metadata.name, o] as const));
  return world.objects.flatMap((object) => {
    if (object.kind !== 'Pod' && object.kind !== 'Deployment') return [];
    const name = trustNameOf(object, world.cluster.name);
    if (name === undefined) return [];
    const map = maps.get(name);
    const who = `${object.kind} ${object.metadata.name}`;
    const trust = map === undefined ? undefined : trustOf(map);
    return [{ who, object, createdAt: object.metadata.creationTimestamp, trust, revision: name }];
  });
}

/** What was decided last: the trust that the youngest Pod of a node was made with. */
export function lastTrust(world: World): { readonly trust: TrustByEntry; readonly since: string; readonly revision: string } | undefined {
  const pods = trusting(world).filter(({ object }) => object.kind === 'Pod');
  const youngest = [...pods].sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.who < b.who ? -1 : 1))[0];
  if (youngest?.trust === undefined) return undefined;
  const map = world.objects.find((o) => o.kind === 'ConfigMap' && o.metadata.name === youngest.revision);
  return { trust: youngest.trust, since: map?.metadata.creationTimestamp ?? '', revision: youngest.revision };
}

/** Who runs and does not trust this signer on one of these entries, in order; empty: everybody does. */
export function whoDoesNotTrust(world: World, fingerprint: string, entries: readonly string[]): readonly string[] {
  return trusting(world)
    .filter(({ trust }) => trust === undefined || entries.some((entry) => !trusts(trust, entry, fingerprint)))
    .map(({ who }) => who);
}

/** A listener that it does not know has no TLS there. */
const trusts = (trust: TrustByEntry, entry: string, fingerprint: string): boolean =>
  trust[entry]?.some((t) => t.fingerprint === fingerprint) ?? true;
