/**
 * Whom nodes trust, as facts for their manifests. Missing and unknown never change it: while a Secret cannot be used, the trust that
 * Pods run with stays. Where nobody keeps account of a replacement (Secrets of the user's own, cert-manager's), the trust that runs is
 * the account: who is trusted by now stays trusted until nobody shows what it signed, and for `caOverlap` where the CA is the
 * cluster's. The immutable ConfigMaps that Pods mount are this memory: they are there as long as a Pod runs with them, and a Secret of
 * our own beside them could contradict them.
 */
import type { ResolvedCluster, ResolvedListener } from '../../lib/api/resolved-cluster';
import { usesTls } from '../../lib/api/resolved-security';
import type { Facts, SecurityFacts } from '../../lib/constructs/facts';
import { ANNOTATION } from '../../lib/constructs/naming';
import { authorityIn } from './authority';
import { CLIENT_ENTRY, clientSource, sighted, sourceOf, tlsListeners, type Source } from './certificate-sight';
import { deploymentOf } from './cruise-control-view';
import { entriesOf, keystoresIn, subjectsIn } from './keystores';
import { leafsOf } from './leafs';
import { showsFormer } from './loading';
import type { NodeView } from './node-view';
import { millisecondsOf } from './rfc3339';
import { distinct, lastTrust, trustedIn, type Trusted } from './trust-memory';
import type { LiveObject, World } from './world';

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly now: number;
  readonly views: readonly NodeView[];
}

/** Nothing without listeners with TLS, and while not all of it is known for a cluster that never ran. */
export function securityFacts(seen: Seen): Pick<Facts, 'security'> {
  const { cluster } = seen;
  const listeners = tlsListeners(cluster);
  if (listeners.length === 0) return {};
  const entries = [...listeners.map((listener) => [listener.name, trustOfListener(seen, listener)] as const), ...clientEntry(seen)];
  if (entries.some(([, trust]) => trust === undefined)) return {};
  const trust = Object.fromEntries(entries.map(([entry, who]) => [entry, (who ?? []).map(({ pem }) => pem).join('')] as const));
  return { security: { trust, superUsers: superUsers(seen), ...shownByCruiseControl(seen) } satisfies SecurityFacts };
}

/**
 * What is in the key stores; while that is not seen, what Cruise Control was started with: it would restart for nothing. Nothing where
 * brokers do not ask for it.
 */
function shownByCruiseControl({ cluster, world }: Seen): Pick<SecurityFacts, 'client'> {
  const { admin } = cluster.listeners;
  if (!usesTls(admin) || admin.clientAuth === 'none' || clientSource(cluster) === undefined) return {};
  const deployment = deploymentOf(world);
  const before = deployment === undefined ? undefined : templateAnnotations(deployment)[ANNOTATION.clientCertificate];
  const client = keystoresIn(cluster, world).holds.get(CLIENT_ENTRY) ?? before;
  return client === undefined ? {} : { client };
}

const templateAnnotations = ({ spec }: LiveObject): Readonly<Record<string, string>> =>
  (spec as { readonly template?: { readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> } } } | undefined)
    ?.template?.metadata?.annotations ?? {};

const clientEntry = (seen: Seen): readonly (readonly [string, readonly Trusted[] | undefined])[] => {
  const admin = tlsListeners(seen.cluster).find(({ name }) => name === seen.cluster.listeners.admin.name);
  return admin === undefined ? [] : [[CLIENT_ENTRY, settled(seen, CLIENT_ENTRY, trustedBy(seen, sourceOf(seen.cluster, admin)))]];
};

/** Who signed what its clients show: of the admin listener also the certificate of the operator. */
function trustOfListener(seen: Seen, listener: ResolvedListener): readonly Trusted[] | undefined {
  const { cluster } = seen;
  const own = trustedBy(seen, sourceOf(cluster, listener));
  const client = listener.name === cluster.listeners.admin.name && listener.clientAuth !== 'none' ? clientSource(cluster) : undefined;
  const more = client === undefined ? [] : trustedBy(seen, client);
  return settled(seen, listener.name, own === undefined || more === undefined ? undefined : distinct([...own, ...more]));
}

