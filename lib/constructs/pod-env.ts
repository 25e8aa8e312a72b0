/**
 * The environment of the container `kafka`. A user's variable replaces a generated one of the same name; `+NAME` puts its
 * value before the generated one and `NAME+` after it. The variables that say which node this is and whether its volume may
 * be formatted belong to the operator alone: overriding one could give a node the data of another.
 */
import type { EnvVar } from 'kubernetes-types/core/v1';
import type { RawObject, ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { initialControllers, hasRole } from '../kafka/quorum';
import { votersOf } from '../kafka/server-properties';
import { asWritten, type Draft } from './draft';
import { externalOf, usesNodeAddress, type Facts } from './facts';
import { log4jFile } from './log4j';
import { EXTENSIONS_MOUNT, JMX_CONFIG_MOUNT, JMX_JAR_MOUNT } from './mounts';
import { METRICS_PORT } from './ports';

/** Variables that users cannot set. */
export const RESERVED_ENV: readonly string[] = ['CLUSTER_ID', 'FORMAT_MODE', 'INITIAL_CONTROLLERS', 'NODE_ID', 'NODE_NAME'];

/** Variables that only matter while an empty volume is formatted: they differ without anything having to restart. */
export const FORMAT_ENV: readonly string[] = ['FORMAT_MODE', 'INITIAL_CONTROLLERS'];

export const JMX_JAR = `${JMX_JAR_MOUNT}jmx_prometheus.jar`;

/**
 * A node that comes back has another address. Java remembers the old one for 30 s, and a connection to it ends only after 10 s:
 * in a rolling restart a follower would try for half a minute to fetch from a leader that has long been back, and producers
 * with acks=all would wait with it.
 */
export const FRESH_ADDRESSES = '-Dsun.net.inetaddr.ttl=1';

/** Generated ones by name, then the user's in the order of the spec, since a later one may refer to an earlier one. */
export function nodeEnv(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts): readonly Draft<EnvVar>[] {
  const env = new Map([...generatedEnv(cluster, node, facts)].sort(byName).map((entry) => [entry.name ?? '', entry] as const));
  for (const raw of node.envs) merge(env, raw);
  return [...env.values()];
}

function generatedEnv(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts): readonly Draft<EnvVar>[] {
  return [
    { name: 'CLASSPATH', value: `${EXTENSIONS_MOUNT}/*` },
    { name: 'CLUSTER_ID', value: facts.clusterId },
    {
      name: 'ENVOY_SIDECAR_STATUS',
      valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "metadata.annotations['sidecar.istio.io/status']" } },
    },
    { name: 'FORMAT_MODE', value: facts.format[node.id] ?? 'never' },
    ...birthEnv(cluster, node, facts),
    { name: 'KAFKA_HEAP_OPTS', value: node.heapOpts },
    { name: 'KAFKA_JVM_PERFORMANCE_OPTS', value: node.jvmPerfOpts },
    ...(node.log4jConfig === undefined ? [] : [{ name: 'KAFKA_LOG4J_OPTS', value: log4jFile(node.log4jConfig).options }]),
    { name: 'KAFKA_OPTS', value: `${FRESH_ADDRESSES} -javaagent:${JMX_JAR}=${METRICS_PORT}:${JMX_CONFIG_MOUNT}config.yaml` },
    { name: 'LOG_DIRS', value: node.storage.map((storage) => storage.mountPath).join(',') },
    ...addressEnv(node, facts),
    { name: 'NODE_ID', value: String(node.id) },
    { name: 'NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
  ];
}

/** Which address of its Kubernetes node it advertises: another type is another address, and a restart. */
const addressEnv = (node: ResolvedNode, facts: Facts): readonly Draft<EnvVar>[] =>
  usesNodeAddress(externalOf(facts, node)) ? [{ name: 'NODE_ADDRESS_TYPE', value: node.nodePort.addressType ?? 'InternalIP' }] : [];

/** The first voters of a dynamic quorum; read only when the volume of a first voter is formatted. */
function birthEnv(cluster: ResolvedCluster, node: ResolvedNode, facts: Facts): readonly Draft<EnvVar>[] {
  if (cluster.quorumMode !== 'dynamic' || !hasRole(node, 'controller')) return [];
  const first = votersOf(cluster).filter((voter) => facts.initialControllers?.includes(voter.id) ?? true);
  return [{ name: 'INITIAL_CONTROLLERS', value: initialControllers(first, facts.clusterId) }];
}

function merge(env: Map<string, Draft<EnvVar>>, raw: RawObject): void {
  const entry = asWritten<EnvVar>(raw);
  const written = entry.name ?? '';
  const name = written.replace(/^\+|\+$/g, '');
  if (RESERVED_ENV.includes(name)) return;
  const before = env.get(name)?.value ?? '';
  const value = entry.value ?? '';
  if (written.startsWith('+')) env.set(name, { name, value: value + before });
  else if (written.endsWith('+')) env.set(name, { name, value: before + value });
  else env.set(name, entry);
}

const byName = (a: Draft<EnvVar>, b: Draft<EnvVar>): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
