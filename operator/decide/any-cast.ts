/**
 * A broker is taken out of the any-cast set of the Envoys before it is stopped, so that no client that asks for any broker is led
 * to one that is about to go; by its own port it stays reachable to the end. Which brokers are out stands on the ConfigMaps
 * themselves, and everything is read off from them: a broker that is out and does not serve stays out until it serves, so an
 * operator that was killed anywhere goes on. One that fails by itself is found out by Envoy's own health checks, faster than by
 * any file, and nothing is written for it.
 *
 *     in ──(its wave is about to begin)──> out ──> proxies told ──> 2 s ──> stopped ──> serves again ──> in
 *
 * Proxies that are unknown or broken never hold the repair of a broker: only those that are ready are waited for, and never longer
 * than ten seconds after their files were written.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { envoyConfigMaps } from '../../lib/constructs/envoy-config';
import { envoyWays } from '../../lib/constructs/envoy-way';
import type { Manifest } from '../../lib/constructs/manifest';
import { ANNOTATION, ENVOY_APP, envoyConfigName, LABEL } from '../../lib/constructs/naming';
import type { Context } from './context';
import { driftOf, stamped } from './drift';
import { servesNobody } from './health';
import { annotationOf, objectsOf, podView, serves, type NodeView } from './node-view';
import { reason, type Reason } from './reason';
import { millisecondsOf } from './rfc3339';
import type { LiveObject, World } from './world';

/** A kubelet that was told fetches changed files within 0.75 to 1.2 s; Envoy reads them within milliseconds. */
const TOLD_MS = 2_000;
/** After so long nobody waits for a proxy any more. */
const MOST_MS = 10_000;

type Seen = Pick<Context, 'cluster' | 'views' | 'live' | 'world' | 'now'>;

/** One Envoy, by the ConfigMap with its files. */
interface Envoy {
  readonly files: string;
  /** External listener, for people. */
  readonly listener: string;
  /** Brokers that it leads to. */
  readonly members: readonly number[];
  /** Those of them that are no guests on their way out. */
  readonly staying: readonly number[];
}

const listed = new WeakMap<ResolvedCluster, readonly Envoy[]>();

export function envoysOf(cluster: ResolvedCluster): readonly Envoy[] {
  const known = listed.get(cluster);
  if (known !== undefined) return known;
  const envoys = envoyWays(cluster).map(({ listener, way, members }) => ({
    files: envoyConfigName(cluster.name, listener.name, way.name),
    listener: listener.name,
    members: members.map((node) => node.id),
    staying: members.filter((node) => !node.departing).map((node) => node.id),
  }));
  listed.set(cluster, envoys);
  return envoys;
}

/** The ConfigMaps with these brokers left out, and these others too, where somebody stays. */
export const filesWithout = (
  cluster: ResolvedCluster,
  out: ReadonlySet<number>,
  others: ReadonlySet<number> = new Set(),
): readonly Manifest[] =>
  envoysOf(cluster).flatMap((envoy) => {
    const both = leftOut(envoy, new Set([...out, ...others]));
    return filesOf(cluster, envoy, both.length > 0 ? both : leftOut(envoy, out)) ?? [];
  });

/** Nobody is left out where nobody would be left. */
function leftOut({ staying }: Envoy, out: ReadonlySet<number>): readonly number[] {
  const left = staying.filter((id) => out.has(id));
  return left.length === staying.length ? [] : left;
}

/** Large files: those of the last few answers are kept, since a pass asks for the same ones again and again. */
const KEPT = 8;
const built = new WeakMap<ResolvedCluster, Map<string, ReadonlyMap<string, Manifest>>>();

function filesOf(cluster: ResolvedCluster, envoy: Envoy, left: readonly number[]): Manifest | undefined {
  const known = built.get(cluster) ?? new Map<string, ReadonlyMap<string, Manifest>>();
  built.set(cluster, known);
  const key = left.join();
  const made = known.get(key) ?? build(cluster, left);
  if (!known.has(key) && known.size >= KEPT) known.delete([...known.keys()][0] ?? '');
  known.set(key, made);
  return made.get(envoy.files);
}

const build = (cluster: ResolvedCluster, left: readonly number[]): ReadonlyMap<string, Manifest> =>
  new Map(envoyConfigMaps(cluster, new Set(left)).map((m) => [m.metadata.name, stamped(claiming(m, left))] as const));

function claiming(files: Manifest, left: readonly number[]): Manifest {
  const annotations = { ...files.metadata.annotations, [ANNOTATION.anyCastWithout]: left.join() };
  return { ...files, metadata: { ...files.metadata, annotations } };
}

/** Whom these files leave out, as they say. */
export function outIn(files: Pick<Manifest | LiveObject, 'metadata'> | undefined): readonly number[] {
  const text = files?.metadata.annotations?.[ANNOTATION.anyCastWithout];
  return text === undefined || text === '' ? [] : text.split(',').map(Number);
}

const writtenAt = (files: LiveObject): number | undefined => millisecondsOf(annotationOf(files, ANNOTATION.writtenAt));

const filesIn = ({ live }: Seen, envoy: Envoy): LiveObject | undefined => live.get(`ConfigMap/${envoy.files}`);

