/**
 * A node without a Pod gets one, with the configuration that goes with it. The configuration is applied only together
 * with the Pod that is to start with it (decision 10): a ConfigMap that lies ready would be taken by a restart that
 * nobody decided. A broker that never ran waits a moment for the address by which clients outside are to reach it: started without
 * it, it would have to be started once more.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import { ANNOTATION } from '../../../lib/constructs/naming';
import { whyNoCertificates } from '../certificate-guard';
import { externalAddresses } from '../external-addresses';
import { liveOf, type Context, type Rule } from '../context';
import { isGivenUp } from '../leaving-volume';
import { certificateAnnotations } from '../loading';
import { phaseOf } from '../lost-volume';
import { isOfEarlierLife, mountPathOf, type NodeView } from '../node-view';
import type { Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import { targetState } from '../revision';
import { apply } from './apply-drift';
import { scrapeOfNewPod } from './scrape';

export const createPods: Rule = (context) =>
  context.views.flatMap((view): readonly Proposal[] => {
    const wanted = context.nodes.get(view.node.id);
    if (view.pod !== undefined || wanted === undefined || leavesBehind(context, wanted.config) || waitsForClaim(view)) return [];
    if (whyNotBorn(view, context) !== undefined) return [];
    const config = wanted.config.filter((m) => liveOf(context, m) === undefined).map((m) => apply(m, undefined, view.node.id));
    const why = view.hasRun ? reason('Missing', 'its Pod is gone') : reason('Missing', 'new node');
    return [
      ...config,
      { kind: 'createPod', risk: 'safe', node: view.node.id, manifest: stampedWith(wanted.pod, view, context), reasons: [why] },
    ];
  });

/** How long a first start waits for an address, from when the Service was made that gets it. */
const ADDRESS_WAIT_MS = 60_000;

/** Why a new node is not started yet; nothing else ever waits for an address. */
export function whyNotBorn(view: NodeView, context: Pick<Context, 'cluster' | 'world' | 'now' | 'views'>): Reason | undefined {
  if (view.pod !== undefined || view.hasRun) return undefined;
  return whyNoCertificates(view, context) ?? whyNoAddress(view, context);
}

function whyNoAddress(view: NodeView, { cluster, world, now }: Pick<Context, 'cluster' | 'world' | 'now'>): Reason | undefined {
  const reached = Object.values(externalAddresses(cluster, world).nodes.get(view.node.id) ?? {});
  const waits = reached.flatMap((r) => (r.state === 'pending' ? [{ why: r.why, until: (r.since ?? now) + ADDRESS_WAIT_MS }] : []));
  const open = waits.filter(({ until }) => until > now);
  if (open.length === 0) return undefined;
  const why = [...new Set(open.map((w) => w.why))].join(', ');
  return reason('AddressPending', `${why}; it is waited for a minute at most`, Math.max(...open.map((w) => w.until)));
}

/** A claim that was deleted, or whose volume is lost, goes first: a Pod made now would wait for what never comes. */
const waitsForClaim = ({ node, claims }: NodeView): boolean =>
  claims.some((claim) => (isGivenUp(claim) || phaseOf(claim) === 'Lost') && node.storage.some((s) => s.mountPath === mountPathOf(claim)));

/** What a Pod remembers of the moment it was made; none of it is part of its revision. */
function stampedWith(pod: Manifest, { node }: NodeView, context: Context): Manifest {
  const { nodes, world } = context;
  const asked = world.cluster.annotations[ANNOTATION.restart];
  const answered = asked === undefined ? {} : { [ANNOTATION.restartedFor]: asked };
  const scrape = scrapeOfNewPod(world, pod.metadata.annotations);
  const seen = certificateAnnotations(context, node.roles);
  const annotations = { ...pod.metadata.annotations, [ANNOTATION.target]: targetState(nodes), ...seen, ...answered, ...scrape };
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

/** Configuration of an earlier life of this cluster is on its way out: a Pod made now would lose it. */
const leavesBehind = (context: Context, config: readonly Manifest[]): boolean =>
  [...config, ...context.shared].some((m) => {
    const live = liveOf(context, m);
    return live !== undefined && isOfEarlierLife(live, context.world.cluster.uid);
  });
