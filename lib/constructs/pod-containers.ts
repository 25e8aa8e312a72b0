/** The containers of a node's Pod: Kafka itself first, then the user's; before them those that bring jars. */
import type { Container, Probe } from 'kubernetes-types/core/v1';
import type { RawObject, ResolvedCluster, ResolvedNode } from '../api/resolved-cluster';
import { listenersOf, openListeners } from '../kafka/listeners';
import { hasRole } from '../kafka/quorum';
import { asWritten, type Draft } from './draft';
import { externalOf, type Facts } from './facts';
import { EXTENSIONS_MOUNT, JMX_JAR_MOUNT, SCRIPTS_MOUNT } from './mounts';
import { JMX_JAR, nodeEnv } from './pod-env';
import { EXTENSIONS_VOLUME, JMX_JAR_VOLUME, type PodVolumes } from './pod-volumes';
import { containerPorts } from './ports';

/** Where Cruise Control's image has the jar of its metrics reporter. */
const REPORTER_JAR = '/opt/cruise-control/cruise-control/build/dependant-libs/cruise-control-metrics-reporter.jar';

/** The most that Kubernetes can count: a start that takes long, for example to recover a log, is never cut short. */
const FOR_EVER = 2_147_483_647;

export const podContainers = (cluster: ResolvedCluster, node: ResolvedNode, parts: ContainerParts): readonly Draft<Container>[] => [
  kafkaContainer(cluster, node, parts),
  ...node.containers.map((raw) => asWritten<Container>(raw)),
];

interface ContainerParts {
  readonly facts: Facts;
  readonly mounts: PodVolumes['mounts'];
}

function kafkaContainer(cluster: ResolvedCluster, node: ResolvedNode, { facts, mounts }: ContainerParts): Draft<Container> {
  const { listeners } = cluster;
  return {
    name: 'kafka',
    image: node.image,
    command: ['bash', `${SCRIPTS_MOUNT}/start.sh`],
    env: nodeEnv(cluster, node, facts),
    ports: containerPorts(cluster, [...listenersOf(listeners, node), ...openListeners(listeners, node, externalOf(facts, node))]),
    resources: asWritten(node.resources),
    securityContext: node.securityContext === undefined ? undefined : asWritten(node.securityContext),
    volumeMounts: mounts,
    // No liveness probe (decision 9): whatever it asked, a lost quorum or a long recovery would make it kill healthy nodes.
    startupProbe: { ...probe(node), periodSeconds: 1, failureThreshold: FOR_EVER },
    readinessProbe: { ...probe(node), periodSeconds: 5, failureThreshold: 2 },
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

const probe = (node: ResolvedNode): Draft<Probe> => ({
  exec: { command: ['bash', `${SCRIPTS_MOUNT}/ready.sh`, ...[...node.roles].sort()] },
  timeoutSeconds: 4,
});

/** Sorted by name, generated and the user's together. */
export function podInitContainers(cluster: ResolvedCluster, node: ResolvedNode): readonly Draft<Container>[] {
  const reporter = cluster.metricsReporter && hasRole(node, 'broker');
  const all = [
    ...(reporter ? [reporterContainer(node)] : []),
    jmxContainer(cluster),
    ...node.initContainers.map((raw) => asWritten<Container>(raw)),
  ];
  return all.sort((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1));
}

/** Brings the agent; also beside Cruise Control. */
export const jmxContainer = (cluster: ResolvedCluster): Draft<Container> => ({
  name: 'jmx-exporter',
  image: cluster.monitoring.jmxImage,
  command: ['cp', cluster.monitoring.pathToJar, JMX_JAR],
  volumeMounts: [{ name: JMX_JAR_VOLUME, mountPath: JMX_JAR_MOUNT }],
  resources: asWritten(JAR_RESOURCES),
});

const reporterContainer = (node: ResolvedNode): Draft<Container> => ({
  name: 'cruise-control-reporter',
  image: node.metricsReporterImage,
  command: ['cp', REPORTER_JAR, `${EXTENSIONS_MOUNT}/`],
  volumeMounts: [{ name: EXTENSIONS_VOLUME, mountPath: EXTENSIONS_MOUNT }],
  resources: asWritten(JAR_RESOURCES),
});

const JAR_RESOURCES: RawObject = { limits: { cpu: '100m', memory: '100Mi' }, requests: { cpu: '100m', memory: '100Mi' } };
