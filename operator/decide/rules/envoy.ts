/**
 * The files of the Envoys follow the state of the brokers (any-cast.ts), and every Pod of Envoy is annotated when its files
 * changed: a kubelet looks at a changed ConfigMap within a minute or so, and at once when an annotation of the Pod changes. The
 * Deployment's template stays as it is, so no Envoy restarts.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import type { Apply } from '../action';
import { envoysOf, filesWithout, hashOf, isInService, lingering, outIn, proxiesWith, stillOut, toldOf } from '../any-cast';
import { liveOf, targetOf, type Context, type Rule } from '../context';
import type { GateVerdict } from '../gate';
import { podView } from '../node-view';
import type { Held, Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import { isoSeconds } from '../rfc3339';
import type { LiveObject } from '../world';
import { applyIfNeeded } from './apply-drift';

/** As they are while no wave begins. */
export const applyEnvoyFiles: Rule = (context) => filesAndNews(context, filesWithout(context.cluster, stillOut(context)));

/** The verdict with the brokers of the wave that is about to begin out of the any-cast set. */
export function guardAnyCast(verdict: GateVerdict, context: Context, wishes: readonly Proposal[]): GateVerdict {
  if (envoysOf(context.cluster).length === 0) return verdict;
  const begins = stopsIn(verdict.allowed, context);
  const waits = [...stopsIn(wishes, context)].filter((id) => !begins.has(id));
  const kept = lingering(context, new Set(waits));
  if (begins.size === 0 && kept.size === 0) return verdict;
  const names = new Set(envoysOf(context.cluster).map((envoy) => envoy.files));
  const others = verdict.allowed.filter((p) => !isOfEnvoyFiles(p, names));
  const files = filesWithout(context.cluster, new Set([...stillOut(context), ...begins]), new Set(kept.keys()));
  return { allowed: [...others, ...filesAndNews(context, files)], held: verdict.held.map((held) => withTime(held, kept)) };
}

const stopsIn = (proposals: readonly Proposal[], context: Context): ReadonlySet<number> => {
  const stopped = new Set(proposals.flatMap((p) => (p.kind === 'restartNode' && p.running ? [p.node] : [])));
  return new Set(context.views.filter((v) => stopped.has(v.node.id) && isInService(context, v)).map((v) => v.node.id));
};

const isOfEnvoyFiles = (proposal: Proposal, names: ReadonlySet<string>): boolean =>
  proposal.kind === 'annotate'
    ? ANNOTATION.envoyFiles in proposal.annotations
    : proposal.kind === 'apply' && proposal.manifest.kind === 'ConfigMap' && names.has(proposal.manifest.metadata.name);

/** Somebody has to look again when it may be put back. */
function withTime(held: Held, kept: ReadonlyMap<number, number>): Held {
  const until = held.what.startsWith('restart') && held.node !== undefined ? kept.get(held.node) : undefined;
  if (until === undefined) return held;
  return { ...held, reasons: [...held.reasons, reason('LeavingAnyCast', 'proxies go on leaving it out for a minute', until)] };
}

const filesAndNews = (context: Context, files: readonly Manifest[]): readonly Proposal[] =>
  files.flatMap((manifest) => {
    const applies = applyIfNeeded(context, manifest).map((a) => written(a, liveOf(context, manifest), context.now));
    return [...applies, ...news(context, manifest, applies.length > 0)];
  });

/** With the moment at which it is written, which is no part of what is compared. */
function written(apply: Apply, live: LiveObject | undefined, now: number): Apply {
  const { manifest } = apply;
  const annotations = { ...manifest.metadata.annotations, [ANNOTATION.writtenAt]: isoSeconds(now) };
  const told = live === undefined ? [] : whatChanges(outIn(live), outIn(manifest));
  return {
    ...apply,
    manifest: { ...manifest, metadata: { ...manifest.metadata, annotations } },
    reasons: told.length === 0 ? apply.reasons : told,
  };
}

function whatChanges(before: readonly number[], after: readonly number[]): readonly Reason[] {
  const leave = after.filter((id) => !before.includes(id));
  const enter = before.filter((id) => !after.includes(id));
  return [
    ...(leave.length === 0 ? [] : [reason('ProxyFiles', `no new clients are led to ${brokers(leave)}, about to stop`)]),
    ...(enter.length === 0 ? [] : [reason('ProxyFiles', `new clients may be led to ${brokers(enter)} again`)]),
  ];
}

const brokers = (ids: readonly number[]): string => `broker${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`;

/** To each Pod that was told of others; and of what is written now to all of them, whether or not that went wrong before. */
function news(context: Context, files: Manifest, changed: boolean): readonly Proposal[] {
  const hash = hashOf(files);
  const running = proxiesWith(context.world, files.metadata.name).filter((pod) => podView(pod, context.cluster.uid).phase === 'Running');
  return running
    .filter((pod) => changed || toldOf(pod)?.hash !== hash)
    .map((pod) => ({
      kind: 'annotate',
      risk: 'safe',
      target: targetOf(pod),
      // Rounded up: nobody is taken to have been told earlier than it was.
      annotations: { [ANNOTATION.envoyFiles]: `${hash} ${isoSeconds(Math.ceil(context.now / 1000) * 1000)}` },
      reasons: [reason('ProxyFiles', 'its kubelet is to fetch the files of the proxy at once')],
    }));
}
