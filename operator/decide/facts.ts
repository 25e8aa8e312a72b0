/** What the manifests need to know of the world. */
import type { Facts, FormatMode } from '../../lib/constructs/facts';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { externalFacts } from './external-addresses';
import { grownFacts } from './grown-claims';
import type { Identity } from './identity';
import { lostVolumes, whyNotRecreated } from './lost-volume';
import type { NodeView } from './node-view';
import { securityFacts } from './security-facts';
import type { World } from './world';

export function factsIn(
  identity: Extract<Identity, { kind: 'known' }>,
  views: readonly NodeView[],
  {
    cluster,
    world,
    now = 0,
  }: { readonly cluster: ResolvedCluster; readonly world: World; /** Left out: no certificate has ended. */ readonly now?: number },
): Facts {
  const format: Record<number, FormatMode> = {};
  for (const view of views) format[view.node.id] = formatMode(identity, view, world);
  return {
    clusterId: identity.clusterId,
    initialControllers: identity.initialControllers,
    format,
    ...externalFacts(cluster, world),
    ...grownFacts(views),
    ...securityFacts({ cluster, world, now, views }),
  };
}

/**
 * Whether an empty metadata volume may be formatted, and how (decision 8): `initial` only for the first voters and only
 * while the quorum forms; `never` once the node has run, unless its lost volume may be made anew.
 */
export function formatMode(identity: Extract<Identity, { kind: 'known' }>, view: NodeView, world: World): FormatMode {
  if (view.hasRun) {
    const renewed = lostVolumes(view).length > 0 && whyNotRecreated(view, world) === undefined;
    return renewed ? 'join' : 'never';
  }
  const first = view.node.roles.includes('controller') && identity.initialControllers.includes(view.node.id);
  return first && identity.quorum === 'Forming' ? 'initial' : 'join';
}
