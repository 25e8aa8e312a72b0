/**
 * Who would be cut off from the quorum. A broker finds the controller that leads through `controller.quorum.bootstrap.servers`
 * of the file that it was started with, and through nobody else (an observer is told nothing when another one takes over). A
 * controller that was added since is not in that file. When the last controller that a broker knows stops, while the quorum
 * goes on without it, the one that leads then takes the broker for dead after 9 s, though it serves. So such brokers are
 * restarted first: the file that they start with names the new ones.
 */
import { nodeHost } from '../../lib/kafka/address';
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import { parseProperties } from '../../lib/kafka/properties';
import type { Context } from './context';
import { serves, type NodeView } from './node-view';
import { reason, type Reason } from './reason';
import type { LiveObject, QuorumMember } from './world';

type Seen = Pick<Context, 'cluster' | 'views' | 'world'>;

/** Why this controller must not stop yet; undefined: nobody is cut off, or nobody would lead who takes brokers for dead. */
export function whyCutsOff(view: NodeView, voters: readonly QuorumMember[], seen: Seen): Reason | undefined {
  if (!view.node.roles.includes('controller')) return undefined;
  const votes = ({ node }: NodeView): boolean => voters.some((voter) => voter.id === node.id);
  const stay = seen.views.filter((v) => v !== view && votes(v) && serves(v)).map((v) => addressOf(v, seen));
  const broker = stay.length === 0 ? undefined : seen.views.find((v) => isBroker(v) && serves(v) && knowsNone(v, stay, seen));
  if (broker === undefined) return undefined;
  const id = String(broker.node.id);
  return reason('OneAtATime', `broker ${id} was started before any other controller was added and knows none of them; it goes first`);
}

const isBroker = ({ node }: NodeView): boolean => node.roles.every((role) => role === 'broker');

const addressOf = ({ node }: NodeView, { cluster }: Seen): string =>
  `${nodeHost(cluster, node)}:${String(cluster.listeners.controller.containerPort)}`;

/** Of a static quorum every node knows all there is. */
function knowsNone(view: NodeView, addresses: readonly string[], seen: Seen): boolean {
  const known = startedWith(view, seen)?.['controller.quorum.bootstrap.servers'];
  return known !== undefined && !known.split(',').some((address) => addresses.includes(address.trim()));
}

function startedWith({ pod }: NodeView, { world }: Seen): Readonly<Record<string, string>> | undefined {
  const { volumes = [] } = (pod?.object.spec ?? {}) as { volumes?: readonly { name: string; configMap?: { name?: string } }[] };
  const name = volumes.find((volume) => volume.name === 'broker-config')?.configMap?.name;
  const file = world.objects.find((o: LiveObject) => o.kind === 'ConfigMap' && o.metadata.name === name);
  const text = (file?.data as Readonly<Record<string, string>> | undefined)?.[CONFIG_KEY];
  return text === undefined ? undefined : parseProperties(text);
}
