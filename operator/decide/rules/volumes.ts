/**
 * Claims. A missing one is made (whether that is allowed for a node that once ran is the gate's business), a larger wish
 * grows it, nothing ever shrinks or replaces it: a claim is the only thing here that holds data. One that something else has
 * grown beyond the spec is left alone.
 */
import { ANNOTATION } from '../../../lib/constructs/naming';
import { parseQuantity } from '../../../lib/api/quantity';
import type { ResolvedStorage } from '../../../lib/api/resolved-cluster';
import type { Manifest } from '../../../lib/constructs/manifest';
import type { Context, Rule } from '../context';
import { annotationOf, mountPathOf, type NodeView } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import type { LiveObject } from '../world';
import { apply } from './apply-drift';
import { targetOf } from '../context';

export const createVolumes: Rule = (context) =>
  context.views.flatMap((view) => (context.nodes.get(view.node.id)?.claims ?? []).flatMap((m) => missingOrSmaller(view, m)));

function missingOrSmaller(view: NodeView, manifest: Manifest): readonly Proposal[] {
  const path = manifest.metadata.annotations?.[ANNOTATION.mountPath] ?? '';
  const live = view.claims.find((c) => mountPathOf(c) === path);
  if (live === undefined) return [apply(manifest, undefined, view.node.id)];
  if (live.metadata.name !== manifest.metadata.name || live.metadata.deletionTimestamp !== undefined) return [];
  const wanted = requestOf(manifest);
  return bytes(wanted) > bytes(requestOf(live)) ? [apply(manifest, [`storage ${requestOf(live)} to ${wanted}`], view.node.id)] : [];
}

/** Of a claim, or of what the spec says of one. */
export function requestOf(claim: Manifest | LiveObject | ResolvedStorage['source']): string {
  const spec = claim.spec as { resources?: { requests?: { storage?: unknown } } } | undefined;
  const storage = spec?.resources?.requests?.storage;
  return typeof storage === 'string' || typeof storage === 'number' ? String(storage) : '0';
}

const bytes = (quantity: string): number => parseQuantity(quantity) ?? 0;

/**
 * Marks the first claim of a node that served, and of each controller once a leader was seen. The marks outlive the
 * KafkaCluster and its status; one write per node in its life.
 */
export const markVolumes: Rule = (context) => context.views.flatMap((view) => marksOf(context, view));

function marksOf(context: Context, view: NodeView): readonly Proposal[] {
  const claim = view.claims[0];
  if (claim === undefined || view.pod?.ready !== true || !leaderSeen(context.identity.quorum, context)) return [];
  const wanted: Record<string, string> = { [ANNOTATION.volumeState]: 'ran' };
  if (view.node.roles.includes('controller')) wanted[ANNOTATION.quorum] = 'formed';
  const missing = Object.entries(wanted).filter(([key, value]) => annotationOf(claim, key) !== value);
  if (missing.length === 0) return [];
  const why = reason('VolumeRan', `node ${String(view.node.id)} has served with this volume`);
  return [{ kind: 'annotate', risk: 'safe', node: view.node.id, target: targetOf(claim), annotations: wanted, reasons: [why] }];
}

/** A leader was seen: by us, or by a controller, which is ready only while it leads or follows one. */
export function leaderSeen(quorum: 'Forming' | 'Formed', context: Pick<Context, 'world' | 'views'>): boolean {
  if (quorum === 'Formed') return true;
  const { kafka } = context.world;
  if (kafka.state === 'known' && kafka.value.quorum.leaderId >= 0) return true;
  return context.views.some((v) => v.node.roles.includes('controller') && v.pod?.ready === true && !v.pod.terminating);
}
