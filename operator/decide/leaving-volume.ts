/**
 * A volume that left the spec of a node that stays. Its log directory may hold the only copy of a record, so the node runs with
 * it as before (`withLeavingVolumes` lays it over the spec before any manifest is made) until Kafka itself says that the very
 * path is empty. Then the node is restarted without it, through the gate; right before the stop Kafka is asked once more, while
 * it still serves the directory, and the claim is marked with the Pod that is stopped. Only a claim with that mark may ever be
 * deleted: what was seen earlier, or what Kafka says once it does not serve the directory any more, proves nothing.
 *
 * The first volume holds the metadata log and never leaves (decision 4). A claim that somebody deleted himself is given up: its
 * node goes on without it when each of its partitions has another in-sync replica (lost-volume.ts).
 */
import { isObject } from '../../lib/api/json';
import { parseQuantity } from '../../lib/api/quantity';
import type { ResolvedCluster, ResolvedNode, ResolvedStorage } from '../../lib/api/resolved-cluster';
import { logDir } from '../../lib/kafka/server-properties';
import { ANNOTATION } from '../../lib/constructs/naming';
import type { Manifest } from '../../lib/constructs/manifest';
import { isEmptyDir, seenLogDir } from './log-dir';
import { annotationOf, mountPathOf, nodeViews, type NodeView, type PodView } from './node-view';
import { inFlight, operationsIn, type OperationView } from './operation-view';
import { millisecondsOf } from './rfc3339';
import type { LiveObject, World } from './world';

/** A volume of a node that left its spec; whatever became of it. */
export interface LeavingVolume {
  readonly mountPath: string;
  /** As Kafka names it. */
  readonly logDir: string;
  readonly claim: LiveObject;
}

/** By claims: of an emptyDir nothing outlives its Pod. */
export function leavingVolumes({ node, claims }: NodeView): readonly LeavingVolume[] {
  const wanted = new Set(node.storage.filter((s) => s.leaving !== true).map((s) => s.mountPath));
  return claims
    .map((claim) => ({ mountPath: mountPathOf(claim), logDir: logDir(mountPathOf(claim)), claim }))
    .filter(({ mountPath }) => mountPath !== '' && !wanted.has(mountPath));
}

/** It is the node's for life. */
export function holdsMetadataLog({ claim, mountPath }: LeavingVolume, { pod }: Pick<NodeView, 'pod'>): boolean {
  return annotationOf(claim, ANNOTATION.metadataLog) === 'true' || (pod !== undefined && dataMounts(pod.object)[0] === mountPath);
}

/** Somebody deleted the claim; it goes as soon as no Pod uses it. */
export const isGivenUp = (claim: LiveObject): boolean => claim.metadata.deletionTimestamp !== undefined;

/** It was seen empty right before the last Pod that mounted it was stopped. */
export function wasEmptied({ claim, mountPath }: LeavingVolume, pod: PodView | undefined): boolean {
  const mark = annotationOf(claim, ANNOTATION.emptiedBefore) ?? '';
  if (mark === '') return false;
  if (pod === undefined || !dataMounts(pod.object).includes(mountPath)) return true;
  return pod.terminating && pod.object.metadata.uid === mark;
}

/** It was made when the node's Pod was there already, which runs without it: no process ever wrote to it. */
export function wasNeverUsed({ claim, mountPath }: LeavingVolume, pod: PodView | undefined): boolean {
  const made = millisecondsOf(claim.metadata.creationTimestamp);
  return pod !== undefined && made !== undefined && made > pod.createdAt && !dataMounts(pod.object).includes(mountPath);
}

// ---- which of them the node still runs with ------------------------------------------------------------------------

/** Volumes that left the spec and with which the node runs on. */
const keptVolumes = (view: NodeView, world: World, removals: readonly OperationView[]): readonly LeavingVolume[] =>
  leavingVolumes(view).filter((volume) => holdsMetadataLog(volume, view) || !mayGo(volume, view, { world, removals }));

interface Seen {
  readonly world: World;
  /** Operations `remove_disks` that are under way. */
  readonly removals: readonly OperationView[];
}

