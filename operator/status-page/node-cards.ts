/** The picture of a cluster: its racks, the nodes in each, and what lies on their disks. */
import { parseQuantity } from '../../lib/api/quantity';
import { logDir } from '../../lib/kafka/server-properties';
import { mountPathOf, nodeViews, serves, type NodeView } from '../decide/node-view';
import { rackOf } from '../decide/rules/place-rack';
import { requestOf } from '../decide/rules/volumes';
import type { World } from '../decide/world';
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { html, type Markup } from './markup';

/** How a node is, in a word that needs no colour to be read. */
export type NodeCondition = 'serves' | 'ready' | 'starting' | 'stopping' | 'missing';

export function picture(cluster: ResolvedCluster, world: World): Markup {
  const views = nodeViews(cluster, world);
  const racks = new Map<string, NodeView[]>();
  for (const view of views) {
    const rack = cluster.rackLabels.length === 0 ? '' : (rackOf({ cluster, world }, view) ?? 'not placed yet');
    racks.set(rack, [...(racks.get(rack) ?? []), view]);
  }
  const sorted = [...racks].sort(([a], [b]) => (a < b ? -1 : 1));
  return html`<section aria-labelledby="nodes">
    <h2 id="nodes">Racks, nodes and disks</h2>
    ${sorted.map(
      ([rack, nodes]) =>
        html`<div class="rack">
          ${rack !== '' && html`<h3>Rack ${rack}</h3>`}
          <ul class="nodes">
            ${nodes.map((view) => nodeCard(view, world))}
          </ul>
        </div>`,
    )}
  </section>`;
}

function nodeCard(view: NodeView, world: World): Markup {
  const { node, pod } = view;
  const condition = conditionOf(view);
  const leads = world.kafka.state === 'known' && world.kafka.value.quorum.leaderId === node.id;
  const remarks = [
    leads && 'leads the quorum',
    node.departing && 'leaves the cluster',
    pod !== undefined && pod.restarts > 0 && `${String(pod.restarts)} restarts`,
  ];
  return html`<li class="node ${condition}">
    <strong>${node.roles.join(' + ')} ${node.id}</strong> <span class="state">${condition}</span>
    <div>${remarks.filter((r): r is string => r !== false).join(', ')}</div>
    <div>${pod?.kubeNode === undefined || pod.kubeNode === '' ? 'on no Kubernetes node' : `on ${pod.kubeNode}`}</div>
    <ul class="disks">
      ${node.storage.map(({ mountPath, source }) => disk(view, mountPath, { world, temporary: source.kind === 'emptyDir' }))}
    </ul>
  </li>`;
}

function conditionOf({ pod, ...rest }: NodeView): NodeCondition {
  if (pod === undefined) return 'missing';
  if (pod.terminating) return 'stopping';
  if (serves({ pod, ...rest })) return 'serves';
  return pod.ready ? 'ready' : 'starting';
}

interface DiskContext {
  readonly world: World;
  readonly temporary: boolean;
}

function disk(view: NodeView, mountPath: string, { world, temporary }: DiskContext): Markup {
  if (temporary) return html`<li>${mountPath}: on the Kubernetes node itself (emptyDir)</li>`;
  const claim = view.claims.find((c) => mountPathOf(c) === mountPath);
  if (claim === undefined) return html`<li>${mountPath}: no volume yet</li>`;
  const phase = (claim.status as { readonly phase?: string } | undefined)?.phase ?? 'unknown';
  const size = requestOf(claim);
  const used = usedOf(view.node.id, mountPath, world);
  const total = parseQuantity(size);
  if (used === undefined || total === undefined) return html`<li>${mountPath}: ${size}, ${phase}</li>`;
  const percent = Math.round((100 * used) / total);
  return html`<li>
    <label
      >${mountPath}: ${percent} % of ${size}, ${phase} <meter min="0" max="100" high="80" value="${percent}">${percent} %</meter></label
    >
  </li>`;
}

/** Bytes of the replicas in a log directory; undefined while nobody asked Kafka. */
function usedOf(id: number, mountPath: string, { kafka }: World): number | undefined {
  if (kafka.state !== 'known') return undefined;
  return kafka.value.logDirs?.[String(id)]?.find(({ path }) => path === logDir(mountPath))?.bytes;
}
