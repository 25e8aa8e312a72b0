/**
 * The Envoys. Their template knows nothing of brokers: it changes with the bootstrap and with what users write, so brokers that come and
 * go replace no Envoy. One that is replaced goes only when its successor is ready, and lingers until nobody sends it new clients.
 */
import { createHash } from 'node:crypto';
import type { Container, Pod, PodSpec, TopologySpreadConstraint, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import type { RawObject, ResolvedCluster, ResolvedEnvoy } from '../api/resolved-cluster';
import { asWritten, childMetadata, clusterLabels, manifest, type Draft } from './draft';
import { ADMIN_DIRECTORY, READY_PATH } from './envoy-bootstrap';
import { bootstrapText } from './envoy-config';
import { sysctls } from './envoy-sysctls';
import { CERTIFICATE_DIRECTORY } from './envoy-tls';
import { wayLabels, type EnvoyWay } from './envoy-way';
import { CONFIG_DIRECTORY, FILES } from './envoy-xds';
import type { Manifest } from './manifest';
import { ENVOY_APP, envoyConfigName, envoyName, LABEL } from './naming';

/** Koperator's annotation; here the hash of the bootstrap alone. */
const BOOTSTRAP_HASH = 'envoy.yaml.hash';

/** The user `envoy` of the public image. */
const ENVOY_USER = 101;

/** Until load balancers and kube-proxies have noticed that the Pod is going. */
const LINGER_SECONDS = 15;
const GRACE_SECONDS = 30;

/** Longer than the five minutes after which a client of Kafka asks anew where its brokers are. */
const DRAIN_SECONDS = 600;

/** Of the port at which it says whether it is ready, and its metrics. */
export const HEALTH_PORT_NAME = 'tcp-health';

/** As much of a Deployment as is written here. */
interface Deployment {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly replicas: number;
    readonly revisionHistoryLimit: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly strategy: { readonly type: string; readonly rollingUpdate: { readonly maxUnavailable: number; readonly maxSurge: string } };
    readonly template: Pick<Pod, 'metadata' | 'spec'>;
  };
}

export function envoyDeployment(cluster: ResolvedCluster, entry: EnvoyWay): Manifest {
  const { listener, way } = entry;
  const name = envoyName(cluster.name, listener.name, way.name);
  const hash = createHash('sha256').update(bootstrapText(cluster, entry)).digest('hex');
  return manifest<Deployment>({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(cluster, { name, app: ENVOY_APP, labels: wayLabels(entry) }),
    spec: {
      replicas: way.envoy.replicas,
      revisionHistoryLimit: 2,
      selector: { matchLabels: envoySelector(cluster, entry) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: {
          labels: { ...cluster.propagatedLabels, ...wayLabels(entry), ...clusterLabels(cluster, ENVOY_APP) },
          annotations: { ...way.envoy.annotations, [BOOTSTRAP_HASH]: hash },
        },
        spec: podSpec(cluster, entry),
      },
    },
  });
}

/** Never changed: Kubernetes refuses another one. */
export const envoySelector = (cluster: Pick<ResolvedCluster, 'name'>, entry: EnvoyWay): Readonly<Record<string, string>> => ({
  [LABEL.app]: ENVOY_APP,
  [LABEL.cluster]: cluster.name,
  ...wayLabels(entry),
});

function podSpec(cluster: ResolvedCluster, entry: EnvoyWay): Draft<PodSpec> {
  const { envoy } = entry.way;
  return {
    serviceAccountName: envoy.serviceAccountName,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: GRACE_SECONDS,
    priorityClassName: envoy.priorityClassName,
    imagePullSecrets: envoy.imagePullSecrets.length === 0 ? undefined : asWritten(envoy.imagePullSecrets),
    nodeSelector: Object.keys(envoy.nodeSelector).length === 0 ? undefined : envoy.nodeSelector,
    tolerations: envoy.tolerations.length === 0 ? undefined : asWritten(envoy.tolerations),
    affinity: envoy.affinity === undefined ? undefined : asWritten(envoy.affinity),
    topologySpreadConstraints: spread(cluster, entry),
    // Every name is a full one: the search list would be tried first, for each broker, every two seconds.
    dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
    securityContext: asWritten(envoy.podSecurityContext ?? podSecurity(entry)),
    containers: [container(entry)],
    volumes: volumes(cluster, entry),
  };
}

