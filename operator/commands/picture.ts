/** A picture of one cluster for a terminal: nodes, racks, volumes, addresses, conditions. Pure text. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { nodeHost } from '../../lib/kafka/address';
import { mountPathOf, nodeViews, serves, type NodeView } from '../decide/node-view';
import { rackOf } from '../decide/rules/place-rack';
import { requestOf } from '../decide/rules/volumes';
import type { World } from '../decide/world';

/** Ends with a newline. */
export function picture(cluster: ResolvedCluster, world: World): string {
  const { status } = world.cluster;
  const views = nodeViews(cluster, world);
  const title = [
    `${cluster.namespace}/${cluster.name}`,
    status.state ?? 'new',
    `Kafka ${cluster.kafkaVersion ?? 'of unknown version'}`,
    `id ${status.clusterID ?? 'none yet'}`,
  ];
  const rows = views.map((view) => nodeRow(cluster, world, view));
  const head = ['NODE', 'ROLES', 'STATE', 'RACK', 'KUBERNETES NODE', 'VOLUMES', 'ADDRESS'];
  const conditions = (status.conditions ?? []).map((c) => [c.type, c.status, c.message]);
  const sections = [title.join('  '), table([head, ...rows]), table([['CONDITION', 'STATUS', 'MESSAGE'], ...conditions])];
  return `${[...sections, ...racks(cluster, world, views)].join('\n\n')}\n`;
}

function nodeRow(cluster: ResolvedCluster, world: World, view: NodeView): readonly string[] {
  const { node, pod } = view;
  const listener = node.roles.includes('broker') ? cluster.listeners.admin : cluster.listeners.controller;
  const volumes = view.claims.map((c) =>
    `${mountPathOf(c)} ${requestOf(c)} ${(c.status as { phase?: string } | undefined)?.phase ?? ''}`.trim(),
  );
  const temporary = node.storage.filter((s) => s.source.kind === 'emptyDir').map((s) => `${s.mountPath} emptyDir`);
  const rack = cluster.rackLabels.length === 0 ? '-' : (rackOf({ cluster, world }, view) ?? 'waiting');
  return [
    String(node.id),
    node.roles.join('+'),
    stateOf(view, world),
    rack,
    pod?.kubeNode === undefined || pod.kubeNode === '' ? '-' : pod.kubeNode,
    [...volumes, ...temporary].join(', ') || '-',
    `${nodeHost(cluster, node)}:${String(listener.containerPort)}`,
  ];
}

function stateOf(view: NodeView, world: World): string {
  const leads = world.kafka.state === 'known' && world.kafka.value.quorum.leaderId === view.node.id ? ', leads' : '';
  const leaving = view.node.departing ? ', leaving' : '';
  if (view.pod === undefined) return `no pod${leaving}`;
  if (view.pod.terminating) return `stopping${leaving}`;
  if (world.kafka.state !== 'known') return `${view.pod.ready ? 'ready' : 'starting'}${leaving}`;
  return `${serves(view) ? 'serves' : view.pod.ready ? 'ready' : 'starting'}${leads}${leaving}`;
}

/** Which nodes share a rack: a line per rack. */
function racks(cluster: ResolvedCluster, world: World, views: readonly NodeView[]): readonly string[] {
  const byRack = new Map<string, string[]>();
  for (const view of views) {
    const rack = rackOf({ cluster, world }, view);
    if (rack !== undefined) byRack.set(rack, [...(byRack.get(rack) ?? []), mark(view)]);
  }
  const lines = [...byRack].sort(([a], [b]) => (a < b ? -1 : 1)).map(([rack, nodes]) => `  ${rack.padEnd(20)} ${nodes.join(' ')}`);
  return lines.length === 0 ? [] : [['racks', ...lines].join('\n')];
}

const mark = (view: NodeView): string => `[${view.node.roles.includes('broker') ? 'broker' : 'controller'} ${String(view.node.id)}]`;

/** Columns as wide as their widest cell; the last one is left as it is. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((r) => (r[at] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