/** By broker that some live file leaves out: when that was last written, in milliseconds since the epoch. */
function outNow(seen: Seen): ReadonlyMap<number, number> {
  const out = new Map<number, number>();
  for (const envoy of envoysOf(seen.cluster)) {
    const files = filesIn(seen, envoy);
    for (const id of outIn(files)) out.set(id, Math.max(out.get(id) ?? 0, files === undefined ? 0 : (writtenAt(files) ?? 0)));
  }
  return out;
}

/** Brokers that are out and do not serve. */
export function stillOut(seen: Seen): ReadonlySet<number> {
  const out = outNow(seen);
  return new Set(seen.views.filter((v) => out.has(v.node.id) && !serves(v)).map((v) => v.node.id));
}

/** A broker that was taken out and not stopped, because something came in between, stays out this long: files that go back and forth help nobody. */
const LINGER_MS = 60_000;

/** Brokers that are out and serve, of these that are still to be stopped: until when they stay out, in milliseconds since the epoch. */
export function lingering(seen: Seen, toStop: ReadonlySet<number>): ReadonlyMap<number, number> {
  const ends = [...outNow(seen)].map(([id, at]) => [id, at + LINGER_MS] as const);
  return new Map(ends.filter(([id, end]) => toStop.has(id) && end > seen.now && end <= seen.now + LINGER_MS + MOST_MS));
}

/** Whom new clients may be led to now: of a node that serves nobody nobody can be led away. */
export const isInService = ({ world }: Pick<Context, 'world'>, view: NodeView): boolean =>
  view.node.roles.includes('broker') && !servesNobody(view, world);

/** Pods of Envoy that have these files mounted, and are not on their way out. */
export const proxiesWith = (world: World, files: string): readonly LiveObject[] =>
  objectsOf(world, 'Pod').filter(
    (pod) => pod.metadata.labels?.[LABEL.app] === ENVOY_APP && pod.metadata.deletionTimestamp === undefined && mounts(pod, files),
  );

function mounts(pod: LiveObject, files: string): boolean {
  const { volumes = [] } = (pod.spec ?? {}) as { volumes?: readonly { configMap?: { name?: string } }[] };
  return volumes.some((volume) => volume.configMap?.name === files);
}

/** What its kubelet was told to fetch, and when (milliseconds since the epoch). */
export function toldOf(pod: LiveObject): { readonly hash: string; readonly at: number } | undefined {
  const [hash = '', time] = (annotationOf(pod, ANNOTATION.envoyFiles) ?? '').split(' ');
  const at = millisecondsOf(time);
  return at === undefined ? undefined : { hash, at };
}

export const hashOf = (files: Pick<Manifest | LiveObject, 'metadata'>): string =>
  files.metadata.annotations?.[ANNOTATION.appliedHash] ?? '';

/**
 * Why these brokers may not be stopped yet; empty: no proxy that could be told leads new clients to them.
 * @param refused names of files that Kubernetes refuses to take: nobody waits for these
 */
export function whyAnyCastHolds(going: readonly NodeView[], seen: Seen, refused: ReadonlySet<string> = new Set()): readonly Reason[] {
  const ids = new Set(going.filter((view) => isInService(seen, view)).map((view) => view.node.id));
  if (ids.size === 0) return [];
  const concerned = envoysOf(seen.cluster).filter((envoy) => !refused.has(envoy.files) && envoy.members.some((id) => ids.has(id)));
  return concerned.flatMap((envoy) => whyProxiesHold(envoy, ids, seen) ?? []);
}

function whyProxiesHold(envoy: Envoy, ids: ReadonlySet<number>, seen: Seen): Reason | undefined {
  const wanted = toLeaveOut(envoy, ids, seen);
  if (wanted.length === 0 && !envoy.members.some((id) => ids.has(id) && !envoy.staying.includes(id))) return undefined;
  const ready = proxiesWith(seen.world, envoy.files).filter((pod) => podView(pod, seen.cluster.uid).ready);
  if (ready.length === 0) return undefined;
  const files = filesIn(seen, envoy);
  if (files === undefined || !leavesOut(envoy, files, { cluster: seen.cluster, wanted }))
    return holds(envoy, 'are given files without it first');
  const written = writtenAt(files);
  if (written === undefined || Math.abs(seen.now - written) >= MOST_MS) return undefined;
  const told = ready.map((pod) => toldOf(pod));
  const due = Math.max(...told.map((t) => (t?.hash === hashOf(files) ? t.at + TOLD_MS : seen.now + TOLD_MS)));
  return due <= seen.now ? undefined : holds(envoy, 'are reading files without it', Math.min(due, written + MOST_MS));
}

const holds = ({ listener }: Envoy, what: string, until?: number): Reason =>
  reason('LeavingAnyCast', `the proxies of external listener ${listener} ${what}, so that no new client meets the restart`, until);

/** Of these, whom the files are to leave out. */
const toLeaveOut = (envoy: Envoy, ids: ReadonlySet<number>, seen: Seen): readonly number[] =>
  leftOut(envoy, new Set([...stillOut(seen), ...ids])).filter((id) => ids.has(id));

/** They are what they say they are, and leave out whom they are to. */
function leavesOut(envoy: Envoy, files: LiveObject, of: Pick<Seen, 'cluster'> & { readonly wanted: readonly number[] }): boolean {
  const out = outIn(files);
  if (!of.wanted.every((id) => out.includes(id))) return false;
  const manifest = filesOf(of.cluster, envoy, leftOut(envoy, new Set(out)));
  return manifest !== undefined && driftOf(manifest, files).length === 0;
}
