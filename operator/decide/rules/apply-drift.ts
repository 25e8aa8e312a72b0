/** Objects that many nodes share (services, scripts, exporter rules): made when missing, applied again when they drifted. */
import type { Manifest } from '../../../lib/constructs/manifest';
import { isOfAbsentKind } from '../absent-kinds';
import type { Apply } from '../action';
import { liveOf, type Context, type Rule } from '../context';
import { isOfCruiseControl } from '../cruise-control-view';
import { driftOf } from '../drift';
import { isOfEarlierLife, nodeIdOf } from '../node-view';
import type { LiveObject } from '../world';
import { reason } from '../reason';

/** What Cruise Control is made of is applied in an order of its own (rules/cruise-control.ts). */
export const applyShared: Rule = (context) =>
  context.shared
    .filter((manifest) => !isOfCruiseControl(manifest) && !isOfAbsentKind(manifest, context.world) && !isOfGoneNode(manifest, context))
    .flatMap((manifest) => applyIfNeeded(context, manifest));

/** What leads to a node of which nothing is made any more: it was taken down with the node, and is not put up again. */
const isOfGoneNode = (manifest: Manifest, { nodes }: Context): boolean => {
  const id = nodeIdOf(manifest);
  return id !== undefined && !nodes.has(id);
};

/** Services of each node, in the ClusterIP scheme. */
export const applyNodeServices: Rule = (context) =>
  [...context.nodes.values()].flatMap((node) => node.services.flatMap((manifest) => applyIfNeeded(context, manifest, node.id)));

export function applyIfNeeded(context: Context, manifest: Manifest, node?: number): readonly Apply[] {
  const live = liveOf(context, manifest);
  if (live !== undefined && isOfEarlierLife(live, context.world.cluster.uid)) return [];
  const paths = live === undefined ? undefined : drift(manifest, live);
  if (paths?.length === 0) return [];
  return [apply(manifest, paths, node)];
}

export function apply(manifest: Manifest, paths: readonly string[] | undefined, node?: number): Apply {
  const why =
    paths === undefined
      ? reason('Missing', 'missing')
      : reason('Drift', `drift: ${paths.slice(0, 4).join(', ')}${paths.length > 4 ? ' …' : ''}`);
  return { kind: 'apply', risk: 'safe', manifest, creates: paths === undefined, reasons: [why], ...(node === undefined ? {} : { node }) };
}

/** The stores keep an unchanged object as the same value, so that a comparison is made once per object and wish. */
const compared = new WeakMap<LiveObject, WeakMap<Manifest, readonly string[]>>();

function drift(manifest: Manifest, live: LiveObject): readonly string[] {
  const known = compared.get(live) ?? new WeakMap<Manifest, readonly string[]>();
  const before = known.get(manifest);
  if (before !== undefined) return before;
  const paths = driftOf(manifest, live);
  compared.set(live, known.set(manifest, paths));
  return paths;
}
