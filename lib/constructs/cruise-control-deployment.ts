/**
 * Cruise Control's Deployment. There is one at a time, also while it is replaced: two would both move replicas. Its Pod carries
 * the hash of each file that it started with, so a file that changes restarts it. It is no Kafka node: neither its Pod nor
 * anything else of it carries `app=kafka`, or Services, budgets and affinities of Kafka would count it among the nodes.
 */
import { createHash } from 'node:crypto';
import type { Container, Pod, PodSpec, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { CruiseControlPod, ResolvedCluster, ResolvedCruiseControl } from '../api/resolved-cluster';
import { DEFAULT_SERVICE_ACCOUNT } from '../api/defaults';
import { CRUISE_CONTROL_PORT } from '../kafka/cruise-control-properties';
import type { CruiseControlFiles } from './cruise-control-config';
import { cruiseControlSecrets } from './cruise-control-security';
import { asWritten, childMetadata, clusterLabels, manifest, type Draft } from './draft';
import type { SecurityFacts } from './facts';
import type { Manifest } from './manifest';
import { JMX_CONFIG_MOUNT, JMX_JAR_MOUNT } from './mounts';
import { ANNOTATION, CRUISE_CONTROL_APP, cruiseControlConfigName, cruiseControlJmxConfigName, cruiseControlName, LABEL } from './naming';
import { jmxContainer } from './pod-containers';
import { FRESH_ADDRESSES, JMX_JAR } from './pod-env';
import { JMX_JAR_VOLUME } from './pod-volumes';
import { METRICS_PORT } from './ports';

/** Where its image looks for its files. */
const CONFIG_DIRECTORY = '/opt/cruise-control/config';
const CONFIG_VOLUME = 'cruise-control-config';
const JMX_CONFIG_VOLUME = 'cruise-control-jmx';
const GRACE_SECONDS = 30;

type Secrets = ReturnType<typeof cruiseControlSecrets>;

/** As much of a Deployment as is written here. */
interface Deployment {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly replicas: number;
    readonly revisionHistoryLimit: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly strategy: { readonly type: string };
    readonly template: Pick<Pod, 'metadata' | 'spec'>;
  };
}

interface DeploymentParts {
  readonly files: CruiseControlFiles;
  readonly security: SecurityFacts | undefined;
}

export function cruiseControlDeployment(
  cluster: ResolvedCluster,
  cruiseControl: ResolvedCruiseControl,
  { files, security }: DeploymentParts,
): Manifest {
  return manifest<Deployment>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(cluster, { name: cruiseControlName(cluster.name), app: CRUISE_CONTROL_APP }),
    spec: {
      replicas: 1,
      revisionHistoryLimit: 2,
      selector: { matchLabels: cruiseControlSelector(cluster) },
      strategy: { type: 'Recreate' },
      template: {
        metadata: {
          labels: { ...cluster.propagatedLabels, ...clusterLabels(cluster, CRUISE_CONTROL_APP) },
          annotations: { ...cruiseControl.pod.annotations, ...hashesOf(files, cruiseControl.pod), ...shownBy(security) },
        },
        spec: podSpec(cluster, cruiseControl.pod, cruiseControlSecrets(cluster, security)),
      },
    },
  });
}

/** Never changed: Kubernetes refuses another one. */
export const cruiseControlSelector = (cluster: Pick<ResolvedCluster, 'name'>): Readonly<Record<string, string>> => ({
  [LABEL.app]: CRUISE_CONTROL_APP,
  [LABEL.cluster]: cluster.name,
});

/** Koperator's annotation: anything but `static` leaves it to somebody else to tell Cruise Control of new capacities. */
const CAPACITY_ANNOTATION = 'cruise-control.banzaicloud.com/broker-capacity-config';

function hashesOf(files: CruiseControlFiles, pod: CruiseControlPod): Readonly<Record<string, string>> {
  const restarts = (pod.annotations[CAPACITY_ANNOTATION] ?? 'static') === 'static';
  return {
    'cruiseControlConfig.json': sha256(files['cruisecontrol.properties']),
    'cruiseControlClusterConfig.json': sha256(files['clusterConfigs.json']),
    'cruiseControlLogConfig.json': sha256(files['log4j.properties']),
    ...(restarts ? { 'cruiseControlCapacity.json': sha256(files['capacity.json']) } : {}),
  };
}

