/** What brokers tell their clients: the addresses in the configuration that their processes were started with. */
import type { ResolvedCluster } from '../../lib/api/resolved-cluster';
import { CONFIG_KEY } from '../../lib/constructs/broker-config';
import { hostAndPort, listenerName, NODE_ADDRESS_TOKEN } from '../../lib/kafka/listeners';
import { parseProperties } from '../../lib/kafka/properties';
import type { Context } from './context';
import { externalAddresses } from './external-addresses';
import type { NodeView, PodView } from './node-view';
import { reason, type Reason } from './reason';
import type { LiveObject, World } from './world';

/** Listeners whose address is known, and with which the process of a broker was not started. */
export function notAdvertised(cluster: ResolvedCluster, { node, pod }: Pick<NodeView, 'node' | 'pod'>, world: World): readonly string[] {
  const reached = externalAddresses(cluster, world).nodes.get(node.id) ?? {};
  const told = advertisedBy(pod, world);
  return cluster.listeners.external.flatMap((listener) => {
    const to = reached[listener.name];
    return to?.state !== 'known' || told?.get(listenerName(listener)) === hostAndPort(to.address) ? [] : [listener.name];
  });
}

/** Why a broker is to be restarted, of those listeners. */
export function addressChanges(view: NodeView, { cluster, world }: Pick<Context, 'cluster' | 'world'>): readonly Reason[] {
  const reached = externalAddresses(cluster, world).nodes.get(view.node.id) ?? {};
  const told = advertisedBy(view.pod, world);
  return notAdvertised(cluster, view, world).flatMap((listener) => {
    const to = reached[listener];
    if (to?.state !== 'known' || told === undefined) return [];
    const before = told.get(listener.toUpperCase());
    const now = inWords(hostAndPort(to.address));
    const known = before === undefined ? `is known: ${now}` : `is ${now}, not ${inWords(before)}`;
    return [reason('AddressKnown', `its address for clients of listener ${listener} ${known}`)];
  });
}

const ON_ITS_NODE = `${NODE_ADDRESS_TOKEN}:`;

const inWords = (address: string): string =>
  address.startsWith(ON_ITS_NODE) ? `node port ${address.slice(ON_ITS_NODE.length)} of its Kubernetes node` : address;

interface Mounting {
  readonly volumes?: readonly { readonly name: string; readonly configMap?: { readonly name?: string } }[];
}

/** `host:port` by Kafka's name of the listener, of the file that a Pod was made with; undefined: it is not there. */
export function advertisedBy(pod: PodView | undefined, world: World): ReadonlyMap<string, string> | undefined {
  const { volumes = [] } = (pod?.object.spec ?? {}) as Mounting;
  const name = volumes.find((volume) => volume.name === 'broker-config')?.configMap?.name;
  const file = name === undefined ? undefined : filesIn(world.objects).get(name);
  return file === undefined ? undefined : advertisedIn(file);
}

const files = new WeakMap<World['objects'], ReadonlyMap<string, LiveObject>>();

function filesIn(objects: World['objects']): ReadonlyMap<string, LiveObject> {
  const known = files.get(objects) ?? new Map(objects.filter((o) => o.kind === 'ConfigMap').map((o) => [o.metadata.name, o] as const));
  files.set(objects, known);
  return known;
}

/** Configuration never changes: each file is read once. */
const read = new WeakMap<LiveObject, ReadonlyMap<string, string>>();

function advertisedIn(file: LiveObject): ReadonlyMap<string, string> {
  const known = read.get(file);
  if (known !== undefined) return known;
  const text = (file.data as Readonly<Record<string, string>> | undefined)?.[CONFIG_KEY] ?? '';
  const listeners = (parseProperties(text)['advertised.listeners'] ?? '').split(',').map((l) => l.split('://'));
  const told = new Map(listeners.flatMap(([name = '', address]) => (address === undefined ? [] : [[name, address] as const])));
  read.set(file, told);
  return told;
}
