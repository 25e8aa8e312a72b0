/** `status.listenerStatuses`: where clients find each listener (contract 1.5 and 2.11). */
import type { ResolvedCluster, ResolvedListener } from '../../lib/api/resolved-cluster';
import { nodeHost, serviceHost } from '../../lib/kafka/address';
import { allBrokerName, headlessName } from '../../lib/constructs/naming';
import type { ListenerAddress, ListenerStatuses } from './world';

export function listenerStatuses(cluster: ResolvedCluster): ListenerStatuses {
  const internal = cluster.listeners.internal.filter((l) => l.name !== cluster.listeners.controller.name);
  return { internalListeners: Object.fromEntries(internal.map((l) => [l.name, addresses(cluster, l)])) };
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
