/**
 * The only place that may say "not now", and it says why. Rules wish; the gate looks at all wishes together.
 *
 * What it protects here: nothing is written for a cluster that is paused or whose identity is contradictory (that is
 * decided before, in decide.ts); a lost volume is not silently made anew (decision 5); what runs is disrupted only with
 * permission (approval, window: permission.ts), one wave at a time (wave.ts), and only when nobody is hurt by it
 * (may-stop.ts). A node whose process does not run is not disrupted by being replaced (decision 20), so that a bad setting
 * that stopped everything can be reverted.
 */
import type { RestartNode } from './action';
import { whyNoCertificates } from './certificate-guard';
import type { Context } from './context';
import { whyNotForCruiseControl } from './cruise-control-guard';
import { describe } from './explain';
import { whyImageHolds } from './image-check';
import { whyMetadataLogMoved, whyNotRecreated } from './lost-volume';
import { mayStop, unprotectedBy } from './may-stop';
import { serves, type NodeView } from './node-view';
import { rollFirst } from './operation-guard';
import { inRestartOrder } from './order';
import { whyNotPermitted } from './permission';
import type { Held, Proposal } from './plan';
import { whyNotForQuorum } from './quorum-guard';
import { reason, type Reason } from './reason';
import { whyRolledBack } from './rollback';
import { whyNoAddress } from './rules/place-rack';
import { whyHealing } from './self-healing';
import { whyNotForVolumes } from './volume-stop';
import { candidatesOf, waveOf } from './wave';

export interface GateVerdict {
  readonly allowed: readonly Proposal[];
  readonly held: readonly Held[];
}

export function gate(proposals: readonly Proposal[], context: Context): GateVerdict {
  const allowed: Proposal[] = [];
  const held: Held[] = [];
  const refusedNodes = new Set<number>();
  const ordered = inRestartOrder(proposals, context);
  const candidates = candidatesOf(
    ordered.filter(isDisruption).filter((p) => whyNotPermitted(p, context).length === 0),
    context.views,
  );
  let wave: readonly NodeView[] = [];
  for (const proposal of ordered) {
    const view = context.views.find((v) => v.node.id === proposal.node);
    const why = view === undefined ? whyNotPermitted(proposal, context) : whyNot(proposal, view, { ...context, wave });
    const reasons = [...why, ...whyOfOthers(proposal, context, allowed)];
    if (reasons.length > 0) {
      held.push(heldFor(proposal, reasons));
      if (proposal.kind === 'restartNode') refusedNodes.add(proposal.node);
    } else if (view !== undefined && isDisruption(proposal)) {
      if (wave.length === 0) wave = waveOf(view, candidates, context);
      allowed.push(named(proposal, view, context));
    } else allowed.push(proposal);
  }
  const done = allowed.filter((p) => !waitsForRestart(p, refusedNodes, context));
  return rollFirst({ allowed: done, held: condensed(held) }, context);
}

/** What is not about the node that the proposal is about. */
const whyOfOthers = (proposal: Proposal, context: Context, allowed: readonly Proposal[]): readonly Reason[] => [
  ...whyNotForQuorum(proposal, context, allowed),
  ...whyNotForVolumes(proposal, context),
  ...whyNotForCruiseControl(proposal, context),
];

const heldFor = (proposal: Proposal, reasons: readonly Reason[]): Held => ({
  what: describe(proposal),
  reasons,
  ...(proposal.node === undefined ? {} : { node: proposal.node }),
});

const isDisruption = (proposal: Proposal): proposal is RestartNode => proposal.kind === 'restartNode' && proposal.running;

/** With what cannot be protected among its reasons. */
function named(proposal: RestartNode, view: NodeView, context: Context): RestartNode {
  const why = unprotectedBy([view], context);
  return why === undefined ? proposal : { ...proposal, reasons: [...proposal.reasons, why] };
}

/** What a node's Pod needs waits with the Pod, for the same reasons: one entry says it. */
function condensed(held: readonly Held[]): readonly Held[] {
  const starts = held.filter((h) => !h.what.startsWith('apply'));
  const sameAsStart = (h: Held): boolean =>
    starts.some((s) => s.node === h.node && JSON.stringify(s.reasons) === JSON.stringify(h.reasons));
  return held.filter((h) => !h.what.startsWith('apply') || !sameAsStart(h));
}

/** The configuration of a node whose restart is held is not applied either (decision 10). */
function waitsForRestart(proposal: Proposal, refused: ReadonlySet<number>, context: Context): boolean {
  if (proposal.kind !== 'apply' || proposal.node === undefined || !refused.has(proposal.node)) return false;
  return context.nodes.get(proposal.node)?.config.some((m) => m.metadata.name === proposal.manifest.metadata.name) ?? false;
}

interface GateContext extends Context {
  /** Nodes that were let go in this pass. */
  readonly wave: readonly NodeView[];
}

function whyNot(proposal: Proposal, view: NodeView, context: GateContext): readonly Reason[] {
  if (proposal.kind === 'annotate') return [];
  const moved = whyMetadataLogMoved(view);
  if (moved !== undefined) return [moved];
  if (proposal.kind === 'restartNode') return proposal.running ? whyNotRestart(proposal, view, context) : [];
  const why = startsNode(proposal) ? whyNotRecreated(view, context.world) : undefined;
  return why === undefined ? whyNotPermitted(proposal, context) : [why];
}

/** It makes a node's Pod or a claim for it. */
const startsNode = (proposal: Proposal): boolean =>
  proposal.kind === 'createPod' || (proposal.kind === 'apply' && proposal.manifest.kind === 'PersistentVolumeClaim' && proposal.creates);

function whyNotRestart(proposal: RestartNode, view: NodeView, context: GateContext): readonly Reason[] {
  const { wave } = context;
  const image = whyImageHolds(view, context);
  const place = [image, serves(view) ? whyNoAddress(view, context) : undefined, whyNoCertificates(view, context)].filter(
    (why) => why !== undefined,
  );
  const permission = [...whyRolledBack(view, context), ...whyNotPermitted(proposal, context), ...place];
  if (wave.includes(view)) return permission;
  const first = wave.length === 0 ? [] : [reason('OneAtATime', `one disruption at a time; ${namesOf(wave)} first`)];
  return [...permission, ...first, ...mayStop([view], context), ...whyHealing(view, context)];
}

const namesOf = (wave: readonly NodeView[]): string =>
  wave.length === 1 ? `node ${String(wave[0]?.node.id)} goes` : `nodes ${wave.map((v) => String(v.node.id)).join(', ')} go`;
