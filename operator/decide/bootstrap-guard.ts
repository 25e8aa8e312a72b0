/**
 * Who would be cut off from the quorum. A broker finds the controller that leads through `controller.quorum.bootstrap.servers`
 * of the file that it was started with, and through nobody else (an observer is told nothing when another one takes over). A
 * controller that was added since is not in that file, nor is one that listens elsewhere since. When the last controller that
 * a broker knows stops, while the quorum goes on without it, the one that leads then takes the broker for dead after 9 s,
 * though it serves. So such brokers are restarted first: the file that they start with names the others.
 *
 * A controller that serves nobody is not asked about: while it is that way no broker is restarted either, and the two would
 * wait for each other.
 */
import { nodeHost } from '../../lib/kafka/address';
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import { parseProperties } from '../../lib/kafka/properties';
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import { reason, type Reason } from './reason';
import type { LiveObject, QuorumMember, World } from './world';

type Seen = Pick<Context, 'cluster' | 'views' | 'world'>;

/** Why this controller must not stop yet; undefined: nobody is cut off, or nobody would lead who takes brokers for dead. */
export function whyCutsOff(view: NodeView, voters: readonly QuorumMember[], seen: Seen): Reason | undefined {
  if (!view.node.roles.includes('controller') || !serves(view)) return undefined;
  const votes = ({ node }: NodeView): boolean => voters.some((voter) => voter.id === node.id);
  const stay = seen.views.filter((v) => v !== view && votes(v) && serves(v)).map((v) => addressOf(v, seen));
  const broker = stay.length === 0 ? undefined : seen.views.find((v) => isBroker(v) && serves(v) && knowsNone(v, stay, seen));
  if (broker === undefined) return undefined;
  const id = String(broker.node.id);
  return reason('OneAtATime', `broker ${id} was started with a file that names no other controller; it goes first`);
}

const isBroker = ({ node }: NodeView): boolean => node.roles.every((role) => role === 'broker');

/** Where it listens: as its own file names it, which the spec may be ahead of. */
function addressOf(view: NodeView, seen: Seen): string {
  const { cluster } = seen;
  const own = `${cluster.name}-${String(view.node.id)}.`;
  const started = bootstrapOf(view, seen)?.find((address) => address.startsWith(own));
  return started ?? `${nodeHost(cluster, view.node)}:${String(cluster.listeners.controller.containerPort)}`;
}

/** Of a static quorum every node knows all there is. */
function knowsNone(view: NodeView, addresses: readonly string[], seen: Seen): boolean {
  const known = bootstrapOf(view, seen);
  return known !== undefined && !known.some((address) => addresses.includes(address));
}

/** Of the file that it was started with. */
function bootstrapOf({ pod }: NodeView, { world }: Seen): readonly string[] | undefined {
  const { volumes = [] } = (pod?.object.spec ?? {}) as { volumes?: readonly { name: string; configMap?: { name?: string } }[] };
  const name = volumes.find((volume) => volume.name === 'broker-config')?.configMap?.name;
  return name === undefined ? undefined : bootstrapByFile(world.objects).get(name);
}

/** Objects do not change: the files of a pass are read once, however many controllers are asked about. */
const read = new WeakMap<World['objects'], ReadonlyMap<string, readonly string[]>>();

function bootstrapByFile(objects: World['objects']): ReadonlyMap<string, readonly string[]> {
  const known = read.get(objects);
  if (known !== undefined) return known;
  const files = new Map(objects.flatMap((o) => (o.kind === 'ConfigMap' ? namedIn(o) : [])));
  read.set(objects, files);
  return files;
}

function namedIn(file: LiveObject): readonly (readonly [string, readonly string[]])[] {
  const text = (file.data as Readonly<Record<string, string>> | undefined)?.[CONFIG_KEY];
  const servers = text === undefined ? undefined : parseProperties(text)['controller.quorum.bootstrap.servers'];
  return servers === undefined ? [] : [[file.metadata.name, servers.split(',').map((address) => address.trim())]];
}