/** Over machines and zones as far as there is room; who says anything about it says all of it. */
function spread(cluster: ResolvedCluster, entry: EnvoyWay): readonly Draft<TopologySpreadConstraint>[] | undefined {
  const { affinity, topologySpreadConstraints } = entry.way.envoy;
  if (topologySpreadConstraints.length > 0) return asWritten(topologySpreadConstraints);
  if (affinity !== undefined) return undefined;
  return ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: envoySelector(cluster, entry) },
  }));
}

const podSecurity = (entry: EnvoyWay): RawObject => ({
  runAsNonRoot: true,
  runAsUser: ENVOY_USER,
  runAsGroup: ENVOY_USER,
  fsGroup: ENVOY_USER,
  seccompProfile: { type: 'RuntimeDefault' },
  ...(sysctls(entry).length > 0 ? { sysctls: sysctls(entry) } : {}),
});

function container(entry: EnvoyWay): Draft<Container> {
  const { listener, way } = entry;
  const { envoy } = way;
  return {
    name: 'envoy',
    image: envoy.image,
    args: args(envoy),
    // Ports of brokers are not among them: this list informs and opens nothing, and it would change with every broker.
    ports: [
      { name: 'tcp-all-broker', containerPort: listener.targetPort, protocol: 'TCP' },
      { name: HEALTH_PORT_NAME, containerPort: envoy.healthCheckPort, protocol: 'TCP' },
    ],
    resources: asWritten(envoy.resources),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    lifecycle: { preStop: { exec: { command: ['sleep', String(LINGER_SECONDS)] } } },
    readinessProbe: {
      httpGet: { path: READY_PATH, port: envoy.healthCheckPort },
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 3,
    },
    livenessProbe: {
      httpGet: { path: READY_PATH, port: envoy.healthCheckPort },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    volumeMounts: mounts(entry),
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/** Hot restart is for two Envoys in one place, and wants shared memory. */
const args = ({ concurrency }: ResolvedEnvoy): readonly string[] => [
  '-c',
  `${CONFIG_DIRECTORY}/${FILES.bootstrap}`,
  '--disable-hot-restart',
  '--drain-time-s',
  String(DRAIN_SECONDS),
  ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
];

const CONFIG_VOLUME = 'config';
const ADMIN_VOLUME = 'admin';
const CERTIFICATE_VOLUME = 'certificate';

/** Whole directories: the kubelet never renews a file that is mounted alone. */
const mounts = ({ listener }: EnvoyWay): readonly Draft<VolumeMount>[] => [
  { name: CONFIG_VOLUME, mountPath: CONFIG_DIRECTORY, readOnly: true },
  { name: ADMIN_VOLUME, mountPath: ADMIN_DIRECTORY },
  ...(listener.tlsSecretName === undefined ? [] : [{ name: CERTIFICATE_VOLUME, mountPath: CERTIFICATE_DIRECTORY, readOnly: true }]),
];

const volumes = ({ name }: ResolvedCluster, { listener, way }: EnvoyWay): readonly Draft<Volume>[] => [
  { name: CONFIG_VOLUME, configMap: { name: envoyConfigName(name, listener.name, way.name), defaultMode: 0o444 } },
  { name: ADMIN_VOLUME, emptyDir: {} },
  ...(listener.tlsSecretName === undefined
    ? []
    : [{ name: CERTIFICATE_VOLUME, secret: { secretName: listener.tlsSecretName, defaultMode: 0o444 } }]),
];
