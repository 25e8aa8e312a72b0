/**
 * What applies when neither the broker nor its group nor the cluster says anything. These are no defaults of the CRD: there
 * they would stand on the broker and win over its group.
 */
export const DEFAULT_KAFKA_VERSION = '4.3.1';
export const defaultKafkaImage = (version: string): string => `apache/kafka:${version}`;

export const DEFAULT_CRUISE_CONTROL_IMAGE = 'adobe/cruise-control:3.0.3-adbe-20260722';
export const DEFAULT_CRUISE_CONTROL_RESOURCES = {
  requests: { cpu: '200m', memory: '768Mi' },
  limits: { cpu: '200m', memory: '768Mi' },
} as const;
/** Of the topic that Cruise Control's reporters write to; fewer replicas where there are fewer brokers. */
export const DEFAULT_METRICS_PARTITIONS = 12;
export const DEFAULT_METRICS_REPLICAS = 3;
/** What a broker can send and receive, in kilobytes a second. */
export const DEFAULT_NETWORK_RATE = 125_000;

export const DEFAULT_JMX_IMAGE = 'ghcr.io/adobe/koperator/jmx-javaagent:1.5.0';
export const DEFAULT_PATH_TO_JAR = '/jmx_prometheus_javaagent.jar';

export const DEFAULT_HEAP_OPTS = '-Xmx2G -Xms2G';
export const DEFAULT_JVM_PERF_OPTS =
  '-server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true -Dsun.net.inetaddr.ttl=60';

export const DEFAULT_RESOURCES = { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '1500m', memory: '3Gi' } } as const;
export const DEFAULT_SERVICE_ACCOUNT = 'default';
export const DEFAULT_GRACE_SECONDS = 120;
export const DEFAULT_ACCESS_MODES: readonly string[] = ['ReadWriteOnce'];

/** The minor version that the tests run. */
export const DEFAULT_ENVOY_IMAGE = 'envoyproxy/envoy:v1.40.0';
export const DEFAULT_ENVOY_RESOURCES = { requests: { cpu: '100m', memory: '100Mi' }, limits: { memory: '256Mi' } } as const;
export const DEFAULT_HEALTH_CHECK_PORT = 8080;
export const DEFAULT_MESH_GATEWAY_RESOURCES = {
  requests: { cpu: '100m', memory: '128Mi' },
  limits: { cpu: '2', memory: '1Gi' },
} as const;

/** How many nodes a drain may take at once when `disruptionBudget` does not say. */
export const DEFAULT_BUDGET = '1';