/** Whether the node's next Pod is to be made without it. */
function mayGo(volume: LeavingVolume, view: NodeView, { world, removals }: Seen): boolean {
  if (isGivenUp(volume.claim) || wasEmptied(volume, view.pod) || wasNeverUsed(volume, view.pod)) return true;
  if (view.node.departing || view.pod === undefined || view.pod.terminating) return false;
  if (!view.node.roles.includes('broker')) return !(annotationOf(volume.claim, ANNOTATION.roles) ?? 'broker').includes('broker');
  const moving = removals.some((o) => disksIn(o).includes(diskName(view.node.id, volume.logDir)));
  return !moving && isEmptyDir(seenLogDir(world, view.node.id, volume.mountPath));
}

/** As Cruise Control names a disk in `brokerid_and_logdirs`, for example `1-/more/kafka`. */
export const diskName = (id: number, dir: string): string => `${String(id)}-${dir}`;

/** Empty for any other operation. */
export const disksIn = ({ operation, parameters }: OperationView): readonly string[] =>
  operation === 'remove_disks' ? (parameters.brokerid_and_logdirs ?? '').split(',') : [];

const made = new WeakMap<ResolvedCluster, { readonly of: string; readonly cluster: ResolvedCluster }>();

/** The cluster as its nodes are to run; the same value for the same wish and the same volumes. */
export function withLeavingVolumes(cluster: ResolvedCluster, world: World): ResolvedCluster {
  const removals = operationsIn(world).filter((o) => o.operation === 'remove_disks' && inFlight(o));
  const kept = nodeViews(cluster, world).flatMap((view) => {
    const volumes = keptVolumes(view, world, removals);
    return volumes.length === 0 ? [] : [[view.node, woven(view, volumes)] as const];
  });
  if (kept.length === 0) return cluster;
  const of = JSON.stringify(kept.map(([node, storage]) => [node.id, storage]));
  const known = made.get(cluster);
  if (known?.of === of) return known.cluster;
  const storage = new Map<ResolvedNode, readonly ResolvedStorage[]>(kept);
  const nodes = cluster.nodes.map((node) => ({ ...node, storage: storage.get(node) ?? node.storage }));
  const laidOver = { ...cluster, nodes };
  made.set(cluster, { of, cluster: laidOver });
  return laidOver;
}

/** In the order in which the live Pod has them: another order would be another Pod, and a restart for nothing. */
function woven({ node, pod }: NodeView, volumes: readonly LeavingVolume[]): readonly ResolvedStorage[] {
  const order = pod === undefined ? [] : dataMounts(pod.object);
  const place = (mountPath: string): number => (order.includes(mountPath) ? order.indexOf(mountPath) : order.length);
  const result = [...node.storage];
  for (const volume of [...volumes].sort((a, b) => place(a.mountPath) - place(b.mountPath)))
    result.splice(positionIn(result, volume, order), 0, storageOf(volume));
  return result;
}

function positionIn(storage: readonly ResolvedStorage[], volume: LeavingVolume, order: readonly string[]): number {
  if (holdsMetadataLog(volume, { pod: undefined })) return 0;
  const at = order.indexOf(volume.mountPath);
  const before = order.slice(0, Math.max(0, at)).findLast((path) => storage.some((s) => s.mountPath === path));
  if (before !== undefined) return storage.findIndex((s) => s.mountPath === before) + 1;
  return at === 0 ? 0 : storage.length;
}

function storageOf({ mountPath, claim }: LeavingVolume): ResolvedStorage {
  const spec = isObject(claim.spec) ? claim.spec : {};
  const { requests } = (isObject(spec.resources) ? spec.resources : {}) as { requests?: { storage?: string } };
  return { mountPath, leaving: true, source: { kind: 'claim', spec, bytes: parseQuantity(requests?.storage ?? '0') ?? 0 } };
}

interface Mounting {
  readonly containers?: readonly { readonly name: string; readonly volumeMounts?: readonly { name: string; mountPath: string }[] }[];
}

const DATA = /^kafka-data-(\d+)$/;

/** Where a Pod has the volumes of Kafka, in their order. */
export function dataMounts(pod: LiveObject | Manifest): readonly string[] {
  const kafka = ((pod.spec ?? {}) as Mounting).containers?.find((c) => c.name === 'kafka');
  const numbered = (kafka?.volumeMounts ?? []).flatMap(({ name, mountPath }) => {
    const number = DATA.exec(name)?.[1];
    return number === undefined ? [] : [{ at: Number(number), mountPath }];
  });
  return numbered.sort((a, b) => a.at - b.at).map(({ mountPath }) => mountPath);
}
