/**
 * Removes what is no longer wanted and holds no data: old configuration revisions, scripts, services of the other scheme,
 * budgets, and ways in where that is asked for (kept-ingress.ts). Claims are never pruned here. Of each node's configuration the last two revisions stay, since the older one is
 * what a rollback goes back to; what a live Pod names stays anyway.
 */
import { authorityName, credentialsName, keystoresName, LABEL, lastGoodName, placementName } from '../../../lib/constructs/naming';
import { disruptionBudgets } from '../../../lib/constructs/disruption-budget';
import { waitsForPlacement } from '../../../lib/constructs/placement';
import { servicesOfOldScheme } from '../address-scheme';
import { sourcesOf } from '../certificate-sight';
import { targetOf, type Context, type Rule } from '../context';
import { healthy } from '../health';
import { ingressWanted, mayGo } from '../kept-ingress';
import { leafsOf } from '../leafs';
import { compareText, isOurs, nodeIdOf } from '../node-view';
import type { Proposal } from '../plan';
import { reason } from '../reason';
import type { LiveObject } from '../world';

const PRUNED = [
  ...['ConfigMap', 'Secret', 'Service', 'PodDisruptionBudget', 'Deployment', 'NetworkPolicy'],
  // Of Istio, Contour and the Gateway API.
  ...['Gateway', 'VirtualService', 'DestinationRule', 'HTTPProxy', 'TLSRoute'],
  // Of cert-manager and the Prometheus operator.
  ...['Certificate', 'Issuer', 'PodMonitor'],
];
const KEPT_REVISIONS = 2;

export const prune: Rule = (context): readonly Proposal[] => {
  // Only what is not used by anything that runs: while the cluster is in motion everything stays.
  if (!healthy(context)) return [];
  const wanted = wantedNames(context);
  return context.world.objects
    .filter((o) => PRUNED.includes(o.kind) && isOurs(o) && o.metadata.deletionTimestamp === undefined)
    .filter((o) => o.metadata.ownerReferences?.some((r) => r.uid === context.world.cluster.uid) === true)
    .filter((o) => !wanted.has(`${o.kind}/${o.metadata.name}`) && mayGo(o, context))
    .map((o) => ({ kind: 'delete', risk: 'safe', target: targetOf(o), reasons: [reason('Unwanted', 'no longer wanted')] }));
};

function wantedNames(context: Context): ReadonlySet<string> {
  const { cluster } = context;
  const nodes = [...context.nodes.values()];
  const budgets = cluster.disruptionBudget.create ? disruptionBudgets(cluster, 1) : [];
  const manifests = [...context.shared, ...ingressWanted(context), ...budgets, ...nodes.flatMap((n) => [...n.services, ...n.config])];
  const names = new Set(manifests.map((m) => `${m.kind}/${m.metadata.name}`));
  for (const node of cluster.nodes) if (waitsForPlacement(cluster, node)) names.add(`ConfigMap/${placementName(cluster.name, node.id)}`);
  if (cluster.changePolicy.onFailure === 'Rollback') names.add(`Secret/${lastGoodName(cluster.name)}`);
  for (const name of securedNames(context)) names.add(`Secret/${name}`);
  for (const manifest of servicesOfOldScheme(context)) names.add(`${manifest.kind}/${manifest.metadata.name}`);
  for (const object of keptRevisions(context)) names.add(`${object.kind}/${object.metadata.name}`);
  for (const name of mountedNames(context)) names.add(name);
  return names;
}

/** What is issued and drawn. The CA stays also while nobody needs it: who trusts it would have to be told of another one. */
function securedNames({ cluster, world }: Context): readonly string[] {
  const keystores = sourcesOf(cluster).length === 0 ? [] : [keystoresName(cluster.name)];
  const passwords = cluster.security.scram ? [credentialsName(cluster.name)] : [];
  return [authorityName(cluster.name), ...leafsOf(cluster, world).map(({ secret }) => secret), ...keystores, ...passwords];
}

/** The newest revisions of each node's configuration. */
function keptRevisions(context: Context): readonly LiveObject[] {
  const perNode = new Map<string, LiveObject[]>();
  for (const object of context.world.objects) {
    const id = nodeIdOf(object);
    if (id === undefined || !isRevision(object)) continue;
    const key = `${object.kind}/${String(id)}`;
    perNode.set(key, [...(perNode.get(key) ?? []), object]);
  }
  const newest = (list: LiveObject[]) => list.sort((a, b) => compareText(b.metadata.creationTimestamp, a.metadata.creationTimestamp));
  return [...perNode.values()].flatMap((list) => newest(list).slice(0, KEPT_REVISIONS));
}

const isRevision = (object: LiveObject): boolean =>
  (object.kind === 'ConfigMap' || object.kind === 'Secret') &&
  object.immutable === true &&
  object.metadata.labels?.[LABEL.nodeId] !== undefined;

interface Mounted {
  readonly configMap?: { readonly name?: string };
  readonly secret?: { readonly secretName?: string };
  readonly projected?: { readonly sources?: readonly { readonly secret?: { readonly name?: string } }[] };
}

/** What Pods mount right now, whatever the spec says. */
function mountedNames(context: Context): readonly string[] {
  return context.views.flatMap((view) => {
    const spec = view.pod?.object.spec as { readonly volumes?: readonly Mounted[] } | undefined;
    return (spec?.volumes ?? []).flatMap(({ configMap, secret, projected }) => [
      `ConfigMap/${configMap?.name ?? ''}`,
      `Secret/${secret?.secretName ?? ''}`,
      ...(projected?.sources ?? []).map((source) => `Secret/${source.secret?.name ?? ''}`),
    ]);
  });
}
