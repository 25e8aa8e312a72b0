/**
 * What an Envoy starts with. Nothing in it depends on the brokers, so no Envoy is ever restarted for them; they come in files that are
 * read anew (LDS, CDS). The admin interface can end the process, so it is a socket that nobody outside the container reaches; the two of
 * its answers that others need are given at the port of the health checks.
 */
import { parseQuantity } from '../api/quantity';
import type { RawObject, ResolvedCluster, ResolvedEnvoy } from '../api/resolved-cluster';
import { ANY_CAST_CLUSTER } from './envoy-clusters';
import { isOlderEnvoy } from './envoy-version';
import type { EnvoyWay } from './envoy-way';
import { extension, FILES, watchedFile } from './envoy-xds';
import { envoyName } from './naming';

/** An emptyDir: the root file system is read-only. */
export const ADMIN_DIRECTORY = '/var/run/envoy';
const ADMIN_SOCKET = `${ADMIN_DIRECTORY}/admin.sock`;
const ADMIN_CLUSTER = 'admin';
/** 0600. */
const OWNER_ONLY = 384;

/** The probes ask here; the load balancer may ask whether a broker is there. */
export const READY_PATH = '/ready';
export const METRICS_PATH = '/stats/prometheus';
const HEALTH_CHECK_PATH = '/healthcheck';

const MOST_CONNECTIONS = 100_000;

export function bootstrap(cluster: Pick<ResolvedCluster, 'name'>, { listener, way }: Pick<EnvoyWay, 'listener' | 'way'>): RawObject {
  return {
    node: { id: envoyName(cluster.name, listener.name, way.name), cluster: cluster.name },
    admin: { address: { pipe: { path: ADMIN_SOCKET, mode: OWNER_ONLY } } },
    dynamic_resources: { lds_config: watchedFile(FILES.listeners), cds_config: watchedFile(FILES.clusters) },
    static_resources: { listeners: [healthListener(way.envoy)], clusters: [adminCluster] },
    overload_manager: overloadManager(way.envoy),
  };
}

const adminCluster: RawObject = {
  name: ADMIN_CLUSTER,
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: {
    cluster_name: ADMIN_CLUSTER,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { pipe: { path: ADMIN_SOCKET } } } }] }],
  },
};

const healthListener = ({ image, healthCheckPort, healthCheckHttp10 }: ResolvedEnvoy): RawObject => ({
  name: 'health',
  address: { socket_address: { address: '0.0.0.0', port_value: healthCheckPort } },
  // Full is not ill: who takes no more connections still answers, or it would be restarted under all it has.
  ...(isOlderEnvoy(image) ? {} : { bypass_overload_manager: true, ignore_global_conn_limit: true }),
  filter_chains: [
    {
      filters: [
        extension(
          'envoy.filters.network.http_connection_manager',
          'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
          {
            stat_prefix: 'health',
            codec_type: 'AUTO',
            normalize_path: true,
            request_timeout: '10s',
            common_http_protocol_options: { idle_timeout: '60s' },
            ...(healthCheckHttp10 ? { http_protocol_options: { accept_http_10: true, default_host_for_http_10: 'health' } } : {}),
            http_filters: [healthCheck, extension('envoy.filters.http.router', 'envoy.extensions.filters.http.router.v3.Router')],
            route_config: { virtual_hosts: [{ name: 'health', domains: ['*'], routes }] },
          },
        ),
      ],
    },
  ],
});

/** Answers itself, 200 while at least one broker is healthy: less than one in a hundred is none. */
const healthCheck = extension('envoy.filters.http.health_check', 'envoy.extensions.filters.http.health_check.v3.HealthCheck', {
  pass_through_mode: false,
  cluster_min_healthy_percentages: { [ANY_CAST_CLUSTER]: { value: 1 } },
  headers: [{ name: ':path', string_match: { exact: HEALTH_CHECK_PATH } }],
});

const routes: readonly RawObject[] = [
  { match: { path: READY_PATH }, route: { cluster: ADMIN_CLUSTER } },
  { match: { path: METRICS_PATH }, route: { cluster: ADMIN_CLUSTER } },
  { match: { prefix: '/' }, direct_response: { status: 404 } },
];

/** Before the container runs out of memory, which would end every connection, no new ones are taken. */
function overloadManager({ image, resources }: ResolvedEnvoy): RawObject {
  const connections = extension(
    'envoy.resource_monitors.global_downstream_max_connections',
    'envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
    { max_active_downstream_connections: MOST_CONNECTIONS },
  );
  const monitors = isOlderEnvoy(image) ? [] : [connections];
  const bytes = memoryLimit(resources);
  if (bytes === undefined) return { resource_monitors: monitors };
  const heap = 'envoy.resource_monitors.fixed_heap';
  const from = (name: string, value: number): RawObject => ({ name, triggers: [{ name: heap, threshold: { value } }] });
  return {
    refresh_interval: '0.25s',
    resource_monitors: [
      ...monitors,
      extension(heap, 'envoy.extensions.resource_monitors.fixed_heap.v3.FixedHeapConfig', { max_heap_size_bytes: String(bytes) }),
    ],
    actions: [from('envoy.overload_actions.shrink_heap', 0.75), from('envoy.overload_actions.stop_accepting_connections', 0.85)],
  };
}

function memoryLimit(resources: RawObject): number | undefined {
  const { memory } = (resources['limits'] ?? {}) as { readonly memory?: string | number };
  const bytes = memory === undefined ? undefined : parseQuantity(memory);
  return bytes === undefined || bytes === 0 ? undefined : bytes;
}
