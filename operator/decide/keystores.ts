/**
 * The key stores that Pods mount: what they hold, and what they should. An entry whose source cannot be used stays as it is, so that a
 * listener that runs is never broken by what somebody writes into a Secret; and a certificate whose signer somebody does not trust yet
 * is not put into them.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { ANNOTATION, keystoresName } from '../../lib/constructs/naming';
import { tlsListeners as tlsListenersOf } from '../../lib/kafka/listener-security';
import { CLIENT_ENTRY, clientSource, secretOf, sighted, sourcesOf, type Sighted, type Source } from './certificate-sight';
import type { CertificateView, SecretObject } from './certificate-view';
import { externalFacts } from './external-addresses';
import { annotationOf, type NodeView } from './node-view';
import { whoDoesNotTrust } from './trust-memory';
import type { World } from './world';

/** `<entry>=<fingerprint>`, comma-joined, as on annotations. */
export const pairsOf = (text: string | undefined): ReadonlyMap<string, string> =>
  new Map(
    (text ?? '').split(',').flatMap((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [] : [[pair.slice(0, at), pair.slice(at + 1)] as const];
    }),
  );

export const textOf = (pairs: ReadonlyMap<string, string>): string => [...pairs].map(([entry, value]) => `${entry}=${value}`).join();

export interface Keystores {
  readonly object: SecretObject | undefined;
  /** Fingerprint by entry, of entries that are there. */
  readonly holds: ReadonlyMap<string, string>;
}

export function keystoresIn(cluster: Pick<ResolvedCluster, 'name'>, world: World): Keystores {
  const object = secretOf(world, keystoresName(cluster.name));
  const keys = object?.tls?.keys ?? [];
  const written = object === undefined ? new Map<string, string>() : pairsOf(annotationOf(object, ANNOTATION.keystoresOf));
  return { object, holds: new Map([...written].filter(([entry]) => keys.includes(`${entry}.pem`))) };
}

/** Subject by entry of what is in the key stores; of the user's own certificates nobody else remembers it. */
export function subjectsIn(cluster: Pick<ResolvedCluster, 'name'>, world: World): ReadonlyMap<string, readonly string[]> {
  const { object } = keystoresIn(cluster, world);
  const text = object === undefined ? undefined : annotationOf(object, ANNOTATION.keystoreSubjects);
  return new Map(
    (text ?? '').split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [] : [[line.slice(0, at), [line.slice(at + 1)]] as const];
    }),
  );
}

/** One entry of the key stores and its source. */
export interface Entry {
  readonly source: Source;
  readonly seen: Sighted;
  /** Who has to trust its signer: entries of trust. */
  readonly shownTo: readonly string[];
  /** Fingerprint of what is in the key stores now. */
  readonly held: string | undefined;
  /** Who does not trust the signer of what the source holds; empty: everybody does, or it is in use already. */
  readonly distrusted: readonly string[];
}

export function entriesOf(cluster: ResolvedCluster, world: World, now: number): readonly Entry[] {
  const { holds } = keystoresIn(cluster, world);
  return sourcesOf(cluster).map((source) => {
    const seen = sighted(world, source, now);
    const held = holds.get(source.entry);
    const shownTo = shownWhere(cluster, source);
    const distrusted = seen.state === 'usable' && seen.certificate.fingerprint !== held ? distrustOf(world, seen.certificate, shownTo) : [];
    return { source, seen, shownTo, held, distrusted };
  });
}

/** A listener's certificate is checked by its clients, other nodes among them; of the admin listener also by Cruise Control. */
function shownWhere(cluster: ResolvedCluster, { entry }: Source): readonly string[] {
  const { admin } = cluster.listeners;
  if (entry === CLIENT_ENTRY) return [admin.name];
  return entry === admin.name ? [entry, CLIENT_ENTRY] : [entry];
}

/** A certificate whose signer is not among those that its Secret names is taken to be trusted by whoever wrote it. */
const distrustOf = (world: World, { signedBy }: CertificateView, entries: readonly string[]): readonly string[] =>
  signedBy === undefined ? [] : whoDoesNotTrust(world, signedBy, entries);

/** It should hold this, and may. */
export const isDue = ({ seen, held, distrusted }: Entry): boolean =>
  seen.state === 'usable' && seen.certificate.fingerprint !== held && distrusted.length === 0;

/** Entries that a node's Pod needs to start: of the listeners that it opens or dials, and of the reporter in it. */
export function entriesOfNode(cluster: ResolvedCluster, { node }: Pick<NodeView, 'node'>, world: World): readonly string[] {
  const listeners = tlsListenersOf(cluster.listeners, node, externalFacts(cluster, world).external?.[node.id] ?? {});
  const reports = node.roles.includes('broker') && cluster.metricsReporter && clientSource(cluster) !== undefined;
  return [...listeners.map(({ name }) => name), ...(reports ? [CLIENT_ENTRY] : [])];
}
