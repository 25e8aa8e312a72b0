/**
 * Where the Envoys find the brokers: one cluster for each, by its own name, and one of all that are open to new clients. A name is
 * asked for every few seconds, since a Pod that was replaced has another address. The any-cast cluster lists names of single brokers and
 * never one that stands for all, or a broker that is about to stop would still be found.
 */
import type { RawObject, ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { nodeHost } from '../kafka/address';
import { isOlderEnvoy } from './envoy-version';
import type { EnvoyWay } from './envoy-way';
import { extension, typed } from './envoy-xds';
import { METRICS_PORT } from './ports';

export const ANY_CAST_CLUSTER = 'all-brokers';
export const brokerClusterName = (id: number): string => `broker-${id}`;

/** Envoy's own limits (1024 connections) are made for HTTP; Kafka has limits of its own. */
const UNLIMITED = 1_000_000_000;

/** On what the words depend in which a cluster is written. */
interface Words {
  readonly headless: boolean;
  readonly older: boolean;
}

export function clusterResources(cluster: ResolvedCluster, entry: EnvoyWay, withdrawn: ReadonlySet<number>): readonly RawObject[] {
  const { listener, members, way } = entry;
  const words: Words = { headless: cluster.headless, older: isOlderEnvoy(way.envoy.image) };
  const endpointOf = (node: ResolvedNode): RawObject => endpoint(nodeHost(cluster, node), listener.containerPort);
  const all = openTo(members, withdrawn).map((node) => checked(nodeHost(cluster, node), listener.containerPort));
  return [
    ...members.map((node) => dnsCluster(words, brokerClusterName(node.id), [{ endpoint: endpointOf(node) }])),
    { ...dnsCluster(words, ANY_CAST_CLUSTER, all), ...anyCast(words) },
  ];
}

/**
 * The brokers that clients may meet first: not those that are about to stop, nor those that leave the cluster, as long as there are
 * others. A broker that leaves and still runs goes before one that is about to stop.
 */
export function openTo(members: readonly ResolvedNode[], withdrawn: ReadonlySet<number>): readonly ResolvedNode[] {
  const stays = members.filter(({ id }) => !withdrawn.has(id));
  const open = stays.filter(({ departing }) => !departing);
  return [open, stays, members].find((nodes) => nodes.length > 0) ?? [];
}

const endpoint = (address: string, port: number): RawObject => ({ address: { socket_address: { address, port_value: port } } });

/** An endpoint whose health is asked at the port of the metrics: a connection to Kafka's own would be logged by it as a failed one. */
const checked = (host: string, port: number): RawObject => ({
  endpoint: { ...endpoint(host, port), hostname: host, health_check_config: { port_value: METRICS_PORT } },
});

/**
 * What was called STRICT_DNS: every address of every name, asked for anew at slightly different times. Behind a headless Service it is
 * that of the Pod, which the next Pod does not have; a Service of a broker keeps its own.
 */
function byName({ headless, older }: Words): RawObject {
  const dns = {
    dns_lookup_family: 'V4_PREFERRED',
    dns_refresh_rate: headless ? '2s' : '30s',
    ...(older ? {} : { dns_jitter: '0.2s' }),
    dns_failure_refresh_rate: { base_interval: '0.5s', max_interval: '2s' },
  };
  if (older) return { type: 'STRICT_DNS', ...dns };
  return { cluster_type: extension('envoy.clusters.dns', 'envoy.extensions.clusters.dns.v3.DnsCluster', dns) };
}

function dnsCluster(words: Words, name: string, endpoints: readonly RawObject[]): RawObject {
  return {
    ...typed('envoy.config.cluster.v3.Cluster', { name }),
    ...byName(words),
    connect_timeout: '1s',
    lb_policy: 'ROUND_ROBIN',
    circuit_breakers: { thresholds: [LIMITS] },
    upstream_connection_options: { tcp_keepalive: { keepalive_time: 30, keepalive_interval: 30, keepalive_probes: 3 } },
    per_connection_buffer_limit_bytes: BUFFER_BYTES,
    load_assignment: { cluster_name: name, endpoints: [{ lb_endpoints: endpoints }] },
  };
}

/** What one connection may hold in each direction while the other end is slow; Envoy's own MiB would let a few slow clients fill it. */
export const BUFFER_BYTES = 131_072;

/** Of the default priority, the only one that TCP has. */
const LIMITS: RawObject = {
  max_connections: UNLIMITED,
  max_pending_requests: UNLIMITED,
  max_requests: UNLIMITED,
  max_retries: UNLIMITED,
};

const anyCast = ({ older }: Words): RawObject => ({
  // A broker whose name is gone is not kept for the sake of its last health check.
  ignore_health_on_host_removal: true,
  // While no check at all succeeds (the port of the metrics is closed to us) every broker is tried; Envoy's own threshold is one half.
  common_lb_config: { healthy_panic_threshold: { value: 1 } },
  health_checks: [
    {
      timeout: '1s',
      interval: '5s',
      interval_jitter: '1s',
      // Otherwise a cluster that nobody has used yet is looked at once a minute.
      no_traffic_interval: '5s',
      unhealthy_interval: '2s',
      unhealthy_threshold: 2,
      healthy_threshold: 1,
      http_health_check: { path: '/-/healthy' },
      ...(older ? EVENT_LOG : { event_logger: [EVENT_SINK] }),
    },
  ],
});

const EVENT_LOG: RawObject = { event_log_path: '/dev/stdout' };
const EVENT_SINK = extension(
  'envoy.health_check.event_sink.file',
  'envoy.extensions.health_check.event_sinks.file.v3.HealthCheckEventFileSink',
  EVENT_LOG,
);
