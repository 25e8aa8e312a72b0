/**
 * What the Envoys listen on. A listener carries its port in its name: one that moves to another port is a new one, since Envoy refuses a
 * listener on a port that another one is about to leave, and removes before it adds. Listeners of single brokers come and go without the
 * others; in one-port mode it is the filter chains of one listener, which Envoy exchanges one by one as long as nothing else of it changes.
 */
import type { RawObject } from '../api/resolved-cluster';
import { ANY_CAST_CLUSTER, brokerClusterName, BUFFER_BYTES } from './envoy-clusters';
import { tlsSocket } from './envoy-tls';
import { anyCastName, brokerNames, brokerPorts, sharesOnePort, type EnvoyWay } from './envoy-way';
import { extension, typed } from './envoy-xds';

export function listenerResources(entry: EnvoyWay): readonly RawObject[] {
  const { targetPort, tlsSecretName } = entry.listener;
  if (sharesOnePort(entry)) return [onePort(entry)];
  const chain = (cluster: string): RawObject => filterChain(cluster, tlsSecretName !== undefined);
  return [
    ...brokerPorts(entry).map(({ node, port }) =>
      listener(brokerClusterName(node.id), port, { filter_chains: [chain(brokerClusterName(node.id))] }),
    ),
    listener(ANY_CAST_CLUSTER, targetPort, { filter_chains: [chain(ANY_CAST_CLUSTER)] }),
  ];
}

function onePort(entry: EnvoyWay): RawObject {
  const { listener: of, way } = entry;
  const chain = (cluster: string, match: RawObject): RawObject => ({
    ...filterChain(cluster, of.tlsSecretName !== undefined),
    name: cluster,
    filter_chain_match: { transport_protocol: 'tls', ...match },
  });
  const name = anyCastName(way);
  // Without a name of its own the any-cast address is whatever else a client asks for.
  const anyCast = name === undefined ? {} : { server_names: [name] };
  return listener(ANY_CAST_CLUSTER, of.targetPort, {
    listener_filters: [
      extension('envoy.filters.listener.tls_inspector', 'envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
    ],
    filter_chains: [
      ...brokerNames(entry).map(({ node, name }) => chain(brokerClusterName(node.id), { server_names: [name] })),
      chain(ANY_CAST_CLUSTER, anyCast),
    ],
  });
}

const listener = (name: string, port: number, more: RawObject): RawObject => ({
  ...typed('envoy.config.listener.v3.Listener', { name: `${name}-${port}` }),
  address: { socket_address: { address: '0.0.0.0', port_value: port } },
  // Connections end with their own listener and for no other reason.
  drain_type: 'MODIFY_ONLY',
  per_connection_buffer_limit_bytes: BUFFER_BYTES,
  socket_options: KEEPALIVE,
  ...more,
});

/** SO_KEEPALIVE, TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT of Linux; accepted connections have them from their listener. */
const KEEPALIVE: readonly RawObject[] = [
  { level: 1, name: 9, int_value: 1 },
  { level: 6, name: 4, int_value: 30 },
  { level: 6, name: 5, int_value: 30 },
  { level: 6, name: 6, int_value: 3 },
];

function filterChain(cluster: string, endsTls: boolean): RawObject {
  return {
    filters: [
      extension('envoy.filters.network.tcp_proxy', 'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
        stat_prefix: cluster,
        cluster,
        max_connect_attempts: 2,
        // Longer than the nine minutes after which Kafka's clients and brokers give up a connection by themselves.
        idle_timeout: '560s',
      }),
    ],
    ...(endsTls ? { transport_socket: tlsSocket() } : {}),
  };
}