/** It reads its certificate when it starts, and would go on with the one before until nobody lets it in. */
const shownBy = (security: SecurityFacts | undefined): Readonly<Record<string, string>> =>
  security?.client === undefined ? {} : { [ANNOTATION.clientCertificate]: security.client };

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function podSpec(cluster: ResolvedCluster, pod: CruiseControlPod, secrets: Secrets): Draft<PodSpec> {
  return {
    serviceAccountName: pod.serviceAccountName,
    // It asks nothing of Kubernetes; who gave it an account of its own may have reasons to.
    automountServiceAccountToken: pod.serviceAccountName === DEFAULT_SERVICE_ACCOUNT ? false : undefined,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    priorityClassName: pod.priorityClassName,
    imagePullSecrets: pod.imagePullSecrets.length === 0 ? undefined : asWritten(pod.imagePullSecrets),
    nodeSelector: Object.keys(pod.nodeSelector).length === 0 ? undefined : pod.nodeSelector,
    tolerations: pod.tolerations.length === 0 ? undefined : asWritten(pod.tolerations),
    affinity: pod.affinity === undefined ? undefined : asWritten(pod.affinity),
    securityContext: pod.podSecurityContext === undefined ? undefined : asWritten(pod.podSecurityContext),
    initContainers: [jmxContainer(cluster), ...pod.initContainers.map((raw) => asWritten<Container>(raw))],
    containers: [container(cluster, pod, secrets)],
    volumes: volumesOf(cluster, pod, secrets),
  };
}

function container(cluster: ResolvedCluster, pod: CruiseControlPod, secrets: Secrets): Draft<Container> {
  return {
    name: cruiseControlName(cluster.name),
    image: pod.image,
    env: [{ name: 'KAFKA_OPTS', value: `${FRESH_ADDRESSES} -javaagent:${JMX_JAR}=${METRICS_PORT}:${JMX_CONFIG_MOUNT}config.yaml` }],
    ports: [
      { name: 'cc', containerPort: CRUISE_CONTROL_PORT, protocol: 'TCP' },
      { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
    ],
    resources: asWritten(pod.resources),
    securityContext: asWritten(pod.securityContext ?? { allowPrivilegeEscalation: false }),
    lifecycle: { preStop: { exec: { command: ['bash', '-c', STOP] } } },
    readinessProbe: { tcpSocket: { port: CRUISE_CONTROL_PORT }, initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 },
    volumeMounts: mountsOf(pod, secrets),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Its image starts it from a shell, which does not pass the signal on. */
const STOP = 'for pid in $(pidof java); do kill -TERM "$pid"; done; while pidof java > /dev/null; do sleep 0.2; done';

function mountsOf(pod: CruiseControlPod, secrets: Secrets): readonly Draft<VolumeMount>[] {
  return [
    { name: CONFIG_VOLUME, mountPath: CONFIG_DIRECTORY },
    { name: JMX_CONFIG_VOLUME, mountPath: JMX_CONFIG_MOUNT },
    { name: JMX_JAR_VOLUME, mountPath: JMX_JAR_MOUNT },
    ...secrets.map(({ volume, mountPath }) => ({ name: volume.name, mountPath })),
    ...pod.volumeMounts.map((raw) => asWritten<VolumeMount>(raw)),
  ];
}

function volumesOf({ name }: ResolvedCluster, pod: CruiseControlPod, secrets: Secrets): readonly Draft<Volume>[] {
  return [
    { name: CONFIG_VOLUME, configMap: { name: cruiseControlConfigName(name), defaultMode: 0o644 } },
    { name: JMX_CONFIG_VOLUME, configMap: { name: cruiseControlJmxConfigName(name), defaultMode: 0o644 } },
    { name: JMX_JAR_VOLUME, emptyDir: {} },
    ...secrets.map(({ volume }) => volume),
    ...pod.volumes.map((raw) => asWritten<Volume>(raw)),
  ];
}
