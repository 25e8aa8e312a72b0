/** `status.listenerStatuses`: where clients find each listener (contract 1.5 and 2.11). */
import type { ResolvedCluster, ResolvedExternalListener, ResolvedListener } from '../../lib/api/resolved-cluster';
import type { ExternalAddress } from '../../lib/constructs/facts';
import { hostAndPort } from '../../lib/kafka/listeners';
import { nodeHost, serviceHost } from '../../lib/kafka/address';
import { allBrokerName, headlessName } from '../../lib/constructs/naming';
import { anyBrokerName, brokerName, lastKnown } from './entrance';
import { externalAddresses } from './external-addresses';
import { withFormerIngress } from './former-ingress';
import { nodeViews, type NodeView } from './node-view';
import { kubeNodeAddress } from './rules/place-rack';
import type { ListenerAddress, ListenerStatuses, World } from './world';

export function listenerStatuses(cluster: ResolvedCluster, world: World): ListenerStatuses {
  const { internal, controller, external } = cluster.listeners;
  const open = internal.filter((l) => l.name !== controller.name);
  const internalListeners = Object.fromEntries(open.map((l) => [l.name, addresses(cluster, l)]));
  if (external.length === 0) return { internalListeners };
  const over = withFormerIngress(cluster, world);
  const seen = { cluster: over, world, views: nodeViews(over, world) };
  return { internalListeners, externalListeners: Object.fromEntries(external.map((l) => [l.name, outside(seen, l)])) };
}

function addresses(cluster: ResolvedCluster, listener: ResolvedListener): readonly ListenerAddress[] {
  const port = String(listener.containerPort);
  const any = cluster.headless
    ? { name: 'headless', service: headlessName(cluster.name) }
    : { name: 'any-broker', service: allBrokerName(cluster.name) };
  const brokers = cluster.nodes.filter((n) => n.roles.includes('broker'));
  return [
    { name: any.name, address: `${serviceHost(cluster, any.service)}:${port}` },
    ...brokers.map((n) => ({ name: `broker-${String(n.id)}`, address: `${nodeHost(cluster, n)}:${port}` })),
  ];
}

interface Seen {
  readonly cluster: ResolvedCluster;
  readonly world: World;
  readonly views: readonly NodeView[];
}

/** What is not known yet is not in it. */
function outside({ cluster, world, views }: Seen, { name: listener }: ResolvedExternalListener): readonly ListenerAddress[] {
  const { any, nodes } = externalAddresses(cluster, world);
  return [
    ...(any[listener] ?? []).flatMap(({ way, address }) => said(anyBrokerName(way), address)),
    ...views.flatMap((view) => {
      const reached = nodes.get(view.node.id)?.[listener];
      if (reached?.state !== 'known') return [];
      const name = brokerName(view.node.id);
      // While its Pod is not bound, it is where it was last.
      const host = reached.address.host ?? kubeNodeAddress({ world }, view) ?? lastKnown({ world }, listener, name)?.host;
      return said(name, { host, port: reached.address.port });
    }),
  ];
}

const said = (name: string, address: ExternalAddress | undefined): readonly ListenerAddress[] =>
  address?.host === undefined ? [] : [{ name, address: hostAndPort(address) }];
