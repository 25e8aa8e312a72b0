/**
 * A cluster that goes over from one scheme of Services to the other (`headlessServiceEnabled`) does so node by node: until its
 * restart each node goes by the names that it was started with, and it tells them to clients, to the other nodes and to the quorum.
 * So the Services of both schemes stand until no Pod is left that was started with names of the old one, and whoever connects to a
 * node uses the name that it was started with. The Services of the new scheme are there before the first restart, and every Pod is
 * found through both.
 */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import type { Manifest } from '../../lib/constructs/manifest';
import { controllerHeadlessName, headlessName } from '../../lib/constructs/naming';
import { clusterServices, nodeServices } from '../../lib/constructs/services';
import { nodeHost } from '../../lib/kafka/address';
import { parseProperties } from '../../lib/kafka/properties';
import type { Context } from './context';
import type { NodeView } from './node-view';
import type { LiveObject, World } from './world';

type Named = Pick<ResolvedCluster, 'name' | 'headless'>;

/** The Services of the scheme that the spec does not want, while a Pod may go by their names; else none. */
export function servicesOfOldScheme({ cluster, views, world }: Pick<Context, 'cluster' | 'views' | 'world'>): readonly Manifest[] {
  const started = views.flatMap((view) => (view.pod === undefined ? [] : [startedHeadless(view, cluster, world)]));
  if (started.every((headless) => headless === cluster.headless)) return [];
  const old: ResolvedCluster = { ...cluster, headless: !cluster.headless };
  return [...clusterServices(old), ...old.nodes.flatMap((node) => nodeServices(old, node))];
}

/** The name that a node goes by now. */
export function presentHost(cluster: ResolvedCluster, view: NodeView, world: Pick<World, 'objects'>): string {
  const headless = startedHeadless(view, cluster, world) ?? cluster.headless;
  return nodeHost({ ...cluster, headless }, view.node);
}

/** Whether the file that its Pod was started with names nodes of the headless scheme; undefined: no Pod, or its file is gone. */
function startedHeadless({ pod }: NodeView, cluster: Named, world: Pick<World, 'objects'>): boolean | undefined {
  const { volumes = [] } = (pod?.object.spec ?? {}) as { volumes?: readonly { name: string; configMap?: { name?: string } }[] };
  const name = volumes.find((volume) => volume.name === 'broker-config')?.configMap?.name;
  const file = name === undefined ? undefined : filesOf(world.objects).get(name);
  return file === undefined ? undefined : namesHeadless(file, cluster);
}

/** Objects do not change: those of a pass are sorted out once, and a file is read once. */
const files = new WeakMap<World['objects'], ReadonlyMap<string, LiveObject>>();
const read = new WeakMap<LiveObject, boolean>();

function filesOf(objects: World['objects']): ReadonlyMap<string, LiveObject> {
  const known = files.get(objects);
  if (known !== undefined) return known;
  const found = new Map(objects.filter(({ kind }) => kind === 'ConfigMap').map((o) => [o.metadata.name, o] as const));
  files.set(objects, found);
  return found;
}

/** Where the node is reached itself, and where it looks for the quorum. */
const KEYS = ['advertised.listeners', 'controller.quorum.bootstrap.servers', 'controller.quorum.voters'];

function namesHeadless(file: LiveObject, { name }: Named): boolean {
  const known = read.get(file);
  if (known !== undefined) return known;
  const properties = parseProperties((file.data as Readonly<Record<string, string>> | undefined)?.[CONFIG_KEY] ?? '');
  const domains = [headlessName(name), controllerHeadlessName(name)].map((service) => `.${service}.`);
  const headless = KEYS.some((key) => domains.some((domain) => properties[key]?.includes(domain) === true));
  read.set(file, headless);
  return headless;
}
