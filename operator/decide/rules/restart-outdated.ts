/**
 * A Pod that ended for good (evicted, failed, shut down with its Kubernetes node) is removed so that it can be made anew;
 * a Pod that was started from another specification than the wanted one is restarted. Restart means delete and create:
 * the volumes and the identity stay.
 */
import type { Manifest } from '../../../lib/constructs/manifest';
import { liveOf, targetOf, type Context, type Rule } from '../context';
import type { NodeView, PodView } from '../node-view';
import type { Proposal } from '../plan';
import { reason, type Reason } from '../reason';
import { revisionOf } from '../revision';
import { apply } from './apply-drift';

export const restartOutdated: Rule = (context) =>
  context.views.flatMap((view): readonly Proposal[] => {
    const { pod } = view;
    if (pod === undefined || pod.terminating) return [];
    const why = whyRestart(context, view, pod);
    if (why === undefined) return [];
    const running = pod.running && !ended(pod);
    const config = (context.nodes.get(view.node.id)?.config ?? []).filter((m) => liveOf(context, m) === undefined);
    return [
      ...config.map((m) => apply(m, undefined, view.node.id)),
      {
        kind: 'restartNode',
        risk: running ? 'disruptive' : 'safe',
        node: view.node.id,
        target: targetOf(pod.object),
        running,
        reasons: [why],
      },
    ];
  });

export const ended = (pod: PodView): boolean => pod.phase === 'Failed' || pod.phase === 'Succeeded';

function whyRestart(context: Context, view: NodeView, pod: PodView): Reason | undefined {
  if (ended(pod)) {
    const said = (pod.object.status as { reason?: string } | undefined)?.reason ?? pod.phase;
    return reason('PodFailed', `its Pod ended: ${said}`);
  }
  const wanted = context.nodes.get(view.node.id)?.pod;
  const revision = wanted === undefined ? pod.revision : revisionOf(wanted);
  return revision === pod.revision ? undefined : reason('PodOutdated', differences(wanted, pod));
}

/** What differs, as far as it can be said in a line. */
function differences(wanted: Manifest | undefined, pod: PodView): string {
  const want = imageOf(wanted?.spec);
  const have = imageOf(pod.object.spec);
  const image = want === have ? [] : [`image is ${have}, wanted ${want}`];
  const config = configOf(wanted?.spec) === configOf(pod.object.spec) ? [] : ['its configuration file differs'];
  const said = [...image, ...config];
  return said.length > 0 ? said.join('; ') : 'its Pod specification differs';
}

interface PodSpec {
  readonly containers?: readonly { readonly name: string; readonly image?: string }[];
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name?: string } }[];
}

const imageOf = (spec: unknown): string => (spec as PodSpec | undefined)?.containers?.find((c) => c.name === 'kafka')?.image ?? 'unknown';
const configOf = (spec: unknown) => (spec as PodSpec | undefined)?.volumes?.find((v) => v.name === 'broker-config')?.configMap?.name;