/** Whom a source names; undefined: it cannot be used now. */
function trustedBy(seen: Seen, source: Source): readonly Trusted[] | undefined {
  return source.own ? trustedByOwn(seen, source) : trustedByCluster(seen);
}

function trustedByOwn({ world, now }: Seen, source: Source): readonly Trusted[] | undefined {
  const view = sighted(world, source, now);
  return view.state === 'usable' ? view.tls.authorities.flatMap(trustedOf) : undefined;
}

const trustedOf = ({ pem = '' }: { readonly pem?: string }): readonly Trusted[] => trustedIn(pem);

/** Everybody in the Secret of the CA, and whoever signed a leaf that is there. */
function trustedByCluster(seen: Seen): readonly Trusted[] | undefined {
  const { cluster, world, now } = seen;
  const leafs = leafsOf(cluster, world).map(({ secret }) => sighted(world, { secret, own: false }, now));
  const usable = leafs.filter((leaf) => leaf.state === 'usable');
  const signers = usable.flatMap(({ tls, certificate }) =>
    tls.authorities.filter((a) => a.fingerprint === certificate.signedBy).flatMap(trustedOf),
  );
  if (cluster.security.pki?.backend === 'cert-manager')
    return usable.length < leafs.length ? undefined : distinct(usable.flatMap(({ tls }) => tls.authorities.flatMap(trustedOf)));
  const authority = authorityIn(cluster, world);
  return authority === undefined ? undefined : distinct([...authority.trusted.flatMap(trustedOf), ...signers]);
}

/** With what runs remembered, as long as it must be; sorted nowhere: newest first, so that the same trust is the same text. */
function settled(seen: Seen, entry: string, current: readonly Trusted[] | undefined): readonly Trusted[] | undefined {
  const last = lastTrust(seen.world);
  const before = last?.trust[entry];
  if (before === undefined || current === undefined) return current ?? before;
  const former = before.filter(({ fingerprint }) => !current.some((c) => c.fingerprint === fingerprint));
  if (former.length === 0) return sameAs(before, current) ? before : current;
  return isRemembered(seen, entry, millisecondsOf(last?.since)) ? [...current, ...former] : current;
}

/** Another order is no other trust. */
const sameAs = (a: readonly Trusted[], b: readonly Trusted[]): boolean => a.length === b.length;

/** The Secret of the CA says itself who is trusted; else what was trusted is, until all that is shown is new and its time has passed. */
function isRemembered(seen: Seen, entry: string, since: number | undefined): boolean {
  const { cluster, world, now, views } = seen;
  const { pki } = cluster.security;
  const sources = entriesOf(cluster, world, now);
  const own = sources.some(({ source }) => source.own && source.entry === entry);
  if (!own && pki?.backend === 'operator') return false;
  const settles = sources.every(({ seen: view, held }) => view.state === 'usable' && view.certificate.fingerprint === held);
  if (!settles || views.some((view) => showsFormer(view, { cluster, world, now }))) return true;
  return !own && now < (since ?? now) + (pki?.caOverlapMs ?? 0);
}

/**
 * Subjects of certificates of the user's own that nodes and the operator show: the spec does not tell them. What is in the key stores
 * stays one of them until something else is there.
 */
function superUsers({ cluster, world, now }: Seen): readonly string[] {
  const { interBroker, controller, admin } = cluster.listeners;
  const shown = tlsListeners(cluster).filter(({ name }) => [interBroker.name, controller.name, admin.name].includes(name));
  const client = clientSource(cluster);
  const sources = [...shown.map((listener) => sourceOf(cluster, listener)), ...(client === undefined ? [] : [client])].filter(
    ({ own }) => own,
  );
  const written = subjectsIn(cluster, world);
  const subjects = sources.flatMap((source) => {
    const seen = sighted(world, source, now);
    return [...(seen.state === 'usable' ? [seen.certificate.subject] : []), ...(written.get(source.entry) ?? [])];
  });
  return [...new Set(subjects.map((subject) => `User:${subject}`))].sort();
}
